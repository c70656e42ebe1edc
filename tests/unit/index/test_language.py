"""The language of questions, as far as engines do not matter."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.model.catalogue import CATALOGUE, Family
from stages.index.language import days, read_question


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("2024-02-10", ("2024-02-10", "2024-02-10")),
        ("10/2/2024", ("2024-02-10", "2024-02-10")),
        ("10.02.2024", ("2024-02-10", "2024-02-10")),
        ("2024/02", ("2024-02-01", "2024-02-29")),
        ("2/2023", ("2023-02-01", "2023-02-28")),
        ("2024", ("2024-01-01", "2024-12-31")),
        ("2024-13", None),
        ("31/02/2024", None),
        ("0/2024", None),
        ("24", None),
        ("1-2-3-2024", None),
        ("hôm qua", None),
        ("", None),
        ("२०२४", None),
        ("9999999999", None),
    ],
)
def test_days_are_read_as_people_write_them(text: str, span: tuple[str, str] | None) -> None:
    """A day, a month or a year has a first and a last day; anything else has none."""
    assert days(text) == span


def test_names_of_fields_may_bear_tones_and_quotes_may_be_curly() -> None:
    """`số:`, `đến:` and typographic quotation marks are understood."""
    question = read_question("đến:2024 loại:“Công văn” số:12/QĐ")
    assert question.date_to == "2024-12-31"
    assert [(one.column, one.words) for one in question.fields] == [
        ("type", ("cong van",)),
        ("code", ("_n_12", "12", "qd")),
    ]
    assert question.mistakes == ()


def test_a_code_copied_from_a_paper_is_no_field() -> None:
    """`Số: 12 /QĐ - X` asks for the code; the label is left out of it."""
    question = read_question("Số: 12 /QĐ - UBND")
    assert question.fields == ()
    assert question.code == "_12_qd_ubnd"


@pytest.mark.parametrize("text", ["https://x.vn/a", "V/v: số hóa", "lúc 10:30", "Kính gửi: Sở"])
def test_pasted_text_is_no_mistake(text: str) -> None:
    """Colons stand in ordinary text too."""
    assert read_question(text).mistakes == ()


def test_several_dates_close_in_on_one_span() -> None:
    """Year and days together mean what both mean."""
    question = read_question("nam:2024 tu:2024-03-01 den:2025")
    assert (question.date_from, question.date_to) == ("2024-03-01", "2024-12-31")


@given(st.text(alphabet='so:coquantde"-* 0124/QĐế', max_size=60))
def test_reading_never_raises_and_mistakes_are_of_the_catalogue(text: str) -> None:
    """Whatever is typed."""
    for mistake in read_question(text).mistakes:
        assert CATALOGUE[mistake.code].family is Family.INPUT
        assert len(mistake.part) <= 41
