"""How long stages took, summed over the ledger's attempts as they are added."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

from pipeline.ledger.history import History
from pipeline.ledger.work import attempts_after


@dataclass(slots=True, eq=False)
class StageTimes:
    """Seconds and number of attempts by stage, up to the last row seen; thread-safe."""

    history: History
    _seen: int = 0
    _sums: dict[str, tuple[int, float]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def read(self) -> dict[str, tuple[int, float]]:
        """Return stage → (number, seconds)."""
        with self._lock:
            last, found = attempts_after(self.history.engine, self._seen)
            for stage, count, seconds in found:
                before = self._sums.get(stage, (0, 0.0))
                self._sums[stage] = (before[0] + count, before[1] + seconds)
            self._seen = last
            return dict(self._sums)
