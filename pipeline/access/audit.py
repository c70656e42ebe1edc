"""The record of what was seen and done on the page; append-only, by triggers of the database."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from pipeline.access.records import Deed, Line
from pipeline.access.tables import AUDIT
from pipeline.ledger.database import snapshot, transaction
from pipeline.ledger.rows import moment, stamp
from pipeline.ledger.writes import now


@dataclass(frozen=True, slots=True)
class Audit:
    """Writes and reads the record; thread-safe."""

    engine: sa.Engine

    def write(self, deed: Deed) -> None:
        """Append a line; durable on return.

        Raises:
            OperatorError: SYS-DISK-FULL, SYS-PERMISSION.
            TransientError: IO-BUSY.
        """
        with transaction(self.engine) as connection:
            connection.execute(
                AUDIT.insert().values(
                    at=stamp(now()),
                    account=deed.account,
                    action=deed.action,
                    document_id=deed.document_id,
                    address=deed.address,
                    status=deed.status,
                    facts=json.dumps(dict(deed.facts or {}), ensure_ascii=False, sort_keys=True),
                )
            )

    def lines(
        self,
        *,
        limit: int = 100,
        offset: int = 0,
        account: str = "",
        action: str = "",
        document_id: str = "",
    ) -> tuple[Line, ...]:
        """Return lines, newest first; a filter that is empty lets all through."""
        query = sa.select(AUDIT).order_by(AUDIT.c.id.desc()).limit(limit).offset(offset)
        if account:
            query = query.where(AUDIT.c.account == account)
        if action:
            query = query.where(AUDIT.c.action == action)
        if document_id:
            query = query.where(AUDIT.c.document_id == document_id)
        with snapshot(self.engine) as connection:
            return tuple(_line(row) for row in connection.execute(query).all())

    def refused_since(self, since: dt.datetime, *, account: str = "", address: str = "") -> int:
        """Return how many sign-ins of an account, or from an address, were refused since then."""
        query = sa.select(sa.func.count()).where(
            AUDIT.c.action == "sign-in", AUDIT.c.at >= stamp(since), AUDIT.c.status == 401
        )
        if account:
            query = query.where(AUDIT.c.account == account)
        if address:
            query = query.where(AUDIT.c.address == address)
        with snapshot(self.engine) as connection:
            return int(connection.execute(query).scalar() or 0)


def _line(row: Any) -> Line:
    return Line(
        id=row.id,
        at=moment(row.at),
        deed=Deed(
            account=row.account,
            action=row.action,
            document_id=row.document_id,
            address=row.address,
            status=row.status,
            facts=json.loads(row.facts),
        ),
    )
