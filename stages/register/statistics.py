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
import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from stages.register.changes import ENDED
from stages.register.journal import VIETNAM, Fact


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
class Statistics:
    """What a period came to, as a whole and by group."""

    first: dt.date
    last: dt.date
    """Both days belong to the period."""
    today: dt.date
    total: Count
    overdue: tuple[Fact, ...]
    """What waits past its due date, the longest first."""
    groups: Mapping[str, tuple[Count, ...]]
    """`unit`, `folder`, `type`, `month` → its groups, the largest first (months in order)."""


GROUPS: Mapping[str, Callable[[Fact], str]] = {
    "unit": lambda fact: fact.holder,
    "folder": lambda fact: fact.folder,
    "type": lambda fact: fact.type_name,
    "month": lambda fact: fact.month,
}
"""How entries are grouped."""


def bounds(first: dt.date, last: dt.date) -> tuple[dt.datetime, dt.datetime]:
    """Return the moments from which and before which a period of Vietnamese days lies."""
    start = dt.datetime.combine(first, dt.time(), VIETNAM)
    return start, dt.datetime.combine(last, dt.time(), VIETNAM) + dt.timedelta(days=1)


def statistics(
    facts: Sequence[Fact], *, first: dt.date, last: dt.date, today: dt.date
) -> Statistics:
    """Count the entries of a period.

    Args:
        facts: of the entries that arrived in it (`BookKeeper.facts` with `bounds`).
        first: first day.
        last: last day.
        today: Vietnamese day against which a due date is overdue.
    """
    return Statistics(
        first=first,
        last=last,
        today=today,
        total=_count("", facts, today),
        overdue=tuple(
            sorted(
                (fact for fact in facts if is_overdue(fact, today)),
                key=lambda fact: (fact.due_date, fact.book, fact.year, fact.arrival_number),
            )
        ),
        groups={by: _grouped(by, facts, today) for by in GROUPS},
    )


def is_overdue(fact: Fact, today: dt.date) -> bool:
    """Return whether an entry waits past its due date."""
    return fact.status not in ENDED and "" < fact.due_date < today.isoformat()


def _grouped(by: str, facts: Iterable[Fact], today: dt.date) -> tuple[Count, ...]:
    groups: dict[str, list[Fact]] = defaultdict(list)
    for fact in facts:
        groups[GROUPS[by](fact)].append(fact)
    counts = (_count(name, mine, today) for name, mine in groups.items())
    if by == "month":
        return tuple(sorted(counts, key=lambda one: one.name))
    return tuple(sorted(counts, key=lambda one: (-one.arrived, one.name)))


def _count(name: str, facts: Sequence[Fact], today: dt.date) -> Count:
    waiting = [fact for fact in facts if fact.status not in ENDED]
    hours = sorted(fact.hours for fact in facts)
    return Count(
        name=name,
        arrived=len(facts),
        digitised=sum(fact.is_digitised for fact in facts),
        waiting=len(waiting),
        overdue=sum(is_overdue(fact, today) for fact in waiting),
        hours_median=_rank(hours, 0.5),
        hours_p90=_rank(hours, 0.9),
    )


def _rank(values: Sequence[float], share: float) -> float | None:
    """Return the value that a share of the values does not exceed (nearest rank)."""
    return values[math.ceil(share * len(values)) - 1] if values else None
