"""How far the work is: what is open, how fast it goes, when it will end, what failed and why."""

from __future__ import annotations

import datetime as dt

from pipeline.ledger.history import History
from pipeline.ledger.work import failures, left_since
from pipeline.model.records import JobState
from pipeline.model.scope import Scope
from pipeline.web.api import FailureView, ProgressView

_LOOK_BACK = dt.timedelta(hours=1)
_AT_WORK = (JobState.RECEIVED, JobState.RUNNING)


def progress_view(history: History, *, scope: Scope | None) -> ProgressView:
    """Return the progress of what a person may see.

    The speed is that of the last hour: of those documents, how many came to an end or to a person.
    Without any, no end can be told.
    """
    now = dt.datetime.now(dt.UTC)
    counts = history.counts(scope=scope)
    open_count = sum(counts.get(state, 0) for state in _AT_WORK)
    documents, pages, seconds = left_since(history.engine, now - _LOOK_BACK, now=now, scope=scope)
    rate = documents / seconds if seconds else 0.0
    ends_at = now + dt.timedelta(seconds=open_count / rate) if open_count and rate else None
    return ProgressView(
        counts=counts,
        open_count=open_count,
        documents_last_hour=documents,
        pages_last_hour=pages,
        ends_at=ends_at,
        failures=tuple(
            FailureView(code=code, state=state, count=count)
            for code, state, count in failures(history.engine, scope=scope)
        ),
    )
