"""Stamps in the picture: every grade, tilt, ink and place is seen; print and seals are not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from pipeline.model.records import Mark
from stages.guard import StampFinder
from stages.guard.arrows import _text_of
from stages.guard.ink import InkPlanes
from stages.guard.marks import STAMPS, _confirmed
from stages.guard.second_look import SecondLook, SpotWord, judge
from stages.guard.sightings import Sighting, marks_of
from tests.stages.guard.stamped import _HEAD, BLACK, RED, Stamp, page_with, points

RULES_DIR = Path(__file__).parents[3] / "config" / "rules"
OTHERS = (
    "CÔNG VĂN ĐẾN|NHẬT|LUẬT|SAO Y|ĐÃ KIỂM TRA|MỘT|ĐẠT|TỔNG|KHÁNH|BẢN SAO|LƯU HÀNH NỘI BỘ|"
    "XEM XONG TRẢ LẠI|THẬT|MỤC"
)
SECRET = {"MẬT", "TỐI MẬT", "TUYỆT MẬT"}


@pytest.fixture(scope="module")
def finder() -> StampFinder:
    """A warm finder."""
    return StampFinder(RULES_DIR)


def texts(marks: tuple[Mark, ...]) -> set[str]:
    """What the marks say."""
    return {mark.text for mark in marks}


@pytest.mark.parametrize("text", sorted(SECRET))
@pytest.mark.parametrize("tilt_deg", [-15, 0, 15])
@pytest.mark.parametrize("colour", [RED, BLACK], ids=["red", "black"])
def test_every_grade_is_seen_at_every_tilt(
    finder: StampFinder, text: str, tilt_deg: float, colour: tuple[int, int, int]
) -> None:
    page, words = page_with(Stamp(text=text, tilt_deg=tilt_deg, colour=colour))
    marks = finder.find(page, words)
    assert texts(marks) & SECRET
    assert {mark.colour for mark in marks} == {"red" if colour is RED else "black"}


@pytest.mark.parametrize("mode", ["gray", "bitonal", "colour"])
@pytest.mark.parametrize("dpi", [150, 300])
def test_every_kind_of_scan_shows_it(finder: StampFinder, mode: str, dpi: int) -> None:
    page, words = page_with(Stamp(text="TỐI MẬT", tilt_deg=4), mode=mode, dpi=dpi)
    assert texts(finder.find(page, words)) & SECRET


@pytest.mark.parametrize("strength", [0.35, 0.5, 0.7])
@pytest.mark.parametrize("text", sorted(SECRET))
def test_faint_ink_is_seen(finder: StampFinder, text: str, strength: float) -> None:
    page, words = page_with(Stamp(text=text, strength=strength))
    assert texts(finder.find(page, words)) & SECRET


@pytest.mark.parametrize("text", sorted(SECRET))
def test_without_a_frame_it_is_seen(finder: StampFinder, text: str) -> None:
    page, words = page_with(Stamp(text=text, is_framed=False, tilt_deg=-5))
    assert texts(finder.find(page, words)) & SECRET


@pytest.mark.parametrize("covered", [0.2, 0.3])
@pytest.mark.parametrize("text", ["TỐI MẬT", "TUYỆT MẬT"])
def test_partly_covered_it_is_seen(finder: StampFinder, text: str, covered: float) -> None:
    page, words = page_with(Stamp(text=text, covered=covered))
    assert texts(finder.find(page, words)) & SECRET


@pytest.mark.parametrize(("x_mm", "y_mm"), [(105, 10), (185, 12), (30, 10), (105, 288), (60, 20)])
def test_in_every_place_it_is_seen(finder: StampFinder, x_mm: float, y_mm: float) -> None:
    page, words = page_with(Stamp(text="MẬT", x_mm=x_mm, y_mm=y_mm))
    assert texts(finder.find(page, words)) & SECRET


def test_over_print_it_is_seen(finder: StampFinder) -> None:
    page, words = page_with(Stamp(text="TUYỆT MẬT", x_mm=70, y_mm=57, tilt_deg=7))
    assert texts(finder.find(page, words)) & SECRET


def test_the_box_lies_on_the_stamp(finder: StampFinder) -> None:
    page, words = page_with(Stamp(text="MẬT"))
    box = finder.find(page, words)[0].box
    assert box.x0 < points(34.0) < box.x1
    assert box.y0 < points(66.0) < box.y1


@pytest.mark.parametrize("text", ["HỎA TỐC", "THƯỢNG KHẨN", "KHẨN"])
@pytest.mark.parametrize("colour", [RED, BLACK], ids=["red", "black"])
@pytest.mark.parametrize("tilt_deg", [-10, 6])
def test_urgency_is_told_by_its_name(
    finder: StampFinder, text: str, colour: tuple[int, int, int], tilt_deg: float
) -> None:
    page, words = page_with(Stamp(text=text, colour=colour, tilt_deg=tilt_deg))
    assert texts(finder.find(page, words)) == {text}


@pytest.mark.parametrize("text", ["HỎA TỐC", "THƯỢNG KHẨN", "KHẨN"])
@pytest.mark.parametrize("tilt_deg", [-12, 0, 4, 12])
@pytest.mark.parametrize("dpi", [150, 300])
def test_urgency_in_an_arrow_is_told(
    finder: StampFinder, text: str, tilt_deg: float, dpi: int
) -> None:
    stamp = Stamp(text=text, x_mm=60.0, tilt_deg=tilt_deg, is_arrow=True)
    page, words = page_with(stamp, dpi=dpi)
    marks = finder.find(page, words)
    assert texts(marks) == {text}
    assert marks[0].box.x0 < points(60.0) < marks[0].box.x1


@pytest.mark.parametrize("text", ["HỎA TỐC", "THƯỢNG KHẨN", "KHẨN"])
@pytest.mark.parametrize("mode", ["gray", "bitonal"])
def test_an_arrow_on_paper_without_colour_is_told(
    finder: StampFinder, text: str, mode: str
) -> None:
    page, words = page_with(Stamp(text=text, x_mm=60.0, is_arrow=True), dpi=200, mode=mode)
    assert texts(finder.find(page, words)) == {text}


@pytest.mark.parametrize("text", ["HỎA TỐC", "THƯỢNG KHẨN"])
def test_an_arrow_over_print_on_a_gray_scan_is_told_by_its_tone(
    text: str, finder: StampFinder
) -> None:
    """Words that were read explain its ink; what is paler than they are does not."""
    print_below = (64.0, 66.0, "Về việc triển khai thực hiện nhiệm vụ được giao năm nay")
    stamp = Stamp(text=text, x_mm=70.0, y_mm=70.0, size_pt=16, tilt_deg=8, is_arrow=True)
    page, words = page_with(stamp, dpi=200, mode="gray", lines=(*_HEAD, print_below))
    assert text in [mark.text for mark in finder.find(page, words)]


@pytest.mark.parametrize(
    ("letters", "text"),
    [
        ("uongkhn", "THƯỢNG KHẨN"),
        ("hatoc", "HỎA TỐC"),
        ("hoac", ""),
        ("toc", ""),
        ("cotah", ""),
        ("uongn", ""),
    ],
)
def test_half_of_an_arrows_letters_in_their_order_tell_it(letters: str, text: str) -> None:
    assert _text_of(letters) == text


class Blind(SecondLook):
    """Reads nothing anywhere."""

    def read(self, *_spot: object, **_how: object) -> list[SpotWord]:
        """No word."""
        return []


@pytest.mark.parametrize("is_toned", [False, True])
def test_a_spot_that_cannot_be_read_counts_in_red_ink_and_not_in_pale(*, is_toned: bool) -> None:
    """A pen is as pale as a stamp: three letters of 300 were quarantined for one."""
    blank = np.zeros((400, 400), np.float32)
    planes = InkPlanes(stamps=blank, black=blank, scale=1.4, is_toned=is_toned)
    seen = Sighting(word="MẬT", x_px=200, y_px=200, chance=0.98, colour=STAMPS)
    paper = np.full((400, 400), 255, np.uint8)
    kept = _confirmed([seen], [seen], lambda _: (paper, 200.0, 200.0, 100.0), planes, Blind())
    assert kept == ([] if is_toned else [seen])


@pytest.mark.parametrize(
    ("word", "chance", "colour", "kept"),
    [
        ("TUYỆT", 0.96, "black", [0.96]),
        ("TUYỆT", 0.9, "black", []),
        ("MẬT", 0.8, "black", [0.8]),
        ("MẬT", 0.7, STAMPS, []),
        ("KHẨN", 0.96, "black", [0.96]),
        ("KHẨN", 0.9, "black", [0.45]),
        ("KHẨN", 0.9, STAMPS, [0.9]),
        ("KHẨN", 0.7, STAMPS, [0.35]),
        ("KHẨN", 0.6, "black", []),
    ],
)
def test_doubt_is_a_mark_of_secrecy_and_a_question_of_urgency(
    word: str, chance: float, colour: str, kept: list[float]
) -> None:
    """A day by hand, `07` under a rule, was seen as TỐI with 0.90, and no MẬT behind it."""
    blank = np.zeros((400, 400), np.float32)
    planes = InkPlanes(stamps=blank if colour == STAMPS else None, black=blank, scale=1.4)
    seen = Sighting(word=word, x_px=200, y_px=200, chance=chance, colour=colour)
    paper = np.full((400, 400), 255, np.uint8)
    found = _confirmed([seen], [seen], lambda _: (paper, 200.0, 200.0, 100.0), planes, Blind())
    assert [item.chance for item in found] == pytest.approx(kept)


def spot(letters: str, x0: int, sure: float = 0.93, *, is_capital: bool = False) -> SpotWord:
    """A word of a straightened spot."""
    right = x0 + 22 * len(letters)
    return SpotWord(letters=letters, sure=sure, is_capital=is_capital, x0=x0, x1=right, height=30)


@pytest.mark.parametrize(
    ("words", "is_mark"),
    [
        ((spot("mat", 400), spot("la", 475), spot("ve", 525)), True),
        ((spot("bi", 350), spot("mat", 400)), False),
        ((spot("do", 350), spot("mat", 400), spot("phai", 475)), False),
        ((spot("mat", 400), spot("phai", 475, sure=0.4)), True),
        ((spot("mat", 400), spot("kinh", 475)), True),
        ((spot("mat", 400), spot("nuoc", 475, is_capital=True)), False),
    ],
)
def test_scraps_beside_a_mark_make_no_sentence_of_it(
    words: tuple[SpotWord, ...], *, is_mark: bool
) -> None:
    """MẬT in a frame, over the first letters of a line, was let pass for `là Về` beside it."""
    answer = judge(words, "MẬT")
    assert (answer.word == "MẬT") is is_mark
    assert answer.is_other is not is_mark


def test_the_grade_needs_no_more_than_a_sighting_beside_its_word() -> None:
    """THƯỢNG under another stamp cannot be read; before KHẨN it is enough to see it."""
    kept = Sighting(word="KHẨN", x_px=270, y_px=180, chance=0.97, colour=STAMPS)
    before = Sighting(word="THƯỢNG", x_px=194, y_px=184, chance=0.7, colour="black")
    assert [mark.text for mark in marks_of([kept], [kept, before], 1.4)] == ["THƯỢNG KHẨN"]
    behind = replace(before, x_px=346)
    assert [mark.text for mark in marks_of([kept], [kept, behind], 1.4)] == ["KHẨN"]


def test_the_first_word_of_urgency_needs_the_other_beside_it() -> None:
    """KHẨN on a line that says `khẩn trương` is no mark; behind THƯỢNG it is the stamp's."""
    kept = Sighting(word="THƯỢNG", x_px=222, y_px=205, chance=0.99, colour="black")
    on_line = Sighting(word="KHẨN", x_px=294, y_px=220, chance=0.99, colour="black")
    assert [mark.text for mark in marks_of([kept], [kept, on_line], 1.4)] == ["THƯỢNG KHẨN"]
    alone = list(marks_of([kept], [kept], 1.4))
    assert [(mark.text, mark.confidence < 0.5) for mark in alone] == [("THƯỢNG KHẨN", True)]
    beside = list(marks_of([kept], [kept, replace(on_line, x_px=150)], 1.4))
    assert [mark.confidence < 0.5 for mark in beside] == [True]


