"""Several readings of one cell decide together, by calibrated confidence and not by count.

The seam for handwriting: today the page's words give one reading; a line reader may add its own,
and the widened or joined line another. Each says how likely it is right; a value's odds grow with
every reading that says the same and shrink with every one that says something else.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

_CEILING = 0.995


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What one reader says of one cell."""

    value: str
    """Empty when the cell is blank or unreadable to it."""
    confidence: float
    """0–1: how often such a reading is right."""
    alternatives: tuple[str, ...] = ()
    """Further values it saw, best first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What the readings come to."""

    value: str
    confidence: float
    alternatives: tuple[str, ...]


def choose(readings: Sequence[Reading], *, is_possible: Callable[[str], bool] = bool) -> Choice:
    """Return the value the readings support most.

    Args:
        readings: any number, of any readers.
        is_possible: refuses values that knowledge excludes (day 46); empty values never win over
            a possible one.
    """
    odds: dict[str, float] = {}
    for reading in readings:
        if not is_possible(reading.value):
            continue
        confidence = min(_CEILING, max(0.02, reading.confidence))
        odds[reading.value] = odds.get(reading.value, 0.0) - math.log(1 - confidence)
    order = sorted(odds, key=lambda value: odds[value], reverse=True)
    others = [text for reading in readings for text in (reading.value, *reading.alternatives)]
    if not order:
        return Choice(value="", confidence=0.0, alternatives=_unique(others, without=""))
    belief = {value: 1 - math.exp(-weight) for value, weight in odds.items()}
    rival = max((belief[value] for value in order[1:]), default=0.0)
    best = order[0]
    confidence = min(_CEILING, belief[best]) * (1 - rival) / max(1e-9, 1 - belief[best] * rival)
    return Choice(
        value=best,
        confidence=confidence,
        alternatives=_unique([*order[1:], *others], without=best),
    )


def _unique(values: Sequence[str], *, without: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in values if value and value != without))
