"""Views as people see them."""

from __future__ import annotations

import datetime as dt

import pytest

from pipeline.model.records import JobState
from pipeline.web.api import Arrival
from pipeline.web.present import date, hours, iso_date, moment, percent_read, shown, status, title
from tests.unit.web.made_up import job, minutes


@pytest.mark.parametrize(
    ("typed", "iso"),
    [
        ("4/5/2026", "2026-05-04"),
        ("04.05.2026", "2026-05-04"),
        (" 04-05-2026 ", "2026-05-04"),
        ("2026-05-04", "2026-05-04"),
        ("", ""),
        ("31/2/2026", None),
        ("4/5/26", None),
        ("٤/٥/٢٠٢٦", "2026-05-04"),
        ("abc", None),
    ],
)
def test_dates_are_taken_as_people_write_them(typed: str, iso: str | None) -> None:
    """Day first, any usual separator; what is no date is none."""
    assert iso_date(typed) == iso


def test_times_are_vietnamese() -> None:
    """Seven hours ahead of UTC, day first in Vietnamese."""
    at = dt.datetime(2026, 12, 31, 17, 5, tzinfo=dt.UTC)
    assert moment(at, "vi") == "00:05 01/01/2027"
    assert moment(at, "en") == "2027-01-01 00:05"
    assert date("2026-05-04", "vi") == "04/05/2026"
    assert date("tháng 5", "vi") == "tháng 5"


def test_hours_are_told_in_the_language_of_the_page() -> None:
    """Minutes below an hour, days from two days on."""
    told = [hours(value, "vi") for value in (None, 0.5, 5.25, 47.9, 48.0)]
    assert told == ["–", "30 phút", "5.2 giờ", "47.9 giờ", "2.0 ngày"]
    assert [hours(value, "en") for value in (0.5, 5.25, 48.0)] == [
        "30 min",
        "5.2 h",
        "2.0 d",
    ]


def test_states_are_told_by_what_matters() -> None:
    """Waiting for a person, for time, registered and duplicate are four different things."""
    assert status(job("a", JobState.WAITING, 0)) == "review"
    assert status(job("a", JobState.WAITING, 0, next_try_at=minutes(1))) == "retry"
    arrival = Arrival(book="den", year=2026, arrival_number=1)
    assert status(job("a", JobState.DONE, 0, arrival=arrival)) == "registered"
    assert status(job("a", JobState.DONE, 0, duplicate_of="x")) == "duplicate"
    assert status(job("a", JobState.DONE, 0)) == "done"


def test_progress_is_a_whole_percentage() -> None:
    """Unknown is nothing, ended is all."""
    assert percent_read(job("a", JobState.RUNNING, 0)) == 0
    assert percent_read(job("a", JobState.RUNNING, 0, page_count=3, pages_read=1)) == 33
    assert percent_read(job("a", JobState.REJECTED, 0, page_count=3, pages_read=1)) == 100


def test_a_document_is_called_by_its_best_name() -> None:
    """Subject, else code, else file; what cannot be seen is made visible."""
    assert title(job("a.pdf", JobState.DONE, 0, fields={"subject": "Về", "code": "1/A"})) == "Về"
    assert title(job("a.pdf", JobState.DONE, 0, fields={"subject": " ", "code": "1/A"})) == "1/A"
    assert title(job("a\u202e.pdf", JobState.DONE, 0)) == "a\ufffd.pdf"
    assert shown("ố\u00a0\udc80") == "ố\u00a0\ufffd"
