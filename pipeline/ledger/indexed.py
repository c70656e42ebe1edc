"""What the ledger knows of the search index: who was entered, and who of them is not done."""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa

from pipeline.ledger.database import snapshot
from pipeline.ledger.tables import JOBS, RECEIPTS
from pipeline.model.records import JobState

_PORT = "index"


def entered(engine: sa.Engine) -> int:
    """Return how many documents were entered into the index, as far as the ledger knows."""
    query = sa.select(sa.func.count(sa.distinct(RECEIPTS.c.document_id))).where(
        RECEIPTS.c.port == _PORT
    )
    with snapshot(engine) as connection:
        return int(connection.execute(query).scalar() or 0)


def unsettled(engine: sa.Engine) -> Mapping[JobState, frozenset[str]]:
    """Return the documents in the index by the state of their job, without those that are done.

    Nearly all documents of an index are done; these are the few between index and register, in
    review again, or halted.
    """
    entered = sa.select(RECEIPTS.c.document_id).where(RECEIPTS.c.port == _PORT)
    query = sa.select(JOBS.c.state, JOBS.c.document_id).where(
        JOBS.c.state != JobState.DONE.value, JOBS.c.document_id.in_(entered)
    )
    found: dict[JobState, set[str]] = {}
    with snapshot(engine) as connection:
        for state, document_id in connection.execute(query).all():
            found.setdefault(JobState(state), set()).add(document_id)
    return {state: frozenset(ids) for state, ids in found.items()}
