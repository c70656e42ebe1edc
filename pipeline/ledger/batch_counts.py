"""Counts of a batch: how many papers stand how, how fast they end, what failures cost."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from pipeline.ledger.backlog_tables import BATCH_ITEMS
from pipeline.ledger.batch_rows import OPEN_STATES
from pipeline.ledger.database import snapshot
from pipeline.ledger.rows import moment, stamp
from pipeline.ledger.tables import ATTEMPTS, JOBS


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Papers of a batch that stand alike."""

    state: str
    """`new`, `refused`, `doubled`, or the state of the job."""
    code: str | None
    documents: int
    pages: int


def tallies(engine: sa.Engine, batch: str) -> Sequence[Tally]:
    """Return how many papers and pages stand how."""
    state = sa.case((BATCH_ITEMS.c.state == "entered", JOBS.c.state), else_=BATCH_ITEMS.c.state)
    code = sa.func.coalesce(BATCH_ITEMS.c.code, JOBS.c.code)
    is_own = BATCH_ITEMS.c.state == "entered"
    query = (
        sa.select(
            state.label("standing"),
            code.label("cause"),
            sa.func.count().label("documents"),
            sa.func.coalesce(sa.func.sum(sa.case((is_own, JOBS.c.page_count))), 0).label("pages"),
        )
        .select_from(BATCH_ITEMS)
        .outerjoin(JOBS, JOBS.c.document_id == BATCH_ITEMS.c.document_id)
        .where(BATCH_ITEMS.c.batch == batch)
        .group_by("standing", "cause")
        .order_by("standing", "cause")
    )
    with snapshot(engine) as connection:
        return [
            Tally(state=row.standing, code=row.cause, documents=row.documents, pages=row.pages)
            for row in connection.execute(query)
        ]


def ended_since(
    engine: sa.Engine, batch: str, since: dt.datetime
) -> tuple[int, int, dt.datetime | None]:
    """Return documents and pages that ended since, and when the first of them did."""
    query = (
        sa.select(
            sa.func.count(),
            sa.func.coalesce(sa.func.sum(JOBS.c.page_count), 0),
            sa.func.min(JOBS.c.updated_at),
        )
        .join(BATCH_ITEMS, BATCH_ITEMS.c.document_id == JOBS.c.document_id)
        .where(
            BATCH_ITEMS.c.batch == batch,
            BATCH_ITEMS.c.state == "entered",
            JOBS.c.state.not_in(OPEN_STATES),
            JOBS.c.updated_at >= stamp(since),
        )
    )
    with snapshot(engine) as connection:
        documents, pages, first = connection.execute(query).one()
    return int(documents), int(pages), None if first is None else moment(first)


def seconds_by_code(engine: sa.Engine, batch: str) -> Mapping[str, float]:
    """Return the seconds of work that papers cost which wait or failed, by cause."""
    query = (
        sa.select(JOBS.c.code, sa.func.sum(ATTEMPTS.c.seconds))
        .join(BATCH_ITEMS, BATCH_ITEMS.c.document_id == JOBS.c.document_id)
        .join(ATTEMPTS, ATTEMPTS.c.document_id == JOBS.c.document_id)
        .where(
            BATCH_ITEMS.c.batch == batch,
            BATCH_ITEMS.c.state == "entered",
            JOBS.c.code.is_not(None),
        )
        .group_by(JOBS.c.code)
    )
    with snapshot(engine) as connection:
        return {str(code): float(seconds) for code, seconds in connection.execute(query)}
