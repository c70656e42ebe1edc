"""Work that a page begins and does not wait for: one piece after the other, in one thread.

What is under way is told while the process lives; what it made is in the ledger. Killed in the
middle, it is begun again by the same button and goes on (see each kind of work).
"""

from __future__ import annotations

import datetime as dt
import logging
import queue
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace

from pipeline.model.errors import InputError, SohoaError
from pipeline.web.backlog_api import WorkView

_log = logging.getLogger("sohoa.backlog")
_KEPT = 50
_LOOK_S = 0.5
_JOIN_S = 30.0

Tell = Callable[[int], None]
"""Is told how far a work is; raises `Stopped` when the process ends."""


class Stopped(Exception):
    """The process ends; the work goes on when it is begun again."""


class Background:
    """Does one work at a time; thread-safe."""

    def __init__(self, stop: threading.Event) -> None:
        """Name the event that ends it; the thread starts with the first work."""
        self._stop = stop
        self._queue: queue.Queue[tuple[int, Callable[[Tell], str]]] = queue.Queue()
        self._views: dict[int, WorkView] = {}
        self._lock = threading.Lock()
        self._ordinal = 0
        self._thread: threading.Thread | None = None

    def join(self) -> None:
        """Wait until the thread has seen that it is to stop."""
        if self._thread is not None:
            self._thread.join(_JOIN_S)

    def begin(self, batch: str, kind: str, work: Callable[[Tell], str]) -> None:
        """Queue a work; it returns what it came to, in words.

        Raises:
            InputError: INPUT-BATCH-BUSY, the same is under way already.
        """
        with self._lock:
            for one in self._views.values():
                if (one.batch, one.kind, one.is_over) == (batch, kind, False):
                    raise InputError("INPUT-BATCH-BUSY", detail=batch)
            self._ordinal += 1
            now = dt.datetime.now(dt.UTC)
            self._views[self._ordinal] = WorkView(batch=batch, kind=kind, begun_at=now, done=0)
            for old in list(self._views)[:-_KEPT]:
                if self._views[old].is_over:
                    del self._views[old]
            self._queue.put((self._ordinal, work))
            if self._thread is None:
                self._start()

    def _start(self) -> None:
        self._thread = threading.Thread(target=self._run, name="backlog")
        self._thread.start()

    def works(self, batch: str) -> Sequence[WorkView]:
        """Return the works of a batch since the process began, the newest first."""
        with self._lock:
            return [one for one in reversed(self._views.values()) if one.batch == batch]

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                ordinal, work = self._queue.get(timeout=_LOOK_S)
            except queue.Empty:
                continue
            is_ended = False
            try:
                result = work(lambda done, at=ordinal: self._told(at, done))  # type: ignore[misc]
                self._change(ordinal, is_over=True, result=result)
                is_ended = True
            except SohoaError as error:
                _log.warning("%s", error, extra={"action": "backlog", "code": error.code})
                self._change(ordinal, is_over=True, code=error.code, detail=error.detail)
                is_ended = True
            except Stopped:
                return
            finally:
                if not is_ended and not self._stop.is_set():
                    # A fault of ours ends the thread; what is queued goes on in another.
                    self._change(ordinal, is_over=True, code="BUG-STAGE")
                    self._start()

    def _told(self, ordinal: int, done: int) -> None:
        if self._stop.is_set():
            raise Stopped
        self._change(ordinal, done=done)

    def _change(self, ordinal: int, **values: object) -> None:
        with self._lock:
            self._views[ordinal] = replace(self._views[ordinal], **values)  # type: ignore[arg-type]
