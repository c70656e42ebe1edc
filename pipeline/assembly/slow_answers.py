"""Answers that take long to make: whoever asks gets the one before, with its time.

Statistics over 100,000 entries take a second, and each entry that comes in makes them out of date.
What was quick to make is made anew each time; what was slow is made anew behind whoever asks.
"""

from __future__ import annotations

import datetime as dt
import logging
import threading
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Generic, TypeVar

from pipeline.model.errors import SohoaError

_Answer = TypeVar("_Answer")

QUICK_S = 0.1
"""What never took longer is made anew for whoever asks."""
AGE_MAX = dt.timedelta(minutes=15)
"""An older answer is not given any more: whoever asks waits for a new one."""
_KEPT_MAX = 16
_log = logging.getLogger("sohoa")


@dataclass(frozen=True, slots=True)
class Dated(Generic[_Answer]):
    """An answer with its time."""

    answer: _Answer
    at: dt.datetime
    """Moment at which its making began, aware."""
    slowest_s: float
    """The longest that its question ever took: one that is quick while nothing changes is slow
    again after the next change."""


class SlowAnswers(Generic[_Answer]):
    """The last answers to a few questions; safe to use from several threads."""

    def __init__(self) -> None:
        """Begin with none."""
        self._lock = threading.Lock()
        self._known: dict[Hashable, Dated[_Answer]] = {}
        self._in_making: set[Hashable] = set()

    def answer(self, asked: Hashable, make: Callable[[], _Answer]) -> Dated[_Answer]:
        """Return the answer to a question, made now or not long ago; raises what `make` raises."""
        with self._lock:
            known = self._known.get(asked)
        if known is None or known.slowest_s <= QUICK_S or _now() - known.at > AGE_MAX:
            return self._made(asked, make)
        with self._lock:
            is_in_making = asked in self._in_making
            self._in_making.add(asked)
        if not is_in_making:
            threading.Thread(target=self._renew, args=(asked, make), daemon=True).start()
        return known

    def _made(self, asked: Hashable, make: Callable[[], _Answer]) -> Dated[_Answer]:
        at, started = _now(), time.perf_counter()
        answer = make()
        taken_s = time.perf_counter() - started
        with self._lock:
            before = self._known.get(asked)
            slowest_s = taken_s if before is None else max(taken_s, before.slowest_s)
            made = Dated(answer, at, slowest_s)
            if asked not in self._known and len(self._known) >= _KEPT_MAX:
                self._known.clear()
            self._known[asked] = made
        return made

    def _renew(self, asked: Hashable, make: Callable[[], _Answer]) -> None:
        try:
            self._made(asked, make)
        except SohoaError as error:
            _log.warning("figures not made anew: %s", error.code)
        finally:
            with self._lock:
                self._in_making.discard(asked)


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
