"""Stacks: what was scanned in one, what it is to become, and whether a person must look first."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from pipeline.ledger.backlog_tables import BATCH_ITEMS
from pipeline.ledger.batch_rows import ItemDraft
from pipeline.ledger.database import snapshot, transaction
from pipeline.ledger.rows import stamp
from pipeline.ledger.stack_tables import STACKS
from pipeline.ledger.writes import event, now
from pipeline.model.errors import InputError
from pipeline.model.records import Document, MediaType
from pipeline.model.stacks import Doubt, PageSigns, Part, Separator, StackPlan


@dataclass(frozen=True, slots=True, kw_only=True)
class StackRow:
    """One stack."""

    id: int
    batch: str
    path: str
    dossier: Mapping[str, str]
    piles: str
    """`same` or `reversed`: all fronts lie before all backs; empty: pages are in order."""
    state: str
    """`new`, `waiting` (for a person), `planned` (to be cut), `cut` or `refused`."""
    document: Document | None
    """What was received; None before it is kept."""
    code: str | None
    """Why it waits or was refused."""
    detail: str
    signs: tuple[PageSigns, ...] = ()
    plan: StackPlan | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CutPaper:
    """A paper that was cut out of a stack."""

    draft: ItemDraft
    part: Part
    file: str
    """Name of its file below the folder of parts."""


@dataclass(frozen=True, slots=True)
class Stacks:
    """Rows of stacks; safe to use from several threads and processes."""

    engine: sa.Engine = field(repr=False)

    def add(self, batch: str, drafts: Iterable[ItemDraft], *, piles: str) -> int:
        """Add stacks; return how many are new, changed, or were refused and are tried again.

        What a list says of a stack's dossier replaces what was known, until the stack is cut.
        """
        count = 0
        with transaction(self.engine) as connection:
            for draft in drafts:
                count += _add(connection, batch, draft, piles)
        return count

    def next(self, batches: Sequence[str]) -> StackRow | None:
        """Return the stack that is to be worked on: one to be cut before one to be looked at."""
        query = (
            sa.select(STACKS)
            .where(STACKS.c.state.in_(("planned", "new")), STACKS.c.batch.in_(batches))
            .order_by(STACKS.c.state.desc(), STACKS.c.id)
            .limit(1)
        )
        with snapshot(self.engine) as connection:
            found = connection.execute(query).one_or_none()
        return None if found is None else _row(found)

    def stack(self, stack_id: int) -> StackRow:
        """Return a stack.

        Raises:
            InputError: INPUT-STACK.
        """
        with snapshot(self.engine) as connection:
            found = connection.execute(
                sa.select(STACKS).where(STACKS.c.id == stack_id)
            ).one_or_none()
        if found is None:
            raise InputError("INPUT-STACK", detail=str(stack_id))
        return _row(found)

    def waiting(self) -> Sequence[StackRow]:
        """Return the stacks that wait for a person, the first one first."""
        return self._all(STACKS.c.state == "waiting")

    def noted(self, batch: str) -> Sequence[StackRow]:
        """Return the stacks of a batch that wait for a person or were refused."""
        return self._all(STACKS.c.batch == batch, STACKS.c.code.is_not(None))

    def _all(self, *wanted: sa.ColumnElement[bool]) -> Sequence[StackRow]:
        query = sa.select(STACKS).where(*wanted).order_by(STACKS.c.id)
        with snapshot(self.engine) as connection:
            return [_row(row) for row in connection.execute(query)]

    def counts(self, batch: str) -> Mapping[str, int]:
        """Return how many stacks of a batch stand how."""
        query = (
            sa.select(STACKS.c.state, sa.func.count())
            .where(STACKS.c.batch == batch)
            .group_by(STACKS.c.state)
        )
        with snapshot(self.engine) as connection:
            return {str(state): int(count) for state, count in connection.execute(query)}

    def kept(self, stack: int, document: Document) -> bool:
        """Note a stack whose bytes are durable; return whether another one has the same bytes."""
        with transaction(self.engine) as connection:
            other = connection.execute(
                sa.select(STACKS.c.id)
                .where(STACKS.c.digest == document.id, STACKS.c.id != stack)
                .limit(1)
            ).scalar()
            if other is None:
                _set(
                    connection,
                    stack,
                    digest=document.id,
                    media_type=document.media_type.value,
                    size_bytes=document.size_bytes,
                )
        return other is not None

    def looked_at(self, stack: int, signs: Sequence[PageSigns], plan: StackPlan) -> None:
        """Note what a stack is to become; with doubts it waits for a person."""
        first = plan.doubts[0] if plan.doubts else None
        with transaction(self.engine) as connection:
            _set(
                connection,
                stack,
                signs=json.dumps([dataclasses.asdict(one) for one in signs]),
                plan=_plan_json(plan),
                state="planned" if first is None else "waiting",
                code=None if first is None else first.code,
                detail="" if first is None else first.detail,
            )

    def confirm(self, stack: int, plan: StackPlan, *, person: str) -> None:
        """Take a person's plan; only of a stack that waits.

        Raises:
            InputError: INPUT-STACK, it does not wait (any more).
        """
        with transaction(self.engine) as connection:
            changed = connection.execute(
                STACKS.update()
                .where(STACKS.c.id == stack, STACKS.c.state == "waiting")
                .values(
                    state="planned", plan=_plan_json(plan), person=person, code=None, detail="",
                    changed_at=stamp(now()),
                )
            ).rowcount  # fmt: skip
            if changed:
                facts = {"stack": str(stack), "person": person, "parts": str(len(plan.parts))}
                event(connection, None, "stack-confirmed", facts)
        if not changed:
            raise InputError("INPUT-STACK", detail=str(stack))

    def refused(self, stack: int, *, code: str, detail: str) -> None:
        """Note why a stack becomes no documents."""
        with transaction(self.engine) as connection:
            _set(connection, stack, state="refused", code=code, detail=detail[:1000])

    def cut(self, stack: StackRow, papers: Iterable[CutPaper]) -> None:
        """Make papers of a batch of its parts, all in one step; their files are durable already."""
        with transaction(self.engine) as connection:
            for paper in papers:
                draft = paper.draft
                values = {
                    "batch": stack.batch,
                    "path": draft.path,
                    "place": draft.place,
                    "dossier": json.dumps(dict(draft.dossier), ensure_ascii=False),
                    "stack": stack.id,
                    "part": json.dumps(dataclasses.asdict(paper.part)),
                    "file": paper.file,
                }
                statement = insert(BATCH_ITEMS).values(**values).on_conflict_do_nothing()
                connection.execute(statement)
            _set(connection, stack.id, state="cut")

    def taken_in(self, stack: int) -> bool:
        """Return whether every part of a stack that was cut is a document, or refused."""
        query = sa.select(BATCH_ITEMS.c.id).where(
            BATCH_ITEMS.c.stack == stack, BATCH_ITEMS.c.state == "new"
        )
        with snapshot(self.engine) as connection:
            return connection.execute(query.limit(1)).scalar() is None


def _add(connection: sa.Connection, batch: str, draft: ItemDraft, piles: str) -> int:
    dossier = json.dumps(dict(draft.dossier), ensure_ascii=False)
    statement = insert(STACKS).values(
        batch=batch, path=draft.path, dossier=dossier, piles=piles, changed_at=stamp(now())
    )
    is_refused = STACKS.c.state == "refused"
    again = {"state": "new", "code": None, "detail": "", "piles": piles}
    changed: dict[str, object] = {
        name: sa.case((is_refused, value), else_=STACKS.c[name]) for name, value in again.items()
    }
    statement = statement.on_conflict_do_update(
        index_elements=["batch", "path"],
        set_={**changed, **({"dossier": dossier} if draft.is_listed else {})},
        where=sa.or_(is_refused, sa.and_(sa.literal(draft.is_listed), STACKS.c.state != "cut")),
    )
    return connection.execute(statement).rowcount


def _set(connection: sa.Connection, stack: int, **values: object) -> None:
    connection.execute(
        STACKS.update().where(STACKS.c.id == stack).values(changed_at=stamp(now()), **values)
    )


def _plan_json(plan: StackPlan) -> str:
    return json.dumps(dataclasses.asdict(plan), ensure_ascii=False)


def _row(row: sa.Row[Any]) -> StackRow:
    document = None
    if row.digest is not None:
        document = Document(
            id=row.digest, media_type=MediaType(row.media_type), size_bytes=row.size_bytes
        )
    return StackRow(
        id=row.id,
        batch=row.batch,
        path=row.path,
        dossier=json.loads(row.dossier),
        piles=row.piles,
        state=row.state,
        document=document,
        code=row.code,
        detail=row.detail,
        signs=() if row.signs is None else tuple(map(signs_of, json.loads(row.signs))),
        plan=None if row.plan is None else _plan(json.loads(row.plan)),
    )


def signs_of(record: dict[str, Any]) -> PageSigns:
    """Return a page's signs from their JSON."""
    sheet = record.pop("separator")
    return PageSigns(separator=None if sheet is None else Separator(**sheet), **record)


def _plan(record: dict[str, Any]) -> StackPlan:
    return StackPlan(
        parts=tuple(map(part_of, record["parts"])),
        dropped=tuple(record["dropped"]),
        doubts=tuple(Doubt(**one) for one in record["doubts"]),
    )


def part_of(record: Mapping[str, Any]) -> Part:
    """Return a part from its JSON."""
    lists = {name: tuple(record[name]) for name in ("pages", "turns_deg", "missing")}
    return Part(**{**record, **lists})