@pytest.mark.parametrize(
    ("letters", "word", "is_other"),
    [
        ("atoc", "TỐC", False),
        ("dantoc", "TỐC", False),
        ("thoi", "TỐC", True),
        ("nhat", "MẬT", True),
    ],
)
def test_print_before_a_word_of_urgency_does_not_make_it_another(
    letters: str, word: str, *, is_other: bool
) -> None:
    """Whether it is one is then for the network to say, which tells TỐC from TỘC."""
    middle = round(34 * 300 / 25.4)
    read_there = [replace(spot(letters, middle - 40), x1=middle + 60)]
    assert judge(read_there, word).is_other is is_other


@pytest.mark.parametrize("mode", ["colour", "bitonal"])
@pytest.mark.parametrize("text", sorted(SECRET))
def test_over_the_first_words_of_a_line_it_is_seen(
    finder: StampFinder, text: str, mode: str
) -> None:
    """The reader reads the line as if no stamp lay on it; small letters explain no capitals."""
    stamp = Stamp(text=text, x_mm=52, y_mm=57, tilt_deg=8, colour=BLACK)
    page, words = page_with(stamp, dpi=200, mode=mode)
    assert texts(finder.find(page, words)) & SECRET


def test_a_grade_before_a_word_that_is_seen_counts_sooner() -> None:
    """TUYỆT MẬT under the frame of another stamp was seen with 0.86 and let pass."""
    blank = np.zeros((400, 400), np.float32)
    planes = InkPlanes(stamps=None, black=blank, scale=1.4)
    grade = Sighting(word="TUYỆT", x_px=150, y_px=200, chance=0.86, colour="black")
    word = Sighting(word="MẬT", x_px=215, y_px=200, chance=0.6, colour="black")
    paper = np.full((400, 400), 255, np.uint8)
    spot_of = lambda _: (paper, 200.0, 200.0, 100.0)  # noqa: E731
    assert _confirmed([grade], [grade, word], spot_of, planes, Blind()) == [grade]
    assert _confirmed([grade], [grade], spot_of, planes, Blind()) == []


