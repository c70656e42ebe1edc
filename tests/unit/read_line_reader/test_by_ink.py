"""A heading's number apart from its print, by colour and by tone."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from stages._tones import pale_ink, pen_ink, print_tone, strokes
from stages.prepare.ink import part_inks
from stages.read.line_reader import LineReader, SealHint
from stages.read.line_reader.by_ink import (
    by_ink,
    goes_on,
    on_page,
    told_by_print,
    whole_number,
    with_printed_notation,
)
from stages.read.line_reader.records import Box, ReadLine, ReadWord
from stages.read.line_reader.under_stamp import stamps_of, with_pale_ink
from tests.unit.read_line_reader.drawing import font_path

DPI = 200
PER_MM = DPI / 25.4
BLACK, BLUE, RED = (18, 18, 20), (50, 70, 180), (205, 60, 70)
BALLPOINT = (56, 54, 58)


def page_of(number: str, ink: tuple[int, int, int], left_mm: float) -> NDArray[np.uint8]:
    """A head whose number lies over the colon and the stroke behind it."""
    image = Image.new("RGB", (round(210 * PER_MM), round(100 * PER_MM)), (252, 251, 248))
    draw = ImageDraw.Draw(image)
    font = ImageFont.truetype(str(font_path()), round(14 * DPI / 72))
    for x_mm, y_mm, text in ((40, 30, "SỞ NỘI VỤ"), (40, 50, "Số:"), (60, 50, "/QĐ-SNV")):
        draw.text((x_mm * PER_MM, y_mm * PER_MM), text, fill=BLACK, font=font, anchor="ls")
    page = np.array(image, np.uint8)
    pen = np.full_like(page, 255)
    place = (round(left_mm * PER_MM), round(50.5 * PER_MM))
    cv2.putText(pen, number, place, cv2.FONT_HERSHEY_SIMPLEX, 1.35, ink, 4, cv2.LINE_AA)
    return np.minimum(page, pen)


def read(reader: LineReader, page: NDArray[np.uint8], *, is_gray: bool) -> str:
    """The number's line."""
    planes = part_inks(page)
    hint = SealHint(dpi=DPI, red_ink=planes.red_ink, blue_ink=planes.blue_ink)
    if is_gray:
        hint = SealHint(dpi=DPI, pale_ink=pale_ink(planes.gray, DPI))
    picture = planes.gray if is_gray else planes.reading
    lines = [line.text for line in reader.read_page(picture, seal_hint=hint)]
    return next(line for line in lines if line.startswith("S") and "SNV" in line)


def line(text: str, *, confidence: float = 0.9) -> ReadLine:
    """A line as read, words of ten pixels."""
    words = tuple(
        ReadWord(text=part, x0=10.0 * at, y0=0, x1=10.0 * at + 9, y1=9, confidence=confidence)
        for at, part in enumerate(text.split())
    )
    return ReadLine(words=words, x0=0, y0=0, x1=99, y1=9, confidence=confidence, alternatives=())


@pytest.fixture(scope="module")
def reader() -> LineReader:
    """A warm reader."""
    return LineReader()


@pytest.mark.parametrize("ink", [BLUE, RED])
def test_a_coloured_number_over_the_print_is_set_beside_it(
    ink: tuple[int, int, int], reader: LineReader
) -> None:
    page = page_of("1623", ink, 44.0)
    planes = part_inks(page)
    hint = SealHint(dpi=DPI, red_ink=planes.red_ink, blue_ink=planes.blue_ink)
    box = Box(x0=40 * PER_MM, y0=45.5 * PER_MM, x1=82 * PER_MM, y1=51 * PER_MM)
    heading = by_ink(planes.reading, hint, placed(line("Số: 623/QĐ-SNV"), box))
    assert heading is not None
    assert heading.parted.shape[1] > heading.printed.shape[1]
    assert heading.parted_box.width_px > heading.box.width_px
    # The print alone holds no stroke of the pen: its least tone between the two is paper.
    left, right = (round(x * PER_MM - 40 * PER_MM + heading.box.x0) for x in (49, 58))
    assert heading.printed[:, left:right].min() > 200
    assert "1623/QĐ-SNV" in read(reader, page, is_gray=False)


