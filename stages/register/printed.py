"""The register as it is printed, signed and bound: cover and ten columns of Phụ lục IV.

NĐ 30/2020, Đ22.3: a register that is kept in a system is printed in full, signed and bound. The
form is that of Phụ lục IV: a cover with agency, year, book, from–to, then a table of ten columns
on A4 across, the headings on every page. The face is embedded, so that it looks the same anywhere.
"""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from fpdf import FPDF
from fpdf.enums import TableBordersLayout, XPos, YPos
from fpdf.fonts import FontFace, TTFFont

from pipeline.model.errors import OperatorError
from stages.register.journal import COLUMNS, JournalRow

FONTS = (
    Path("/usr/share/fonts/truetype/croscore/Tinos-Regular.ttf"),
    Path("/usr/share/fonts/truetype/liberation/LiberationSerif-Regular.ttf"),
    Path("/usr/share/fonts/truetype/liberation2/LiberationSerif-Regular.ttf"),
)
"""Free faces with the metrics of Times New Roman, best first; the bold one lies beside each."""

_FACE = "serif"
_WIDTHS_MM = (20, 12, 38, 28, 20, 64, 32, 20, 18, 21)
_MARGIN_MM = 12.0
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
    pdf = _Form(orientation="landscape", format="A4")
    pdf.set_margin(_MARGIN_MM)
    pdf.set_auto_page_break(auto=True, margin=_MARGIN_MM + 4)
    _add_faces(pdf, fonts)
    pdf.set_title(f"{cover.title} {cover.year}")
    pdf.set_lang("vi-VN")
    _cover(pdf, rows, cover)
    pdf.add_page()
    _table(pdf, rows)
    made = bytes(pdf.output())
    for face in pdf.fonts.values():
        if isinstance(face, TTFFont):
            face.ttfont.close()
    return made


class _Form(FPDF):
    """Numbers every page but the cover, and shows what the face lacks as `?`."""

    signs: frozenset[int] = frozenset()

    def normalize_text(self, text: str) -> str:
        """Return text that the face can set (called by fpdf2 for every piece of text)."""
        whole = super().normalize_text(text)
        return "".join(sign if ord(sign) in self.signs else "?" for sign in whole)

    def footer(self) -> None:
        """Write the number of the page (called by fpdf2)."""
        if self.page_no() == 1:
            return
        self.set_y(-_MARGIN_MM)
        self.set_font(_FACE, size=9)
        self.cell(0, 5, f"Trang {self.page_no() - 1}", align="R")


def _add_faces(pdf: _Form, fonts: Sequence[Path]) -> None:
    for regular in fonts:
        bold = regular.with_name(regular.name.replace("-Regular", "-Bold"))
        if regular.is_file() and bold.is_file():
            pdf.add_font(_FACE, "", regular)
            pdf.add_font(_FACE, "B", bold)
            pdf.signs = frozenset.intersection(*(frozenset(one) for one in _signs(pdf)))
            return
    raise OperatorError("SYS-TOOL-MISSING", detail="fonts-croscore, fonts-liberation")


def _signs(pdf: FPDF) -> Iterator[Mapping[int, str]]:
    """Yield which signs each face has, by their code points."""
    for face in pdf.fonts.values():
        if isinstance(face, TTFFont):
            yield face.ttfont.getBestCmap()


def _cover(pdf: FPDF, rows: Sequence[JournalRow], cover: Cover) -> None:
    pdf.add_page()
    numbers = [row.arrival_number for row in rows]
    days = [row.arrival_date for row in rows]
    lines = (
        ("B", 14, _drawable(cover.agency).upper() or "." * 60),
        ("", 40, ""),
        ("B", 24, "SỔ ĐĂNG KÝ VĂN BẢN ĐẾN"),
        ("", 14, _drawable(cover.title)),
        ("B", 16, f"Năm: {cover.year}"),
        ("", 20, ""),
        (
            "",
            14,
            f"Từ ngày {_day(min(days, default=None))} đến ngày {_day(max(days, default=None))}",
        ),
        ("", 14, f"Từ số {min(numbers, default='…')} đến số {max(numbers, default='…')}"),
        ("", 20, ""),
        ("B", 14, f"Quyển số: {_drawable(cover.volume)}"),
    )
    pdf.set_y(30)
    for style, size_pt, text in lines:
        pdf.set_font(_FACE, style, size_pt)
        pdf.cell(0, size_pt * 0.55, text, align="C", new_x=XPos.LMARGIN, new_y=YPos.NEXT)


def _day(day: dt.date | None) -> str:
    return "…" if day is None else f"{day:%d/%m/%Y}"


def _table(pdf: FPDF, rows: Sequence[JournalRow]) -> None:
    pdf.set_font(_FACE, size=_BODY_PT)
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
                    _cut(_drawable(value), _CHARS_A_MM * width_mm)
                    for value, width_mm in zip(row.columns(), _WIDTHS_MM, strict=True)
                ]
            )


def _cut(text: str, chars_max: int) -> str:
    return text if len(text) <= chars_max else f"{text[: chars_max - 1]}…"


def _drawable(text: str) -> str:
    """Return text on one line; what cannot be seen becomes `?`."""
    line = " ".join(unicodedata.normalize("NFC", text).split())
    return "".join(sign if sign.isprintable() else "?" for sign in line)
