"""Dossiers inside one stack, told by their covers and by a sheet, through the whole job."""

from __future__ import annotations

import zipfile
from pathlib import Path
from xml.etree import ElementTree as ET

import pikepdf
import pytest
from openpyxl import load_workbook

from bench.generator.covers import Cover, make_cover
from bench.generator.files import write_pdf
from pipeline.assembly.house import House
from pipeline.cli import main

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

LETTERS = ("01-quyet-dinh.pdf", "03-to-trinh-nguoc.pdf", "04-thong-bao-lech.pdf")


def _stack(samples: Path, folder: Path, sheets: Path, covers: list[Cover]) -> None:
    """Cover, letter; cover, letter; sheet of a dossier, cover, letter."""
    with pikepdf.new() as stack:
        for at, (cover, letter) in enumerate(zip(covers, LETTERS, strict=True)):
            page = folder.with_name(f"cover-{at}.pdf")
            write_pdf(page, [cover.page])
            behind = [sheets] if at == len(LETTERS) - 1 else []
            for path in (*behind, page, samples / "scans" / letter):
                with pikepdf.open(path) as part:
                    stack.pages.extend(part.pages)
        folder.mkdir()
        stack.save(folder / "hop-1.pdf", deterministic_id=True)


def _told(package: Path) -> tuple[dict[str, str | None], int]:
    """Return what a package says of its dossier, and how many PDFs it holds."""
    with zipfile.ZipFile(package) as held:
        names = held.namelist()
        (described,) = (name for name in names if name.endswith("/EAD.xml"))
        told = {one.tag.rpartition("}")[2]: one.text for one in ET.XML(held.read(described))}
    return told, sum(name.endswith(".pdf") for name in names)


def test_covers_and_a_sheet_part_a_stack_in_dossiers(samples: Path, tmp_path: Path) -> None:
    """Each bears its cover's title and number; the sheet's notation is above the cover's."""
    covers = [make_cover(seed) for seed in (2, 4, 6)]
    data = ["--data", str(tmp_path / "data")]
    sheets = tmp_path / "sheets.pdf"
    assert main(["batch", "new", "kho3", "--agency", "H30", *data]) == 0
    assert main(["separators", "kho3", str(sheets), "--whole-dossiers", "H07", *data]) == 0
    _stack(samples, tmp_path / "scan", sheets, covers)
    assert main(["batch", "add", "kho3", str(tmp_path / "scan"), "--stacks", *data]) == 0
    assert main(["batch", "run", "kho3", *data]) == 0
    assert main(["batch", "deliver", "kho3", str(tmp_path / "nop"), *data]) == 0
    packages = [_told(package) for package in (tmp_path / "nop").glob("*.zip")]
    assert [count for _, count in packages] == [1, 1, 1], "covers are no documents"
    assert {told["title"] for told, _ in packages} == {cover.facts["title"] for cover in covers}
    assert main(["batch", "report", "kho3", str(tmp_path / "bang.xlsx"), "--sheet", *data]) == 0
    headings, *rows = load_workbook(tmp_path / "bang.xlsx").active.values
    columns = [headings.index(name) for name in ("Tiêu đề", "Số và ký hiệu hồ sơ")]
    assert {row[columns[0]]: row[columns[1]] for row in rows} == {
        covers[0].facts["title"]: covers[0].facts["notation"],
        covers[1].facts["title"]: covers[1].facts["notation"],
        covers[2].facts["title"]: "H07",
    }
    with House.open(tmp_path / "data", environment={}) as house:
        pages = [item.part.pages for item in house.batches.items("kho3") if item.part]
    assert pages == [(1,), (2, 3), (4,), (5,), (7,), (8,)]