@pytest.mark.parametrize("is_gray", [False, True])
def test_a_black_ballpoint_is_told_from_toner_by_its_tone(
    reader: LineReader, *, is_gray: bool
) -> None:
    """Black pens have no colour: 283 lost its last digit to the stroke and the letter behind it."""
    page = page_of("1623", BALLPOINT, 44.0)
    planes = part_inks(page)
    hint = SealHint(dpi=DPI, red_ink=planes.red_ink, blue_ink=planes.blue_ink)
    hint = SealHint(dpi=DPI, pale_ink=pale_ink(planes.gray, DPI)) if is_gray else hint
    box = Box(x0=40 * PER_MM, y0=45.5 * PER_MM, x1=82 * PER_MM, y1=51 * PER_MM)
    picture = planes.gray if is_gray else planes.reading
    heading = by_ink(picture, hint, placed(line("Số: 623/QĐ-SNV"), box))
    assert heading is not None
    left, right = (round(x * PER_MM - 40 * PER_MM + heading.box.x0) for x in (49, 58))
    assert heading.printed[:, left:right].min() > 200
    assert "1623/QĐ-SNV" in read(reader, page, is_gray=is_gray)
    sentence = placed(line("theo Công văn số 85/QĐ-SNV ngày 23 tháng 8"), box)
    assert (
        by_ink(picture, SealHint(dpi=DPI, red_ink=hint.red_ink, blue_ink=hint.blue_ink), sentence)
        is None
    )


def test_print_of_one_tone_bears_no_pen() -> None:
    """Thin strokes are paler than thick ones, the stroke before the notation most of all."""
    rows = slice(round(44 * PER_MM), round(53 * PER_MM))
    printed = cv2.GaussianBlur(part_inks(page_of("", BLACK, 44.0)).gray, (0, 0), 1.0)
    found = pen_ink(np.asarray(printed, np.uint8), rows, line_px=5.5 * PER_MM)
    assert found is None or not found.any()
    same = part_inks(page_of("1623", BLACK, 44.0)).gray
    found = pen_ink(same, rows, line_px=5.5 * PER_MM)
    assert found is None or not found.any()


def placed(item: ReadLine, box: Box) -> ReadLine:
    """The line in a place."""
    return replace(item, x0=box.x0, y0=box.y0, x1=box.x1, y1=box.y1)


def test_the_tone_of_a_pen_parts_it_on_a_gray_scan(reader: LineReader) -> None:
    assert "1623/QĐ-SNV" in read(reader, page_of("1623", BLUE, 44.0), is_gray=True)


def test_one_ink_or_two_tones_part_nothing() -> None:
    page = page_of("1623", BLACK, 44.0)
    planes = part_inks(page)
    box = Box(x0=40 * PER_MM, y0=45.5 * PER_MM, x1=82 * PER_MM, y1=51 * PER_MM)
    heading = placed(line("Số: 623/QĐ-SNV"), box)
    hint = SealHint(dpi=DPI, red_ink=planes.red_ink, blue_ink=planes.blue_ink)
    assert by_ink(planes.reading, hint, heading) is None
    gray = SealHint(dpi=DPI, pale_ink=pale_ink(planes.gray, DPI))
    assert by_ink(planes.gray, gray, heading) is None
    assert by_ink(planes.gray, SealHint(dpi=DPI, is_bitonal=True), heading) is None


def test_print_tells_a_number_that_a_pen_only_crossed() -> None:
    alike = told_by_print([line("Số: 36/QĐ-SNV"), line("Số: 36/QĐ-SNV"), None])
    assert [item.text for item in alike] == ["Số: 36/QĐ-SNV"] * 2
    assert told_by_print([line("Số: /QĐ-SNV"), line("Số: 8/QĐ-SNV"), line("Số: /QĐ-SNV")]) == []
    assert told_by_print([line("Số: /2025/NĐ-CP")] * 3) == []
    doubted = [line("Số: 36/QĐ-SNV", confidence=0.5)] * 3
    assert told_by_print(doubted) == []


