"""Marks among words: alone in their place they count, in prose they never do."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.model.records import Box, Word
from stages.guard.in_words import marks_in_words, runs_of_words
from stages.guard.marks_table import load_marks
from stages.guard.stage import bears_secrecy
from tests.unit.guard.pages import RULES_DIR, line, page_of

TABLE = load_marks(RULES_DIR)
WIDTH, HEIGHT = 595.0, 842.0


@pytest.mark.parametrize(
    "text", ["MẬT", "TỐI MẬT", "TUYỆT MẬT", "[MẬT]", "|TỐI MẬT|", "TUYẾT MẬT", "MẶT"]
)
@pytest.mark.parametrize(
    ("x_mm", "y_mm"), [(32, 58), (30, 10), (160, 8), (95, 6), (95, 285), (32, 110)]
)
def test_a_mark_alone_in_a_place_of_stamps_counts(text: str, x_mm: float, y_mm: float) -> None:
    words = (
        line(text.replace("|", ""), x_mm=x_mm, y_mm=y_mm),
        line("Số: 12/QĐ-SNV", x_mm=40, y_mm=40),
    )
    assert bears_secrecy(page_of(*words), TABLE)


def test_a_mark_split_over_two_lines_of_the_reader_counts() -> None:
    first = line("TUYỆT", x_mm=32, y_mm=58)
    second = line("MẬT", x_mm=50.5, y_mm=58.4)
    assert bears_secrecy(page_of(first, second), TABLE)


def test_a_mark_beside_the_address_on_one_line_of_the_reader_counts() -> None:
    assert bears_secrecy(page_of(line("MẬT | | Kính gửi: Sở Nội vụ", x_mm=32, y_mm=70)), TABLE)


@pytest.mark.parametrize(
    "text",
    [
        "Người dùng phải bảo mật thông tin",
        "CÔNG TÁC BẢO VỆ BÍ MẬT NHÀ NƯỚC",
        "QUY CHẾ BẢO MẬT",
        "BÍ MẬT NHÀ NƯỚC",
        "tuyệt đối không tiết lộ mật khẩu",
        "Mật",
        "Ông Trần Văn Mật",
        "TUYỆT ĐỐI AN TOÀN",
        "độ mật của tài liệu",
        "CÔNG KHAI",
        "NHẬT",
        "LUẬT",
        "tài liệu mật",
        "mật",
    ],
)
@pytest.mark.parametrize("y_mm", [10, 60, 90, 150, 284])
def test_prose_and_headings_never_count(text: str, y_mm: float) -> None:
    assert not bears_secrecy(page_of(line(text, x_mm=40, y_mm=y_mm)), TABLE)


def test_the_last_word_of_a_heading_above_does_not_count() -> None:
    first = line("QUY ĐỊNH VỀ BẢO VỆ BÍ", x_mm=80, y_mm=60)
    second = line("MẬT", x_mm=103, y_mm=66)
    assert not bears_secrecy(page_of(first, second), TABLE)


def test_a_cell_in_the_middle_of_a_page_does_not_count() -> None:
    assert not bears_secrecy(page_of(line("MẬT", x_mm=100, y_mm=160)), TABLE)


def test_a_number_in_a_sentence_belongs_to_it_and_alone_explains_nothing() -> None:
    """Else its ink is looked at as a stamp; alone it may be what is left of one."""
    sentence = line("so với cùng kỳ; trong đó 371", x_mm=40, y_mm=90)
    runs = runs_of_words((*sentence, *line("371", x_mm=170, y_mm=60, ordinal=1)), TABLE)
    assert [[word.text for word in run.words][-1] for run in runs] == ["371"]
    stamp = line("MẬT 03", x_mm=40, y_mm=60)
    assert [len(run.words) for run in runs_of_words(stamp, TABLE)] == [1]


def test_capitals_beyond_a_frame_are_not_of_the_sentence() -> None:
    """The reader took `HỎA TỐC` and the address beside its frame for one line."""
    table = load_marks(RULES_DIR)
    far = line("HỎA TỐC", x_mm=40, y_mm=75) + line("Trung tâm Phục vụ", x_mm=63, y_mm=75)
    (run,) = runs_of_words(far, table)
    assert run.spells("TỐC", run.words[1])
    assert not run.is_sentence_with(run.words[1])
    (run,) = runs_of_words(line("Tài liệu độ MẬT phải được", x_mm=40, y_mm=75), table)
    assert run.is_sentence_with(run.words[3])
    (run,) = runs_of_words(line("BẢO VỆ BÍ MẬT NHÀ NƯỚC", x_mm=40, y_mm=75), table)
    assert run.is_sentence_with(run.words[3])


def test_capitals_beside_scraps_are_no_sentence() -> None:
    """What another stamp's letters were read as explains nothing."""
    scraps = line("NAHT", x_mm=40, y_mm=75, sure=0.2) + line("G TỐC", x_mm=54, y_mm=75)
    (run,) = runs_of_words(scraps, load_marks(RULES_DIR))
    assert not run.is_sentence_with(run.words[-1])


def test_urgency_is_told_but_is_no_secret() -> None:
    page = page_of(line("HỎA TỐC", x_mm=32, y_mm=60))
    found = marks_in_words(page.words, TABLE, width_pt=WIDTH, height_pt=HEIGHT)
    assert [mark.text for mark in found] == ["HỎA TỐC"]
    assert not bears_secrecy(page, TABLE)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(
        st.builds(
            lambda text, x, y, w, h, sure, ordinal: Word(
                text=text, box=Box(x0=x, y0=y, x1=x + w, y1=y + h), confidence=sure, line=ordinal
            ),
            st.sampled_from(["MẬT", "TỐI", "BÍ", "KHẨN", "mật", "|", "M", "ẬT"]),
            st.floats(-10, 600), st.floats(-10, 850), st.floats(0, 90), st.floats(0, 30),
            st.floats(0, 1), st.integers(0, 5),
        ),
        max_size=14,
    )
)  # fmt: skip
def test_any_words_give_an_answer(words: list[Word]) -> None:
    marks_in_words(words, TABLE, width_pt=WIDTH, height_pt=HEIGHT)


def test_words_without_height_give_an_answer() -> None:
    """Readers may hand out a flat box; the line of such a word is at least itself."""
    flat = Box(x0=0, y0=0, x1=40, y1=0)
    above = Word(text="BÍ", box=flat, confidence=0.9, line=0)
    below = Word(text="MẬT", box=Box(x0=0, y0=1, x1=40, y1=13), confidence=0.9, line=1)
    assert marks_in_words((above, below), TABLE, width_pt=WIDTH, height_pt=HEIGHT) == ()
