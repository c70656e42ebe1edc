"""`python -m bench likeness`: does the compact page show and read what the scan does?

Each page of a generated set is prepared, read, cut into layers and written as its PDF/A page; that
page is drawn again at the scan's resolution, compared with the scan as the safety check of
`stages.layers` compares, and read once more. The ten least alike stand side by side on a contact
sheet. Nothing of sohoa's state is touched.
"""

from __future__ import annotations

import argparse
import datetime as dt
import hashlib
import json
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pypdfium2 as pdfium
from numpy.typing import NDArray

from bench.generator.sets import SetRecipe
from bench.generator.truthfile import read_truths
from bench.page_record import page_record
from bench.scoring import TextScore, score_page
from bench.side_by_side import cached_set
from bench.sohoa_runs import cores
from pipeline.model.pdfium import PDFIUM
from pipeline.model.ports import Reader
from pipeline.model.prepared import PreparedPage
from pipeline.model.records import Document, MediaType, PageEntry, Word
from stages.archive.document import write_document
from stages.archive.metadata import Facts
from stages.layers import Options as LayersOptions
from stages.layers import PageLayerMaker
from stages.layers.check import CheckOptions, compare
from stages.prepare import PagePreparer
from stages.prepare.ink import part_inks
from stages.read import make_reader

Image8 = NDArray[np.uint8]
_SHEET_PAGES = 10
_CHECK_DPI = 75.0
_FACTS = Facts(
    title="",
    author="",
    created=dt.datetime.fromtimestamp(0, dt.UTC),
    properties={"sourceDigest": "0"},
)
_THUMB_WIDTH_PX = 700


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """One page before and after."""

    name: str
    scan: Image8
    result: Image8
    structure: float
    colour_difference: float
    fallback: str | None
    size_bytes: int
    lines: tuple[str, ...]
    stamps: tuple[str, ...]
    text_of_scan: str
    text_of_result: str


def main(options: argparse.Namespace) -> int:
    """Print the table and write the contact sheet; returns the exit code."""
    cv2.setNumThreads(1)
    recipe = SetRecipe(
        count=max(1, round(options.pages / 1.5)),
        seed=options.seed,
        preset=options.preset,
        with_secrets=False,
    )
    folder = cached_set(recipe, workers=cores())
    pages: list[Likeness] = []
    before, after = TextScore(), TextScore()
    for page in _pages(folder, read_truths(folder / "truth.jsonl")):
        before += score_page(page.lines, page.text_of_scan, optional=page.stamps)
        after += score_page(page.lines, page.text_of_result, optional=page.stamps)
        pages = sorted([*pages, page], key=lambda one: one.structure)
        pages[_SHEET_PAGES:] = [_without_pictures(one) for one in pages[_SHEET_PAGES:]]
    report = _report(pages, before, after)
    for name, value in report.items():
        print(f"{name}: {value}")
    options.sheet.parent.mkdir(parents=True, exist_ok=True)
    cv2.imwrite(str(options.sheet), contact_sheet(pages[:_SHEET_PAGES]))
    print(f"contact sheet of the {min(_SHEET_PAGES, len(pages))} least alike: {options.sheet}")
    if options.json:
        options.json.write_text(json.dumps(report, indent=2), encoding="utf-8")
    return 0


