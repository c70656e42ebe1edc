"""Lists as files: XLSX and CSV, and what is neither."""

from __future__ import annotations

import datetime as dt
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook

from pipeline.assembly.archive_sheets import list_drafts, read_list, rows_of, wrong_cells
from pipeline.model.errors import InputError
from pipeline.structure.profile import load_profile
from pipeline.structure.sheet import load_columns

RULES = Path(__file__).parents[3] / "config" / "archive"
COLUMNS = load_columns(RULES / "sheet46.toml")
HEADINGS = "Số và ký hiệu hồ sơ;Tiêu đề;THBQ;Chế độ sử dụng;STT trong hồ sơ;Đường dẫn file"


def test_a_csv_of_excel_is_a_list(tmp_path: Path) -> None:
    """BOM, semicolons, CRLF, Windows paths: rows become papers of their dossier."""
    (tmp_path / "hop3").mkdir()
    (tmp_path / "hop3" / "1.pdf").touch()
    path = tmp_path / "list.csv"
    line = "01.TCCB;Hồ sơ;01;01;7;hop3\\1.pdf"
    path.write_text(f"{HEADINGS}\r\n{line}\r\n", encoding="utf-8-sig", newline="")
    profile = load_profile(RULES, "tt05-2025")
    assert wrong_cells(read_list(path, COLUMNS, profile, files=tmp_path)) == []
    (one,) = list_drafts(read_list(path, COLUMNS, profile, files=tmp_path), files=tmp_path)
    assert one.path == str(tmp_path / "hop3" / "1.pdf")
    assert (one.ordinal, one.dossier["retention"], one.is_listed) == (7, "Vĩnh viễn", True)


def test_a_list_of_stacks_says_dossiers_and_nothing_of_documents(tmp_path: Path) -> None:
    """A title of a dossier is taken; an ordinal of one document is a wrong cell, with its place."""
    (tmp_path / "tap.pdf").touch()
    path = tmp_path / "list.csv"
    profile = load_profile(RULES, "tt05-2025")
    path.write_text(f"{HEADINGS}\n01.TCCB;Hồ sơ;01;01;7;tap.pdf\n", encoding="utf-8")
    rows = read_list(path, COLUMNS, profile, files=tmp_path, is_stacks=True)
    (wrong,) = wrong_cells(rows)
    assert (wrong.column, wrong.row, wrong.value) == ("E", 2, "7")
    assert "nothing" in wrong.expected.en
    path.write_text(f"{HEADINGS}\n01.TCCB;Hồ sơ;01;01;;tap.pdf\n", encoding="utf-8")
    rows = read_list(path, COLUMNS, profile, files=tmp_path, is_stacks=True)
    (one,) = list_drafts(rows, files=tmp_path)
    assert (one.dossier["title"], one.document) == ("Hồ sơ", {})


def test_a_list_of_the_page_names_nothing_outside_the_folder(tmp_path: Path) -> None:
    """By `..`, absolutely or by a link: a wrong cell, as if it were not there."""
    inside = tmp_path / "scan"
    inside.mkdir()
    (tmp_path / "other.pdf").touch()
    (inside / "link.pdf").symlink_to(tmp_path / "other.pdf")
    path = inside / "list.csv"
    profile = load_profile(RULES, "tt05-2025")
    for named in ("..\\other.pdf", str(tmp_path / "other.pdf"), "link.pdf"):
        path.write_text(f"{HEADINGS}\n01.TCCB;Hồ sơ;01;01;7;{named}\n", encoding="utf-8")
        rows = read_list(path, COLUMNS, profile, files=inside, within=inside)
        assert [cell.column for cell in wrong_cells(rows)] == ["F"], named


def test_cells_of_a_spreadsheet_are_text(tmp_path: Path) -> None:
    """Numbers without a fraction, dates and empty cells, as people see them."""
    book = Workbook()
    book.active.append([1.0, 2.5, dt.date(1987, 5, 19), None, "a"])
    book.save(tmp_path / "list.xlsx")
    assert list(rows_of(tmp_path / "list.xlsx")) == [["1", "2.5", "1987-05-19", "", "a"]]


@pytest.mark.parametrize("name", ["a.xlsx", "a.csv", "zip.xlsx", "a.doc"])
def test_what_is_no_list_is_said_so(tmp_path: Path, name: str) -> None:
    """Bytes, another character set, a ZIP of something else, another kind of file."""
    path = tmp_path / name
    path.write_bytes(b"\xff\xfe\x00 Ph\xf4ng")
    if name == "zip.xlsx":
        with zipfile.ZipFile(path, "w") as box:
            box.writestr("a.txt", "x")
    with pytest.raises(InputError) as caught:
        list(rows_of(path))
    assert caught.value.code == "INPUT-SHEET"


def test_a_list_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    """INPUT-BATCH-SOURCE with the path."""
    for name in ("a.csv", "a.xlsx"):
        with pytest.raises(InputError) as caught:
            list(rows_of(tmp_path / name))
        assert caught.value.code == "INPUT-BATCH-SOURCE"


def test_an_endless_list_of_faults_is_cut(tmp_path: Path) -> None:
    """A sheet of another kind names 200 cells and no more."""
    path = tmp_path / "list.csv"
    path.write_text(HEADINGS + "\n" + ";;;;;\n1;;;;;\n" * 500, encoding="utf-8")
    profile = load_profile(RULES, "tt05-2025")
    assert len(wrong_cells(read_list(path, COLUMNS, profile, files=tmp_path))) == 200
