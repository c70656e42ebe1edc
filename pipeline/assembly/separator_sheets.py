"""Separator sheets: what is printed and laid between the documents of a stack.

Two QR codes in opposite corners and one Code 128 along the long side say the same, so that a torn
corner, a staple or a stamp leaves one of them whole; words tell people what the sheet is.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pipeline.model.errors import InputError
from pipeline.model.stacks import Separator
from stages.register.form import FACE, FONTS, Form, drawable, finished, new_form

_QR_MM = 58.0
_EDGE_MM = 18.0
_BAR_MM = (12.0, 250.0)
"""Across and along the page."""
_A4_MM = (210.0, 297.0)
_WORDS = {
    False: (
        ("TỜ PHÂN CÁCH", "Separator sheet"),
        ("Đặt tờ này trước mỗi văn bản, quét chung.", "Lay it before each document and scan all."),
    ),
    True: (
        ("TỜ PHÂN CÁCH HỒ SƠ", "Separator sheet of a dossier"),
        (
            "Đặt tờ này trước cả hồ sơ: mọi văn bản phía sau thuộc hồ sơ này.",
            "Lay it before a whole dossier: all documents behind it belong to it.",
        ),
    ),
}
"""Title and what to do, of the sheets of documents and of dossiers."""


def separator_sheets(sheets: Sequence[Separator], *, fonts: Sequence[Path] = FONTS) -> bytes:
    """Return the PDF of separator sheets, A4, one page a sheet.

    Args:
        sheets: what each says.
        fonts: faces to choose from.

    Raises:
        InputError: INPUT-SEPARATOR for a dossier whose notation does not fit a code.
        OperatorError: SYS-TOOL-MISSING when none of the faces is there.
    """
    try:
        texts = [sheet.payload() for sheet in sheets]
    except ValueError as error:
        raise InputError("INPUT-SEPARATOR", detail=str(error)) from error
    pdf = new_form("Tờ phân cách / Separator sheets", is_landscape=False, fonts=fonts)
    pdf.set_auto_page_break(auto=False)
    for sheet, text in zip(sheets, texts, strict=True):
        pdf.add_page()
        _codes(pdf, text)
        _words(pdf, sheet)
    return finished(pdf)


def _codes(pdf: Form, text: str) -> None:
    import zxingcpp

    square = _modules(text, zxingcpp.BarcodeFormat.QRCode)
    step = _QR_MM / len(square)
    for x_mm, y_mm in (
        (_EDGE_MM, _EDGE_MM),
        (_A4_MM[0] - _EDGE_MM - _QR_MM, _A4_MM[1] - _EDGE_MM - _QR_MM),
    ):
        for row, modules in enumerate(square):
            for start, end in _runs(modules):
                pdf.rect(
                    x_mm + start * step, y_mm + row * step, (end - start) * step, step, style="F"
                )
    bars = _modules(text, zxingcpp.BarcodeFormat.Code128)[0]
    step = _BAR_MM[1] / len(bars)
    top_mm = (_A4_MM[1] - _BAR_MM[1]) / 2
    for start, end in _runs(bars):
        x_mm = (_A4_MM[0] - _BAR_MM[0]) / 2
        pdf.rect(x_mm, top_mm + start * step, _BAR_MM[0], (end - start) * step, style="F")


def _modules(text: str, form: Any) -> list[list[bool]]:
    """Return the modules of a code, row by row, True for black."""
    import numpy as np
    import zxingcpp

    image = np.asarray(zxingcpp.create_barcode(text, form).to_image(scale=1, add_quiet_zones=False))
    return [[bool(value < 128) for value in row] for row in image]


def _runs(modules: Sequence[bool]) -> list[tuple[int, int]]:
    """Return where black begins and ends."""
    runs: list[tuple[int, int]] = []
    for place, is_black in enumerate(modules):
        if is_black and runs and runs[-1][1] == place:
            runs[-1] = (runs[-1][0], place + 1)
        elif is_black:
            runs.append((place, place + 1))
    return runs


def _words(pdf: Form, sheet: Separator) -> None:
    left_mm, right_mm = _EDGE_MM, _A4_MM[0] / 2 + _EDGE_MM
    kind, told = _WORDS[sheet.is_dossier]
    for x_mm, y_mm in ((left_mm, 190.0), (right_mm, 30.0)):
        lines = (
            ("B", 18, kind[0]),
            ("", 12, kind[1]),
            ("", 6, ""),
            ("B", 14, f"Lô / Batch: {sheet.batch}"),
            ("B", 14, f"Hồ sơ / Dossier: {drawable(sheet.dossier) or '–'}"),
            ("B", 22, f"{sheet.ordinal}"),
            ("", 6, ""),
            ("", 10, told[0]),
            ("", 10, told[1]),
        )
        pdf.set_xy(x_mm, y_mm)
        for style, size_pt, words in lines:
            pdf.set_font(FACE, style, size_pt)
            pdf.set_x(x_mm)
            pdf.multi_cell(80, size_pt * 0.5, words, new_x="LEFT", new_y="NEXT")