def test_a_part_of_a_number_that_the_pen_wrote_darkly_is_not_print() -> None:
    assert goes_on(line("Số: 2803/QĐ-SNV"), line("Số: 28/QĐ-SNV"))
    assert not goes_on(line("Số: 28/QĐ-SNV"), line("Số: 28/QĐ-SNV"))
    assert goes_on(line("Số: 19/2025/NĐ-CP", confidence=0.3), line("Số: /2025/NĐ-CP"))
    assert not goes_on(line("Số: 2803/QĐ-SNV", confidence=0.2), line("Số: 28/QĐ-SNV"))


def test_words_of_a_parted_picture_stand_on_the_page_again() -> None:
    (found, none) = on_page([line("Số: 36/QĐ-SNV"), None], Box(x0=0, y0=0, x1=198, y1=9), line("S"))
    assert none is None
    assert found is not None
    assert [word.x0 for word in found.words] == [0, 5.0]
    assert (found.x1, found.y1) == (99, 9)


def test_ink_paler_than_print_is_found_by_its_tone_and_rims_are_not() -> None:
    page = np.full((400, 600), 235, np.uint8)
    assert pale_ink(page, 300) is None
    cv2.putText(page, "PRINT", (20, 100), cv2.FONT_HERSHEY_SIMPLEX, 2.5, 20, 12, cv2.LINE_AA)
    assert print_tone(page) == pytest.approx(20, abs=3)
    pale = pale_ink(page, 300)
    assert pale is not None
    assert not pale.any()
    cv2.circle(page, (300, 250), 80, 110, 8, cv2.LINE_AA)
    pale = pale_ink(page, 300)
    assert pale is not None
    assert pale[170].any()
    assert not pale[:130].any()
    assert not strokes(pale, least_px=200).any()
    page[330:] = 120
    assert pale_ink(page, 300) is None


def test_a_stamp_on_a_gray_scan_is_its_pale_ink() -> None:
    page = np.full((1200, 1600), 240, np.uint8)
    cv2.putText(page, "PRINT", (900, 200), cv2.FONT_HERSHEY_SIMPLEX, 2.5, 20, 12, cv2.LINE_AA)
    cv2.rectangle(page, (200, 150), (660, 400), 110, 4)
    cv2.putText(page, "14/9/26", (260, 350), cv2.FONT_HERSHEY_SIMPLEX, 2, 100, 7, cv2.LINE_AA)
    hint = with_pale_ink(SealHint(dpi=DPI, pale_ink=pale_ink(page, DPI)))
    (box,) = stamps_of(hint, None)
    assert box.x0 == pytest.approx(200, abs=24)
    assert with_pale_ink(SealHint(dpi=DPI, is_bitonal=True)).red_ink is None


def test_a_number_whose_head_print_hid_is_whole_where_looks_apart_agree() -> None:
    voted = line("Số: 623/QĐ-SNV", confidence=0.99)
    apart = [line("Số: 1623/QĐ-SNV")] * 3 + [None]
    assert whole_number(voted, [*apart, line("Số: 1623/QĐ-SNV")]).text == "Số: 1623/QĐ-SNV"
    assert whole_number(voted, [line("Số: 1623/QĐ-SNV", confidence=0.5)] * 4) is voted
    assert whole_number(voted, [line("Số: 1923/QĐ-SNV")] * 4) is voted
    assert whole_number(voted, [None] * 4) is voted


def test_a_notation_that_a_pen_crossed_is_as_print_shows_it() -> None:
    voted = line("Số: 1623/QSĐ-STC")
    printed = [line("Số: /QĐ-STC"), line("Số: /QĐ-STC"), None]
    assert with_printed_notation(voted, printed).text == "Số: 1623/QĐ-STC"
    assert with_printed_notation(voted, [line("Số: /QĐ-STC"), None, None]) is voted
    dated = line("Huế, ngày 5/6")
    assert with_printed_notation(dated, printed) is dated
