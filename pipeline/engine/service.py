"""The document threads of a standing process: new jobs, cut-short jobs, and retries that are due.

The ledger is the queue. This class only keeps threads busy with what the ledger calls unfinished
and remembers which documents its own threads hold; a restart forgets nothing because there is
nothing to forget.

Jobs of the backlog (`priority` above 0) never hold up others: a letter of a clerk finds a thread
however many of them are under way, and its pages go before theirs (`page_pool`).
"""

from __future__ import annotations

import datetime as dt
import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from pipeline.engine.runner import Runner
from pipeline.ledger.history import History
from pipeline.ledger.rows import JobRow
from pipeline.model.errors import OperatorError, TransientError

_log = logging.getLogger("sohoa.engine")

_THREADS_MAX = 1024
"""Never reached: threads are made as they are needed; documents that stand still keep theirs."""


class Service:
    """Runs every unfinished job until told to stop."""

    def __init__(
        self,
        runner: Runner,
        history: History,
        *,
        threads: int,
        poll_s: float = 1.0,
        on_change: Callable[[JobRow], None] | None = None,
    ) -> None:
        """Prepare the threads.

        Args:
            runner: takes one document through the plan.
            history: names what is unfinished.
            threads: documents at work at once.
            poll_s: how often due retries are looked for, seconds.
            on_change: is told of each job that a thread has let go (progress display).
        """
        self._runner = runner
        self._history = history
        self._threads = threads
        self._poll_s = poll_s
        self._on_change = on_change
        self._wake = threading.Event()
        self._lock = threading.Lock()
        self._held: dict[str, int] = {}
        """Document → priority, of those that our threads have."""
        self._still: frozenset[str] = frozenset()

    def wake(self) -> None:
        """Look at the ledger now: something has come."""
        self._wake.set()

    def hold(self, document_ids: frozenset[str]) -> None:
        """Begin none of these documents; those begun stand still elsewhere and take no room.

        Each call names them all.
        """
        with self._lock:
            self._still = document_ids

    def run(self, stop: threading.Event) -> None:
        """Work until `stop` is set; documents under way are then left for the next start."""
        with ThreadPoolExecutor(_THREADS_MAX, thread_name_prefix="document") as pool:
            while not stop.is_set():
                self._wake.clear()
                self._hand_out(pool)
                self._wake.wait(self._poll_s)
            pool.shutdown(wait=True, cancel_futures=True)

    def _hand_out(self, pool: ThreadPoolExecutor) -> None:
        try:
            jobs = self._history.unfinished(now=dt.datetime.now(dt.UTC))
        except (TransientError, OperatorError) as error:
            _log.warning("the ledger cannot be asked: %s", error, extra={"action": "ledger-down"})
            return
        for job in jobs:
            with self._lock:
                if job.id in self._held or not self._has_room(job):
                    continue
                self._held[job.id] = job.priority
            pool.submit(self._one, job.id)

    def _has_room(self, job: JobRow) -> bool:
        if job.id in self._still:
            return False
        going = [priority for one, priority in self._held.items() if one not in self._still]
        if job.priority > 0:
            return len(going) < self._threads
        return sum(priority <= 0 for priority in going) < self._threads

    def _one(self, document_id: str) -> None:
        try:
            row = self._runner.run(document_id)
            if row is not None and self._on_change is not None:
                self._on_change(row)
        except (TransientError, OperatorError) as error:
            # Even noting the failure failed (disk full): the job stays as it is and comes again.
            _log.warning("could not note a failure: %s", error, extra={"action": "note-failed"})
        finally:
            with self._lock:
                self._held.pop(document_id, None)
            self._wake.set()
