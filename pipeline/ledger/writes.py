"""The single rows a transaction of the ledger writes; each takes the open connection."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping

import sqlalchemy as sa

from pipeline.ledger.backlog_tables import BATCH_ITEMS
from pipeline.ledger.rows import JobRow, job_row, stamp
from pipeline.ledger.tables import ARTIFACTS, DOCUMENTS, EVENTS, FIELDS, JOBS, RECEIPTS
from pipeline.model.codec import field_to_json
from pipeline.model.records import Artifact, Document, Field, JobState, Receipt, Remark

_OF_NOBODY = frozenset({"code", "page", "stage", "port"})
"""Facts of events that say nothing of a document."""


def now() -> dt.datetime:
    """Return the aware time."""
    return dt.datetime.now(dt.UTC)


def insert_job(
    connection: sa.Connection,
    document: Document,
    folder: str,
    name: str,
    *,
    at: dt.datetime,
    priority: int,
) -> None:
    """Insert a new document and its job."""
    connection.execute(
        DOCUMENTS.insert().values(
            id=document.id,
            media_type=document.media_type.value,
            size_bytes=document.size_bytes,
        )
    )
    connection.execute(
        JOBS.insert().values(
            document_id=document.id,
            folder=folder,
            source_name=name,
            received_at=stamp(at),
            updated_at=stamp(at),
            state=JobState.RECEIVED.value,
            priority=priority,
        )
    )


def name_or_blank(connection: sa.Connection, document_id: str, name: str) -> str:
    """Return the name, or nothing where the document is quarantined."""
    state = connection.execute(
        sa.select(JOBS.c.state).where(JOBS.c.document_id == document_id)
    ).scalar()
    return "" if state == JobState.QUARANTINED.value else name


def row(connection: sa.Connection, document_id: str) -> JobRow:
    """Return the job as it stands in this transaction."""
    found = connection.execute(
        sa.select(JOBS, DOCUMENTS.c.media_type, DOCUMENTS.c.size_bytes)
        .join(DOCUMENTS, DOCUMENTS.c.id == JOBS.c.document_id)
        .where(JOBS.c.document_id == document_id)
    ).one()
    return job_row(dict(found._mapping))


def put_artifact(connection: sa.Connection, document_id: str, artifact: Artifact) -> None:
    """Insert or replace the artifact of a kind."""
    values = {
        "digest": artifact.digest,
        "size_bytes": artifact.size_bytes,
        "made_by": artifact.made_by,
        "at": stamp(now()),
    }
    where = (ARTIFACTS.c.document_id == document_id, ARTIFACTS.c.kind == artifact.kind)
    if connection.execute(ARTIFACTS.update().where(*where).values(**values)).rowcount == 0:
        connection.execute(
            ARTIFACTS.insert().values(document_id=document_id, kind=artifact.kind, **values)
        )


def put_field(
    connection: sa.Connection, document_id: str, item: Field, *, person: str | None
) -> None:
    """Insert or replace a field; what a person confirmed yields only to a person."""
    where = (FIELDS.c.document_id == document_id, FIELDS.c.name == item.name)
    confirmed_by = connection.execute(sa.select(FIELDS.c.person).where(*where)).scalar()
    if confirmed_by is not None and person is None:
        return
    values = {
        "record": json.dumps(field_to_json(item), ensure_ascii=False, sort_keys=True),
        "person": person,
        "at": stamp(now()),
    }
    if connection.execute(FIELDS.update().where(*where).values(**values)).rowcount == 0:
        connection.execute(
            FIELDS.insert().values(document_id=document_id, name=item.name, **values)
        )


def put_receipt(connection: sa.Connection, document_id: str, receipt: Receipt) -> None:
    """Insert a receipt once."""
    where = (
        RECEIPTS.c.document_id == document_id,
        RECEIPTS.c.port == receipt.port,
        RECEIPTS.c.key == receipt.key,
    )
    if connection.execute(sa.select(RECEIPTS.c.key).where(*where)).scalar() is None:
        connection.execute(
            RECEIPTS.insert().values(
                document_id=document_id,
                port=receipt.port,
                key=receipt.key,
                external_id=receipt.external_id,
                answer_digest=receipt.answer_digest,
                at=stamp(receipt.at),
            )
        )


def event(
    connection: sa.Connection,
    document_id: str | None,
    action: str,
    facts: Mapping[str, str],
) -> None:
    """Append an event."""
    connection.execute(
        EVENTS.insert().values(
            at=stamp(now()),
            document_id=document_id,
            action=action,
            facts=json.dumps(dict(facts), ensure_ascii=False, sort_keys=True),
        )
    )


def put_remarks(connection: sa.Connection, document_id: str, remarks: Iterable[Remark]) -> None:
    """Append what people should know of a document."""
    for remark in remarks:
        page = "" if remark.page is None else str(remark.page)
        facts = {"code": remark.code, "page": page, **remark.facts}
        event(connection, document_id, "remark", facts)


def forget_papers(connection: sa.Connection, document_id: str) -> None:
    """Forget where the papers of a secret document lay and what a list said of them."""
    connection.execute(
        BATCH_ITEMS.update()
        .where(BATCH_ITEMS.c.document_id == document_id)
        .values(
            path="#" + sa.cast(BATCH_ITEMS.c.id, sa.String),
            place="",
            dossier="{}",
            document="{}",
            detail="",
            part=None,
            file=None,
        )
    )


def forget_facts(connection: sa.Connection, document_id: str) -> None:
    """Leave of a secret document's events what happened when, with codes: no fact of any."""
    mine = sa.select(EVENTS.c.id, EVENTS.c.facts).where(EVENTS.c.document_id == document_id)
    for number, facts in connection.execute(mine).all():
        kept = {name: one for name, one in json.loads(facts).items() if name in _OF_NOBODY}
        connection.execute(
            EVENTS.update().where(EVENTS.c.id == number).values(facts=json.dumps(kept))
        )
