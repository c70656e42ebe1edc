"""What the ledger knows of reading again: who was read by an older reader, what became of it.

The revision of the reading stands in `made_by` of the artifact `pages`. A later reading takes the
place of the one before; the former files keep rows of their own (`sealed~1`: sealed after reading
revision 1), so that they stay reachable and `sohoa audit` watches over them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from pipeline.ledger.backlog_tables import BATCH_ITEMS
from pipeline.ledger.database import snapshot, transaction
from pipeline.ledger.owner import is_alive
from pipeline.ledger.rows import stamp
from pipeline.ledger.tables import ARTIFACTS, ATTEMPTS, EVENTS, JOBS
from pipeline.ledger.writes import event, now, put_artifact, put_field, put_remarks
from pipeline.model.records import Artifact, Field, JobState, Remark

FORMER = "~"
"""Stands in the kind of a former file between its kind and the revision of its reading."""
_STAGE = "reprocess"
_FIELD = "reprocess.field"
_CHUNK_ROWS = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Which finished documents are read again."""

    before: int
    """Those whose reading has a lower revision."""
    batch: str | None = None
    folder: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One field that a later reading changed."""

    document_id: str
    name: str
    before: str
    after: str
    is_registered: bool
    """Whether the register holds the value before; a person corrects it there."""
    revision: int


def read_by(revision: int, engine: str) -> str:
    """Return what `made_by` says of pages that were read."""
    return f"read/{revision}/{engine}"


def revision_of(made_by: str) -> int:
    """Return the revision of a reading; what says none was read before revisions were kept: 1."""
    _, _, rest = made_by.partition("/")
    number = rest.partition("/")[0]
    return int(number) if number.isdigit() else 1


def due(engine: sa.Engine, choice: Choice) -> Iterator[str]:
    """Yield the finished documents of an older reading, and those whose rereading was cut short."""
    unfinished = _unfinished(engine)
    after = ""
    while True:
        query = (
            sa.select(JOBS.c.document_id, ARTIFACTS.c.made_by)
            .join(ARTIFACTS, ARTIFACTS.c.document_id == JOBS.c.document_id)
            .where(
                ARTIFACTS.c.kind == "pages",
                JOBS.c.state == JobState.DONE.value,
                JOBS.c.document_id > after,
            )
            .order_by(JOBS.c.document_id)
            .limit(_CHUNK_ROWS)
        )
        with snapshot(engine) as connection:
            rows = connection.execute(_chosen(query, choice)).all()
        for document_id, made_by in rows:
            if revision_of(made_by) < choice.before or document_id in unfinished:
                yield str(document_id)
        if len(rows) < _CHUNK_ROWS:
            return
        after = rows[-1][0]


def _chosen(query: sa.Select[Any], choice: Choice) -> sa.Select[Any]:
    if choice.folder is not None:
        query = query.where(JOBS.c.folder == choice.folder)
    if choice.batch is not None:
        papers = sa.select(BATCH_ITEMS.c.document_id).where(BATCH_ITEMS.c.batch == choice.batch)
        query = query.where(JOBS.c.document_id.in_(papers))
    return query


def _unfinished(engine: sa.Engine) -> frozenset[str]:
    """Return documents whose new files are durable, but not yet indexed and delivered."""
    last = (
        sa.select(sa.func.max(ATTEMPTS.c.id))
        .where(ATTEMPTS.c.stage == _STAGE)
        .group_by(ATTEMPTS.c.document_id)
    )
    query = sa.select(ATTEMPTS.c.document_id).where(
        ATTEMPTS.c.id.in_(last), ATTEMPTS.c.outcome == "kept"
    )
    with snapshot(engine) as connection:
        return frozenset(connection.execute(query).scalars())


def are_letters_under_way(engine: sa.Engine, *, below: int) -> bool:
    """Return whether a living process works on a document of a lower priority number."""
    query = sa.select(JOBS.c.owner).where(
        JOBS.c.state == JobState.RUNNING.value, JOBS.c.priority < below, JOBS.c.owner.is_not(None)
    )
    with snapshot(engine) as connection:
        owners = list(connection.execute(query).scalars())
    return any(is_alive(owner) for owner in owners)


def keep(
    engine: sa.Engine,
    document_id: str,
    *,
    artifacts: Sequence[Artifact],
    fields: Sequence[Field],
    changes: Sequence[Change],
    remarks: Sequence[Remark],
    seconds: float,
) -> None:
    """Put a later reading in the place of the one before, in one transaction.

    The files are durable already. The former ones get kinds of their own; what a person confirmed
    meanwhile stays.
    """
    with transaction(engine) as connection:
        held = connection.execute(
            sa.select(ARTIFACTS.c.kind, ARTIFACTS.c.made_by).where(
                ARTIFACTS.c.document_id == document_id
            )
        ).all()
        former = revision_of(next(row.made_by for row in held if row.kind == "pages"))
        made = {artifact.kind for artifact in artifacts}
        # A renewed PDF belongs to the seal before it.
        going = {row.kind for row in held} & (made | {"renewed"})
        for kind in going:
            connection.execute(
                ARTIFACTS.update()
                .where(ARTIFACTS.c.document_id == document_id, ARTIFACTS.c.kind == kind)
                .values(kind=f"{kind}{FORMER}{former}")
            )
        for artifact in artifacts:
            put_artifact(connection, document_id, artifact)
        for item in fields:
            put_field(connection, document_id, item, person=None)
        put_remarks(connection, document_id, remarks)
        for change in changes:
            facts = {
                "field": change.name,
                "before": change.before,
                "after": change.after,
                "register": "differs" if change.is_registered else "",
                "revision": str(change.revision),
            }
            event(connection, document_id, _FIELD, facts)
        _note(connection, document_id, outcome="kept", seconds=seconds)


def finish(engine: sa.Engine, document_id: str) -> None:
    """Note that index and delivered file have the later reading too."""
    with transaction(engine) as connection:
        _note(connection, document_id, outcome="done", seconds=0.0)


def _note(connection: sa.Connection, document_id: str, *, outcome: str, seconds: float) -> None:
    connection.execute(
        ATTEMPTS.insert().values(
            document_id=document_id,
            stage=_STAGE,
            key="",
            outcome=outcome,
            seconds=round(seconds, 4),
            at=stamp(now()),
        )
    )
    event(connection, document_id, f"{_STAGE}.{outcome}", {})


def changes(engine: sa.Engine, *, revision: int) -> Iterator[Change]:
    """Yield what the readings of a revision changed, by whichever run, oldest first."""
    query = (
        sa.select(EVENTS.c.document_id, EVENTS.c.facts)
        .where(EVENTS.c.action == _FIELD)
        .order_by(EVENTS.c.id)
    )
    with snapshot(engine) as connection:
        rows = connection.execute(query).all()
    for document_id, facts in rows:
        told: Mapping[str, str] = json.loads(facts)
        if int(told["revision"]) == revision:
            yield Change(
                document_id=document_id,
                name=told["field"],
                before=told["before"],
                after=told["after"],
                is_registered=bool(told["register"]),
                revision=revision,
            )
