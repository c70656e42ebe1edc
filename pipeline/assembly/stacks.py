"""Stacks at work: the splitter wired to store, page pool and the rules of boundaries."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.assembly.house import House
from pipeline.backlog.splitter import Splitter
from pipeline.engine.page_line import CutTask, GlanceTask, InspectTask, StackWorkers
from pipeline.intake.arrivals import Arrival
from pipeline.intake.options import IntakeOptions
from pipeline.intake.receive import receive
from pipeline.ledger.stacks import StackRow
from pipeline.model.errors import DocumentError
from pipeline.model.records import Document, Route
from pipeline.model.stacks import PageGlance, PageSigns, Part, StackPlan
from pipeline.store import Store
from stages import stack as stack_stage
from stages.stack.boundaries import piled, plan_of
from stages.stack.cutting import extension


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseStacks:
    """Port `HandlesStacks` over a house's store and page workers."""

    store: Store
    pool: StackWorkers
    options: stack_stage.Options
    priority: int
    max_bytes: int

    def keep(self, arrival: Arrival) -> Document:
        """Make the bytes durable; see the port."""
        return receive(arrival, self.store, max_bytes=self.max_bytes).document

    def forget(self, document: Document) -> None:
        """Take out of the store again what lies in quarantine."""
        if self.store.quarantine_path(document.id).is_file():
            self.store.remove(document.id)

    def look(self, document: Document) -> Sequence[PageGlance]:
        """Return the signs and pictures of all pages; see the port."""
        path = self.store.path(document.id)
        inspection = self.pool.inspect(
            InspectTask(path=path, document=document, source_name=""), priority=self.priority
        )
        if inspection.route is Route.EVIDENCE:
            raise DocumentError("STACK-SIGNED")
        tasks = [GlanceTask(path=path, document=document, entry=one) for one in inspection.pages]
        return [one.result() for one in self.pool.glance(tasks, priority=self.priority)]

    def plan(self, stack: StackRow, signs: Sequence[PageSigns]) -> StackPlan:
        """Return what the stack is to become; see the port."""
        order = list(range(1, len(signs) + 1))
        if stack.piles:
            order = piled(len(signs), is_reversed=stack.piles == "reversed")
        return plan_of([signs[number - 1] for number in order], stack.batch, self.options)

    def cut(self, document: Document, part: Part, target: Path) -> None:
        """Write a part in a page worker; see the port."""
        task = CutTask(
            path=self.store.path(document.id), document=document, part=part, target=target
        )
        self.pool.cut(task, priority=self.priority)

    def extension(self, document: Document) -> str:
        """Return how the names of parts end."""
        return extension(document)


def splitter(
    house: House, pool: StackWorkers, wake: Callable[[], None], *, only: str | None = None
) -> Splitter:
    """Return the splitter of a standing process.

    Args:
        house: has the stacks.
        pool: looks at their pages.
        wake: is called when papers were made.
        only: work on this batch alone.
    """
    return Splitter(
        batches=house.batches,
        stacks=house.stacks,
        handles=HouseStacks(
            store=house.store,
            pool=pool,
            options=house.settings.section("stages.stack", stack_stage.Options),
            priority=house.batch_options.priority,
            max_bytes=house.settings.section("intake", IntakeOptions).max_bytes,
        ),
        parts_dir=house.layout.parts,
        wake=wake,
        only=only,
    )
