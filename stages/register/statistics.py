"""What a period came to: arrived, digitised, waiting, overdue, and how long registering took.

Counted from the register alone, so that the figures are those that the printed register bears out.
What came and is not yet registered the ledger knows, not the register.

Words: *arrived* – entries whose Vietnamese day of arrival lies in the period; *digitised* – those
of them that have a document in the store; *waiting* – those whose status is neither 02 (refused)
nor 06 (completed); *overdue* – waiting ones whose due date is before today; *time to register* –
from arrival to the entry, hours.
"""

from __future__ import annotations

import datetime as dt
import itertools
import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from stages.register.journal import VIETNAM, JournalRow
from stages.register.tally import Tally


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """What one group came to."""

    name: str
    """Name of the unit, folder, type or month (`2026-05`); empty where there is none."""
    arrived: int
    digitised: int
    waiting: int
    overdue: int
    hours_median: float | None
    """Time to register, hours; None in an empty group."""
    hours_p90: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """Entries summed up, as a whole and by group."""

    total: Count
    groups: Mapping[str, tuple[Count, ...]]
    """`unit`, `folder`, `type`, `month` → its groups, the largest first (months in order)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Statistics:
    """What a period came to, as a whole and by group."""

    first: dt.date
    last: dt.date
    """Both days belong to the period."""
    today: dt.date
    total: Count
    overdue: tuple[JournalRow, ...]
    """What waits past its due date, the longest first."""
    groups: Mapping[str, tuple[Count, ...]]
    """As in `Sums`."""


GROUPS: Mapping[str, Callable[[Tally], str]] = {
    "unit": lambda tally: tally.holder,
    "folder": lambda tally: tally.folder,
    "type": lambda tally: tally.type_name,
    "month": lambda tally: tally.month,
}
"""How entries are grouped."""


def bounds(first: dt.date, last: dt.date) -> tuple[dt.datetime, dt.datetime]:
    """Return the moments from which and before which a period of Vietnamese days lies."""
    start = dt.datetime.combine(first, dt.time(), VIETNAM)
    return start, dt.datetime.combine(last, dt.time(), VIETNAM) + dt.timedelta(days=1)


def summed(tallies: Sequence[Tally]) -> Sums:
    """Sum up entries."""
    return Sums(total=_count("", tallies), groups={by: _grouped(by, tallies) for by in GROUPS})


def statistics(
    sums: Sums,
    overdue: Iterable[JournalRow],
    *,
    first: dt.date,
    last: dt.date,
    today: dt.date,
) -> Statistics:
    """Return what a period came to.

    Args:
        sums: of the entries that arrived in it (`BookKeeper.sums` with `bounds`).
        overdue: those of them that are overdue, the longest first (`BookKeeper.due`).
        first: first day.
        last: last day.
        today: Vietnamese day against which a due date is overdue.
    """
    return Statistics(
        first=first,
        last=last,
        today=today,
        total=sums.total,
        overdue=tuple(overdue),
        groups=sums.groups,
    )


def _grouped(by: str, tallies: Iterable[Tally]) -> tuple[Count, ...]:
    groups: dict[str, list[Tally]] = defaultdict(list)
    for tally in tallies:
        groups[GROUPS[by](tally)].append(tally)
    counts = (_count(name, mine) for name, mine in groups.items())
    if by == "month":
        return tuple(sorted(counts, key=lambda one: one.name))
    return tuple(sorted(counts, key=lambda one: (-one.arrived, one.name)))


def _count(name: str, tallies: Sequence[Tally]) -> Count:
    def sized(which: Callable[[Tally], bool]) -> int:
        return sum(len(tally.seconds) for tally in tallies if which(tally))

    seconds = sorted(itertools.chain.from_iterable(tally.seconds for tally in tallies))
    return Count(
        name=name,
        arrived=len(seconds),
        digitised=sized(lambda tally: tally.is_digitised),
        waiting=sized(lambda tally: tally.is_waiting),
        overdue=sized(lambda tally: tally.is_overdue),
        hours_median=_rank_hours(seconds, 0.5),
        hours_p90=_rank_hours(seconds, 0.9),
    )


def _rank_hours(seconds: Sequence[int], share: float) -> float | None:
    """Return the value that a share of the values does not exceed (nearest rank), in hours."""
    return seconds[math.ceil(share * len(seconds)) - 1] / 3600 if seconds else None
