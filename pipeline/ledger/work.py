"""Questions to the ledger on work as a whole: how much was done lately, what failed and why."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import sqlalchemy as sa

from pipeline.ledger.database import snapshot
from pipeline.ledger.history import within
from pipeline.ledger.rows import moment, stamp
from pipeline.ledger.tables import ARRIVALS, ATTEMPTS, JOBS, OUTBOX
from pipeline.model.records import JobState
from pipeline.model.scope import Scope

_FAILED = (JobState.REJECTED, JobState.HALTED, JobState.WAITING)
_LEFT = (JobState.DONE, JobState.WAITING, JobState.REJECTED, JobState.HALTED, JobState.QUARANTINED)
NOT_TAKEN = "drop"
"""Stands for a state: refused before it became a document."""


def left_since(
    engine: sa.Engine, since: dt.datetime, *, now: dt.datetime, scope: Scope | None
) -> tuple[int, int, float]:
    """Return (documents, pages, seconds) of the work that came to an end, or to a person.

    The seconds are those from the first of them to now: a machine that was started a minute ago is
    not taken to have idled for the rest of the hour.
    """
    # `|| ''`: no index for the states, which nearly all rows have, but the one for the time.
    has_left = JOBS.c.state.concat("").in_([state.value for state in _LEFT])
    query = sa.select(
        sa.func.count(),
        sa.func.coalesce(sa.func.sum(JOBS.c.page_count), 0),
        sa.func.min(JOBS.c.received_at),
    ).where(has_left, JOBS.c.updated_at >= stamp(since))
    with snapshot(engine) as connection:
        found = within(query, JOBS, None, scope)
        documents, pages, first = connection.execute(found).one()
    if not documents:
        return 0, 0, 0.0
    began = max(since, moment(first))
    return int(documents), int(pages), max(1.0, (now - began).total_seconds())


def failures(engine: sa.Engine, *, scope: Scope | None) -> Sequence[tuple[str, str, int]]:
    """Return (code, state, number) of what did not go through, the most frequent cause first."""
    jobs = (
        sa.select(JOBS.c.code, JOBS.c.state, sa.func.count())
        .where(JOBS.c.state.in_([state.value for state in _FAILED]), JOBS.c.code.is_not(None))
        .group_by(JOBS.c.code, JOBS.c.state)
    )
    drops = (
        sa.select(ARRIVALS.c.code, sa.literal(NOT_TAKEN), sa.func.count())
        .where(ARRIVALS.c.outcome == "rejected", ARRIVALS.c.code.is_not(None))
        .group_by(ARRIVALS.c.code)
    )
    with snapshot(engine, scope=scope) as connection:
        found = [
            (str(code), str(state), int(count))
            for query, table in ((jobs, JOBS), (drops, ARRIVALS))
            for code, state, count in connection.execute(within(query, table, None, scope))
        ]
    return sorted(found, key=lambda one: (-one[2], one[0]))


def attempts_after(engine: sa.Engine, last: int) -> tuple[int, Sequence[tuple[str, int, float]]]:
    """Return (number of the newest attempt, [(stage, number, seconds)]) of attempts after one."""
    newer = ATTEMPTS.c.id > last
    query = (
        sa.select(ATTEMPTS.c.stage, sa.func.count(), sa.func.sum(ATTEMPTS.c.seconds))
        .where(newer)
        .group_by(ATTEMPTS.c.stage)
    )
    with snapshot(engine) as connection:
        # the newest first: what is added between the two questions is counted at the next look
        newest = connection.execute(sa.select(sa.func.max(ATTEMPTS.c.id))).scalar() or last
        found = connection.execute(query.where(ATTEMPTS.c.id <= newest)).all()
    return int(newest), [(str(stage), int(count), float(s)) for stage, count, s in found]


def pages_read(engine: sa.Engine) -> int:
    """Return the pages of all documents."""
    with snapshot(engine) as connection:
        return int(connection.execute(sa.select(sa.func.sum(JOBS.c.page_count))).scalar() or 0)


def oldest_open(engine: sa.Engine) -> dt.datetime | None:
    """Return when the oldest document came that is worked on or waits for it."""
    at_work = (JobState.RECEIVED.value, JobState.RUNNING.value)
    query = sa.select(sa.func.min(JOBS.c.received_at)).where(JOBS.c.state.in_(at_work))
    with snapshot(engine) as connection:
        found = connection.execute(query).scalar()
    return None if found is None else moment(found)


def parcels_by_state(engine: sa.Engine) -> Sequence[tuple[str, str, int, dt.datetime]]:
    """Return (target, state, number, when the oldest was made) of the outbox."""
    query = (
        sa.select(
            OUTBOX.c.target, OUTBOX.c.state, sa.func.count(), sa.func.min(OUTBOX.c.created_at)
        )
        .group_by(OUTBOX.c.target, OUTBOX.c.state)
        .order_by(OUTBOX.c.target, OUTBOX.c.state)
    )
    with snapshot(engine) as connection:
        return [
            (str(target), str(state), int(count), moment(first))
            for target, state, count, first in connection.execute(query)
        ]
