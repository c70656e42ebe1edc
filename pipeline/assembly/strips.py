"""Port `Strips` over the ledger's stacks and the small pictures that the splitter kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.backlog.splitter import picture_path
from pipeline.ledger.stacks import StackRow, Stacks
from pipeline.model import strip_plan
from pipeline.model.errors import InputError
from pipeline.web.strip_api import StripPage, StripView
from stages.stack.boundaries import missing_in


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseStrips:
    """The stacks of a house that wait for a person."""

    stacks: Stacks
    parts_dir: Path

    def waiting(self) -> Sequence[StripView]:
        """Return them; see the port."""
        return [_view(row) for row in self.stacks.waiting()]

    def strip(self, stack_id: int) -> StripView:
        """Return one; see the port."""
        return _view(self._waiting(stack_id))

    def picture(self, stack_id: int, page: int) -> bytes | None:
        """Return a page's small JPEG; see the port."""
        self._waiting(stack_id)
        path = picture_path(self.parts_dir, stack_id, page)
        return (path.read_bytes() or None) if path.is_file() else None

    def confirm(self, stack_id: int, plan: str, *, person: str) -> None:
        """Take a person's plan; see the port."""
        row = self._waiting(stack_id)
        assert row.plan is not None  # noqa: S101 - the table says so
        read = strip_plan.read(plan, before=row.plan)
        signs = {one.number: one for one in row.signs}
        parts = tuple(
            replace(part, missing=missing_in([signs[number] for number in part.pages]))
            for part in read.parts
        )
        self.stacks.confirm(stack_id, replace(read, parts=parts), person=person)

    def _waiting(self, stack_id: int) -> StackRow:
        row = self.stacks.stack(stack_id)
        if row.state != "waiting":
            raise InputError("INPUT-STACK", detail=str(stack_id))
        return row


def _view(row: StackRow) -> StripView:
    assert row.plan is not None  # noqa: S101 - the table says so
    doubts: dict[int, tuple[str, ...]] = {}
    for doubt in row.plan.doubts:
        if doubt.page is not None:
            doubts[doubt.page] = (*doubts.get(doubt.page, ()), doubt.code)
    return StripView(
        id=row.id,
        batch=row.batch,
        name=Path(row.path).name,
        code=row.code or "",
        pages=tuple(
            StripPage(
                number=one.number,
                has_picture=not one.is_marked and one.unread is None,
                is_doubtful=one.number in doubts,
                codes=doubts.get(one.number, ()),
            )
            for one in row.signs
        ),
        plan=row.plan,
    )
