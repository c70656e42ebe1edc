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
_MOST = 0.05
"""A page that is covered more bears pictures: stamp of arrival, seal and signature cover 2 %."""
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


def pale_ink(gray: NDArray[np.uint8], dpi: float) -> NDArray[np.bool_] | None:
    """Return where ink stands that is paler than print, shape as given.

    None without print to compare with, and where a photograph or shadow is nearly as pale.

    Args:
        gray: the page, shape (height, width). About 12 ms for A4 at 300 dpi.
        dpi: dots per inch; what is narrower than a hundredth of an inch is the rim of a letter.
    """
    tone = print_tone(gray)
    if tone is None:
        return None
    paper = float(np.percentile(gray[::8, ::8], 80))
    is_print = cv2.threshold(gray, tone + _APART, 1, cv2.THRESH_BINARY_INV)[1]
    is_ink = cv2.threshold(gray, paper - _PAPER, 1, cv2.THRESH_BINARY_INV)[1]
    is_ink[cv2.dilate(is_print, _RIM).view(np.bool_)] = 0
    side = max(2, round(dpi / 100))
    is_ink = cv2.morphologyEx(is_ink, cv2.MORPH_OPEN, np.ones((side, side), np.uint8))
    if np.count_nonzero(is_ink) > _MOST * is_ink.size:
        return None
    return np.asarray(is_ink, np.uint8).view(np.bool_)


def strokes(ink: NDArray[np.bool_], *, least_px: float) -> NDArray[np.bool_]:
    """Return ink without what is lower than a stroke of writing: specks, and rims that are left."""
    plane = np.ascontiguousarray(ink).view(np.uint8)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(plane, connectivity=8)
    is_stroke = stats[:, cv2.CC_STAT_HEIGHT] >= least_px
    is_stroke[0] = False
    return np.asarray(is_stroke[labels], np.bool_)
