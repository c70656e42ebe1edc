"""The papers that are sealed in the measurements, as the page line and `archive` hand them over."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pikepdf

from pipeline.model.records import Route
from stages.archive import ArchiveStage, Options
from stages.layers import PageLayerMaker
from tests.stages.archive.drawn import Sheet, full_letter, work_for
from tests.stages.archive.test_digital import _digital, _page


def letter(folder: Path, *, profile: str = "2u") -> Path:
    """Return the PDF/A of one A4 page of 200 dpi in compact layers."""
    folder.mkdir(parents=True, exist_ok=True)
    sheet = full_letter(dpi=200)
    layers = (PageLayerMaker().make(sheet.prepared(number=1), sheet.text()),)
    original = folder / "original.pdf"
    original.write_bytes(b"%PDF-1.7 the received bytes, for profile 3b")
    work = work_for(folder, (sheet.page(number=1),), layers, artifacts={"original": original})
    options = Options(profile=profile)  # type: ignore[arg-type]  # one of PROFILES
    made = ArchiveStage(options=options).run(work).artifacts["pdfa"]
    assert isinstance(made, Path)
    return made


def born_digital(folder: Path, *, profile: str = "2u") -> Path:
    """Return the PDF/A of a page with text of its own, by OCRmyPDF's route."""
    folder.mkdir(parents=True, exist_ok=True)
    original = _digital(folder / "word.pdf", pages=1)
    work = work_for(
        folder, (_page(1),), route=Route.DIGITAL, has_text_layer=True,
        artifacts={"original": original},
    )  # fmt: skip
    options = Options(profile=profile)  # type: ignore[arg-type]  # one of PROFILES
    made = ArchiveStage(options=options).run(work).artifacts["pdfa"]
    assert isinstance(made, Path)
    return made


def papers(folder: Path) -> Iterator[tuple[str, Path]]:
    """Yield documents of many kinds by name: sizes, colours, turns, boxes, units."""
    plain = letter(folder / "plain")
    yield "letter, 200 dpi, colour", plain
    wide = Sheet(dpi=150, width_mm=420, height_mm=297).letter()
    sheets = {
        "three pages, gray": (
            "gray", [Sheet(dpi=150).letter(), Sheet(dpi=150).letter(), Sheet(dpi=72)]
        ),
        "A3 landscape, bitonal": ("bitonal", [wide]),
    }  # fmt: skip
    for name, (colours, pages) in sheets.items():
        here = folder / name.replace(" ", "-")
        here.mkdir()
        layers = tuple(
            PageLayerMaker().make(
                sheet.prepared(number=n, colours=colours, is_blank=not sheet.words), sheet.text()
            )
            for n, sheet in enumerate(pages, start=1)
        )
        records = tuple(sheet.page(number=n) for n, sheet in enumerate(pages, start=1))
        made = ArchiveStage().run(work_for(here, records, layers)).artifacts["pdfa"]
        assert isinstance(made, Path)
        yield name, made
    yield "born digital, by OCRmyPDF", born_digital(folder / "digital")
    for turn, crop, unit in ((90, None, 1), (270, (20.5, 30.25, 560.75, 800.125), 1), (0, None, 2)):
        with pikepdf.open(plain) as pdf:
            page = pdf.pages[0]
            page.obj.Rotate = turn
            if crop is not None:
                page.obj.CropBox = pikepdf.Array([*crop])
            if unit != 1:
                page.obj.UserUnit = unit
            path = folder / f"turned-{turn}-{unit}.pdf"
            pdf.save(path)
        cut = ", cropped" if crop else ""
        yield f"letter turned {turn}°{cut}{', UserUnit 2' if unit != 1 else ''}", path
