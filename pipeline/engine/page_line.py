"""The page line: one page, one memory pass, inside one worker process.

prepare → read → marks → layers. The full-size picture lives and dies here: what leaves is the
page's words and marks (over the pipe) and its compressed layers (a file in scratch).
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from pipeline.model.codec import write_layers
from pipeline.model.errors import ContractError, DocumentError
from pipeline.model.ports import Inspector, LayerMaker, MarkFinder, Preparer, Reader
from pipeline.model.prepared import page_of
from pipeline.model.records import (
    Document,
    Inspection,
    Page,
    PageEntry,
    PageLayers,
    Quality,
    Verdict,
)
from pipeline.model.stacks import PageGlance, PageSigns, Part, StackTools

_PAGE_CODES = {
    "DOC-TOO-LARGE": "PAGE-TOO-LARGE",
    "DOC-BOMB": "PAGE-TOO-LARGE",
}
_A4_MM = (210.0, 297.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class PageTask:
    """One page to be read."""

    path: Path
    """The received bytes in the store."""
    document: Document
    entry: PageEntry
    layers_path: Path
    """Where the layers go; does not exist yet."""
    reads_codes: bool = False
    """Bar and QR codes on the paper are read too (papers of the backlog: 20 to 60 ms a page)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageOutcome:
    """What came of a page."""

    page: Page
    layers_path: Path
    seconds: dict[str, float]
    """Per step: prepare, read, layers."""
    fault: str | None = None
    """Document code behind `page.unread`, None when the page was read."""
    codes: tuple[str, ...] = ()
    """What codes on the paper say: labels of archives, ASN."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InspectTask:
    """A document to be looked at before its pages are read."""

    path: Path
    document: Document
    source_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GlanceTask:
    """One page of a stack to be looked at."""

    path: Path
    document: Document
    entry: PageEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class CutTask:
    """One document to be cut out of a stack."""

    path: Path
    document: Document
    part: Part
    target: Path
    """Does not exist yet, or was left half-made by a killed process."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageLine:
    """The warm engines of one worker process."""

    inspector: Inspector
    preparer: Preparer
    reader: Reader
    marks: MarkFinder
    layers: LayerMaker
    stacks: StackTools | None = None
    """None where no stacks are worked on."""

    def inspect(self, task: InspectTask) -> Inspection:
        """Look at a document; raises as `Inspector.inspect`."""
        return self.inspector.inspect(task.path, task.document, source_name=task.source_name)

    def work(self, task: PageTask) -> PageOutcome:
        """Read one page; a page that cannot be decoded comes back unread, with its reason."""
        if task.entry.fault is not None:
            return unread(task, task.entry.fault)
        seconds: dict[str, float] = {}
        clock = time.perf_counter()
        try:
            prepared = self.preparer.prepare(task.path, task.document, task.entry)
        except DocumentError as error:
            return unread(task, _PAGE_CODES.get(error.code, "PAGE-CORRUPT"), fault=error.code)
        clock = _lap(seconds, "prepare", clock)
        text = self.reader.read(prepared)
        clock = _lap(seconds, "read", clock)
        marks = self.marks.find(prepared, text.words)
        clock = _lap(seconds, "guard", clock)
        _save(task.layers_path, self.layers.make(prepared, text))
        _lap(seconds, "layers", clock)
        page = page_of(prepared, text, marks)
        codes = self._tools().codes(prepared) if task.reads_codes else ()
        return PageOutcome(page=page, layers_path=task.layers_path, seconds=seconds, codes=codes)

    def glance(self, task: GlanceTask) -> PageGlance:
        """Look at a page of a stack; one that cannot be decoded says why."""
        if task.entry.fault is not None:
            return unseen(task, task.entry.fault)
        try:
            prepared = self.preparer.prepare(task.path, task.document, task.entry)
        except DocumentError as error:
            return unseen(task, _PAGE_CODES.get(error.code, "PAGE-CORRUPT"))
        return self._tools().glance(prepared)

    def cut(self, task: CutTask) -> None:
        """Cut a document out of a stack; raises as `StackTools.cut`."""
        self._tools().cut(task.path, task.document, task.part, task.target)

    def _tools(self) -> StackTools:
        if self.stacks is None:
            raise ContractError("BUG-STAGE", detail="a page line without tools for stacks")
        return self.stacks


