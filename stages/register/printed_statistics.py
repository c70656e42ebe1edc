"""The statistics as PDF: the whole, a table with bars for each way of grouping, what is overdue."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from fpdf import FPDF
from fpdf.enums import XPos, YPos

from stages.register.form import FACE, FONTS, cut, day_of, drawable, finished, new_form
from stages.register.journal import JournalRow, printed_date
from stages.register.statistics import Count, Statistics

_TITLES = {"unit": "Đơn vị, người giữ", "folder": "Thư mục", "type": "Tên loại", "month": "Tháng"}
_HEADINGS = ("Đến", "Đã số hóa", "Chưa xong", "Quá hạn", "Giờ vào sổ (giữa)", "Giờ vào sổ (90 %)")
_NAME_MM, _BAR_MM, _NUMBER_MM = 50.0, 22.0, 19.0
_LATE_HEADINGS = ("Số đến", "Thời hạn", "Đơn vị, người giữ", "Số, ký hiệu và trích yếu")
_LATE_MM = (20.0, 22.0, 44.0, 100.0)
_LINE_MM = 6.0
_CHARS_A_MM = 0.52
"""At 9.5 points, in capitals; longer text is cut."""
_ROOM_MM = 30.0
"""A table does not begin with less paper below its heading."""


def printed_statistics(
    found: Statistics, *, agency: str, title: str = "", fonts: Sequence[Path] = FONTS
) -> bytes:
    """Return the statistics of a period as PDF.

    Args:
        found: what the period came to.
        agency: over the first page.
        title: another line below the heading.
        fonts: faces to choose from.

    Raises:
        OperatorError: SYS-TOOL-MISSING when none of the faces is there.
    """
    heading = "THỐNG KÊ VĂN BẢN ĐẾN"
    pdf = new_form(heading, is_landscape=False, fonts=fonts, has_cover=False)
    pdf.add_page()
    period = f"Từ ngày {day_of(found.first)} đến ngày {day_of(found.last)}"
    lines = (("B", 11, drawable(agency).upper()), ("B", 15, heading), ("", 11, drawable(title)),
             ("", 11, period), ("", 10, f"Tính đến ngày {day_of(found.today)}"))  # fmt: skip
    for style, size_pt, text in lines:
        if text:
            pdf.set_font(FACE, style, size_pt)
            pdf.cell(0, 0.6 * size_pt, text, align="C", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    _counts(pdf, "Tổng số", [found.total])
    for by, counts in found.groups.items():
        if counts:
            _counts(pdf, _TITLES[by], counts)
    _late(pdf, found.overdue)
    return finished(pdf)


def _counts(pdf: FPDF, title: str, counts: Sequence[Count]) -> None:
    _begin(pdf, title)
    widths = (_NAME_MM, _BAR_MM, *[_NUMBER_MM] * len(_HEADINGS))
    pdf.set_font(FACE, "B", 8)
    _row(pdf, widths, ("", "", *_HEADINGS))
    pdf.set_font(FACE, "", 9.5)
    most = max(count.arrived for count in counts) or 1
    for count in counts:
        y, x = pdf.get_y(), pdf.l_margin + _NAME_MM
        if y + _LINE_MM > pdf.page_break_trigger:
            pdf.add_page()
            y = pdf.get_y()
        pdf.set_fill_color(96, 125, 139)
        pdf.rect(x + 1, y + 1.5, max(0.1, (_BAR_MM - 2) * count.arrived / most), 3, style="F")
        hours = (_hours(count.hours_median), _hours(count.hours_p90))
        numbers = (count.arrived, count.digitised, count.waiting, count.overdue)
        _row(pdf, widths, (count.name or "–", "", *map(str, numbers), *hours))


def _late(pdf: FPDF, rows: Iterable[JournalRow]) -> None:
    late = list(rows)
    if not late:
        return
    _begin(pdf, f"Quá hạn: {len(late)}")
    pdf.set_font(FACE, "B", 8)
    _row(pdf, _LATE_MM, _LATE_HEADINGS)
    pdf.set_font(FACE, "", 9.5)
    for row in late:
        what = " – ".join(part for part in (row.code, row.entry.subject) if part)
        place = f"{row.arrival_number}/{row.year}"
        _row(pdf, _LATE_MM, (place, printed_date(row.due_date), row.holder or "–", what))


def _begin(pdf: FPDF, title: str) -> None:
    if pdf.get_y() + _ROOM_MM > pdf.page_break_trigger:
        pdf.add_page()
    pdf.ln(4)
    pdf.set_font(FACE, "B", 12)
    pdf.cell(0, 7, title, new_x=XPos.LMARGIN, new_y=YPos.NEXT)


def _row(pdf: FPDF, widths: Sequence[float], cells: Sequence[str]) -> None:
    for width_mm, text in zip(widths, cells, strict=True):
        shown = cut(drawable(text), width_mm * _CHARS_A_MM)
        align = "R" if width_mm == _NUMBER_MM else "L"
        pdf.cell(width_mm, _LINE_MM, shown, border="B", align=align)
    pdf.ln(_LINE_MM)


def _hours(value: float | None) -> str:
    return "–" if value is None else f"{value:.1f}".replace(".", ",")
