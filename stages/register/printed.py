"""The register as it is printed, signed and bound: cover and ten columns of Phụ lục IV.

NĐ 30/2020, Đ22.3: a register that is kept in a system is printed in full, signed and bound. The
form is that of Phụ lục IV: a cover with agency, year, book, from–to, then a table of ten columns
on A4 across, the headings on every page. The face is embedded, so that it looks the same anywhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from fpdf import FPDF
from fpdf.enums import TableBordersLayout, XPos, YPos
from fpdf.fonts import FontFace

from stages.register.form import FACE, FONTS, cut, day_of, drawable, finished, new_form
from stages.register.journal import COLUMNS, JournalRow

_WIDTHS_MM = (20, 12, 38, 28, 20, 64, 32, 20, 18, 21)
_HEAD_PT, _BODY_PT = 9.5, 9.5
_LINE_MM = 4.4
_CHARS_A_MM = 15
"""A row must fit one page (some 34 lines of a sign each two millimetres): longer text is cut with
`…`; the whole stands in the register itself and in its XLSX."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """What stands on the cover."""

    agency: str
    """Name of the agency; a dotted line where it is empty."""
    title: str
    """Name of the book."""
    year: int
    volume: str = "01"
    """Quyển số."""


def printed_register(
    rows: Sequence[JournalRow], cover: Cover, *, fonts: Sequence[Path] = FONTS
) -> bytes:
    """Return the PDF of a part of the register.

    Args:
        rows: entries in the order of their numbers; may be none.
        cover: what the cover says besides from and to.
        fonts: faces to choose from.

    Raises:
        OperatorError: SYS-TOOL-MISSING when none of the faces is there.
    """
    pdf = new_form(f"{cover.title} {cover.year}", is_landscape=True, fonts=fonts)
    _cover(pdf, rows, cover)
    pdf.add_page()
    _table(pdf, rows)
    return finished(pdf)


def _cover(pdf: FPDF, rows: Sequence[JournalRow], cover: Cover) -> None:
    pdf.add_page()
    numbers = [row.arrival_number for row in rows]
    days = [row.arrival_date for row in rows]
    lines = (
        ("B", 14, drawable(cover.agency).upper() or "." * 60),
        ("", 40, ""),
        ("B", 24, "SỔ ĐĂNG KÝ VĂN BẢN ĐẾN"),
        ("", 14, drawable(cover.title)),
        ("B", 16, f"Năm: {cover.year}"),
        ("", 20, ""),
        (
            "",
            14,
            f"Từ ngày {day_of(min(days, default=None))} đến ngày {day_of(max(days, default=None))}",
        ),
        ("", 14, f"Từ số {min(numbers, default='…')} đến số {max(numbers, default='…')}"),
        ("", 20, ""),
        ("B", 14, f"Quyển số: {drawable(cover.volume)}"),
    )
    pdf.set_y(30)
    for style, size_pt, text in lines:
        pdf.set_font(FACE, style, size_pt)
        pdf.cell(0, size_pt * 0.55, text, align="C", new_x=XPos.LMARGIN, new_y=YPos.NEXT)


def _table(pdf: FPDF, rows: Sequence[JournalRow]) -> None:
    pdf.set_font(FACE, size=_BODY_PT)
    with pdf.table(
        col_widths=_WIDTHS_MM,
        borders_layout=TableBordersLayout.ALL,
        headings_style=FontFace(emphasis="BOLD", size_pt=_HEAD_PT),
        line_height=_LINE_MM,
        text_align=(
            "CENTER",
            "CENTER",
            "LEFT",
            "LEFT",
            "CENTER",
            "LEFT",
            "LEFT",
            "CENTER",
            "LEFT",
            "LEFT",
        ),
        num_heading_rows=2,
        padding=0.8,
    ) as table:
        table.row(COLUMNS)
        table.row([f"({n})" for n in range(1, 11)])
        for row in rows:
            table.row(
                [
                    cut(drawable(value), _CHARS_A_MM * width_mm)
                    for value, width_mm in zip(row.columns(), _WIDTHS_MM, strict=True)
                ]
            )
