"""Statistics, XLSX and the printed form of the register."""

from __future__ import annotations

import dataclasses
import datetime as dt
import io
import subprocess
from pathlib import Path

import openpyxl
import pytest

from pipeline.model.errors import OperatorError
from stages.register.journal import JournalRow
from stages.register.lengths import ANNEX_VI
from stages.register.printed import Cover, printed_register
from stages.register.printed_statistics import printed_statistics
from stages.register.spreadsheet import register_xlsx, statistics_xlsx
from stages.register.statistics import bounds, statistics, summed
from tests.unit.register.counted import tallied
from tests.unit.register.test_embedded import ENTRY

COVER = Cover(agency="Ủy ban nhân dân xã An Bình", title="Sổ văn bản đến", year=2026)
TODAY = dt.date(2026, 5, 20)


def row(number: int, **changed: object) -> JournalRow:
    """Make a row; names of entry fields go into the entry."""
    own = {name for name in JournalRow.__slots__ if name != "entry"}
    entry = dataclasses.replace(ENTRY, **{k: v for k, v in changed.items() if k not in own})  # type: ignore[arg-type]
    values: dict[str, object] = {"entered_at": entry.arrival_at + dt.timedelta(hours=number)}
    values |= {name: value for name, value in changed.items() if name in own}
    return JournalRow(
        year=2026, arrival_number=number, key=f"k{number}", entry=entry, **values  # type: ignore[arg-type]
    )  # fmt: skip


ROWS = [
    row(1, folder="den", unit="Phòng A", handover_due="2026-05-19", status="04"),
    row(2, folder="den", unit="Phòng A", handover_due="2026-05-20", status="05"),
    row(3, folder="tay", type_name="Quyết định", due_date="2026-05-01", status="06"),
    row(4, folder="den", document_id="", due_date="2026-05-01"),
]
TALLIES = tallied(ROWS, TODAY)
LATE = [ROWS[3], ROWS[0]]


def test_what_is_counted() -> None:
    """Due today is not overdue; what has ended waits no more, however late."""
    found = statistics(
        summed(TALLIES), LATE, first=dt.date(2026, 5, 1), last=dt.date(2026, 5, 31), today=TODAY
    )
    total = found.total
    assert (total.arrived, total.digitised, total.waiting, total.overdue) == (4, 3, 3, 2)
    assert (total.hours_median, total.hours_p90) == (2.0, 4.0)
    assert [one.arrival_number for one in found.overdue] == [4, 1]
    units = [(one.name, one.arrived, one.waiting, one.overdue) for one in found.groups["unit"]]
    assert units == [("", 2, 1, 1), ("Phòng A", 2, 2, 1)]
    assert [(one.name, one.arrived) for one in found.groups["folder"]] == [("den", 3), ("tay", 1)]
    assert [one.name for one in found.groups["type"]] == ["Công văn", "Quyết định"]
    assert [one.name for one in found.groups["month"]] == ["2026-05"]
    nothing = statistics(summed([]), [], first=TODAY, last=TODAY, today=TODAY)
    assert (nothing.total.arrived, nothing.total.hours_median) == (0, None)


def test_a_period_is_made_of_vietnamese_days() -> None:
    """From midnight in Vietnam to the midnight after the last day."""
    start, end = bounds(dt.date(2026, 1, 1), dt.date(2026, 1, 31))
    assert start.astimezone(dt.UTC) == dt.datetime(2025, 12, 31, 17, tzinfo=dt.UTC)
    assert end.astimezone(dt.UTC) == dt.datetime(2026, 1, 31, 17, tzinfo=dt.UTC)


