"""The paper that is sealed in the measurements: a scanned letter as the page line hands it over."""

from __future__ import annotations

from pathlib import Path

from stages.archive import ArchiveStage, Options
from stages.layers import PageLayerMaker
from tests.stages.archive.drawn import full_letter, work_for


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
