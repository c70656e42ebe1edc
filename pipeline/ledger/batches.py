"""Batches: what belongs to one, and how far each paper is. The feeder and the commands ask here.

A paper is a row from the moment it is added; it becomes a document when the feeder takes it in. So
100,000 papers are rows, and only a few of them at a time are open jobs.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from pipeline.ledger.acceptance_tables import RETURNS
from pipeline.ledger.backlog_tables import (
    BATCH_ITEMS,
    BATCH_SOURCES,
    BATCHES,
)
from pipeline.ledger.batch_rows import (
    OPEN_STATES,
    BatchRow,
    ItemDraft,
    ItemRow,
    SourceRow,
)
from pipeline.ledger.database import empty_wal, snapshot, transaction
from pipeline.ledger.rows import moment, stamp
from pipeline.ledger.stack_tables import STACKS
from pipeline.ledger.stacks import part_of
from pipeline.ledger.tables import JOBS
from pipeline.ledger.writes import forget_papers, now, row
from pipeline.model.errors import InputError
from pipeline.model.records import JobState

_CHUNK_ROWS = 500


class Batches:
    """Rows of batches; safe to use from several threads and processes."""

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine

    def create(self, name: str, options: Mapping[str, str]) -> None:
        """Make a batch.

        Raises:
            InputError: INPUT-BATCH-NAME, there is one of this name.
        """
        values = {
            "name": name,
            "state": "open",
            "options": json.dumps(dict(options), ensure_ascii=False),
            "created_at": stamp(now()),
        }
        with transaction(self.engine) as connection:
            made = connection.execute(insert(BATCHES).values(**values).on_conflict_do_nothing())
        if made.rowcount == 0:
            raise InputError("INPUT-BATCH-NAME", detail=name)

    def all(self) -> Sequence[BatchRow]:
        """Return the batches, first one first."""
        with snapshot(self.engine) as connection:
            found = connection.execute(
                sa.select(BATCHES).order_by(BATCHES.c.created_at, BATCHES.c.name)
            ).all()
        return [
            BatchRow(
                name=row.name,
                is_paused=row.state == "paused",
                options=json.loads(row.options),
                created_at=moment(row.created_at),
            )
            for row in found
        ]

    def batch(self, name: str) -> BatchRow:
        """Return a batch.

        Raises:
            InputError: INPUT-BATCH; the detail names those there are.
        """
        rows = {row.name: row for row in self.all()}
        if name not in rows:
            raise InputError("INPUT-BATCH", detail=f"{name}; {', '.join(rows)}")
        return rows[name]

    def pause(self, name: str, *, is_paused: bool) -> None:
        """Pause or resume a batch; whoever works on it sees it within a second."""
        with transaction(self.engine) as connection:
            connection.execute(
                BATCHES.update()
                .where(BATCHES.c.name == name)
                .values(state="paused" if is_paused else "open")
            )

    def add_growing(
        self, batch: str, *, path: str, levels: str, is_stacks: bool = False, piles: str = ""
    ) -> None:
        """Note a folder that papers or stacks still come into; the last word about a path holds."""
        said = {"levels": levels, "is_stacks": is_stacks, "piles": piles}
        values = {"batch": batch, "path": path, "kind": "growing", "added_at": stamp(now()), **said}
        statement = insert(BATCH_SOURCES).values(**values)
        with transaction(self.engine) as connection:
            connection.execute(
                statement.on_conflict_do_update(index_elements=["batch", "path"], set_=said)
            )

    def growing(self) -> Sequence[SourceRow]:
        """Return the folders that still grow, of all batches."""
        query = sa.select(BATCH_SOURCES).where(BATCH_SOURCES.c.kind == "growing")
        with snapshot(self.engine) as connection:
            return [
                SourceRow(
                    batch=row.batch,
                    path=row.path,
                    levels=row.levels,
                    is_stacks=row.is_stacks,
                    piles=row.piles,
                )
                for row in connection.execute(query.order_by(BATCH_SOURCES.c.id))
            ]

    def add(self, batch: str, drafts: Iterable[ItemDraft]) -> int:
        """Add papers, 500 a transaction; return how many rows were new or changed.

        A paper that is there already gets what a list now says of it, and is tried again where it
        had been refused; one that is a document stays that document.
        """
        rest = iter(drafts)
        count = 0
        while chunk := list(islice(rest, _CHUNK_ROWS)):
            with transaction(self.engine) as connection:
                for draft in chunk:
                    count += self._add(connection, batch, draft)
        return count

    def _add(self, connection: sa.Connection, batch: str, draft: ItemDraft) -> int:
        known = {
            "place": draft.place,
            "ordinal": draft.ordinal,
            "dossier": json.dumps(dict(draft.dossier), ensure_ascii=False, sort_keys=True),
            "document": json.dumps(dict(draft.document), ensure_ascii=False, sort_keys=True),
        }
        statement = insert(BATCH_ITEMS).values(batch=batch, path=draft.path, **known)
        is_refused = BATCH_ITEMS.c.state == "refused"
        changed: dict[str, object] = {
            "state": sa.case((is_refused, "new"), else_=BATCH_ITEMS.c.state),
            "code": sa.case((is_refused, sa.null()), else_=BATCH_ITEMS.c.code),
        }
        statement = statement.on_conflict_do_update(
            index_elements=["batch", "path"],
            set_={**changed, **(known if draft.is_listed else {})},
            where=sa.or_(is_refused, sa.literal(draft.is_listed)),
        )
        return connection.execute(statement).rowcount

    def again(self, batch: str, paths: Iterable[str]) -> int:
        """Let refused papers be taken in once more, as their files now are; return how many."""
        rest = iter(paths)
        count = 0
        while chunk := list(islice(rest, _CHUNK_ROWS)):
            with transaction(self.engine) as connection:
                changed = connection.execute(
                    BATCH_ITEMS.update()
                    .where(
                        BATCH_ITEMS.c.batch == batch,
                        BATCH_ITEMS.c.path.in_(chunk),
                        BATCH_ITEMS.c.state == "refused",
                    )
                    .values(state="new", code=None)
                )
                count += changed.rowcount
        return count

    def waiting(self, names: Sequence[str], *, limit: int) -> Sequence[ItemRow]:
        """Return papers that are to be taken in: of the first batch named, then of the next."""
        found: list[ItemRow] = []
        with snapshot(self.engine) as connection:
            for name in names:
                query = (
                    _items()
                    .where(BATCH_ITEMS.c.batch == name, BATCH_ITEMS.c.state == "new")
                    .order_by(BATCH_ITEMS.c.id)
                    .limit(limit - len(found))
                )
                found += [_item(row) for row in connection.execute(query)]
        return found

    def entered(self, item: int, document_id: str, *, is_new: bool) -> None:
        """Note that a paper is a document; its bytes and its job are durable already.

        A paper that holds the same bytes as another one of any batch is doubled; one that was sent
        back to be scanned again and holds the same bytes as before stays sent back. Of a secret
        one neither name nor list entry is kept.
        """
        with transaction(self.engine) as connection:
            other = connection.execute(
                sa.select(BATCH_ITEMS.c.id)
                .where(BATCH_ITEMS.c.document_id == document_id, BATCH_ITEMS.c.id != item)
                .limit(1)
            ).scalar()
            state, code = "entered", None
            if not is_new and other is not None:
                state, code = "doubled", "DOC-DUPLICATE"
            if _went_back(connection, item, document_id):
                state, code = "refused", "DOC-RESCAN"
            connection.execute(
                BATCH_ITEMS.update()
                .where(BATCH_ITEMS.c.id == item)
                .values(state=state, document_id=document_id, code=code)
            )
            is_secret = row(connection, document_id).state is JobState.QUARANTINED
            if is_secret:
                forget_papers(connection, document_id)
        if is_secret:
            empty_wal(self.engine)

    def refused(self, item: int, *, code: str, detail: str) -> None:
        """Note why a paper becomes no document."""
        with transaction(self.engine) as connection:
            connection.execute(
                BATCH_ITEMS.update()
                .where(BATCH_ITEMS.c.id == item)
                .values(state="refused", code=code, detail=detail[:1000])
            )

    def open_documents(self) -> Mapping[str, frozenset[str]]:
        """Return the documents under way or waiting to be taken up, by batch; stacks looked at too.

        A stack that is being looked at counts like a document: its pages stand still with it.
        """
        query = (
            sa.select(BATCH_ITEMS.c.batch, JOBS.c.document_id)
            .join(BATCH_ITEMS, BATCH_ITEMS.c.document_id == JOBS.c.document_id)
            .where(
                BATCH_ITEMS.c.state == "entered",
                sa.or_(
                    JOBS.c.state.in_(OPEN_STATES),
                    sa.and_(
                        JOBS.c.state == JobState.WAITING.value, JOBS.c.next_try_at.is_not(None)
                    ),
                ),
            )
        )
        looked_at = sa.select(STACKS.c.batch, STACKS.c.digest).where(
            STACKS.c.state == "new", STACKS.c.digest.is_not(None)
        )
        found: dict[str, set[str]] = {}
        with snapshot(self.engine) as connection:
            for batch, document_id in (*connection.execute(query), *connection.execute(looked_at)):
                found.setdefault(batch, set()).add(document_id)
        return {batch: frozenset(ids) for batch, ids in found.items()}

    def items(self, batch: str) -> Iterator[ItemRow]:
        """Yield all papers of a batch in order of adding, 500 a question."""
        after = 0
        while True:
            query = (
                _items()
                .where(BATCH_ITEMS.c.batch == batch, BATCH_ITEMS.c.id > after)
                .order_by(BATCH_ITEMS.c.id)
                .limit(_CHUNK_ROWS)
            )
            with snapshot(self.engine) as connection:
                rows = [_item(row) for row in connection.execute(query)]
            yield from rows
            if len(rows) < _CHUNK_ROWS:
                return
            after = rows[-1].id

    def places(self, batch: str) -> Iterator[str]:
        """Yield the keys of the dossiers in order of their first paper; a stable order."""
        query = (
            sa.select(BATCH_ITEMS.c.place)
            .where(BATCH_ITEMS.c.batch == batch, BATCH_ITEMS.c.place != "")
            .group_by(BATCH_ITEMS.c.place)
            .order_by(sa.func.min(BATCH_ITEMS.c.id))
        )
        with snapshot(self.engine) as connection:
            yield from connection.execute(query).scalars().all()

    def papers(self, batch: str, place: str) -> Sequence[ItemRow]:
        """Return the papers of a dossier in their order, without doubled ones."""
        query = (
            _items()
            .where(
                BATCH_ITEMS.c.batch == batch,
                BATCH_ITEMS.c.place == place,
                BATCH_ITEMS.c.state != "doubled",
            )
            .order_by(BATCH_ITEMS.c.ordinal, BATCH_ITEMS.c.id)
        )
        with snapshot(self.engine) as connection:
            return [_item(row) for row in connection.execute(query)]


def _went_back(connection: sa.Connection, item: int, document_id: str) -> bool:
    query = sa.select(RETURNS.c.lot).where(
        RETURNS.c.item == item, RETURNS.c.document_id == document_id
    )
    return connection.execute(query).first() is not None


def _items() -> sa.Select[tuple[object, ...]]:
    query = sa.select(
        BATCH_ITEMS.c.id,
        BATCH_ITEMS.c.batch,
        BATCH_ITEMS.c.path,
        BATCH_ITEMS.c.place,
        BATCH_ITEMS.c.ordinal,
        BATCH_ITEMS.c.dossier,
        BATCH_ITEMS.c.document,
        BATCH_ITEMS.c.state,
        BATCH_ITEMS.c.document_id,
        sa.func.coalesce(BATCH_ITEMS.c.code, JOBS.c.code).label("code"),
        BATCH_ITEMS.c.detail,
        JOBS.c.state.label("job_state"),
        sa.func.coalesce(JOBS.c.page_count, 0).label("page_count"),
        STACKS.c.digest.label("stack_digest"),
        BATCH_ITEMS.c.part,
        BATCH_ITEMS.c.file,
    )
    joined = BATCH_ITEMS.outerjoin(JOBS, JOBS.c.document_id == BATCH_ITEMS.c.document_id)
    return query.select_from(joined.outerjoin(STACKS, STACKS.c.id == BATCH_ITEMS.c.stack))


def _item(row: sa.Row[tuple[object, ...]]) -> ItemRow:
    values = dict(row._mapping)
    for name in ("dossier", "document"):
        values[name] = json.loads(values[name])
    if values["part"] is not None:
        values["part"] = part_of(json.loads(values["part"]))
    return ItemRow(**values)
