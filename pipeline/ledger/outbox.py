"""The outbox's rows: which document goes to which target, how far it is, and every call.

What is to be sent follows from the ledger: each finished document that a target has no row for.
So nothing can be forgotten between finishing a document and pushing it, whenever the process dies.
`is_asked` is set, durably, before a target is asked to take a document, and never taken back: from
then on the target is asked whether it has the document before it is asked to take it again.

States: waiting → sending → sent | waiting (later) | poison (tried often enough) | refused (cannot
ever be taken as it is). `outbox_calls` only grows: intent, call, receipt.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from pipeline.ledger.batch_rows import BATCH_FOLDER
from pipeline.ledger.database import snapshot, transaction
from pipeline.ledger.owner import is_alive, this_owner
from pipeline.ledger.rows import moment, stamp
from pipeline.ledger.tables import INBOX, JOBS, OUTBOX, OUTBOX_CALLS
from pipeline.ledger.writes import now
from pipeline.model.records import JobState

_ALL = "*"
_ID_CHUNK = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class ParcelRow:
    """One document on its way to one target."""

    target: str
    document_id: str
    state: str
    tries: int
    next_try_at: dt.datetime
    is_asked: bool
    """Whether the target may have been asked to take it before."""
    code: str | None
    detail: str
    external_id: str | None
    created_at: dt.datetime
    updated_at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CallRow:
    """One thing that was done about a parcel."""

    at: dt.datetime
    action: str
    """`intent`, `found`, `not-found`, `receipt`, `failed`, `poison`, `refused`, `replay`."""
    code: str | None
    detail: str


@dataclass(frozen=True, slots=True)
class Outbox:
    """Rows of one ledger; safe to use from several threads and processes."""

    engine: sa.Engine

    def fill(
        self, target: str, *, folders: Collection[str] = (), since: dt.datetime | None = None
    ) -> int:
        """Enter every finished document that the target has no row for; return how many.

        What was fetched from the target itself is left out.

        Args:
            target: its name.
            folders: watched folders whose documents it gets; all when empty, but none of the
                backlog's (`batch`): old papers do not go to registries of what comes in.
            since: documents received before are left out.
        """
        at = stamp(now())
        there = sa.exists().where(
            OUTBOX.c.target == target, OUTBOX.c.document_id == JOBS.c.document_id
        )
        # What a system gave us does not go back to it.
        came = sa.exists().where(
            INBOX.c.source == target, INBOX.c.document_id == JOBS.c.document_id
        )
        due = sa.select(
            sa.literal(target),
            JOBS.c.document_id,
            sa.literal("waiting"),
            sa.literal(at),
            sa.literal(at),
            sa.literal(at),
        ).where(JOBS.c.state == JobState.DONE.value, ~there, ~came)
        if folders:
            due = due.where(JOBS.c.folder.in_(list(folders)))
        else:
            due = due.where(JOBS.c.folder != BATCH_FOLDER)
        if since is not None:
            due = due.where(JOBS.c.received_at >= stamp(since))
        names = ["target", "document_id", "state", "next_try_at", "created_at", "updated_at"]
        with snapshot(self.engine) as connection:
            if connection.execute(due.limit(1)).first() is None:
                return 0
        with transaction(self.engine) as connection:
            return int(connection.execute(OUTBOX.insert().from_select(names, due)).rowcount)

    def take(self, target: str, *, at: dt.datetime) -> ParcelRow | None:
        """Take the parcel that is due first, also one that a dead process held; None when none."""
        me = this_owner()
        with transaction(self.engine) as connection:
            held = connection.execute(
                _parcels(target).where(OUTBOX.c.state == "sending").add_columns(OUTBOX.c.owner)
            )
            orphan = next(
                (row for row in held if row.owner is None or not is_alive(row.owner)), None
            )
            due = _parcels(target).where(
                OUTBOX.c.state == "waiting", OUTBOX.c.next_try_at <= stamp(at)
            )
            order = (OUTBOX.c.next_try_at, OUTBOX.c.document_id)
            row = orphan or connection.execute(due.order_by(*order).limit(1)).first()
            if row is None:
                return None
            self._set(connection, target, row.document_id, state="sending", owner=me)
            return _parcel(row._mapping)

    def intend(self, row: ParcelRow) -> None:
        """Note that the target is about to be asked to take the document."""
        with transaction(self.engine) as connection:
            self._set(connection, row.target, row.document_id, is_asked=True)
            _call(connection, row, "intent")

    def note(self, row: ParcelRow, action: str, detail: str = "") -> None:
        """Note what a question to the target came to."""
        with transaction(self.engine) as connection:
            _call(connection, row, action, detail=detail)

    def noted(self, target: str, action: str) -> Sequence[str]:
        """Return what was noted of a target under an action, of all parcels."""
        wanted = sa.select(OUTBOX_CALLS.c.detail).where(
            OUTBOX_CALLS.c.target == target, OUTBOX_CALLS.c.action == action
        )
        with snapshot(self.engine) as connection:
            return connection.execute(wanted).scalars().all()

    def sent(self, row: ParcelRow, *, external_id: str, answer_digest: str) -> None:
        """Note the target's receipt; the parcel is done."""
        with transaction(self.engine) as connection:
            self._set(
                connection,
                row.target,
                row.document_id,
                state="sent",
                external_id=external_id,
                answer_digest=answer_digest,
                code=None,
                detail="",
                owner=None,
            )
            _call(connection, row, "receipt", detail=external_id)

    def later(
        self, row: ParcelRow, *, code: str, detail: str, next_try_at: dt.datetime, tries: int
    ) -> None:
        """Note a failure that time or the keeper may heal."""
        with transaction(self.engine) as connection:
            self._set(
                connection,
                row.target,
                row.document_id,
                state="waiting",
                code=code,
                detail=detail,
                next_try_at=stamp(next_try_at),
                tries=tries,
                owner=None,
            )
            _call(connection, row, "failed", code=code, detail=detail)

    def end(self, row: ParcelRow, state: str, *, code: str, detail: str, tries: int) -> None:
        """Note that it is tried no more: `poison` or `refused`."""
        with transaction(self.engine) as connection:
            self._set(
                connection,
                row.target,
                row.document_id,
                state=state,
                code=code,
                detail=detail,
                tries=tries,
                owner=None,
            )
            _call(connection, row, state, code=code, detail=detail)

    def replay(
        self, target: str, *, document_ids: Collection[str] = (), states: Collection[str] = ()
    ) -> int:
        """Let parcels be tried again from now on; return how many.

        One that the target may have been asked to take is looked for there first.

        Args:
            target: its name.
            document_ids: these parcels; all when empty.
            states: only parcels in these states; `sending` is never touched.
        """
        allowed = set(states or ("waiting", "sent", "poison", "refused")) - {"sending"}
        count = 0
        with transaction(self.engine) as connection:
            for ids in _chunks(document_ids):
                where = [OUTBOX.c.target == target, OUTBOX.c.state.in_(sorted(allowed))]
                if _ALL not in ids:
                    where.append(OUTBOX.c.document_id.in_(ids))
                for row in connection.execute(sa.select(OUTBOX).where(*where)).all():
                    parcel = _parcel(row._mapping)
                    self._set(
                        connection,
                        target,
                        parcel.document_id,
                        state="waiting",
                        tries=0,
                        next_try_at=stamp(now()),
                        owner=None,
                    )
                    _call(connection, parcel, "replay", detail=parcel.state)
                    count += 1
        return count

    def parcels(
        self, target: str, *, state: str | None = None, limit: int | None = None
    ) -> Sequence[ParcelRow]:
        """Return the parcels of a target, the last changed first."""
        wanted = _parcels(target).order_by(OUTBOX.c.updated_at.desc(), OUTBOX.c.document_id)
        if state is not None:
            wanted = wanted.where(OUTBOX.c.state == state)
        with snapshot(self.engine) as connection:
            return [_parcel(row._mapping) for row in connection.execute(wanted.limit(limit))]

    def parcel(self, target: str, document_id: str) -> ParcelRow | None:
        """Return one parcel."""
        with snapshot(self.engine) as connection:
            row = connection.execute(
                _parcels(target).where(OUTBOX.c.document_id == document_id)
            ).one_or_none()
        return None if row is None else _parcel(row._mapping)

    def counts(self, target: str) -> Mapping[str, int]:
        """Return how many parcels are in each state."""
        question = (
            sa.select(OUTBOX.c.state, sa.func.count())
            .where(OUTBOX.c.target == target)
            .group_by(OUTBOX.c.state)
        )
        with snapshot(self.engine) as connection:
            return {state: int(count) for state, count in connection.execute(question)}

    def calls(self, target: str, document_id: str) -> Sequence[CallRow]:
        """Return what was done about a parcel, oldest first."""
        question = (
            sa.select(OUTBOX_CALLS)
            .where(OUTBOX_CALLS.c.target == target, OUTBOX_CALLS.c.document_id == document_id)
            .order_by(OUTBOX_CALLS.c.id)
        )
        with snapshot(self.engine) as connection:
            return [
                CallRow(at=moment(row.at), action=row.action, code=row.code, detail=row.detail)
                for row in connection.execute(question)
            ]

    def _set(
        self, connection: sa.Connection, target: str, document_id: str, **values: object
    ) -> None:
        connection.execute(
            OUTBOX.update()
            .where(OUTBOX.c.target == target, OUTBOX.c.document_id == document_id)
            .values(updated_at=stamp(now()), **values)
        )


def _parcels(target: str) -> sa.Select[Any]:
    return sa.select(
        *(OUTBOX.c[name] for name in ParcelRow.__slots__),
    ).where(OUTBOX.c.target == target)


def _parcel(row: Any) -> ParcelRow:
    times = ("next_try_at", "created_at", "updated_at")
    values = {name: row[name] for name in ParcelRow.__slots__}
    return ParcelRow(**values | {name: moment(values[name]) for name in times})


def _call(
    connection: sa.Connection,
    row: ParcelRow,
    action: str,
    *,
    code: str | None = None,
    detail: str = "",
) -> None:
    connection.execute(
        OUTBOX_CALLS.insert().values(
            target=row.target,
            document_id=row.document_id,
            at=stamp(now()),
            action=action,
            code=code,
            detail=detail,
        )
    )


def _chunks(ids: Collection[str]) -> list[list[str]]:
    """Return the ids in pieces that fit one statement; no ids means all."""
    all_ids = list(ids)
    if not all_ids:
        return [[_ALL]]
    return [all_ids[at : at + _ID_CHUNK] for at in range(0, len(all_ids), _ID_CHUNK)]
