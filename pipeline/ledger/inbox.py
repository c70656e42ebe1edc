"""Messages that came from other bodies, and what their senders are told of them.

`inbox` has a row for each message that was fetched: written when the message is durable here, and
before it is acknowledged there. `notices` has a row for each status that a sender is to be told.
What is to be told follows from the ledger and the register, so nothing can be forgotten: 01 of each
message whose document was read, 03 when it is registered, 02 with its reason when it is refused,
and every status that people set in the register.

Nothing is told of a secret document: its message is in quarantine, and an exchange about it is not
a program's to begin (QĐ 28/2018, Đ1.2). So 01 waits until the guard has looked at the pages.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from pipeline.ledger.database import snapshot, transaction
from pipeline.ledger.rows import stamp
from pipeline.ledger.tables import ARTIFACTS, INBOX, JOBS, NOTICES
from pipeline.ledger.writes import event, now
from pipeline.model.records import JobState

ARRIVED, REFUSED, TAKEN = "01", "02", "03"
"""Statuses of the exchange standard (QCVN 102:2016) that follow from the work itself."""
_READ = "pages"
"""Kind of artifact that a document has once it was read."""
_ID_CHUNK = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageRow:
    """One fetched message."""

    source: str
    name: str
    """At the other system."""
    digest: str
    """sha-256 of the message; it lies in the store."""
    document_id: str | None
    """None: it was refused."""
    code: str | None
    """Why it was refused."""
    is_told: bool
    """Whether the other system knows that it lies here, or was refused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeRow:
    """One status that a sender is to be told."""

    id: int
    digest: str
    document_id: str | None
    status: str
    reason: str
    """A code of the catalogue, perhaps with words behind it; or what a person wrote."""
    tries: int
    at: str
    """When it was noted, ISO 8601."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """A status that somebody set in the register."""

    step: int
    """Number of the deed; later ones have higher numbers."""
    document_id: str
    status: str
    note: str


@dataclass(frozen=True, slots=True)
class Inbox:
    """Rows of one ledger; safe to use from several threads and processes."""

    engine: sa.Engine

    def row(self, source: str, name: str) -> MessageRow | None:
        """Return what is known of a message of another system."""
        query = sa.select(*(INBOX.c[one] for one in MessageRow.__slots__))
        with snapshot(self.engine) as connection:
            found = connection.execute(
                query.where(INBOX.c.source == source, INBOX.c.name == name)
            ).one_or_none()
        return None if found is None else MessageRow(**found._mapping)

    def enter(self, row: MessageRow) -> None:
        """Note a message whose document, or refusal, is in the ledger already."""
        values = {name: getattr(row, name) for name in MessageRow.__slots__}
        with transaction(self.engine) as connection:
            connection.execute(
                INBOX.insert().prefix_with("OR IGNORE").values(**values, at=stamp(now()))
            )

    def told(self, source: str, name: str) -> None:
        """Note that the other system knows."""
        with transaction(self.engine) as connection:
            connection.execute(
                INBOX.update()
                .where(INBOX.c.source == source, INBOX.c.name == name)
                .values(is_told=True)
            )

    def fill(self, source: str, *, has_dropped: bool, since: dt.datetime | None = None) -> int:
        """Note what senders are to be told by now; return how many notices are new.

        Args:
            source: name of the system that messages come from.
            has_dropped: whether messages that people dropped into folders are answered too.
            since: documents received before are left out.
        """
        came = _messages(source, has_dropped=has_dropped, since=since)
        job = came.outerjoin(JOBS, JOBS.c.document_id == came.c.document_id)
        refusal = JOBS.c.code + sa.case(
            (JOBS.c.code == "DOC-RESCAN", " " + JOBS.c.detail), else_=""
        )
        is_refused = sa.or_(came.c.code.is_not(None), JOBS.c.state == JobState.REJECTED.value)
        is_done = JOBS.c.state == JobState.DONE.value
        # Pages are kept when the guard has let them pass, and not before (engine.attempt).
        is_read = sa.exists().where(
            ARTIFACTS.c.document_id == came.c.document_id, ARTIFACTS.c.kind == _READ
        )
        with transaction(self.engine) as connection:
            return sum(
                self._add(connection, source, came, job, status, reason, condition)
                for status, reason, condition in (
                    (ARRIVED, sa.literal(""), sa.or_(is_read, is_done)),
                    (TAKEN, sa.literal(""), is_done),
                    (REFUSED, sa.func.coalesce(came.c.code, refusal, ""), is_refused),
                )
            )

    def fill_deeds(self, source: str, deeds: Sequence[Deed], *, has_dropped: bool) -> int:
        """Note what people did to documents that came by messages; return how many are new."""
        came = _messages(source, has_dropped=has_dropped, since=None)
        count = 0
        with transaction(self.engine) as connection:
            for start in range(0, len(deeds), _ID_CHUNK):
                chunk = deeds[start : start + _ID_CHUNK]
                ids = [deed.document_id for deed in chunk]
                wanted = sa.select(came.c.document_id, came.c.digest).where(
                    came.c.document_id.in_(ids)
                )
                found: dict[str, list[str]] = {}
                for document_id, digest in connection.execute(wanted):
                    found.setdefault(document_id, []).append(digest)
                rows = [
                    _values(source, digest, deed)
                    for deed in chunk
                    for digest in found.get(deed.document_id, ())
                ]
                if rows:
                    made = connection.execute(NOTICES.insert().prefix_with("OR IGNORE"), rows)
                    count += max(0, made.rowcount)
        return count

    def last_step(self, source: str) -> int:
        """Return the number of the last deed that was noted, 0 when there is none."""
        query = sa.select(sa.func.max(NOTICES.c.step)).where(NOTICES.c.source == source)
        with snapshot(self.engine) as connection:
            return int(connection.execute(query).scalar() or 0)

    def due(self, source: str, *, at: dt.datetime) -> Sequence[NoticeRow]:
        """Return what is to be sent now, oldest first; of one message nothing out of turn."""
        names = NoticeRow.__slots__
        query = (
            sa.select(*(NOTICES.c[name] for name in names), NOTICES.c.next_try_at)
            .where(NOTICES.c.source == source, NOTICES.c.state == "waiting")
            .order_by(NOTICES.c.id)
        )
        found: list[NoticeRow] = []
        held: set[str] = set()
        with snapshot(self.engine) as connection:
            for row in connection.execute(query):
                if row.digest in held or row.next_try_at > stamp(at):
                    held.add(row.digest)
                    continue
                found.append(NoticeRow(**{name: row._mapping[name] for name in names}))
        return found

    def sent(self, source: str, row: NoticeRow, *, external_id: str) -> None:
        """Note that a sender was told, with the document's events."""
        with transaction(self.engine) as connection:
            self._set(connection, row, state="sent", external_id=external_id, code=None, detail="")
            event(connection, row.document_id, "told", {"exchange": row.status, "port": source})

    def later(self, row: NoticeRow, *, code: str, detail: str, next_try_at: dt.datetime) -> None:
        """Note a failure that time or the keeper may heal."""
        with transaction(self.engine) as connection:
            self._set(
                connection,
                row,
                code=code,
                detail=detail,
                tries=row.tries + 1,
                next_try_at=stamp(next_try_at),
            )

    def refused(self, row: NoticeRow, *, code: str, detail: str) -> None:
        """Note that a sender can never be told so."""
        with transaction(self.engine) as connection:
            self._set(connection, row, state="refused", code=code, detail=detail)

    def counts(self, source: str) -> Mapping[str, int]:
        """Return how many notices are in each state."""
        query = (
            sa.select(NOTICES.c.state, sa.func.count())
            .where(NOTICES.c.source == source)
            .group_by(NOTICES.c.state)
        )
        with snapshot(self.engine) as connection:
            return {state: int(count) for state, count in connection.execute(query)}

    def _add(
        self,
        connection: sa.Connection,
        source: str,
        came: sa.Subquery,
        job: sa.FromClause,
        status: str,
        reason: sa.ColumnElement[str],
        condition: sa.ColumnElement[bool],
    ) -> int:
        at = stamp(now())
        noted = sa.exists().where(
            NOTICES.c.source == source,
            NOTICES.c.digest == came.c.digest,
            NOTICES.c.status == status,
        )
        rows = sa.select(
            sa.literal(source), came.c.digest, came.c.document_id, sa.literal(status), reason,
            sa.literal(at), sa.literal(at),
        ).select_from(job).where(condition, ~noted, sa.func.coalesce(JOBS.c.state, "")
                                 != JobState.QUARANTINED.value)  # fmt: skip
        if connection.execute(rows.limit(1)).first() is None:
            return 0
        names = ["source", "digest", "document_id", "status", "reason", "next_try_at", "at"]
        made = connection.execute(
            NOTICES.insert().prefix_with("OR IGNORE").from_select(names, rows)
        )
        return max(0, made.rowcount)

    def _set(self, connection: sa.Connection, row: NoticeRow, **values: object) -> None:
        connection.execute(NOTICES.update().where(NOTICES.c.id == row.id).values(**values))


