"""Paper that the register prints on: A4, a face with Vietnamese embedded, numbered pages."""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from fpdf import FPDF
from fpdf.fonts import TTFFont

from pipeline.model.errors import OperatorError

FONTS = (
    Path("/usr/share/fonts/truetype/croscore/Tinos-Regular.ttf"),
    Path("/usr/share/fonts/truetype/liberation/LiberationSerif-Regular.ttf"),
    Path("/usr/share/fonts/truetype/liberation2/LiberationSerif-Regular.ttf"),
)
"""Free faces with the metrics of Times New Roman, best first; the bold one lies beside each."""

FACE = "serif"
"""Name under which the face is known to a form."""
_MARGIN_MM = 12.0


class Form(FPDF):
    """Numbers every page but a cover, and shows what the face lacks as `?`."""

    signs: frozenset[int] = frozenset()
    has_cover = True

    def normalize_text(self, text: str) -> str:
        """Return text that the face can set (called by fpdf2 for every piece of text)."""
        whole = super().normalize_text(text)
        return "".join(sign if ord(sign) in self.signs else "?" for sign in whole)

    def footer(self) -> None:
        """Write the number of the page (called by fpdf2)."""
        number = self.page_no() - int(self.has_cover)
        if not number:
            return
        self.set_y(-_MARGIN_MM)
        self.set_font(FACE, size=9)
        self.cell(0, 5, f"Trang {number}", align="R")


def new_form(
    title: str, *, is_landscape: bool, fonts: Sequence[Path] = FONTS, has_cover: bool = True
) -> Form:
    """Return an empty form.

    Raises:
        OperatorError: SYS-TOOL-MISSING when none of the faces is there.
    """
    pdf = Form(orientation="landscape" if is_landscape else "portrait", format="A4")
    pdf.has_cover = has_cover
    pdf.set_margin(_MARGIN_MM)
    pdf.set_auto_page_break(auto=True, margin=_MARGIN_MM + 4)
    _add_faces(pdf, fonts)
    pdf.set_title(title)
    pdf.set_lang("vi-VN")
    return pdf


def finished(pdf: Form) -> bytes:
    """Return the PDF, the files of its faces closed."""
    made = bytes(pdf.output())
    for face in pdf.fonts.values():
        if isinstance(face, TTFFont):
            face.ttfont.close()
    return made


def _add_faces(pdf: Form, fonts: Sequence[Path]) -> None:
    for regular in fonts:
        bold = regular.with_name(regular.name.replace("-Regular", "-Bold"))
        if regular.is_file() and bold.is_file():
            pdf.add_font(FACE, "", regular)
            pdf.add_font(FACE, "B", bold)
            pdf.signs = frozenset.intersection(*(frozenset(one) for one in _signs(pdf)))
            return
    raise OperatorError("SYS-TOOL-MISSING", detail="fonts-croscore, fonts-liberation")


def _signs(pdf: FPDF) -> Iterator[Mapping[int, str]]:
    """Yield which signs each face has, by their code points."""
    for face in pdf.fonts.values():
        if isinstance(face, TTFFont):
            yield face.ttfont.getBestCmap()


def day_of(day: dt.date | None) -> str:
    """Return a day as it is written, `…` for none."""
    return "…" if day is None else f"{day:%d/%m/%Y}"


def drawable(text: str) -> str:
    """Return text on one line; what cannot be seen becomes `?`."""
    line = " ".join(unicodedata.normalize("NFC", text).split())
    return "".join(sign if sign.isprintable() else "?" for sign in line)


def cut(text: str, chars_max: float) -> str:
    """Return text that fits, with `…` where it was cut."""
    return text if len(text) <= chars_max else f"{text[: int(chars_max) - 1]}…"
