"""The QR code (ISO/IEC 18004) that may stand beside the mark of conversion (NĐ 137/2024, Đ4.1a).

Drawn as black rectangles within the signature's appearance: no picture, no colour space, nothing
that PDF/A forbids. It says the same as the mark, and the beginning of the received bytes' sha-256,
by which `sohoa explain` finds the document.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import segno

_MODULE_PT = 1.0
"""0.35 mm a module: telephones read it from paper (0.33 mm is the usual least)."""
_QUIET_MODULES = 4
"""Blank modules around (ISO/IEC 18004, 6.3.8)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """A code ready to be drawn."""

    text: str
    matrix: tuple[bytes, ...]
    """Rows from the top, 1 for a dark module."""

    @property
    def side_pt(self) -> float:
        """Side of the square, blank modules counted."""
        return (len(self.matrix) + 2 * _QUIET_MODULES) * _MODULE_PT

    def operators(self, left: float, top: float) -> bytes:
        """Return what draws it with its upper left corner there, dark runs of each row."""
        drawn = []
        for row, line in enumerate(self.matrix):
            y = top - (_QUIET_MODULES + row + 1) * _MODULE_PT
            column = 0
            for is_dark, run in itertools.groupby(line):
                length = len(list(run))
                if is_dark:
                    x = left + (_QUIET_MODULES + column) * _MODULE_PT
                    drawn.append(f"{x:g} {y:g} {length * _MODULE_PT:g} {_MODULE_PT:g} re")
                column += length
        return b"q 0 g " + " ".join(drawn).encode() + b" f Q"


def code_of(text: str) -> Code:
    """Return the code of a text, level M: 15 % of it may be dirty."""
    made = segno.make_qr(text, error="m", encoding="utf-8", boost_error=False)
    return Code(text=text, matrix=tuple(bytes(row) for row in made.matrix))
