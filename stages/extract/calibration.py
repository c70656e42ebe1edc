"""From a raw estimate to a confidence that means what it says.

For each field a curve, fitted on generated scans and checked on real letters (`confidence.toml`,
written by `training/fields/calibrate.py`): the raw estimate goes in, the share of such values that
were exact comes out. A field without a curve keeps its estimate.
"""

from __future__ import annotations

import bisect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from pipeline.model.records import Field, FieldSource

_BY_SOURCE = frozenset({"number", "issued_date", "code"})
"""Fields of which those written by hand have a curve of their own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """A rising line through points."""

    raw: tuple[float, ...]
    """Estimates, rising, 0–1."""
    share: tuple[float, ...]
    """How many values of such an estimate are exact, 0–1."""

    def at(self, estimate: float) -> float:
        """Return the share at an estimate, between points on the straight line."""
        right = bisect.bisect_left(self.raw, estimate)
        if right == 0:
            return self.share[0]
        if right == len(self.raw):
            return self.share[-1]
        low, high = self.raw[right - 1], self.raw[right]
        part = (estimate - low) / (high - low) if high > low else 1.0
        return self.share[right - 1] + part * (self.share[right] - self.share[right - 1])


def curve_name(item: Field) -> str:
    """Return the name of the curve of a field: `number`, `number_empty` and so on."""
    if not item.value:
        return f"{item.name}_empty"
    if item.name in _BY_SOURCE and item.source is not FieldSource.PRINTED:
        return f"{item.name}_handwritten"
    return item.name


def calibrated(items: Sequence[Field], curves: Mapping[str, Curve]) -> tuple[Field, ...]:
    """Return the fields with their confidences put on their curves."""
    out = []
    for item in items:
        curve = curves.get(curve_name(item))
        out.append(item if curve is None else replace(item, confidence=curve.at(item.confidence)))
    return tuple(out)
