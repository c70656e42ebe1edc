"""When to try again: exponential with a cap and full jitter.

Jitter so that documents which failed together do not come back together (AWS Architecture Blog,
"Exponential Backoff And Jitter", 2015: full jitter gives the least load).
"""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Backoff:
    """How long to wait after the n-th failure."""

    base_s: float = 2.0
    cap_s: float = 300.0

    def delay_s(self, tries: int, *, chance: random.Random) -> float:
        """Return seconds to wait after `tries` failures (from 1)."""
        ceiling = min(self.cap_s, self.base_s * 2.0 ** min(tries - 1, 30))
        return chance.uniform(ceiling / 2, ceiling)

    def next_try_at(self, tries: int, *, now: dt.datetime, chance: random.Random) -> dt.datetime:
        """Return the time of the next try."""
        return now + dt.timedelta(seconds=self.delay_s(tries, chance=chance))
