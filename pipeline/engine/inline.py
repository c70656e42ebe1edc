"""Pages read in the calling process: the small adapter beside the pool of worker processes.

For tests and for looking at one page under a debugger. A page that kills its reader kills the
caller: hostile files belong into the pool.
"""

from __future__ import annotations

import concurrent.futures
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from pipeline.engine.page_line import (
    CutTask,
    GlanceTask,
    InspectTask,
    PageLine,
    PageOutcome,
    PageTask,
)
from pipeline.model.errors import SohoaError
from pipeline.model.records import Inspection
from pipeline.model.stacks import PageGlance

_Task = TypeVar("_Task")
_Answer = TypeVar("_Answer")


@dataclass(frozen=True, slots=True)
class InlinePages:
    """Ports `PageWorkers` and `StackWorkers` without processes.

    One page at a time: engines are one-threaded.
    """

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
        return [self._answered(self.line.work, task) for task in tasks]

    def glance(
        self, tasks: Sequence[GlanceTask], *, priority: int = 0
    ) -> list[concurrent.futures.Future[PageGlance]]:
        """Look at pages of a stack here and now."""
        del priority
        return [self._answered(self.line.glance, task) for task in tasks]

    def cut(self, task: CutTask, *, priority: int = 0) -> None:
        """Cut a document out of a stack here and now."""
        del priority
        with self._lock:
            self.line.cut(task)

    def _answered(
        self, call: Callable[[_Task], _Answer], task: _Task
    ) -> concurrent.futures.Future[_Answer]:
        answer: concurrent.futures.Future[_Answer] = concurrent.futures.Future()
        try:
            with self._lock:
                answer.set_result(call(task))
        except SohoaError as error:
            answer.set_exception(error)
        return answer
