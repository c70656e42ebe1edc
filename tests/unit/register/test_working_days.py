"""Working days: weekends, holidays of every year and of one, days exchanged, terms that end off."""

from __future__ import annotations

import datetime as dt

import pytest

from pipeline.model.working_days import WorkingDays

DAYS = WorkingDays()


def day(iso: str) -> dt.date:
    """Return a day."""
    return dt.date.fromisoformat(iso)


@pytest.mark.parametrize(
    ("iso", "is_working"),
    [
        ("2026-05-04", True),
        ("2026-05-09", False),  # Saturday
        ("2026-04-30", False),
        ("2026-09-02", False),
        ("2026-02-16", False),  # Tết, decided
        ("2026-02-23", True),
        ("2026-08-31", False),  # exchanged
        ("2026-08-22", True),  # for it, a Saturday
        ("2027-05-01", False),  # Saturday
        ("2027-05-03", False),  # made up for it
        ("2027-05-04", True),
        ("2022-05-02", False),  # 30/4 on a Saturday, 1/5 on a Sunday
        ("2022-05-03", False),
        ("2022-05-04", True),
    ],
)
def test_a_day(iso: str, is_working: bool) -> None:
    """Bộ luật Lao động 2019, Đ111 and Đ112."""
    assert DAYS.is_working(day(iso)) is is_working


def test_so_many_working_days_after() -> None:
    """Three working days before Tết is three, not nine."""
    assert DAYS.after(day("2026-02-12"), 3) == day("2026-02-24")
    assert DAYS.after(day("2026-02-14"), 0) == day("2026-02-14")


@pytest.mark.parametrize(
    ("today", "first"),
    [
        ("2026-05-06", "2026-05-06"),  # Wednesday: what was due on Tuesday is over
        ("2026-05-11", "2026-05-09"),  # Monday: what was due on Saturday runs until today
        ("2026-02-23", "2026-02-14"),  # the first day after Tết
        ("2026-02-18", "2026-02-14"),  # in the middle of it
    ],
)
def test_a_term_that_ends_on_a_day_off_runs_on(today: str, first: str) -> None:
    """Bộ luật Dân sự 2015, Đ148.5."""
    assert DAYS.open_from(day(today)) == day(first)


def test_another_office_has_other_days() -> None:
    """What is listed holds; a listed day that makes up for a holiday makes up for it once."""
    days = WorkingDays(off=("2027-02-04/2027-02-10", "2027-05-03"), working=())
    assert not days.is_working(day("2027-02-10"))
    assert not days.is_working(day("2027-05-03"))
    assert days.is_working(day("2027-05-04"))
    assert (days.knows(2027), days.knows(2026), DAYS.knows(2026)) == (True, False, True)


@pytest.mark.parametrize(
    "wrong",
    [{"holidays": ("30-04",)}, {"off": ("2026-02-30",)}, {"off": ("2026-02-20/2026-02-16",)},
     {"off": ("2026-01-01/2027-01-01",)}, {"working": ("thứ bảy",)}],
)  # fmt: skip
def test_what_is_no_day_is_refused(wrong: dict[str, tuple[str, ...]]) -> None:
    """At the start, by name (SYS-CONFIG)."""
    with pytest.raises(ValueError, match=r"30-04|2026-0|thứ bảy"):
        WorkingDays(**wrong)