def test_an_arrow_across_the_frame_of_another_stamp_is_told(finder: StampFinder) -> None:
    text = "  ".join("HỎA TỐC").replace("   ", "-")
    stamp = Stamp(text=text, x_mm=70.0, size_pt=16, is_arrow=True)
    page, words = page_with(stamp, dpi=200, frame_mm=(25.0, 55.0, 64.0, 80.0))
    assert texts(finder.find(page, words)) == {"HỎA TỐC"}


@pytest.mark.parametrize("text", ["HỎA TỐC", "KHẨN"])
def test_wide_letters_of_an_arrow_are_joined(finder: StampFinder, text: str) -> None:
    stamp = Stamp(text="  ".join(text).replace("   ", "-"), x_mm=70.0, size_pt=16, is_arrow=True)
    page, words = page_with(stamp, dpi=200)
    assert texts(finder.find(page, words)) == {text}


@pytest.mark.parametrize("text", ["KHÁNH HÒA", "THƯỜNG XUYÊN", "HÓA ĐƠN", "CÔNG VĂN ĐẾN"])
def test_other_words_in_an_arrow_are_no_urgency(finder: StampFinder, text: str) -> None:
    page, words = page_with(Stamp(text=text, x_mm=60.0, tilt_deg=3, is_arrow=True), dpi=200)
    assert not texts(finder.find(page, words))


