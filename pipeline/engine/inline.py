"""Pages read in the calling process: the small adapter beside the pool of worker processes.

For tests and for looking at one page under a debugger. A page that kills its reader kills the
caller: hostile files belong into the pool.
"""

from __future__ import annotations

import concurrent.futures
import threading
from dataclasses import dataclass, field

from pipeline.engine.page_line import InspectTask, PageLine, PageOutcome, PageTask
from pipeline.model.errors import SohoaError
from pipeline.model.records import Inspection


@dataclass(frozen=True, slots=True)
class InlinePages:
    """Port `PageWorkers` without processes; one page at a time: engines are one-threaded."""

    line: PageLine
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def inspect(self, task: InspectTask, *, priority: int = 0) -> Inspection:
        """Look at a document here and now."""
        del priority
        with self._lock:
            return self.line.inspect(task)

    def read(
        self, tasks: list[PageTask], *, priority: int = 0
    ) -> list[concurrent.futures.Future[PageOutcome]]:
        """Read pages here and now."""
        del priority
        return [self._read(task) for task in tasks]

    def _read(self, task: PageTask) -> concurrent.futures.Future[PageOutcome]:
        answer: concurrent.futures.Future[PageOutcome] = concurrent.futures.Future()
        try:
            with self._lock:
                answer.set_result(self.line.work(task))
        except SohoaError as error:
            answer.set_exception(error)
        return answer
