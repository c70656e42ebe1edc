"""`python -m bench stacks FOLDER…`: where documents of generated stacks begin, found and true.

Each page is looked at as the product does it (`prepare`, then head and foot), the plan is the
product's. A folder is what `python -m bench.generator stacks --out FOLDER` wrote. What was looked
at is kept beside it, by stack, so that a cut-short run goes on; `--afresh` looks again.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from bench.generator.stacks import BATCH
from pipeline.assembly.house import House
from pipeline.assembly.worker import build_page_line
from pipeline.engine.page_line import GlanceTask, glance_in_worker, start_worker
from pipeline.ledger.stacks import signs_of
from pipeline.model.records import Document, MediaType, PageEntry
from pipeline.model.stacks import PageSigns, StackPlan
from stages.stack import Options
from stages.stack.boundaries import plan_of, starts


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """One stack: what was seen, what is true."""

    pages: tuple[PageSigns, ...]
    truth: dict[str, Any]
    seconds: float
    """Processor time for all of its pages."""


def looked_at(folder: Path, *, workers: int, is_afresh: bool = False) -> Iterator[Looked]:
    """Yield the stacks of a folder, as they end."""
    seen = folder / "seen"
    seen.mkdir(exist_ok=True)
    jobs = [(folder, path, is_afresh) for path in sorted((folder / "truth").glob("*.json"))]
    with (
        tempfile.TemporaryDirectory(prefix="stacks-") as data,
        House.open(Path(data)) as house,
        ProcessPoolExecutor(
            workers,
            mp_context=get_context("spawn"),
            initializer=start_worker,
            initargs=(build_page_line, house.worker_options()),
        ) as pool,
    ):
        yield from pool.map(_look, jobs)


def _look(job: tuple[Path, Path, bool]) -> Looked:
    folder, beside, is_afresh = job
    truth = json.loads(beside.read_text(encoding="utf-8"))
    kept = folder / "seen" / beside.name
    if kept.exists() and not is_afresh:
        record = json.loads(kept.read_text(encoding="utf-8"))
        pages = tuple(map(signs_of, record["pages"]))
        return Looked(pages=pages, truth=truth, seconds=record["seconds"])
    path = folder / truth["file"]
    media_type = MediaType.TIFF if path.suffix == ".tif" else MediaType.PDF
    document = Document(id=truth["file"], media_type=media_type, size_bytes=path.stat().st_size)
    started = time.process_time()
    pages = tuple(
        glance_in_worker(
            GlanceTask(path=path, document=document, entry=PageEntry(number=number))
        ).signs
        for number in range(1, len(truth["pages"]) + 1)
    )
    seconds = time.process_time() - started
    record = {"seconds": seconds, "pages": [dataclasses.asdict(page) for page in pages]}
    part = kept.with_suffix(".part")
    part.write_text(json.dumps(record), encoding="utf-8")
    part.replace(kept)
    return Looked(pages=pages, truth=truth, seconds=seconds)


@dataclass(slots=True)
class Score:
    """Counts over stacks."""

    stacks: int = 0
    documents: int = 0
    pages: int = 0
    seconds: float = 0.0
    hits: int = 0
    """Boundaries found that are true."""
    found: int = 0
    true: int = 0
    sheets: int = 0
    sheets_found: int = 0
    sheets_false: int = 0
    whole: int = 0
    """Stacks cut rightly without a person."""
    waiting: int = 0
    wrong: int = 0
    """Stacks cut wrongly without a person: what must not be."""
    gaps: int = 0
    gaps_found: int = 0
    gaps_false: int = 0

    def add(self, one: Looked) -> None:
        """Count a stack."""
        plan = plan_of(one.pages, BATCH, Options())
        truth = one.truth
        self.stacks += 1
        self.documents += len(truth["documents"])
        self.pages += len(one.pages)
        self.seconds += one.seconds
        # The first document begins with the stack: no boundary.
        true = {document["pages"][0] for document in truth["documents"][1:]}
        firsts = [_first_with_content(part.pages, one.pages) for part in plan.parts]
        found = set(firsts[1:])
        self.hits += len(true & found)
        self.found += len(found)
        self.true += len(true)
        self._count_sheets(one)
        is_right = _is_right(plan, one)
        self.waiting += bool(plan.doubts)
        self.whole += is_right and not plan.doubts
        self.wrong += not is_right and not plan.doubts
        if is_right:
            self._count_gaps(plan, truth)

    def _count_sheets(self, one: Looked) -> None:
        for page, true in zip(one.pages, one.truth["pages"], strict=True):
            is_sheet = true["kind"] == "separator"
            self.sheets += is_sheet
            self.sheets_found += is_sheet and page.separator is not None
            self.sheets_false += not is_sheet and page.separator is not None

    def _count_gaps(self, plan: StackPlan, truth: dict[str, Any]) -> None:
        for part, document in zip(plan.parts, truth["documents"], strict=True):
            # A sheet without a printed number cannot be missed by anybody.
            is_lost = any(document["missing"])
            self.gaps += is_lost
            self.gaps_found += is_lost and bool(part.missing)
            self.gaps_false += not is_lost and bool(part.missing)


def _first_with_content(pages: Sequence[int], seen: Sequence[PageSigns]) -> int:
    return next((number for number in pages if not seen[number - 1].is_blank), pages[0])


def _is_right(plan: StackPlan, one: Looked) -> bool:
    """Whether each document has its pages, all of them and no others; blank ones count nowhere."""
    blank = {page["number"] for page in _numbered(one.truth) if page["kind"] == "blank"}
    found = [[number for number in part.pages if number not in blank] for part in plan.parts]
    return found == [document["pages"] for document in one.truth["documents"]]


def _numbered(truth: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for number, page in enumerate(truth["pages"], 1):
        yield {"number": number, **page}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument("folders", nargs="+", type=Path, metavar="FOLDER")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--afresh", action="store_true", help="look at every page again")


def main(options: argparse.Namespace) -> int:
    """Print one table a folder."""
    for folder in options.folders:
        score, sure = Score(), Calibration()
        for one in looked_at(folder, workers=options.workers, is_afresh=options.afresh):
            score.add(one)
            sure.add(one)
        _print(folder, score, sure)
    return 0


@dataclass(slots=True)
class Calibration:
    """What was believed of pages against what is true."""

    bins: dict[str, tuple[int, float, int]] = dataclasses.field(default_factory=dict)
    """Name → pages, sum of beliefs, pages that do begin a document."""

    def add(self, one: Looked) -> None:
        """Count a stack's pages after the first, where no sheet says it."""
        if any(page.separator is not None for page in one.pages):
            return
        for number, share in starts(one.pages)[1:]:
            edges = (0.01, 0.05, 0.5, 0.95, 0.99, 1.01)
            name = f"< {next(edge for edge in edges if share < edge):.2f}"
            count, believed, true = self.bins.get(name, (0, 0.0, 0))
            is_first = one.truth["pages"][number - 1]["kind"] == "first"
            self.bins[name] = (count + 1, believed + share, true + is_first)


def _f1(hits: int, found: int, true: int) -> float:
    return 2 * hits / (found + true) if found + true else 1.0


def _print(folder: Path, score: Score, sure: Calibration) -> None:
    print(f"{folder.name}: {score.stacks} stacks, {score.documents} documents, {score.pages} pages")
    if score.sheets:
        found = score.sheets_found + score.sheets_false
        print(f"  separators F1     {_f1(score.sheets_found, found, score.sheets):.4f}")
    print(f"  boundaries F1     {_f1(score.hits, score.found, score.true):.4f}")
    print(f"  whole stacks      {score.whole / score.stacks:.1%} right without a person")
    print(f"  wait for a person {score.waiting / score.stacks:.1%}")
    print(f"  cut wrongly       {score.wrong} of {score.stacks}")
    print(f"  lost sheets       {score.gaps_found} of {score.gaps} told, {score.gaps_false} false")
    print(f"  processor time    {score.seconds / max(1, score.pages):.3f} s a page")
    for name, (count, believed, true) in sorted(sure.bins.items()):
        print(f"  belief {name}     {count} pages, mean {believed / count:.3f}, "
              f"true {true / count:.3f}")  # fmt: skip
