"""Dossiers of a batch as rows to be looked at and changed, many at once.

A dossier is what its papers say of it; a change is written to all of them in one transaction, and
what it was before stays in the events.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from pipeline.ledger.backlog_tables import BATCH_ITEMS
from pipeline.ledger.database import snapshot, transaction
from pipeline.ledger.writes import event


@dataclass(frozen=True, slots=True, kw_only=True)
class DossierRow:
    """One dossier of a batch."""

    key: str
    """Of its place."""
    values: Mapping[str, str]
    """As its first paper has them."""
    papers: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DossierChange:
    """What becomes of one dossier."""

    key: str
    to_key: str
    """Its place afterwards."""
    values: Mapping[str, str]
    """Values that are set; the others stay."""


@dataclass(frozen=True, slots=True)
class Dossiers:
    """Questions and changes; safe to use from several threads and processes."""

    engine: sa.Engine

    def rows(self, batch: str, *, limit: int, offset: int = 0) -> Sequence[DossierRow]:
        """Return dossiers in order of their first paper."""
        with snapshot(self.engine) as connection:
            found = connection.execute(_dossiers(batch).limit(limit).offset(offset)).all()
        return [_row(row) for row in found]

    def named(self, batch: str, keys: Sequence[str]) -> Sequence[DossierRow]:
        """Return these dossiers, in order of their first paper."""
        with snapshot(self.engine) as connection:
            query = _dossiers(batch).where(BATCH_ITEMS.c.place.in_(keys))
            return [_row(row) for row in connection.execute(query)]

    def change(self, batch: str, changes: Sequence[DossierChange], *, person: str) -> None:
        """Change dossiers, all of them or none; what a person set is noted with what it was."""
        with transaction(self.engine) as connection:
            for one in changes:
                where = (BATCH_ITEMS.c.batch == batch, BATCH_ITEMS.c.place == one.key)
                rows = connection.execute(
                    sa.select(BATCH_ITEMS.c.id, BATCH_ITEMS.c.dossier).where(*where)
                ).all()
                for row in rows:
                    values = json.loads(row.dossier) | dict(one.values)
                    text = json.dumps(values, ensure_ascii=False, sort_keys=True)
                    connection.execute(
                        BATCH_ITEMS.update()
                        .where(BATCH_ITEMS.c.id == row.id)
                        .values(dossier=text, place=one.to_key)
                    )
                facts = {
                    "batch": batch,
                    "person": person,
                    "dossier": one.key,
                    "before": rows[0].dossier if rows else "{}",
                    "after": json.dumps(dict(one.values), ensure_ascii=False, sort_keys=True),
                }
                event(connection, None, "structure", facts)


def _dossiers(batch: str) -> sa.Select[tuple[str, str, int]]:
    first = (
        sa.select(sa.func.min(BATCH_ITEMS.c.id).label("id"), sa.func.count().label("papers"))
        .where(BATCH_ITEMS.c.batch == batch, BATCH_ITEMS.c.place != "")
        .group_by(BATCH_ITEMS.c.place)
        .subquery()
    )
    return (
        sa.select(BATCH_ITEMS.c.place, BATCH_ITEMS.c.dossier, first.c.papers)
        .join(first, first.c.id == BATCH_ITEMS.c.id)
        .order_by(BATCH_ITEMS.c.id)
    )


def _row(row: sa.Row[tuple[str, str, int]]) -> DossierRow:
    return DossierRow(key=row.place, values=json.loads(row.dossier), papers=row.papers)
