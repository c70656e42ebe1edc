"""Drawing a sample that anybody can draw again: it follows from a seed and what there is."""

from __future__ import annotations

import hashlib
import heapq
from collections.abc import Iterable

Unit = tuple[int, str, int]
"""Paper (row of the batch), document, page from 1 or 0 for the whole document."""
CRITERIA = ("legible", "straight", "complete", "order", "colour", "fields")
"""What is looked at, in the order of the keys 1 to 6."""


def drawn(units: Iterable[Unit], *, seed: str, size: int) -> list[Unit]:
    """Return a sample in the order of the units; each unit has the same chance.

    Those are drawn whose SHA-256 of seed, document and page are least: the same seed draws the same
    sample, in whatever order units come, and only the sample is held in memory.
    """
    ranked = ((_rank(seed, unit), at, unit) for at, unit in enumerate(units))
    chosen = heapq.nsmallest(size, ranked)
    return [unit for _, _, unit in sorted(chosen, key=lambda one: one[1])]


def _rank(seed: str, unit: Unit) -> bytes:
    return hashlib.sha256(f"{seed}/{unit[1]}/{unit[2]}".encode()).digest()
