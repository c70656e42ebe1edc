"""The register and its statistics as XLSX (ECMA-376), for people who count on.

Text is always written as text: a subject that begins with `=` runs nothing (OWASP, CSV injection).
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Sequence
from typing import IO

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from stages.register.journal import COLUMNS, JournalRow, printed_date
from stages.register.lengths import ANNEX_VI
from stages.register.statistics import Count, Statistics

_UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
"""Control characters that XML 1.0 cannot hold."""
_UNTITLED = re.compile(r"[\x00-\x1f\[\]:*?/\\]")
"""What the title of a sheet cannot hold."""
_CELL_CHARS_MAX = 32_767
_WRAPPED = Alignment(wrap_text=True, vertical="top")
_BOLD = Font(bold=True)
_WIDTHS = (12, 8, 30, 20, 12, 60, 30, 12, 20, 30)

_COUNT_HEADINGS = (
    "Nhóm / Group",
    "Đến / Arrived",
    "Đã số hóa / Digitised",
    "Chưa xong / Waiting",
    "Quá hạn / Overdue",
    "Giờ vào sổ, trung vị / Hours to register, median",
    "Giờ vào sổ, 90 % / Hours to register, p90",
)
_GROUP_TITLES = {
    "unit": "Đơn vị",
    "folder": "Thư mục",
    "type": "Tên loại",
    "month": "Tháng",
}


def register_xlsx(rows: Iterable[JournalRow], *, title: str) -> bytes:
    """Return the ten printed columns on one sheet and the fields of Phụ lục VI on a second.

    Args:
        rows: in the order in which they are to stand.
        title: over the first sheet.
    """
    book = Workbook(write_only=True)
    rows = list(rows)
    ten = _sheet(book, "Sổ đăng ký văn bản đến", _WIDTHS)
    _append(ten, [title], is_bold=True)
    _append(ten, COLUMNS, is_bold=True)
    for row in rows:
        columns: list[object] = [*row.columns()]
        columns[1] = row.arrival_number
        _append(ten, columns)
    annex = _sheet(book, "Phụ lục VI", [18] * len(ANNEX_VI))
    _append(annex, [one.name_vi for one in ANNEX_VI], is_bold=True)
    _append(annex, [one.code for one in ANNEX_VI], is_bold=True)
    for row in rows:
        values = row.annex_vi()
        _append(annex, [values[one.code] for one in ANNEX_VI])
    return _bytes(book)


def statistics_xlsx(found: Statistics) -> bytes:
    """Return the counts: the whole, then a sheet for each way of grouping."""
    book = Workbook(write_only=True)
    whole = _sheet(book, "Tổng hợp", (50, *[22] * 6))
    first, last = (printed_date(day.isoformat()) for day in (found.first, found.last))
    _append(whole, [f"Thống kê văn bản đến từ {first} đến {last}"], is_bold=True)
    _append(whole, _COUNT_HEADINGS, is_bold=True)
    _append(whole, _count_cells(found.total, "Tất cả / All"))
    late = _sheet(book, "Quá hạn", (24, 10, 10, 40, 20))
    _append(late, ("Sổ", "Năm", "Số đến", "Đơn vị, người giữ", "Thời hạn"), is_bold=True)
    for row in found.overdue:
        place = (row.entry.book, row.year, row.arrival_number)
        _append(late, (*place, row.holder, printed_date(row.due_date)))
    for by, counts in found.groups.items():
        sheet = _sheet(book, _GROUP_TITLES[by], (50, *[22] * 6))
        _append(sheet, _COUNT_HEADINGS, is_bold=True)
        for count in counts:
            _append(sheet, _count_cells(count, count.name or "–"))
    return _bytes(book)


def table_xlsx(out: IO[bytes], title: str, rows: Iterable[Sequence[object]]) -> None:
    """Write one sheet, row by row; the first row is its heading. Text is text, as everywhere here.

    Args:
        out: seekable.
        title: of the sheet; what a title cannot hold is left out.
        rows: any number.
    """
    book = Workbook(write_only=True)
    sheet = _sheet(book, _UNTITLED.sub(" ", title)[:31] or "1", ())
    for at, row in enumerate(rows):
        _append(sheet, row, is_bold=at == 0)
    book.save(out)


def _count_cells(count: Count, name: str) -> list[object]:
    return [
        name,
        count.arrived,
        count.digitised,
        count.waiting,
        count.overdue,
        None if count.hours_median is None else round(count.hours_median, 2),
        None if count.hours_p90 is None else round(count.hours_p90, 2),
    ]


def _sheet(book: Workbook, title: str, widths: Sequence[int]) -> WriteOnlyWorksheet:
    sheet = book.create_sheet(title)
    for at, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(at)].width = width
    return sheet


def _append(sheet: WriteOnlyWorksheet, values: Iterable[object], *, is_bold: bool = False) -> None:
    cells = []
    for value in values:
        text = _UNWRITABLE.sub("\ufffd", value) if isinstance(value, str) else value
        cell = WriteOnlyCell(sheet, "" if isinstance(text, str) else text)
        if isinstance(text, str):
            cell.value = text[:_CELL_CHARS_MAX]
            cell.data_type = "s"
            cell.alignment = _WRAPPED
        if is_bold:
            cell.font = _BOLD
        cells.append(cell)
    sheet.append(cells)


def _bytes(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
