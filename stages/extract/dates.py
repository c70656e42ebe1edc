"""A day out of three cells: day, month, year (ô 4), and what is near when they cannot be.

A hand's 1 is read as 4 or 7, a lead-in stroke as a digit of its own. A cell that no calendar allows
is never taken as read; the days that one such slip away are offered with a low confidence, for a
person to choose. Sources: NĐ 30/2020 PL I, phần I.II.4.
"""

from __future__ import annotations

import datetime as dt
import itertools
import re

from stages.extract.votes import Choice, Reading, choose

_EARLIEST = dt.date(1945, 9, 2)
"""The first state paper of the Republic."""
_GUESS = 0.25
"""How sure the nearest possible day is where the cells name an impossible one."""
_FIRST_DIGITS = {"4": "12", "7": "12", "9": "02", "8": "03", "6": "0", "5": "3", "2": "1", "3": "1"}
"""Digit read → digits that may stand first in a day or month."""


def is_possible_date(text: str, *, today: dt.date) -> bool:
    """Tell whether an ISO date exists, is not after today and no older than the Republic."""
    try:
        date = dt.date.fromisoformat(text)
    except ValueError:
        return False
    return _EARLIEST <= date <= today


def read_date(cells: tuple[str, str, str], confidence: float, *, today: dt.date) -> Choice:
    """Return the day that the cells give, as ISO 8601; empty when a cell holds no digit.

    Args:
        cells: day, month and year as read.
        confidence: of the least sure of them, 0–1.
        today: no paper is issued after it.
    """
    exact = [_digits(cell) for cell in cells]
    loose = ["".join(re.findall(r"\d", cell)) for cell in cells]
    if not all(loose) or len(loose[2]) != 4:
        return Choice(value="", confidence=0.0, alternatives=())
    is_exact = all(text is not None for text in exact)
    value = _iso(*loose)
    readings = [Reading(value=value, confidence=confidence if is_exact else 0.1)]
    if not is_possible_date(value, today=today):
        readings = [
            Reading(value=near, confidence=_GUESS / (rank + 1))
            for rank, near in enumerate(_near(*loose, today=today))
        ]
    return choose(readings, is_possible=lambda text: is_possible_date(text, today=today))


def _near(day: str, month: str, year: str, *, today: dt.date) -> list[str]:
    """Return possible days one slip away from the impossible cells, most likely first."""
    days = [day] if 1 <= int(day) <= 31 else _mended(day, 31)
    months = [month] if 1 <= int(month) <= 12 else _mended(month, 12)
    dates = [_iso(d, m, year) for d, m in itertools.product(days, months)]
    return [text for text in dict.fromkeys(dates) if is_possible_date(text, today=today)][:3]


def _mended(text: str, top: int) -> list[str]:
    if len(text) == 3:
        found = [text[1:], text[0] + text[2], text[:2]]
    elif len(text) == 2:
        found = [first + text[1] for first in _FIRST_DIGITS.get(text[0], "")]
    else:
        found = []
    return [item for item in found if 1 <= int(item) <= top]


def _digits(text: str) -> str | None:
    """Return the digits of a cell that holds nothing else, else None."""
    bare = text.strip(" .,:;_-…").replace(" ", "")
    return bare if bare.isascii() and bare.isdigit() and len(bare) in {1, 2, 4} else None


def _iso(day: str, month: str, year: str) -> str:
    return f"{int(year):04d}-{int(month):02d}-{int(day):02d}"