def test_a_spreadsheet_holds_text_as_text() -> None:
    """No formula is run, no letter is refused, every field of the annex has its column."""
    odd = [row(1, subject='=HYPERLINK("x")\x07', organ_name="x" * 40_000), *ROWS[1:]]
    book = openpyxl.load_workbook(io.BytesIO(register_xlsx(odd, title="Sổ – 2026")))
    ten, annex = book.worksheets
    assert ten["A1"].value == "Sổ – 2026"
    cell = ten["F3"]
    assert (cell.value, cell.data_type) == ('Công văn. =HYPERLINK("x")\ufffd', "s")
    assert ten["B3"].value == 1
    assert [cell.value for cell in annex[2]] == [one.code for one in ANNEX_VI]
    found = statistics(summed(TALLIES), LATE, first=TODAY, last=TODAY, today=TODAY)
    book = openpyxl.load_workbook(io.BytesIO(statistics_xlsx(found)))
    assert book.sheetnames == [
        "Tổng hợp",
        "Quá hạn",
        "Đơn vị",
        "Thư mục",
        "Tên loại",
        "Tháng",
    ]
    late = [[cell.value for cell in line] for line in book["Quá hạn"].iter_rows(min_row=2)]
    assert [[one or "" for one in line] for line in late] == [
        ["den", 2026, 4, "", "01/05/2026"],
        ["den", 2026, 1, "Phòng A", "19/05/2026"],
    ]
    assert [cell.value for cell in book["Đơn vị"][3]][:5] == ["Phòng A", 2, 2, 2, 1]


def words_of(pdf: bytes, folder: Path) -> str:
    """Return the text of a PDF, spaces evened."""
    path = folder / "so.pdf"
    path.write_bytes(pdf)
    done = subprocess.run(["pdftotext", path, "-"], capture_output=True, text=True, check=True)
    return " ".join(done.stdout.split())


def test_the_printed_form_has_cover_and_ten_columns(tmp_path: Path) -> None:
    """Phụ lục IV: agency, year, from–to, book; the headings and their numbers on each page."""
    rows = [row(number, received_by="Lê Văn Cường") for number in range(7, 57)]
    said = words_of(printed_register(rows, COVER), tmp_path)
    for words in (
        "ỦY BAN NHÂN DÂN XÃ AN BÌNH",
        "SỔ ĐĂNG KÝ VĂN BẢN ĐẾN",
        "Năm: 2026",
        "Từ ngày 04/05/2026 đến ngày 04/05/2026",
        "Từ số 7 đến số 56",
        "Quyển số: 01",
        "Lê Văn Cường",
    ):
        assert words in said
    pages = int(said.rsplit("Trang ", 1)[1].split()[0])
    assert pages > 1
    assert said.count("Ngày đến") == said.count("(10)") == pages
    fonts = subprocess.run(
        ["pdffonts", tmp_path / "so.pdf"], capture_output=True, text=True, check=True
    ).stdout.splitlines()[2:]
    assert fonts
    assert all(line.split()[-5] == "yes" for line in fonts), fonts  # column `emb`


def test_the_printed_form_takes_what_papers_bring(tmp_path: Path) -> None:
    """Endless subjects, decomposed tones and signs that no face has; and nothing at all."""
    odd = [
        row(1, subject="rất dài " * 500, organ_name="x" * 3000),
        row(2, subject="vie\u0323\u0302c", organ_name="漢\u202e\U0001f600", description="**đậm**"),
    ]
    said = words_of(printed_register(odd, COVER), tmp_path)
    assert "…" in said
    assert "việc" in said
    assert "???" in said
    assert "**đậm**" in said
    assert "Từ số … đến số …" in words_of(printed_register([], COVER), tmp_path)


def test_the_statistics_are_printed(tmp_path: Path) -> None:
    """The whole, each group, what is overdue; a long list goes on over the pages."""
    first, last = dt.date(2026, 5, 1), dt.date(2026, 5, 31)
    units = [row(n, unit=f"Phòng thứ {n}") for n in range(1, 90)]
    found = statistics(
        summed(tallied([*ROWS, *units], TODAY)), LATE, first=first, last=last, today=TODAY
    )
    said = words_of(printed_statistics(found, agency="xã An Bình"), tmp_path)
    for words in ("XÃ AN BÌNH", "THỐNG KÊ VĂN BẢN ĐẾN", "Từ ngày 01/05/2026 đến ngày 31/05/2026",
                  "Phòng thứ 89", "Tên loại", "Quyết định", "2026-05", "Quá hạn: 2", "01/05/2026",
                  "1/2026", "Trang 3"):  # fmt: skip
        assert words in said, words
    nothing = statistics(summed([]), [], first=first, last=last, today=TODAY)
    assert "Tổng số" in words_of(printed_statistics(nothing, agency=""), tmp_path)


def test_without_a_face_the_keeper_is_told() -> None:
    """No silent fallback to a face that has no Vietnamese."""
    with pytest.raises(OperatorError, match="SYS-TOOL-MISSING"):
        printed_register(ROWS, COVER, fonts=[Path("/nowhere/Tinos-Regular.ttf")])
