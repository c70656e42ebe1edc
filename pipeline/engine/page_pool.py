"""The pool of page workers: warm processes that all documents share.

Fair by virtual time: each document's pages are numbered on from the pool's present time, so a
one-page letter that comes while a 900-page file is read waits for one page at most; a lower
priority number goes first altogether. At most one task a worker plus one waits inside the process
pool, the rest waits here, where it can still be overtaken.

A worker that dies or overruns its time costs its page one try. The page is tried once more, alone
in its worker as always; then it comes back unread, with the reason. Hostile files therefore cannot
stop the line (they can only cost it `2 × page_timeout_s`).
"""

from __future__ import annotations

import concurrent.futures
import functools
import heapq
import itertools
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any

from pebble import ProcessExpired, ProcessPool

from pipeline.engine import nursery
from pipeline.engine.page_line import (
    CutTask,
    GlanceTask,
    InspectTask,
    PageLineFactory,
    PageOutcome,
    PageTask,
    cut_in_worker,
    glance_in_worker,
    inspect_in_worker,
    start_worker,
    unread,
    unseen,
    work_in_worker,
)
from pipeline.model.errors import DocumentError, SohoaError
from pipeline.model.records import Inspection
from pipeline.model.stacks import PageGlance


@dataclass(order=True, slots=True)
class _Waiting:
    priority: int
    turn: int
    ordinal: int
    call: Callable[[Any], Any] = field(compare=False)
    task: Any = field(compare=False)
    answer: concurrent.futures.Future[Any] = field(compare=False)
    timeout_s: float = field(compare=False)
    tries: int = field(compare=False, default=0)


