"""Working days: Monday to Friday without public holidays, as terms are counted by.

Bộ luật Lao động 2019, Đ112 (holidays) and Đ111.3 (one that falls on a weekly day off is made up for
on the next working day); Bộ luật Dân sự 2015, Đ148.5 (a term whose last day is no working day ends
with the next one). Tết, Giỗ Tổ Hùng Vương (both of the lunar calendar) and the second day of
Quốc khánh are decided each year, and so are days that are exchanged: they are listed.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache

_FRIDAY = 4
_DAY = dt.timedelta(days=1)
_ANY_YEAR = 2026
"""No leap year: 29 February is no holiday of every year."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkingDays:
    """The calendar of the office; a section of the settings."""

    holidays: tuple[str, ...] = ("01-01", "04-30", "05-01", "09-02")
    """Days off of every year, month-day: Tết Dương lịch, Ngày Chiến thắng, Quốc tế lao động,
    Quốc khánh; one on a weekend is made up for on the next working day."""
    off: tuple[str, ...] = (
        "2026-02-16/2026-02-20",
        "2026-04-27",
        "2026-08-31/2026-09-01",
    )
    """Days off that are decided each year, a day or `first/last`: Tết Nguyên đán, Giỗ Tổ Hùng
    Vương, the second day of Quốc khánh, days exchanged, and the days they are made up for on."""
    working: tuple[str, ...] = ("2026-08-22",)
    """Saturdays and Sundays on which the office works in exchange."""

    def __post_init__(self) -> None:
        """Refuse what is no day.

        Raises:
            ValueError: it names the value.
        """
        for one in self.holidays:
            _of_year(one, _ANY_YEAR)
        _days(self.off)
        _days(self.working)

    def is_working(self, day: dt.date) -> bool:
        """Return whether the office works on a day."""
        if day in _days(self.working):
            return True
        return not (
            day.weekday() > _FRIDAY
            or day in _days(self.off)
            or day in _holidays(self.holidays, day.year)
        )

    def after(self, day: dt.date, count: int = 1) -> dt.date:
        """Return the working day so many working days after a day; the day itself for 0."""
        for _ in range(count):
            day += _DAY
            while not self.is_working(day):
                day += _DAY
        return day

    def open_from(self, today: dt.date) -> dt.date:
        """Return the first day of which a term that ended on it is not over today.

        Yesterday's is over; but one that ended on days off just past runs until today.
        """
        while not self.is_working(today - _DAY):
            today -= _DAY
        return today

    def knows(self, year: int) -> bool:
        """Return whether days that were decided for a year are listed."""
        return any(day.year == year for day in _days(self.off))


@lru_cache
def _days(listed: tuple[str, ...]) -> frozenset[dt.date]:
    found: set[dt.date] = set()
    for one in listed:
        first, _, last = one.partition("/")
        day, end = _day(first), _day(last or first)
        if not day <= end < day + dt.timedelta(days=60):
            raise ValueError(f"no days: {one}")
        while day <= end:
            found.add(day)
            day += _DAY
    return frozenset(found)


def _of_year(month_day: str, year: int) -> dt.date:
    return _day(f"{year}-{month_day}")


def _day(iso: str) -> dt.date:
    try:
        return dt.date.fromisoformat(iso)
    except ValueError as error:
        raise ValueError(f"{iso}: {error}") from error


@lru_cache
def _holidays(holidays: tuple[str, ...], year: int) -> frozenset[dt.date]:
    """Return the fixed holidays of a year and the days they are made up for on."""
    fixed = [_of_year(one, year) for one in sorted(holidays)]
    found = set(fixed)
    for day in fixed:
        made_up = day
        while day.weekday() > _FRIDAY and (made_up.weekday() > _FRIDAY or made_up in found):
            made_up += _DAY
        found.add(made_up)
    return frozenset(found)
