"""What the ledger knows of the search index: who was entered, and who of them is not done."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

import sqlalchemy as sa

from pipeline.ledger.database import snapshot
from pipeline.ledger.rows import stamp
from pipeline.ledger.tables import ATTEMPTS, JOBS, RECEIPTS
from pipeline.model.records import JobState

_PORT = "index"


def entered(engine: sa.Engine) -> int:
    """Return how many documents were entered into the index, as far as the ledger knows."""
    query = sa.select(sa.func.count(sa.distinct(RECEIPTS.c.document_id))).where(
        RECEIPTS.c.port == _PORT
    )
    with snapshot(engine) as connection:
        return int(connection.execute(query).scalar() or 0)


def in_order(engine: sa.Engine, *, after: str, limit: int) -> Sequence[tuple[str, str]]:
    """Return documents that were entered, in the order of their arrival.

    Args:
        engine: the ledger.
        after: cursor of the last one seen, empty for the start.
        limit: at most so many.

    Returns:
        (cursor, document) of each.
    """
    cursor = JOBS.c.received_at + " " + JOBS.c.document_id
    query = (
        sa.select(cursor, JOBS.c.document_id)
        .where(JOBS.c.document_id.in_(_entered()), JOBS.c.state != JobState.QUARANTINED.value)
        .order_by(JOBS.c.received_at, JOBS.c.document_id)
        .limit(limit)
    )
    if after:
        received_at, _, document_id = after.partition(" ")
        query = query.where(
            sa.tuple_(JOBS.c.received_at, JOBS.c.document_id)
            > sa.tuple_(sa.literal(received_at), sa.literal(document_id))
        )
    with snapshot(engine) as connection:
        return [(str(at), str(document_id)) for at, document_id in connection.execute(query).all()]


def since(engine: sa.Engine, moment: dt.datetime) -> Sequence[str]:
    """Return the documents that were entered, or entered again, at that time or later.

    Attempts tell it and not receipts: of a document that is entered again the first receipt stays.
    """
    query = (
        sa.select(ATTEMPTS.c.document_id)
        .where(
            ATTEMPTS.c.stage == _PORT,
            ATTEMPTS.c.outcome == "done",
            ATTEMPTS.c.at >= stamp(moment),
        )
        .distinct()
    )
    with snapshot(engine) as connection:
        return [str(one) for one in connection.execute(query).scalars()]


def _entered() -> sa.Select[tuple[str]]:
    return sa.select(RECEIPTS.c.document_id).where(RECEIPTS.c.port == _PORT)


def unsettled(engine: sa.Engine) -> Mapping[JobState, frozenset[str]]:
    """Return the documents in the index by the state of their job, without those that are done.

    Nearly all documents of an index are done; these are the few between index and register, in
    review again, or halted.
    """
    # The few are named by their states and each is asked for: `!=` and a set of all that were
    # entered take 300 ms of processor time at 100,000 documents, of every search.
    others = [state.value for state in JobState if state is not JobState.DONE]
    is_entered = sa.exists().where(
        RECEIPTS.c.port == _PORT, RECEIPTS.c.document_id == JOBS.c.document_id
    )
    query = sa.select(JOBS.c.state, JOBS.c.document_id).where(JOBS.c.state.in_(others), is_entered)
    found: dict[JobState, set[str]] = {}
    with snapshot(engine) as connection:
        for state, document_id in connection.execute(query).all():
            found.setdefault(JobState(state), set()).add(document_id)
    return {state: frozenset(ids) for state, ids in found.items()}
