"""Machine checks of a batch: every finished paper's pages, file and signature, every dossier.

One paper is held at a time and what is compared lies in scratch, so that memory does not grow with
the batch. Nothing is changed by it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pypdfium2 as pdfium

from pipeline.acceptance import findings
from pipeline.acceptance.findings import Finding
from pipeline.acceptance.likeness import Likenesses, Sketch, joined, sketch_of
from pipeline.assembly.house import House
from pipeline.ledger.batch_rows import BatchRow, ItemRow
from pipeline.model.codec import pages_from_json
from pipeline.model.delivered import best_pdf
from pipeline.model.errors import ContractError, DocumentError
from pipeline.model.pdfium import PDFIUM
from pipeline.model.records import Artifact, Page
from stages import archive, prepare, sign
from stages.archive.check import check_document
from stages.archive.profile import PROFILES
from stages.prepare import lean_of
from stages.sign.report import Verdict
from stages.sign.verify import verify

_LOOK_DPI = 100.0
"""Enough for a lean of 0.02° (stages.prepare.reduced)."""


@dataclass(slots=True)
class Inspecting:
    """One run of the machine checks over a batch."""

    house: House
    row: BatchRow
    seen: Callable[[int], None] = lambda _: None
    """Is told how many papers have been looked at."""
    documents: int = 0
    """Finished papers looked at so far."""
    pages: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    """Findings so far, by code."""

    def found(self) -> Iterator[Finding]:
        """Check the whole batch and yield what a person must see: by dossier, then loose papers."""
        for one in self._all():
            self.counts[one.code] += 1
            yield one

    def note(self) -> None:
        """Keep what it came to, for the page and the protocol."""
        self.house.lots.checked(
            self.row.name, documents=self.documents, pages=self.pages, counts=dict(self.counts)
        )

    def _all(self) -> Iterator[Finding]:
        batches, name = self.house.batches, self.row.name
        with self.house.scratch.attempt() as folder:
            alike = Likenesses(folder, least=self.house.batch_options.check_likeness)
            try:
                for place in batches.places(name):
                    items = batches.papers(name, place)
                    for item in items:
                        yield from self._paper(item, alike)
                    if items:
                        yield from findings.dossier(items)
                for item in batches.items(name):
                    if item.state == "doubled":
                        yield findings.unfinished(item)
                    elif not item.place:
                        yield from self._paper(item, alike)
            finally:
                alike.close()

    def _paper(self, item: ItemRow, alike: Likenesses) -> Iterator[Finding]:
        if not item.is_done or item.document_id is None:
            yield findings.unfinished(item)
            return
        self.documents += 1
        self.seen(self.documents)
        artifacts = self.house.history.artifacts(item.document_id)
        yield from findings.page_count(item, item.page_count)
        if "pages" in artifacts:
            yield from self._texts(item, artifacts["pages"], alike)
        best = best_pdf(artifacts)
        path = None if best is None else self.house.store.path(best.digest)
        if path is None or not path.is_file():
            yield findings.of_item(item, "CHECK-FILE")
            return
        yield from self._file(item, path)

    def _texts(self, item: ItemRow, artifact: Artifact, alike: Likenesses) -> Iterator[Finding]:
        path = self.house.store.path(artifact.digest)
        if not path.is_file():
            yield findings.of_item(item, "CHECK-FILE", detail="pages")
            return
        pages = pages_from_json(path.read_bytes())
        self.pages += len(pages)
        yield from findings.pages(item, pages)
        sketches = [_sketched(page) for page in pages]
        least = self.house.batch_options.check_likeness
        yield from findings.pages_twice(item, sketches, least=least)
        whole = joined(sketches)
        twin = None if whole is None else alike.twin(item.path, whole)
        if twin is not None:
            detail = f"= {twin.key} ({twin.share:.0%})"
            yield findings.of_item(item, "CHECK-TWIN", detail=detail)

    def _file(self, item: ItemRow, path: Path) -> Iterator[Finding]:
        settings = self.house.settings
        profile = PROFILES[settings.section("stages.archive", archive.Options).profile]
        try:
            check_document(path, sizes_pt=[None] * item.page_count, profile=profile)
        except ContractError as error:
            yield findings.of_item(item, "CHECK-PDFA", detail=error.detail)
        trust = settings.section("stages.sign", sign.Options).trust
        try:
            report = verify(path, trust=[Path(one) for one in trust])
        except DocumentError as error:
            yield findings.of_item(item, "CHECK-SIGNATURE", detail=error.code)
        else:
            if report.verdict is Verdict.INVALID or not report.signatures:
                problems = {one.value for signed in report.signatures for one in signed.problems}
                detail = ", ".join(sorted(problems)) or "–"
                yield findings.of_item(item, "CHECK-SIGNATURE", detail=detail)
        try:
            leans = list(_leans(path, settings.section("stages.prepare", prepare.Options)))
        except pdfium.PdfiumError as error:
            yield findings.of_item(item, "CHECK-FILE", detail=str(error))
            return
        for number, lean in enumerate(leans, start=1):
            if lean is not None and abs(lean) > self.house.batch_options.check_skew_deg:
                yield findings.of_item(item, "CHECK-SKEW", page=number, detail=f"{lean:+.2f}°")


def _sketched(page: Page) -> Sketch | None:
    return sketch_of(word.text for word in page.words)


def _leans(path: Path, options: prepare.Options) -> Iterator[float | None]:
    """Yield how each page of a PDF leans, degrees clockwise; None where its text does not tell."""
    with PDFIUM:
        document = pdfium.PdfDocument(path)
        try:
            for page in document:
                bitmap = page.render(scale=_LOOK_DPI / 72.0, grayscale=True)
                pixels = np.asarray(bitmap.to_numpy(), np.uint8)
                yield lean_of(
                    pixels.reshape(pixels.shape[:2]), _LOOK_DPI, max_skew_deg=options.max_skew_deg
                )
        finally:
            document.close()
