"""Questions to the ledger; nothing here writes."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import sqlalchemy as sa

from pipeline.ledger.database import IS_NAMED, snapshot
from pipeline.ledger.rows import (
    ArrivalRow,
    EventRow,
    JobRow,
    job_row,
    moment,
    stamp,
)
from pipeline.ledger.tables import (
    ARRIVALS,
    ARTIFACTS,
    ATTEMPTS,
    DOCUMENTS,
    EVENTS,
    FIELDS,
    JOBS,
    RECEIPTS,
)
from pipeline.model.codec import field_from_json
from pipeline.model.records import Artifact, Field, JobState, Receipt, Remark
from pipeline.model.scope import Scope
from pipeline.model.sign_faults import HOLDS


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What a list shows of a document."""

    fields: Mapping[str, Field]
    remarks: tuple[Remark, ...]
    kinds: frozenset[str]
    """Kinds of artifact there are."""


@dataclass(frozen=True, slots=True)
class History:
    """Read-only view of a ledger."""

    engine: sa.Engine

    def job(self, document_id: str) -> JobRow | None:
        """Return a job by its full id."""
        with snapshot(self.engine) as connection:
            found = connection.execute(
                _jobs().where(JOBS.c.document_id == document_id)
            ).one_or_none()
        return None if found is None else job_row(dict(found._mapping))

    def find(self, prefix: str) -> tuple[JobRow, ...]:
        """Return the jobs whose id starts so (at most ten), oldest first."""
        if not prefix or any(letter not in "0123456789abcdef" for letter in prefix):
            return ()
        with snapshot(self.engine) as connection:
            found = connection.execute(
                _jobs()
                .where(JOBS.c.document_id.startswith(prefix))
                .order_by(JOBS.c.received_at)
                .limit(10)
            ).all()
        return tuple(job_row(dict(row._mapping)) for row in found)

    def jobs(
        self,
        *,
        limit: int = 100,
        offset: int = 0,
        state: JobState | None = None,
        folder: str | None = None,
        scope: Scope | None = None,
    ) -> tuple[JobRow, ...]:
        """Return jobs, newest first."""
        order = (JOBS.c.received_at.desc(), JOBS.c.document_id.desc())
        ids = sa.select(JOBS.c.document_id).order_by(*order).limit(limit).offset(offset)
        if state is not None:
            ids = ids.where(JOBS.c.state == state.value)
        # An index alone says which they are; the rows of those before them are not read.
        wanted = within(ids, JOBS, folder, scope).scalar_subquery()
        with snapshot(self.engine, scope=scope) as connection:
            found = connection.execute(
                _jobs().where(JOBS.c.document_id.in_(wanted)).order_by(*order)
            ).all()
        return tuple(job_row(dict(row._mapping)) for row in found)

    def unfinished(self, *, now: dt.datetime) -> tuple[JobRow, ...]:
        """Return the jobs that a process should take up: new, cut short, or due for a retry.

        Jobs that wait for the same thing (a time stamping authority that is away, a certificate
        that has ended) come due together, the oldest first: so they are sealed and numbered in the
        order in which they came.
        """
        waits = JOBS.c.state == JobState.WAITING.value
        due = sa.and_(waits, JOBS.c.next_try_at <= stamp(now))
        returned = sa.select(JOBS.c.code).where(due, JOBS.c.code.in_(sorted(HOLDS)))
        due = sa.or_(
            due, sa.and_(waits, JOBS.c.next_try_at.is_not(None), JOBS.c.code.in_(returned))
        )
        open_states = JOBS.c.state.in_((JobState.RECEIVED.value, JobState.RUNNING.value))
        with snapshot(self.engine) as connection:
            found = connection.execute(
                _jobs()
                .where(sa.or_(open_states, due))
                .order_by(JOBS.c.priority, JOBS.c.received_at, JOBS.c.document_id)
            ).all()
        return tuple(job_row(dict(row._mapping)) for row in found)

    def counts(
        self, *, folder: str | None = None, scope: Scope | None = None
    ) -> dict[JobState, int]:
        """Return how many jobs are in each state, of one folder or of all."""
        query = sa.select(JOBS.c.state, sa.func.count()).group_by(JOBS.c.state)
        query = within(query, JOBS, folder, scope)
        with snapshot(self.engine, scope=scope) as connection:
            found = connection.execute(query).all()
        return {JobState(state): int(count) for state, count in found}

    def held(self) -> dict[str, int]:
        """Return how many jobs wait for the same thing, by code (`sign_faults.HOLDS`)."""
        query = sa.select(JOBS.c.code, sa.func.count()).group_by(JOBS.c.code)
        query = query.where(JOBS.c.state == JobState.WAITING.value, JOBS.c.code.in_(sorted(HOLDS)))
        with snapshot(self.engine) as connection:
            return {str(code): int(count) for code, count in connection.execute(query)}

    def fields(self, document_id: str) -> dict[str, Field]:
        """Return the fields by name."""
        with snapshot(self.engine) as connection:
            found = connection.execute(
                sa.select(FIELDS.c.record).where(FIELDS.c.document_id == document_id)
            ).scalars()
            items = [field_from_json(json.loads(record)) for record in found]
        return {item.name: item for item in items}

    def artifacts(self, document_id: str) -> dict[str, Artifact]:
        """Return the artifacts by kind."""
        with snapshot(self.engine) as connection:
            found = connection.execute(
                sa.select(ARTIFACTS).where(ARTIFACTS.c.document_id == document_id)
            ).all()
        return {
            row.kind: Artifact(
                kind=row.kind, digest=row.digest, size_bytes=row.size_bytes, made_by=row.made_by
            )
            for row in found
        }

    def digests(self, kind: str, document_ids: Sequence[str]) -> dict[str, str]:
        """Return the digest of the artifact of a kind, of those documents that have it."""
        query = sa.select(ARTIFACTS.c.document_id, ARTIFACTS.c.digest).where(
            ARTIFACTS.c.kind == kind, ARTIFACTS.c.document_id.in_(document_ids)
        )
        with snapshot(self.engine) as connection:
            return {str(one): str(digest) for one, digest in connection.execute(query)}

    def events(self, document_id: str) -> tuple[EventRow, ...]:
        """Return what happened to a document, oldest first."""
        with snapshot(self.engine) as connection:
            found = connection.execute(
                sa.select(EVENTS).where(EVENTS.c.document_id == document_id).order_by(EVENTS.c.id)
            ).all()
        return tuple(
            EventRow(at=moment(row.at), action=row.action, facts=json.loads(row.facts))
            for row in found
        )

    def receipt(self, document_id: str, port: str) -> Receipt | None:
        """Return the latest receipt of a port."""
        with snapshot(self.engine) as connection:
            row = connection.execute(
                sa.select(RECEIPTS)
                .where(RECEIPTS.c.document_id == document_id, RECEIPTS.c.port == port)
                .order_by(RECEIPTS.c.at.desc())
                .limit(1)
            ).one_or_none()
        if row is None:
            return None
        return Receipt(
            port=row.port,
            key=row.key,
            external_id=row.external_id,
            at=moment(row.at),
            answer_digest=row.answer_digest,
        )

    def remarks(self, document_id: str) -> tuple[Remark, ...]:
        """Return what people should know of a document, each thing once, oldest first."""
        return _remarks(event.facts for event in self.events(document_id) if event.is_remark)

    def summaries(
        self, document_ids: Sequence[str], *, names: Sequence[str] | None = None
    ) -> dict[str, Summary]:
        """Return fields, remarks and kinds of file of several documents in three questions.

        Args:
            document_ids: of which documents.
            names: fields that are wanted; all when None.
        """
        fields: dict[str, dict[str, Field]] = {one: {} for one in document_ids}
        facts: dict[str, list[dict[str, str]]] = {one: [] for one in document_ids}
        kinds: dict[str, set[str]] = {one: set() for one in document_ids}
        wanted = sa.select(FIELDS.c.document_id, FIELDS.c.record).where(
            FIELDS.c.document_id.in_(document_ids)
        )
        if names is not None:
            wanted = wanted.where(FIELDS.c.name.in_(names))
        with snapshot(self.engine) as connection:
            for document_id, record in connection.execute(wanted):
                item = field_from_json(json.loads(record))
                fields[document_id][item.name] = item
            for row in connection.execute(
                sa.select(EVENTS.c.document_id, EVENTS.c.facts)
                .where(EVENTS.c.document_id.in_(document_ids), EVENTS.c.action == "remark")
                .order_by(EVENTS.c.id)
            ):
                facts[row.document_id].append(json.loads(row.facts))
            for row in connection.execute(
                sa.select(ARTIFACTS.c.document_id, ARTIFACTS.c.kind).where(
                    ARTIFACTS.c.document_id.in_(document_ids)
                )
            ):
                kinds[row.document_id].add(row.kind)
        return {
            one: Summary(
                fields=fields[one], remarks=_remarks(facts[one]), kinds=frozenset(kinds[one])
            )
            for one in document_ids
        }

    def arrivals(
        self, *, limit: int = 100, document_id: str | None = None
    ) -> tuple[ArrivalRow, ...]:
        """Return drops, newest first."""
        query = sa.select(ARRIVALS).order_by(ARRIVALS.c.id.desc()).limit(limit)
        if document_id is not None:
            query = query.where(ARRIVALS.c.document_id == document_id)
        with snapshot(self.engine) as connection:
            found = connection.execute(query).all()
        return tuple(_arrival_row(row) for row in found)

    def has_arrivals(self, folder: str) -> bool:
        """Return whether anything ever came from a folder."""
        query = sa.select(ARRIVALS.c.id).where(ARRIVALS.c.folder == folder).limit(1)
        with snapshot(self.engine) as connection:
            return connection.execute(query).scalar() is not None

    def odd_arrivals(
        self, *, limit: int = 20, folder: str | None = None, scope: Scope | None = None
    ) -> tuple[ArrivalRow, ...]:
        """Return drops that made no job (refused, duplicates), newest first."""
        query = (
            sa.select(ARRIVALS)
            .where(ARRIVALS.c.outcome.in_(("duplicate", "rejected")))
            .order_by(ARRIVALS.c.id.desc())
            .limit(limit)
        )
        query = within(query, ARRIVALS, folder, scope)
        with snapshot(self.engine, scope=scope) as connection:
            return tuple(_arrival_row(row) for row in connection.execute(query).all())

    def finished_key(self, document_id: str, stage: str) -> str | None:
        """Return the idempotency key under which a stage last ended well, if it did."""
        with snapshot(self.engine) as connection:
            found = connection.execute(
                sa.select(ATTEMPTS.c.key)
                .where(
                    ATTEMPTS.c.document_id == document_id,
                    ATTEMPTS.c.stage == stage,
                    ATTEMPTS.c.outcome.in_(("done", "skipped")),
                )
                .order_by(ATTEMPTS.c.id.desc())
                .limit(1)
            ).scalar()
        return None if found is None else str(found)

    def seconds(self, document_id: str) -> dict[str, float]:
        """Return the seconds each stage took when it last ended."""
        with snapshot(self.engine) as connection:
            found = connection.execute(
                sa.select(ATTEMPTS.c.stage, ATTEMPTS.c.seconds)
                .where(ATTEMPTS.c.document_id == document_id)
                .order_by(ATTEMPTS.c.id)
            ).all()
        return {str(stage): float(seconds) for stage, seconds in found}


