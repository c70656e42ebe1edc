"""From paper to fields with the real tools: generated letters, prepared, read and extracted."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest

from bench.fields import is_same
from bench.generator.content import Wishes, compose
from bench.generator.files import write_pdf
from bench.generator.scanner import preset_settings
from bench.generator.studio import Scan, make_scan
from pipeline.model.records import Document, Inspection, MediaType, Page, PageEntry, Route
from pipeline.model.stage import Done, Work
from stages.extract import ExtractStage
from stages.extract import Options as ExtractOptions
from stages.guard import GuardStage, StampFinder
from stages.guard import Options as GuardOptions
from stages.prepare import PagePreparer
from stages.read import make_reader

RULES_DIR = Path(__file__).parents[3] / "config" / "rules"
DOCUMENT = Document(id="0" * 64, media_type=MediaType.PDF, size_bytes=1)
NOW = dt.datetime(2027, 1, 1, 8, tzinfo=dt.UTC)
CERTAIN = ("notation", "issuer", "type", "place")


def scan_of(seed: int, type_name: str) -> Scan:
    """A clean scan of a generated letter with printed number and day."""
    wishes = Wishes(
        type_name=type_name, number_style="printed", day_style="printed", secrecy="", arrival=False,
        urgency="", body_blocks=3,
    )  # fmt: skip
    return make_scan(compose(seed, wishes), preset_settings("clean", seed), seed=seed)


def pages_of(scan: Scan, folder: Path) -> tuple[Page, ...]:
    """The pages as the page line hands them on."""
    path = folder / "scan.pdf"
    write_pdf(path, list(scan.pages))
    preparer, reader, finder = PagePreparer(), make_reader("line_reader"), StampFinder(RULES_DIR)
    pages = []
    for number in range(1, len(scan.pages) + 1):
        ready = preparer.prepare(path, DOCUMENT, PageEntry(number=number))
        text = reader.read(ready)
        pages.append(
            Page(
                number=number,
                width_mm=ready.width_mm,
                height_mm=ready.height_mm,
                dpi=ready.dpi,
                skew_deg=ready.skew_deg,
                rotation_deg=ready.rotation_deg,
                is_blank=ready.is_blank,
                quality=ready.quality,
                words=text.words,
                marks=finder.find(ready, text.words),
                text_confidence=text.text_confidence,
                reader=text.reader,
            )
        )
    return tuple(pages)


def work_of(pages: tuple[Page, ...], folder: Path) -> Work:
    """Work on these pages."""
    return Work(
        document=DOCUMENT, source_name="scan.pdf", folder="den", received_at=NOW, now=NOW,
        inspection=Inspection(
            route=Route.SCAN, pages=tuple(PageEntry(number=page.number) for page in pages)
        ),
        pages=pages, fields={}, artifacts={}, scratch=folder,
    )  # fmt: skip


@pytest.mark.parametrize(("seed", "type_name"), [(5, "Quyết định"), (8, "Công văn")])
def test_a_generated_letter_is_guarded_and_extracted(
    seed: int, type_name: str, tmp_path: Path
) -> None:
    scan = scan_of(seed, type_name)
    work = work_of(pages_of(scan, tmp_path), tmp_path)
    assert GuardStage(options=GuardOptions(rules_dir=RULES_DIR)).run(work) == Done()
    answer = ExtractStage(options=ExtractOptions(rules_dir=RULES_DIR)).run(work)
    assert isinstance(answer, Done)
    got = {item.name: item.value for item in answer.fields}
    expected = scan.truth.fields
    wrong = [name for name in CERTAIN if not is_same(name, expected[name], got[name])]
    assert wrong == []
    assert got["number"] == expected["number"]
    assert got["issued_date"] == expected["issued_date"]
    kept = answer.artifacts["fields"]
    assert isinstance(kept, bytes)
    assert [row["name"] for row in json.loads(kept)] == [item.name for item in answer.fields]