class PagePool:
    """Warm worker processes behind a fair queue; use as a context manager."""

    def __init__(
        self,
        factory: PageLineFactory,
        argument: object,
        *,
        workers: int,
        page_timeout_s: float,
        inspect_timeout_s: float,
        pages_per_worker: int = 0,
    ) -> None:
        """Start the workers.

        Args:
            factory: builds the engines in each worker.
            argument: picklable, handed to the factory.
            workers: processes, at least 1.
            page_timeout_s: longest time for one page.
            inspect_timeout_s: longest time for looking at a file.
            pages_per_worker: a worker is replaced after so many tasks (0: never), against leaks of
                foreign libraries.
        """
        self._pool = ProcessPool(
            max_workers=workers,
            max_tasks=pages_per_worker,
            initializer=start_worker,
            initargs=[factory, argument],
            context=nursery.context(),
        )
        # Asked whether it is active, pebble starts its workers: they load their networks while the
        # caller still builds the document line, not after it.
        self._is_closed = not self._pool.active
        self._slots = workers + 1
        self._page_timeout_s = page_timeout_s
        self._inspect_timeout_s = inspect_timeout_s
        self._lock = threading.Lock()
        self._heap: list[_Waiting] = []
        self._parked: list[_Waiting] = []
        self._held: frozenset[str] = frozenset()
        self._ordinals = itertools.count()
        self._turn = 0
        self._running = 0

    def __enter__(self) -> PagePool:
        """Return the pool."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop the workers at once; what was under way is done again at the next start."""
        self.close()

    def close(self) -> None:
        """Stop the workers at once; pages that are waiting or under way are cancelled."""
        with self._lock:
            self._is_closed = True
            waiting, self._heap, self._parked = [*self._heap, *self._parked], [], []
        for one in waiting:
            one.answer.cancel()
        self._pool.stop()  # type: ignore[no-untyped-call]
        self._pool.join()

    def hold(self, document_ids: frozenset[str]) -> None:
        """Let the pages of these documents stand still, and those of all others go on.

        Pages that are with the workers end: one a worker, and one more. Each call names them all.
        """
        with self._lock:
            if document_ids == self._held:
                return
            self._held = document_ids
            for waiting in self._parked:
                heapq.heappush(self._heap, waiting)
            self._parked = []
        self._feed()

    def inspect(self, task: InspectTask, *, priority: int = 0) -> Inspection:
        """Look at a document in a worker.

        Raises:
            DocumentError: what the inspector says, or DOC-DAMAGED for a file that kills or stalls
                its reader.
            concurrent.futures.CancelledError: the pool was closed.
        """
        answer = self._submit(
            inspect_in_worker, task, priority=priority, turn=0, timeout_s=self._inspect_timeout_s
        )
        inspection: Inspection = _of_whole_file(answer)
        return inspection

    def cut(self, task: CutTask, *, priority: int = 0) -> None:
        """Cut one document out of a stack in a worker; durable on return.

        Raises:
            DocumentError, OperatorError, TransientError: see `StackTools.cut`; DOC-DAMAGED for a
                file that kills or stalls its reader.
            concurrent.futures.CancelledError: the pool was closed.
        """
        _of_whole_file(
            self._submit(
                cut_in_worker, task, priority=priority, turn=0, timeout_s=self._inspect_timeout_s
            )
        )

    def glance(
        self, tasks: Sequence[GlanceTask], *, priority: int = 0
    ) -> list[concurrent.futures.Future[PageGlance]]:
        """Queue looks at pages of a stack; each future gives a PageGlance or a SohoaError."""
        return self._queue(glance_in_worker, tasks, priority)

    def read(
        self, tasks: list[PageTask], *, priority: int = 0
    ) -> list[concurrent.futures.Future[PageOutcome]]:
        """Queue the pages of one document; each future gives a PageOutcome or a SohoaError."""
        return self._queue(work_in_worker, tasks, priority)

    def _queue(
        self, call: Callable[[Any], Any], tasks: Sequence[Any], priority: int
    ) -> list[concurrent.futures.Future[Any]]:
        with self._lock:
            turn = self._turn
        return [
            self._submit(
                call, task, priority=priority, turn=turn + ordinal, timeout_s=self._page_timeout_s
            )
            for ordinal, task in enumerate(tasks)
        ]

    def _submit(
        self,
        call: Callable[[Any], Any],
        task: Any,
        *,
        priority: int,
        turn: int,
        timeout_s: float,
    ) -> concurrent.futures.Future[Any]:
        waiting = _Waiting(
            priority=priority,
            turn=turn,
            ordinal=next(self._ordinals),
            call=call,
            task=task,
            answer=concurrent.futures.Future(),
            timeout_s=timeout_s,
        )
        with self._lock:
            if self._is_closed:
                waiting.answer.cancel()
                return waiting.answer
            heapq.heappush(self._heap, waiting)
        self._feed()
        return waiting.answer

    def _feed(self) -> None:
        while True:
            with self._lock:
                if self._is_closed or self._running >= self._slots or not self._heap:
                    return
                waiting = heapq.heappop(self._heap)
                if waiting.task.document.id in self._held:
                    self._parked.append(waiting)
                    continue
                self._turn = max(self._turn, waiting.turn)
                self._running += 1
                future = self._pool.schedule(
                    waiting.call, args=[waiting.task], timeout=waiting.timeout_s
                )
            future.add_done_callback(functools.partial(self._ended, waiting))

    def _ended(self, waiting: _Waiting, done: concurrent.futures.Future[Any]) -> None:
        with self._lock:
            self._running -= 1
            is_closed = self._is_closed
        if done.cancelled() or is_closed:
            waiting.answer.cancel()
        else:
            self._answer(waiting, done)
        self._feed()

    def _answer(self, waiting: _Waiting, done: concurrent.futures.Future[Any]) -> None:
        error = done.exception()
        if error is None:
            waiting.answer.set_result(done.result())
        elif isinstance(error, SohoaError):
            waiting.answer.set_exception(error)
        elif waiting.tries == 0:
            waiting.tries = 1
            with self._lock:
                heapq.heappush(self._heap, waiting)
        elif isinstance(waiting.task, PageTask):
            waiting.answer.set_result(unread(waiting.task, _why(error)))
        elif isinstance(waiting.task, GlanceTask):
            waiting.answer.set_result(unseen(waiting.task, _why(error)))
        else:
            waiting.answer.set_exception(error)


def _why(error: BaseException) -> str:
    is_late = isinstance(error, concurrent.futures.TimeoutError)
    return "PAGE-TIMEOUT" if is_late else "PAGE-CRASH"


def _of_whole_file(answer: concurrent.futures.Future[Any]) -> Any:
    """Return what came of a task on a whole file; a crash of its worker is the file's fault."""
    error = answer.exception()
    if error is None:
        return answer.result()
    if isinstance(error, (ProcessExpired, concurrent.futures.TimeoutError, MemoryError)):
        raise DocumentError("DOC-DAMAGED", detail=type(error).__name__) from error
    raise error
