"""The day of issue: grammar, and days that cannot be."""

from __future__ import annotations

import datetime as dt

import pytest

from pipeline.model.records import Field
from stages.extract.dates import is_possible_date, read_date
from stages.extract.issued import mend_name
from tests.unit.extract.paper import Paper, fields_of, rules

TODAY = dt.date(2026, 11, 22)


def date_field(line: str) -> Field:
    """The day of a head whose place line reads so."""
    paper = Paper().head("SỞ NỘI VỤ", code="Số: 47/QĐ-SNV", place_date=line)
    return fields_of(paper.titled("QUYẾT ĐỊNH", "Về việc thử"))["issued_date"]


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("Quảng Ngãi, ngày 05 tháng 3 năm 2024", "2024-03-05"),
        ("Quảng Ngãi,ngày 05 tháng 3 năm 2024", "2024-03-05"),
        ("Quảng Ngãi, ngày 05 tháng 3 năm 2024.", "2024-03-05"),
        ("Đại Từ, ngày 28 tháng 01 năm 2024", "2024-01-28"),
        ("Quảng Ngãi, ngày05 tháng 3 năm 2024", "2024-03-05"),
        ("Quảng Ngãi, ngày 05 tháng3năm 2024", "2024-03-05"),
        ("Quang Ngai, ngay 05 thang 3 nam 2024", "2024-03-05"),
    ],
)
def test_a_line_of_place_and_date_is_read(line: str, day: str) -> None:
    assert date_field(line).value == day


@pytest.mark.parametrize(
    "line",
    [
        "Quảng Ngãi, ngày 30 tháng 02 năm 2024",
        "Quảng Ngãi, ngày 12 tháng 12 năm 2026",
        "Quảng Ngãi, ngày 12 tháng 12 năm 1026",
        "Quảng Ngãi, ngày | tháng 12 năm 2024",
        "Quảng Ngãi, ngày ÂT tháng 12 năm 2024",
    ],
)
def test_a_day_that_cannot_be_stays_empty_and_unsure(line: str) -> None:
    field = date_field(line)
    assert field.value == ""
    assert field.confidence < 0.2
    assert field.box is not None


@pytest.mark.parametrize(
    ("cells", "day"),
    [
        (("46", "01", "2024"), "2024-01-16"),
        (("116", "01", "2024"), "2024-01-16"),
        (("06", "20", "2024"), "2024-10-06"),
    ],
)
def test_a_slip_away_from_an_impossible_day_is_offered_unsure(
    cells: tuple[str, str, str], day: str
) -> None:
    choice = read_date(cells, 0.99, today=TODAY)
    assert choice.value == day
    assert choice.confidence < 0.5


def test_a_sentence_with_a_day_is_not_the_day_of_issue() -> None:
    paper = Paper().head("SỞ NỘI VỤ", code="Số: 47/QĐ-SNV", place_date="")
    paper.titled("QUYẾT ĐỊNH", "Về việc thử")
    paper.at(32, 75, "Căn cứ Luật Tổ chức Chính phủ ngày 18 tháng 02 năm 2025;")
    assert fields_of(paper)["issued_date"].value == ""


def test_possible_days_lie_between_the_republic_and_today() -> None:
    assert is_possible_date("1945-09-02", today=TODAY)
    assert is_possible_date("2026-11-22", today=TODAY)
    assert not is_possible_date("2026-11-23", today=TODAY)
    assert not is_possible_date("1945-09-01", today=TODAY)
    assert not is_possible_date("2024-02-30", today=TODAY)
    assert not is_possible_date("", today=TODAY)


def test_lost_tones_of_a_place_are_mended_and_unknown_places_stay() -> None:
    places = (*rules().provinces, *rules().communes)
    assert mend_name("Quang Ngãi", places)[0] == "Quảng Ngãi"
    assert mend_name("Quảng Ngãi", places) == ("Quảng Ngãi", 1.0)
    assert mend_name("Xứ Không Tên", places)[0] == "Xứ Không Tên"
