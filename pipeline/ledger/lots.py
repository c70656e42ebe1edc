"""Acceptance of batches: what was drawn, who said what of it, and how it ended.

A verdict is never changed: a later one of the same unit counts, the earlier ones stay. A lot that
is closed takes none any more. Closing sends the papers of bad units back in the same transaction.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

import sqlalchemy as sa

from pipeline.ledger.acceptance_tables import (
    BATCH_CHECKS,
    CLOSINGS,
    LOTS,
    RETURNS,
    UNITS,
    VERDICTS,
)
from pipeline.ledger.backlog_tables import BATCH_ITEMS
from pipeline.ledger.database import snapshot, transaction
from pipeline.ledger.lot_rows import (
    CheckRow,
    Closing,
    LotDraft,
    LotRow,
    LotTally,
    UnitRow,
    VerdictRow,
)
from pipeline.ledger.rows import moment, stamp
from pipeline.ledger.writes import now
from pipeline.model.errors import InputError

_CHUNK_ROWS = 500
RETURNED = "DOC-RESCAN"


@dataclass(frozen=True, slots=True)
class Lots:
    """Rows of acceptance; safe to use from several threads and processes."""

    engine: sa.Engine

    def checked(self, batch: str, *, documents: int, pages: int, counts: Mapping[str, int]) -> None:
        """Note what machine checks of a whole batch came to."""
        with transaction(self.engine) as connection:
            connection.execute(
                BATCH_CHECKS.insert().values(
                    batch=batch,
                    documents=documents,
                    pages=pages,
                    counts=json.dumps(dict(counts), sort_keys=True),
                    at=stamp(now()),
                )
            )

    def last_check(self, batch: str) -> CheckRow | None:
        """Return what the last whole checks came to, None when there were none."""
        query = sa.select(BATCH_CHECKS).where(BATCH_CHECKS.c.batch == batch)
        with snapshot(self.engine) as connection:
            row = connection.execute(query.order_by(BATCH_CHECKS.c.id.desc()).limit(1)).first()
        if row is None:
            return None
        return CheckRow(
            at=moment(row.at),
            documents=row.documents,
            pages=row.pages,
            counts=json.loads(row.counts),
        )

    def draw(
        self, batch: str, draft: LotDraft, units: Iterable[tuple[int, str, int]], *, person: str
    ) -> LotRow:
        """Enter a sample with its units (paper, document, page), all of it or nothing.

        Raises:
            InputError: INPUT-ACCEPT-OPEN, the round before is not closed.
        """
        with transaction(self.engine) as connection:
            if connection.execute(_open(batch)).first() is not None:
                raise InputError("INPUT-ACCEPT-OPEN", detail=batch)
            values = {name: getattr(draft, name) for name in LotDraft.__slots__}
            made = connection.execute(
                LOTS.insert()
                .values(batch=batch, person=person, at=stamp(now()), **values)
                .returning(LOTS.c.id)
            )
            lot = int(made.scalar_one())
            numbered = enumerate(units, start=1)
            while chunk := list(islice(numbered, _CHUNK_ROWS)):
                connection.execute(
                    UNITS.insert(),
                    [
                        {"lot": lot, "ordinal": at, "item": item, "document_id": one, "page": page}
                        for at, (item, one, page) in chunk
                    ],
                )
        return self.lot(batch, lot)

    def of(self, batch: str) -> Sequence[LotRow]:
        """Return the lots of a batch, first one first."""
        query = _lots().where(LOTS.c.batch == batch).order_by(LOTS.c.id)
        with snapshot(self.engine) as connection:
            return [_lot(row) for row in connection.execute(query)]

    def lot(self, batch: str, lot: int | None = None) -> LotRow:
        """Return a lot, the newest of the batch when none is named.

        Raises:
            InputError: INPUT-ACCEPT-LOT.
        """
        query = _lots().where(LOTS.c.batch == batch).order_by(LOTS.c.id.desc()).limit(1)
        if lot is not None:
            query = query.where(LOTS.c.id == lot)
        with snapshot(self.engine) as connection:
            row = connection.execute(query).first()
        if row is None:
            raise InputError("INPUT-ACCEPT-LOT", detail=f"{batch} {lot or ''}".strip())
        return _lot(row)

    def unit(self, lot: int, ordinal: int) -> UnitRow:
        """Return a unit.

        Raises:
            InputError: INPUT-ACCEPT-LOT.
        """
        query = _units().where(UNITS.c.lot == lot, UNITS.c.ordinal == ordinal)
        with snapshot(self.engine) as connection:
            row = connection.execute(query).first()
        if row is None:
            raise InputError("INPUT-ACCEPT-LOT", detail=f"{lot}/{ordinal}")
        return _unit(row)

    def units(self, lot: int, *, only_bad: bool = False) -> Iterator[UnitRow]:
        """Yield the units of a lot in order, 500 a question."""
        after = 0
        while True:
            query = _units().where(UNITS.c.lot == lot, UNITS.c.ordinal > after)
            if only_bad:
                query = query.where(VERDICTS.c.faults != "[]")
            with snapshot(self.engine) as connection:
                rows = connection.execute(query.limit(_CHUNK_ROWS)).all()
            yield from map(_unit, rows)
            if len(rows) < _CHUNK_ROWS:
                return
            after = rows[-1].ordinal

    def next_unit(self, lot: int, *, after: int = 0) -> int | None:
        """Return the next unit that nobody has looked at, from behind `after` round to it."""
        seen = sa.exists().where(
            VERDICTS.c.lot == UNITS.c.lot, VERDICTS.c.ordinal == UNITS.c.ordinal
        )
        query = (
            sa.select(UNITS.c.ordinal)
            .where(UNITS.c.lot == lot, ~seen)
            .order_by(UNITS.c.ordinal <= after, UNITS.c.ordinal)
            .limit(1)
        )
        with snapshot(self.engine) as connection:
            found = connection.execute(query).scalar()
        return None if found is None else int(found)

    def history(self, lot: int, ordinal: int) -> Sequence[VerdictRow]:
        """Return every verdict of a unit, first one first."""
        query = sa.select(VERDICTS).where(VERDICTS.c.lot == lot, VERDICTS.c.ordinal == ordinal)
        with snapshot(self.engine) as connection:
            return [
                VerdictRow(
                    faults=tuple(json.loads(row.faults)), person=row.person, at=moment(row.at)
                )
                for row in connection.execute(query.order_by(VERDICTS.c.id))
            ]

    def tally(self, lot: int) -> LotTally:
        """Return how far a lot is."""
        with snapshot(self.engine) as connection:
            return _tally(connection, lot)

    def judge(self, lot: int, ordinal: int, faults: Sequence[str], *, person: str) -> None:
        """Add a verdict on a unit; no fault means good.

        Raises:
            InputError: INPUT-ACCEPT-CLOSED; INPUT-ACCEPT-LOT, there is no such unit.
        """
        self.unit(lot, ordinal)
        with transaction(self.engine) as connection:
            _refuse_closed(connection, lot)
            connection.execute(
                VERDICTS.insert().values(
                    lot=lot,
                    ordinal=ordinal,
                    faults=json.dumps(sorted(set(faults))),
                    person=person,
                    at=stamp(now()),
                )
            )

    def close(self, lot: LotRow, *, person: str) -> Closing:
        """End a lot by its plan, and send the papers of its bad units back to be scanned again.

        Raises:
            InputError: INPUT-ACCEPT-CLOSED; INPUT-ACCEPT-OPEN, units are not looked at yet.
        """
        with transaction(self.engine) as connection:
            _refuse_closed(connection, lot.id)
            tally = _tally(connection, lot.id)
            if tally.judged < lot.draft.sample_size:
                left = lot.draft.sample_size - tally.judged
                raise InputError("INPUT-ACCEPT-OPEN", detail=str(left))
            is_accepted = tally.bad <= lot.draft.accept_max
            connection.execute(
                CLOSINGS.insert().values(
                    lot=lot.id,
                    verdict="accepted" if is_accepted else "rejected",
                    bad=tally.bad,
                    person=person,
                    at=stamp(now()),
                )
            )
            _send_back(connection, lot.id)
        closing = self.lot(lot.batch, lot.id).closing
        assert closing is not None  # noqa: S101 - its row was written in this very call
        return closing


def _open(batch: str) -> sa.Select[tuple[int]]:
    return (
        sa.select(LOTS.c.id)
        .outerjoin(CLOSINGS, CLOSINGS.c.lot == LOTS.c.id)
        .where(LOTS.c.batch == batch, CLOSINGS.c.lot.is_(None))
    )


def _refuse_closed(connection: sa.Connection, lot: int) -> None:
    query = sa.select(CLOSINGS.c.lot).where(CLOSINGS.c.lot == lot)
    if connection.execute(query).first() is not None:
        raise InputError("INPUT-ACCEPT-CLOSED", detail=str(lot))


def _tally(connection: sa.Connection, lot: int) -> LotTally:
    query = _units().where(UNITS.c.lot == lot, VERDICTS.c.id.is_not(None))
    counted = sa.select(query.subquery().c.faults, sa.func.count()).group_by("faults")
    judged = bad = 0
    faults: dict[str, int] = {}
    for text, count in connection.execute(counted):
        judged += count
        found = json.loads(text)
        bad += count if found else 0
        for one in found:
            faults[one] = faults.get(one, 0) + count
    return LotTally(judged=judged, bad=bad, faults=faults)


def _send_back(connection: sa.Connection, lot: int) -> None:
    bad = _units().where(UNITS.c.lot == lot, VERDICTS.c.faults != "[]").subquery()
    pairs = sa.select(bad.c.item, bad.c.document_id).distinct()
    connection.execute(
        RETURNS.insert()
        .prefix_with("OR IGNORE")
        .from_select(["item", "document_id", "lot"], pairs.add_columns(sa.literal(lot)))
    )
    connection.execute(
        BATCH_ITEMS.update()
        .where(
            BATCH_ITEMS.c.state == "entered",
            sa.exists().where(
                RETURNS.c.item == BATCH_ITEMS.c.id,
                RETURNS.c.document_id == BATCH_ITEMS.c.document_id,
                RETURNS.c.lot == lot,
            ),
        )
        .values(state="refused", code=RETURNED)
    )


def _lots() -> sa.Select[tuple[object, ...]]:
    return sa.select(
        LOTS,
        CLOSINGS.c.verdict,
        CLOSINGS.c.bad,
        CLOSINGS.c.person.label("closed_by"),
        CLOSINGS.c.at.label("closed_at"),
    ).outerjoin(CLOSINGS, CLOSINGS.c.lot == LOTS.c.id)


def _lot(row: sa.Row[tuple[object, ...]]) -> LotRow:
    values = row._mapping
    closing = None
    if values["verdict"] is not None:
        closing = Closing(
            verdict=values["verdict"],
            bad=values["bad"],
            person=values["closed_by"],
            at=moment(values["closed_at"]),
        )
    return LotRow(
        id=values["id"],
        batch=values["batch"],
        draft=LotDraft(**{name: values[name] for name in LotDraft.__slots__}),
        person=values["person"],
        at=moment(values["at"]),
        closing=closing,
    )


def _units() -> sa.Select[tuple[object, ...]]:
    last = (
        sa.select(sa.func.max(VERDICTS.c.id))
        .where(VERDICTS.c.lot == UNITS.c.lot, VERDICTS.c.ordinal == UNITS.c.ordinal)
        .correlate(UNITS)
        .scalar_subquery()
    )
    return (
        sa.select(
            UNITS.c.lot,
            UNITS.c.ordinal,
            UNITS.c.item,
            UNITS.c.document_id,
            UNITS.c.page,
            BATCH_ITEMS.c.path,
            BATCH_ITEMS.c.place,
            VERDICTS.c.faults,
            VERDICTS.c.person,
            VERDICTS.c.at,
        )
        .join(BATCH_ITEMS, BATCH_ITEMS.c.id == UNITS.c.item)
        .outerjoin(VERDICTS, VERDICTS.c.id == last)
        .order_by(UNITS.c.ordinal)
    )


def _unit(row: sa.Row[tuple[object, ...]]) -> UnitRow:
    values = dict(row._mapping)
    faults, at = values.pop("faults"), values.pop("at")
    return UnitRow(
        faults=None if faults is None else tuple(json.loads(faults)),
        at=None if at is None else moment(at),
        person=values.pop("person") or "",
        **values,
    )