def unseen(task: GlanceTask, code: str) -> PageGlance:
    """Return what is known of a page of a stack that could not be looked at."""
    return PageGlance(signs=PageSigns(number=task.entry.number, unread=code))


def unread(task: PageTask, code: str, *, fault: str | None = None) -> PageOutcome:
    """Return the outcome of a page that could not be read: an empty A4 sheet that says why."""
    width_mm, height_mm = _A4_MM
    page = Page(
        number=task.entry.number,
        width_mm=width_mm,
        height_mm=height_mm,
        dpi=0.0,
        skew_deg=0.0,
        rotation_deg=0,
        is_blank=False,
        quality=Quality(verdict=Verdict.BAD, reasons=(code,)),
        unread=code,
    )
    layers = PageLayers(
        number=page.number, width_mm=width_mm, height_mm=height_mm, profile="empty", fallback=code
    )
    _save(task.layers_path, layers)
    return PageOutcome(page=page, layers_path=task.layers_path, seconds={}, fault=fault or code)


def _save(path: Path, layers: PageLayers) -> None:
    # An earlier try of the same page may have left a half-written file.
    path.unlink(missing_ok=True)
    write_layers(path, [layers])


def _lap(seconds: dict[str, float], step: str, since: float) -> float:
    now = time.perf_counter()
    seconds[step] = now - since
    return now


class PageWorkers(Protocol):
    """Who reads pages: a pool of processes, or the calling process itself."""

    def inspect(self, task: InspectTask, *, priority: int = 0) -> Inspection:
        """Look at a document; raises DocumentError."""

    def read(self, tasks: list[PageTask], *, priority: int = 0) -> list[Future[PageOutcome]]:
        """Queue the pages of one document; each future gives a PageOutcome or a SohoaError."""


class StackWorkers(Protocol):
    """Who looks at stacks and cuts them: the same."""

    def inspect(self, task: InspectTask, *, priority: int = 0) -> Inspection:
        """Look at a document; raises DocumentError."""

    def glance(self, tasks: Sequence[GlanceTask], *, priority: int = 0) -> list[Future[PageGlance]]:
        """Queue looks at pages; each future gives a PageGlance or a SohoaError."""

    def cut(self, task: CutTask, *, priority: int = 0) -> None:
        """Cut one document out; durable on return; raises as `StackTools.cut`."""


PageLineFactory = Callable[[object], PageLine]
"""Builds the engines inside a fresh worker from a picklable argument."""

_line: PageLine | None = None


def start_worker(factory: PageLineFactory, argument: object) -> None:
    """Make this process a page worker: one thread per engine, low priority, warm engines."""
    global _line  # noqa: PLW0603 - a worker process is the one owner of its engines
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's business
    os.nice(5)  # the web page and the watcher stay quick while pages are read
    _line = factory(argument)


def work_in_worker(task: PageTask) -> PageOutcome:
    """Run a page in the worker that this process is."""
    return _worker().work(task)


def glance_in_worker(task: GlanceTask) -> PageGlance:
    """Look at a page of a stack in the worker that this process is."""
    return _worker().glance(task)


def cut_in_worker(task: CutTask) -> None:
    """Cut a stack in the worker that this process is."""
    _worker().cut(task)


def inspect_in_worker(task: InspectTask) -> Inspection:
    """Inspect a document in the worker that this process is."""
    return _worker().inspect(task)


def _worker() -> PageLine:
    if _line is None:
        message = "not a page worker"
        raise RuntimeError(message)
    return _line