def _jobs() -> sa.Select[tuple[object, ...]]:
    return sa.select(JOBS, DOCUMENTS.c.media_type, DOCUMENTS.c.size_bytes).join(
        DOCUMENTS, DOCUMENTS.c.id == JOBS.c.document_id
    )


_Query = TypeVar("_Query", bound=sa.Select[Any])


def within(query: _Query, table: sa.Table, folder: str | None, scope: Scope | None) -> _Query:
    """Return the question asked of one folder only, and of what a person may see.

    To be asked in a `snapshot` of that scope.
    """
    if folder is not None:
        query = query.where(table.c.folder == folder)
    if scope is None:
        return query
    # `|| ''`: no index for the folder, or all of its rows are fetched and sorted for a page of 50.
    return query.where(
        sa.or_(
            table.c.folder.concat("").in_(sorted(scope.folders)),
            getattr(sa.func, IS_NAMED)(table.c.document_id),
        )
    )


def _arrival_row(row: sa.Row[Any]) -> ArrivalRow:
    return ArrivalRow(
        id=row.id,
        at=moment(row.at),
        folder=row.folder,
        source_name=row.source_name,
        document_id=row.document_id,
        outcome=row.outcome,
        code=row.code,
        detail=row.detail,
    )


def _remarks(noted: Iterable[Mapping[str, str]]) -> tuple[Remark, ...]:
    found: dict[str, Remark] = {}
    for one in noted:
        facts = dict(one)
        code, page = facts.pop("code"), facts.pop("page")
        key = f"{code} {page} {sorted(facts.items())}"
        found[key] = Remark(code=code, page=int(page) if page else None, facts=facts)
    return tuple(found.values())
