"""The splitter: looks at stacks, and cuts into papers those that are sure or confirmed.

Stack → bytes durable in the store → signs of its pages → plan → files of its parts durable → one
transaction that makes papers of all of them. Killed anywhere, the next splitter does the step once
more and comes to the same: a part's file and its row have the same name each time. The feeder then
takes the papers in like any others.
"""

from __future__ import annotations

import datetime as dt
import logging
import shutil
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import CancelledError
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from pipeline.backlog.hours import works_now
from pipeline.intake.arrivals import Arrival, RefusedError
from pipeline.intake.receive import in_place
from pipeline.ledger.batch_rows import BATCH_FOLDER, ItemDraft
from pipeline.ledger.batches import Batches
from pipeline.ledger.stacks import CutPaper, StackRow, Stacks
from pipeline.model.errors import ContractError, DocumentError, OperatorError, TransientError
from pipeline.model.records import Document
from pipeline.model.stacks import PageGlance, PageSigns, Part, StackPlan
from pipeline.store import translated
from pipeline.structure.records import Place

_log = logging.getLogger("sohoa.backlog")
_NAME_CHARS_MAX = 80
_COVER_NAME_CHARS = 24
_PICTURES = ".pictures"


def picture_path(parts_dir: Path, stack_id: int, page: int) -> Path:
    """Return where the small picture of a page of a waiting stack lies, from page 1."""
    return parts_dir / str(stack_id) / _PICTURES / f"{page:06d}.jpg"


class HandlesStacks(Protocol):
    """What is done to a stack's bytes, in the store and in page workers."""

    def keep(self, arrival: Arrival) -> Document:
        """Make the bytes durable in the store.

        Raises:
            RefusedError, OperatorError, TransientError: see `intake.receive`.
        """

    def forget(self, document: Document) -> None:
        """Take bytes out of the store again that came before and were quarantined."""

    def look(self, document: Document) -> Sequence[PageGlance]:
        """Return the signs and small pictures of all pages.

        Raises:
            DocumentError: no stack can be made of it.
        """

    def plan(self, stack: StackRow, signs: Sequence[PageSigns]) -> StackPlan:
        """Return what the stack is to become."""

    def cut(self, document: Document, part: Part, target: Path) -> None:
        """Write a part; durable on return.

        Raises:
            DocumentError, OperatorError, TransientError: see `StackTools.cut`.
        """

    def extension(self, document: Document) -> str:
        """Return how the names of parts end."""


@dataclass(slots=True)
class Splitter:
    """Works on the stacks of all open batches of a data folder; one a process."""

    batches: Batches
    stacks: Stacks
    handles: HandlesStacks
    parts_dir: Path
    """Where files of parts lie until the feeder has taken them in."""
    wake: Callable[[], None] = lambda: None
    """Is called when papers were made."""
    poll_s: float = 1.0
    clock: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC)
    only: str | None = None
    """Work on this batch alone."""

    def run(self, stop: threading.Event) -> None:
        """Work until told to stop."""
        while not stop.is_set():
            try:
                is_busy = self.step()
                if not is_busy:
                    self.sweep()
            except (TransientError, OperatorError) as error:
                _log.warning("the splitter cannot work: %s", error, extra={"action": "stack-down"})
                is_busy = False
            except CancelledError:
                return  # the pool was closed: this process is stopping
            if not is_busy:
                stop.wait(self.poll_s)

    def step(self) -> bool:
        """Take one stack one step on; return whether there was one.

        Raises:
            OperatorError, TransientError: the disk; the stack stays as it is.
        """
        now = self.clock()
        working = [row.name for row in self.batches.all() if works_now(row, now, self.only)]
        stack = self.stacks.next(working) if working else None
        if stack is None:
            return False
        try:
            with translated(doing="stacks"):
                if stack.plan is not None and stack.state == "planned":
                    self._cut_up(stack, stack.plan)
                else:
                    self._look_at(stack)
        except (DocumentError, ContractError) as error:  # RefusedError is a DocumentError
            self.stacks.refused(stack.id, code=error.code, detail=error.detail)
        return True

    def sweep(self) -> None:
        """Remove the folders of parts that were all taken in."""
        if not self.parts_dir.is_dir():
            return
        for folder in self.parts_dir.iterdir():
            if not folder.name.isdigit():
                continue
            stack = self.stacks.stack(int(folder.name))
            if stack.state == "cut" and self.stacks.taken_in(stack.id):
                with translated(doing="stacks"):
                    shutil.rmtree(folder)
            elif stack.state in {"planned", "cut", "refused"}:
                shutil.rmtree(folder / _PICTURES, ignore_errors=True)

    def _look_at(self, stack: StackRow) -> None:
        document = self.handles.keep(in_place(Path(stack.path), folder=BATCH_FOLDER))
        if self.stacks.kept(stack.id, document):
            self.handles.forget(document)
            raise RefusedError("STACK-DOUBLED")
        glances = self.handles.look(document)
        signs = [one.signs for one in glances]
        plan = self.handles.plan(stack, signs)
        if plan.doubts:
            self._keep_pictures(stack, glances)
        self.stacks.looked_at(stack.id, signs, plan)

    def _keep_pictures(self, stack: StackRow, glances: Sequence[PageGlance]) -> None:
        """Keep what the strip shows, until the stack is cut."""
        for glance in glances:
            path = picture_path(self.parts_dir, stack.id, glance.signs.number)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(glance.picture)

    def _cut_up(self, stack: StackRow, plan: StackPlan) -> None:
        assert stack.document is not None  # noqa: S101 - the table says so
        folder = self.parts_dir / str(stack.id)
        folder.mkdir(parents=True, exist_ok=True)
        papers: list[CutPaper] = []
        covers = {part.cover_page for part in plan.parts}
        for part in plan.parts:
            span = f"tr.{part.pages[0]}-{part.pages[-1]}"
            stem = Path(stack.path).stem[:_NAME_CHARS_MAX]
            target = folder / f"{stem} {span}{self.handles.extension(stack.document)}"
            if not target.exists():
                self.handles.cut(stack.document, part, target)
            draft = _draft(stack, part, f"{stack.path}#{span}", is_one=len(covers) == 1)
            papers.append(CutPaper(draft=draft, part=part, file=f"{folder.name}/{target.name}"))
        self.stacks.cut(stack, papers)
        self.wake()


def _draft(stack: StackRow, part: Part, path: str, *, is_one: bool) -> ItemDraft:
    """Return the paper of a part, in the dossier that a sheet, the list or folder, or a cover says.

    Args:
        stack: what folders or a list say of it.
        part: what sheets and covers say.
        path: of the paper.
        is_one: no part lies behind another cover: it is that of the stack's own dossier.
    """
    dossier = dict(stack.dossier)
    own = dossier.get("notation", "")
    if part.dossier and part.dossier != own:
        dossier = {**_where(dossier), "notation": part.dossier}
    place = Place.of(dossier)
    if part.cover_page and not part.dossier and not (is_one and own):
        # Its number is told by the cover once that is read: until then its place has this name.
        dossier = _where(dossier)
        named = f"{Path(stack.path).stem[:_COVER_NAME_CHARS]} tr.{part.cover_page} #{stack.id}"
        place = replace(Place.of(dossier), notation=named)
    return ItemDraft(path=path, place=place.key if place.notation else "", dossier=dossier)


def _where(dossier: Mapping[str, str]) -> dict[str, str]:
    """Return what of a dossier's values holds for another one beside it too."""
    return {name: dossier[name] for name in ("fonds", "catalogue", "box") if name in dossier}