def _messages(source: str, *, has_dropped: bool, since: dt.datetime | None) -> sa.Subquery:
    """Return (digest, document_id, code) of the messages whose senders are told."""
    fetched = sa.select(INBOX.c.digest, INBOX.c.document_id, INBOX.c.code, INBOX.c.at).where(
        INBOX.c.source == source
    )
    every: sa.Select[tuple[str, str | None, str | None, str]] = fetched
    known = fetched.subquery()
    if has_dropped:
        dropped = sa.select(
            ARTIFACTS.c.digest, ARTIFACTS.c.document_id, sa.null().label("code"), ARTIFACTS.c.at
        ).where(
            sa.literal_column("artifacts.kind = 'message'"),
            ARTIFACTS.c.digest.not_in(sa.select(INBOX.c.digest)),
        )
        known = sa.union_all(every, dropped).subquery()
    wanted = sa.select(known.c.digest, known.c.document_id, known.c.code)
    if since is not None:
        wanted = wanted.where(known.c.at >= stamp(since))
    return wanted.subquery("came")


def _values(source: str, digest: str, deed: Deed) -> dict[str, object]:
    at = stamp(now())
    return {
        "source": source, "digest": digest, "document_id": deed.document_id,
        "status": deed.status, "step": deed.step, "reason": deed.note,
        "next_try_at": at, "at": at,
    }  # fmt: skip