@pytest.mark.parametrize("text", OTHERS.split("|"))
@pytest.mark.parametrize("colour", [RED, BLACK], ids=["red", "black"])
def test_other_stamps_are_not_secret(
    finder: StampFinder, text: str, colour: tuple[int, int, int]
) -> None:
    page, words = page_with(Stamp(text=text, colour=colour, tilt_deg=3))
    assert not texts(finder.find(page, words)) & SECRET


def test_headings_and_prose_with_the_word_are_not_secret(finder: StampFinder) -> None:
    lines = (
        (60, 20, "CÔNG TÁC BẢO VỆ BÍ MẬT NHÀ NƯỚC"),
        (40, 34, "QUY CHẾ BẢO MẬT THÔNG TIN"),
        (32, 60, "Người dùng giữ bí mật, tuyệt đối không tiết lộ mật khẩu; ông Trần Mật"),
        (32, 70, "Tài liệu độ MẬT phải được quản lý theo quy định của pháp luật"),
    )
    page, words = page_with(lines=lines)
    assert not texts(finder.find(page, words)) & SECRET


@pytest.mark.parametrize("mode", ["colour", "gray", "bitonal"])
@pytest.mark.parametrize("text", sorted(SECRET))
@pytest.mark.parametrize("colour", [RED, BLACK], ids=["red", "black"])
@pytest.mark.parametrize("away_mm", [(0.0, 0.0), (9.0, 3.0)])
def test_under_a_seal_it_is_seen(
    finder: StampFinder,
    text: str,
    colour: tuple[int, int, int],
    mode: str,
    away_mm: tuple[float, float],
) -> None:
    """A mark that can be read is one, whatever lies around it."""
    stamp = Stamp(text=text, x_mm=150, y_mm=100, colour=colour)
    place = (stamp.x_mm + away_mm[0], stamp.y_mm + away_mm[1])
    page, words = page_with(stamp, mode=mode, seal_mm=place, dpi=200)
    assert texts(finder.find(page, words)) & SECRET


def test_a_seal_is_no_mark(finder: StampFinder) -> None:
    page, words = page_with()
    assert page.colour is not None
    picture = page.colour.copy()
    for radius, line in ((106, 4), (97, 2), (68, 2)):
        cv2.circle(picture, (675, 1125), radius, RED, line)
    rng = np.random.default_rng(1)
    for _ in range(60):
        x, y = rng.integers(625, 725), rng.integers(1075, 1175)
        cv2.line(picture, (int(x), int(y)), (int(x + 9), int(y + 7)), RED, 2)
    page.colour[:] = picture
    assert finder.find(page, words) == ()


def test_an_empty_page_has_no_marks(finder: StampFinder) -> None:
    page, words = page_with(lines=())
    assert finder.find(page, words) == ()
