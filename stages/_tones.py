"""On gray scans: ink that is paler than the print, as stamps and blue pens are.

A scan without colour still keeps tones: toner is nearly black, a red stamp or a blue ballpoint is
not. Where the two are apart, what lies over print can be told from it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_DARK = 128
_PRINT_SHARE = 5
"""Percentile of the cores of dark strokes that is taken for the tone of print."""
_LEAST_PRINT = 200
"""A page with fewer pixels of dark cores, of every fourth row, bears no print to compare with."""
_APART = 35
"""Ink is paler than print by so many levels of 255 at least."""
_PAPER = 45
"""And darker than paper by so many."""
_RIM = np.ones((5, 5), np.uint8)
"""Nearer to print than two pixels, a middle tone is the rim of a letter."""
_CORE = np.ones((3, 3), np.uint8)


def print_tone(gray: NDArray[np.uint8]) -> float | None:
    """Return the tone of the print of a page, 0 black to 255 white, None without print.

    Args:
        gray: the page, shape (height, width). About 4 ms for A4 at 300 dpi.
    """
    # The lightest of nine: rims of letters are no cores.
    cores = cv2.dilate(gray, _CORE)[::4]
    dark = cores[cores < _DARK]
    return float(np.percentile(dark, _PRINT_SHARE)) if dark.size >= _LEAST_PRINT else None


def pale_ink(
    gray: NDArray[np.uint8], tone: float, dpi: float, *, least_px: float
) -> NDArray[np.uint8]:
    """Return where ink stands that is paler than print: 1 there, else 0, shape as given.

    Args:
        gray: a page or a part of one.
        tone: of the page's print, see `print_tone`.
        dpi: dots per inch; what is narrower than a hundredth of an inch is a rim as well.
        least_px: what is lower is the rim of a letter or a speck, no stroke.
    """
    paper = float(np.percentile(gray[::4, ::4], 80)) if gray.size else 255.0
    is_print = cv2.threshold(gray, tone + _APART, 1, cv2.THRESH_BINARY_INV)[1]
    is_ink = cv2.threshold(gray, paper - _PAPER, 1, cv2.THRESH_BINARY_INV)[1]
    is_ink[cv2.dilate(is_print, _RIM) > 0] = 0
    side = max(2, round(dpi / 100))
    is_ink = cv2.morphologyEx(is_ink, cv2.MORPH_OPEN, np.ones((side, side), np.uint8))
    _, labels, stats, _ = cv2.connectedComponentsWithStats(is_ink, connectivity=8)
    is_stroke = (stats[:, cv2.CC_STAT_HEIGHT] >= least_px).astype(np.uint8)
    is_stroke[0] = 0
    return np.asarray(is_stroke[labels], np.uint8)
