"""The document threads of a standing process: new jobs, cut-short jobs, and retries that are due.

The ledger is the queue. This class only keeps threads busy with what the ledger calls unfinished
and remembers which documents its own threads hold; a restart forgets nothing because there is
nothing to forget.
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
        self._held: set[str] = set()

    def wake(self) -> None:
        """Look at the ledger now: something has come."""
        self._wake.set()

    def run(self, stop: threading.Event) -> None:
        """Work until `stop` is set; documents under way are then left for the next start."""
        with ThreadPoolExecutor(self._threads, thread_name_prefix="document") as pool:
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
                if job.id in self._held or len(self._held) >= self._threads:
                    continue
                self._held.add(job.id)
            pool.submit(self._one, job.id)

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
                self._held.discard(document_id)
            self._wake.set()
