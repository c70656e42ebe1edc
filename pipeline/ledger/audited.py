"""What the ledger promises of the store, and how far the last audit came."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from pipeline.ledger.backlog_tables import BATCH_ITEMS
from pipeline.ledger.database import snapshot, transaction
from pipeline.ledger.stack_tables import STACKS
from pipeline.ledger.tables import ARTIFACTS, ATTEMPTS, DOCUMENTS, EVENTS, JOBS
from pipeline.ledger.writes import event
from pipeline.model.records import JobState

_CHUNK_ROWS = 500
_ACTION = "audit"


@dataclass(frozen=True, slots=True, kw_only=True)
class Promised:
    """A file that the store must hold."""

    document_id: str
    kind: str
    """`original`, or the kind of an artifact."""
    digest: str
    is_quarantined: bool


def promised(engine: sa.Engine) -> Iterator[Promised]:
    """Yield every file that a row names, by document, 500 documents a question."""
    after = ""
    while True:
        ids = (
            sa.select(DOCUMENTS.c.id)
            .where(DOCUMENTS.c.id > after)
            .order_by(DOCUMENTS.c.id)
            .limit(_CHUNK_ROWS)
        )
        with snapshot(engine) as connection:
            documents = list(connection.execute(ids).scalars())
            if not documents:
                return
            span = (documents[0], documents[-1])
            states = connection.execute(
                sa.select(JOBS.c.document_id, JOBS.c.state).where(JOBS.c.document_id.between(*span))
            ).all()
            made = connection.execute(
                sa.select(ARTIFACTS.c.document_id, ARTIFACTS.c.kind, ARTIFACTS.c.digest)
                .where(ARTIFACTS.c.document_id.between(*span))
                .order_by(ARTIFACTS.c.document_id, ARTIFACTS.c.kind)
            ).all()
        secret = {one for one, state in states if state == JobState.QUARANTINED.value}
        for one in documents:
            yield Promised(
                document_id=one, kind="original", digest=one, is_quarantined=one in secret
            )
        for document_id, kind, digest in made:
            yield Promised(document_id=document_id, kind=kind, digest=digest, is_quarantined=False)
        after = documents[-1]


def promised_stacks(engine: sa.Engine) -> Iterator[Promised]:
    """Yield the stacks that must be kept; one that bore a secret lies in quarantine."""
    secret = (
        sa.select(BATCH_ITEMS.c.id)
        .join(JOBS, JOBS.c.document_id == BATCH_ITEMS.c.document_id)
        .where(BATCH_ITEMS.c.stack == STACKS.c.id, JOBS.c.state == JobState.QUARANTINED.value)
        .exists()
    )
    query = sa.select(STACKS.c.digest, secret).where(STACKS.c.digest.is_not(None))
    with snapshot(engine) as connection:
        found = connection.execute(query).all()
    for digest, is_quarantined in found:
        yield Promised(
            document_id=digest, kind="stack", digest=digest, is_quarantined=bool(is_quarantined)
        )


def unnamed(engine: sa.Engine, digests: Sequence[str]) -> frozenset[str]:
    """Return those of these digests that no row names.

    A sealed version before the last one is named by the attempt that made it (`sohoa renew`).
    """
    queries = (
        sa.select(DOCUMENTS.c.id).where(DOCUMENTS.c.id.in_(digests)),
        sa.select(ARTIFACTS.c.digest).where(ARTIFACTS.c.digest.in_(digests)),
        sa.select(STACKS.c.digest).where(STACKS.c.digest.in_(digests)),
        sa.select(ATTEMPTS.c.key).where(ATTEMPTS.c.stage == "renew", ATTEMPTS.c.key.in_(digests)),
    )
    known: set[str] = set()
    with snapshot(engine) as connection:
        for query in queries:
            known.update(connection.execute(query).scalars())
    return frozenset(digests) - known


def cursor(engine: sa.Engine) -> str:
    """Return the digest after which an audit that was cut short goes on, empty for the start."""
    query = (
        sa.select(EVENTS.c.facts)
        .where(EVENTS.c.document_id.is_(None), EVENTS.c.action == _ACTION)
        .order_by(EVENTS.c.id.desc())
        .limit(1)
    )
    with snapshot(engine) as connection:
        facts = connection.execute(query).scalar()
    return "" if facts is None else str(json.loads(facts)["cursor"])


def note(engine: sa.Engine, *, cursor: str, files: int, wrong: int) -> None:
    """Note how far an audit came; an empty cursor ends it."""
    facts = {"cursor": cursor, "files": str(files), "wrong": str(wrong)}
    with transaction(engine) as connection:
        event(connection, None, _ACTION, facts)