def _report(pages: list[Likeness], before: TextScore, after: TextScore) -> dict[str, Any]:
    sizes = sorted(page.size_bytes for page in pages)
    return {
        "pages": len(pages),
        "CER of the scan %": round(100 * before.cer, 3),
        "CER of the result %": round(100 * after.cer, 3),
        "CER of lines, scan %": round(100 * before.lines.rate, 3),
        "CER of lines, result %": round(100 * after.lines.rate, 3),
        "KB a page, median": round(sizes[len(sizes) // 2] / 1000, 1),
        "KB a page, largest": round(sizes[-1] / 1000, 1),
        "structure, least of all tiles": round(pages[0].structure, 3),
        "colour difference, largest of all tiles": round(
            max(page.colour_difference for page in pages), 1
        ),
        "pages that fell back": sum(page.fallback is not None for page in pages),
    }


def _without_pictures(page: Likeness) -> Likeness:
    """Return the figures alone: a hundred pages in colour do not fit in memory."""
    empty = np.zeros((1, 1, 3), np.uint8)
    return replace(page, scan=empty, result=empty)


def contact_sheet(pages: list[Likeness]) -> Image8:
    """Return scan and result side by side, a row a page, the least alike first; BGR."""
    rows = [np.hstack([_thumb(page.scan), _thumb(page.result)]) for page in pages]
    for row, page in zip(rows, pages, strict=True):
        label = f"{page.name}: structure {page.structure:.2f}, colour {page.colour_difference:.0f}"
        cv2.putText(row, label, (12, 22), cv2.FONT_HERSHEY_SIMPLEX, 0.6, (0, 0, 200), 2)
    return np.asarray(cv2.cvtColor(np.vstack(rows), cv2.COLOR_RGB2BGR), np.uint8)


def _thumb(picture: Image8) -> Image8:
    """Return a page 700 px wide on a sheet of A4's proportions."""
    height = round(picture.shape[0] * _THUMB_WIDTH_PX / picture.shape[1])
    small = cv2.resize(picture, (_THUMB_WIDTH_PX, height), interpolation=cv2.INTER_AREA)
    sheet = np.full((round(_THUMB_WIDTH_PX * 1.4142), _THUMB_WIDTH_PX, 3), 235, np.uint8)
    sheet[: min(height, len(sheet))] = small[: len(sheet)]
    return np.asarray(cv2.copyMakeBorder(sheet, 3, 3, 3, 3, cv2.BORDER_CONSTANT), np.uint8)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what may be told."""
    parser.add_argument("--pages", type=int, default=45, help="about so many pages")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--preset", default="office", help="clean, office, bad or mixed")
    parser.add_argument("--sheet", type=Path, default=Path("build/bench/contact-sheet.png"))
    parser.add_argument("--json", type=Path, help="write all figures there")


def _pages(folder: Path, truths: list[dict[str, Any]]) -> Iterator[Likeness]:
    line = _Line(preparer=PagePreparer(), reader=make_reader("line_reader"),
                 maker=PageLayerMaker(options=LayersOptions()))  # fmt: skip
    for truth in truths:
        path = folder / truth["file"]
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        document = Document(id=digest, media_type=MediaType.PDF, size_bytes=path.stat().st_size)
        for page in truth["pages"]:
            prepared = line.preparer.prepare(path, document, PageEntry(number=page["number"]))
            if not prepared.is_blank:
                texts = {
                    kind: tuple(one["text"] for one in page["lines"] if one["kind"] == kind)
                    for kind in ("text", "stamp")
                }
                yield line.liken(f"{path.name} {page['number']}", prepared, texts)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """The engines of the page line."""

    preparer: PagePreparer
    reader: Reader
    maker: PageLayerMaker

    def liken(
        self, name: str, prepared: PreparedPage, texts: dict[str, tuple[str, ...]]
    ) -> Likeness:
        """Return a page as scanned and as delivered."""
        text = self.reader.read(prepared)
        layers = replace(self.maker.make(prepared, text), number=1)
        with tempfile.TemporaryDirectory() as scratch:
            target = Path(scratch) / "page.pdf"
            write_document(target, [layers], (page_record(prepared, text.words),), _FACTS)
            result, size_bytes = _drawn(target, prepared), target.stat().st_size
        scan = prepared.colour
        if scan is None:
            scan = np.asarray(cv2.cvtColor(prepared.gray, cv2.COLOR_GRAY2RGB), np.uint8)
        found = compare(_small(scan, prepared.dpi), _small(result, prepared.dpi), CheckOptions())
        return Likeness(
            name=name,
            scan=scan,
            result=result,
            structure=found.structure,
            colour_difference=found.colour_difference,
            fallback=layers.fallback,
            size_bytes=size_bytes,
            lines=texts["text"],
            stamps=texts["stamp"],
            text_of_scan=_text(text.words),
            text_of_result=_text(self.reader.read(_as_read(prepared, result)).words),
        )


def _drawn(path: Path, prepared: PreparedPage) -> Image8:
    """Return the page of a PDF drawn to the pixels of the scan, RGB."""
    height, width = prepared.gray.shape
    with PDFIUM:
        pdf = pdfium.PdfDocument(path)
        bitmap = pdf[0].render(scale=width / pdf[0].get_width(), rev_byteorder=True)
        drawn = np.asarray(bitmap.to_numpy()[..., :3], np.uint8).copy()
        pdf.close()
    if drawn.shape[:2] != (height, width):
        drawn = np.asarray(cv2.resize(drawn, (width, height)), np.uint8)
    return drawn


def _small(picture: Image8, dpi: float) -> Image8:
    """Return the picture at the resolution at which the safety check compares."""
    factor = _CHECK_DPI / dpi
    size = (round(picture.shape[1] * factor), round(picture.shape[0] * factor))
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)


def _as_read(prepared: PreparedPage, result: Image8) -> PreparedPage:
    """Return the delivered picture as the reader would get it."""
    reading = part_inks(result).reading if prepared.colour is not None else result[..., 1]
    return replace(prepared, number=1, reading=np.ascontiguousarray(reading))


def _text(words: tuple[Word, ...]) -> str:
    lines: dict[int, list[str]] = {}
    for word in words:
        lines.setdefault(word.line, []).append(word.text)
    return "\n".join(" ".join(line) for line in lines.values())
