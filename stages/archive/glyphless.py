"""The font of the invisible text: one glyph for any letter (ISO 32000-1, 9.7 and 9.10.3).

The text lies under the picture in rendering mode 3, so letters need no shape, only a width and a
meaning. Every letter of a document gets a code of two bytes; all codes show the same box of half an
em, never painted, and the ToUnicode CMap tells each code's letter (ISO 19005-2, 6.2.11.7.2, level
U). Embedded although mode 3 would excuse it (ISO 19005-2, 6.2.11.4.1), for viewers that insist.
"""

from __future__ import annotations

import functools
import io
from collections.abc import Iterable

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib.tables._g_l_y_f import Glyph

from stages._cmap import to_unicode_cmap

NAME = "SohoaGlyphless"
"""PostScript name."""
UNITS_PER_EM = 1000
ADVANCE = 500
"""Width of every letter, thousandths of an em."""
ASCENT = 800
"""Height of a line above its baseline, thousandths of an em; viewers mark selections so high."""
DESCENT = -200
"""Depth of a line below its baseline, thousandths of an em."""

_FONT_DATE = 3_600_000_000  # a fixed day of 2018 in seconds since 1904


@functools.cache
def font_program() -> bytes:
    """Return the TrueType program: `.notdef` and the box; the same bytes every time."""
    builder = FontBuilder(UNITS_PER_EM, isTTF=True)
    builder.font.recalcTimestamp = False
    builder.updateHead(created=_FONT_DATE, modified=_FONT_DATE)
    builder.setupGlyphOrder([".notdef", "letter"])
    builder.setupGlyf({".notdef": TTGlyphPen(None).glyph(), "letter": _box()})
    builder.setupHorizontalMetrics({".notdef": (ADVANCE, 0), "letter": (ADVANCE, 0)})
    builder.setupHorizontalHeader(ascent=ASCENT, descent=DESCENT)
    builder.setupMaxp()
    out = io.BytesIO()
    builder.save(out)
    return out.getvalue()


def _box() -> Glyph:
    """Return a box as high as a line: PDFium and Chromium take selections from glyphs' outlines.

    With an empty outline PDFium lost the dash in "lập - Tự": it took the rest for a new line.
    """
    pen = TTGlyphPen(None)
    pen.moveTo((0, DESCENT))
    for corner in ((0, ASCENT), (ADVANCE, ASCENT), (ADVANCE, DESCENT)):
        pen.lineTo(corner)
    pen.closePath()
    return pen.glyph()


class LetterCodes:
    """The codes of one document's letters, given in the order of code points."""

    def __init__(self, letters: Iterable[str]) -> None:
        """Give a code to every distinct letter, from 1.

        Args:
            letters: code points of the document's words; a space is always among them.

        Raises:
            ValueError: more than 65,535 distinct letters (no script has so many).
        """
        ordered = sorted(set(letters) | {" "})
        if len(ordered) > 0xFFFF:
            raise ValueError("too many distinct letters for codes of two bytes")
        self._codes = {letter: code for code, letter in enumerate(ordered, start=1)}

    def encode(self, text: str) -> bytes:
        """Return the PDF hex string of a text."""
        return b"<" + "".join(f"{self._codes[letter]:04x}" for letter in text).encode() + b">"

    def cid_to_gid_map(self) -> bytes:
        """Return the CIDToGIDMap: code 0 is `.notdef`, all others the box."""
        return b"\0\0" + b"\0\1" * len(self._codes)

    def to_unicode_cmap(self) -> bytes:
        """Return the ToUnicode CMap."""
        return to_unicode_cmap(self._codes)
