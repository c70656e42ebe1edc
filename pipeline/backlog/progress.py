"""How far a batch is: shares, rate, when it will be done, and what fails, by cause."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipeline.ledger.batch_counts import Tally, ended_since, seconds_by_code, tallies
from pipeline.ledger.batch_rows import BatchRow
from pipeline.ledger.batches import Batches
from pipeline.ledger.stacks import Stacks
from pipeline.model.records import JobState

_WINDOW = dt.timedelta(hours=1)
_UNENDED = frozenset({"new", "received", "running", "waiting", "halted"})
_ENDED = frozenset(
    {JobState.DONE.value, JobState.REJECTED.value, JobState.QUARANTINED.value, "refused", "doubled"}
)
_UNCUT = frozenset({"new", "waiting", "planned"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """Papers that failed or wait for one reason."""

    code: str
    documents: int
    pages: int
    seconds: float
    """Work that they have cost so far."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """A batch at a moment."""

    name: str
    is_paused: bool
    total: int
    """Papers added."""
    states: Mapping[str, int]
    """State → papers."""
    pages: int
    """Pages of the finished documents."""
    share: float
    """Papers that ended, well or not, 0–1; 0 for an empty batch."""
    pages_per_minute: float
    """Over the last hour of work; 0 when nothing ended in it."""
    seconds_left: float | None
    """At that rate; None when it is not known."""
    causes: Sequence[Cause]
    """Most papers first."""


def progress(batches: Batches, row: BatchRow, *, now: dt.datetime) -> Progress:
    """Return how far a batch is."""
    found = tallies(batches.engine, row.name)
    states: dict[str, int] = {}
    for one in found:
        states[one.state] = states.get(one.state, 0) + one.documents
    total = sum(states.values())
    ended = sum(count for state, count in states.items() if state in _ENDED)
    documents, pages, first = ended_since(batches.engine, row.name, now - _WINDOW)
    elapsed_s = 0.0 if first is None else (now - first).total_seconds()
    is_known = documents > 1 and elapsed_s > 0
    open_count = total - ended - states.get(JobState.HALTED.value, 0)
    return Progress(
        name=row.name,
        is_paused=row.is_paused,
        total=total,
        states=states,
        pages=sum(one.pages for one in found if one.state == JobState.DONE.value),
        share=ended / total if total else 0.0,
        pages_per_minute=60 * pages / elapsed_s if is_known else 0.0,
        seconds_left=open_count * elapsed_s / documents if is_known else None,
        causes=_causes(found, seconds_by_code(batches.engine, row.name)),
    )


def unended(batches: Batches, name: str) -> int:
    """Return how many papers of a batch have not ended, well or not, and stacks are not cut."""
    stacks = Stacks(batches.engine).counts(name)
    uncut = sum(count for state, count in stacks.items() if state in _UNCUT)
    papers = (one for one in tallies(batches.engine, name) if one.state in _UNENDED)
    return uncut + sum(one.documents for one in papers)


def _causes(found: Sequence[Tally], seconds: Mapping[str, float]) -> Sequence[Cause]:
    causes = [
        Cause(
            code=one.code,
            documents=one.documents,
            pages=one.pages,
            seconds=round(seconds.get(one.code, 0.0), 1),
        )
        for one in found
        if one.code is not None
    ]
    return sorted(causes, key=lambda one: (-one.documents, one.code))
