"""The legal moves of a job, in one table."""

from __future__ import annotations

from pipeline.model.records import JobState

MOVES: dict[JobState, frozenset[JobState]] = {
    JobState.RECEIVED: frozenset({JobState.RUNNING, JobState.REJECTED}),
    JobState.RUNNING: frozenset(
        {
            JobState.RUNNING,  # taken up again after a crash
            JobState.WAITING,
            JobState.DONE,
            JobState.REJECTED,
            JobState.QUARANTINED,
            JobState.HALTED,
        }
    ),
    # rejected by a person: the paper is to be scanned again
    JobState.WAITING: frozenset({JobState.RUNNING, JobState.REJECTED}),
    JobState.HALTED: frozenset({JobState.RUNNING}),
    JobState.REJECTED: frozenset({JobState.RUNNING}),  # `sohoa retry` after the cause is mended
    JobState.DONE: frozenset(),
    JobState.QUARANTINED: frozenset(),
}
"""From → to. A secret document never comes back by itself, a finished one never moves."""


def is_legal(before: JobState, after: JobState) -> bool:
    """Return whether a job may move so."""
    return after in MOVES[before]
