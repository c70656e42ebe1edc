"""Without colour: ink that is paler than the print, as stamps and pens are.

A scan without colour still keeps tones: toner is nearly black, a red stamp or a blue ballpoint is
not. Where the two are apart, what lies over print can be told from it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from stages._pieces import pieces_of

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
_PEN_PAPER = 60
"""What is a pen's is darker than paper by so many levels."""
_NEAR = 0.04
"""A stroke's darkest tone lies so near, in line heights: half a pen's stroke."""
_TWO_TONES = 18.0
"""Heaps of tones are so far apart; the grain of one ink spreads by 9 at most."""
_LEAST_SHARE, _LEAST_INK = 0.06, 0.2
"""Least share of either ink, and least ink at all in squared line heights."""
_PEN_HIGH, _PEN_AREA, _PEN_HALF = 0.3, 0.025, 0.036
"""Least height, area and half thickness of a pen's stroke in line heights: the printed stroke `/`
is thinner (0.027 to 0.032), pens of 0.4 mm and more are thicker (0.037 to 0.068)."""
_WHOLE_HIGH, _WHOLE_AREA = 0.6, 0.07
"""One piece at least is as large as a digit: where a scan is blurred, thin print is pale too."""
_BESIDE_PEN, _REST_THICK, _REST_LONG = 0.06, 0.24, 0.6
"""Ink so near a pen's, so thin and so short is the pen's, in line heights; letters are larger."""
_PEN_HALF_PX = 1.9
"""The same in pixels: at 200 dpi what is thinner has no tone of its own."""
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


def pen_ink(gray: NDArray[np.uint8], rows: slice, *, line_px: float) -> NDArray[np.bool_] | None:
    """Return where a black pen wrote over or beside one line of print, shape as given.

    Toner and ballpoint are both black, yet seldom equally: the darkest tone near each pixel falls
    into two heaps, and the paler one is the pen's. Print may be pale too where its strokes are
    thin, so only thick strokes count. About 4 ms for a heading at 300 dpi.

    Args:
        gray: surroundings of the line, shape (height, width).
        rows: of the line, where print and pen are compared.
        line_px: height of the line.

    Returns:
        None where there are no two tones.
    """
    paper = float(np.percentile(gray, 80))
    ink = np.asarray(cv2.threshold(gray, paper - _PEN_PAPER, 1, cv2.THRESH_BINARY_INV)[1], np.uint8)
    side = max(3, 2 * round(_NEAR * line_px) + 1)
    tone = np.asarray(cv2.erode(gray, np.ones((side, side), np.uint8)), np.uint8)
    compared = tone[rows][ink[rows] > 0]
    if compared.size < _LEAST_INK * line_px**2:
        return None
    parts_at, _ = cv2.threshold(compared.reshape(1, -1), 0, 255, cv2.THRESH_OTSU)
    is_pale = compared > parts_at
    share = float(is_pale.mean())
    if not _LEAST_SHARE < share < 1 - _LEAST_SHARE:
        return None
    if compared[is_pale].mean() - compared[~is_pale].mean() < _TWO_TONES:
        return None
    pale = (ink * (tone > parts_at)).astype(np.uint8)
    pen = _thick(pale, ink, line_px)
    _, stats, _ = pieces_of(pen[rows])
    whole = stats[1:, cv2.CC_STAT_HEIGHT] >= _WHOLE_HIGH * line_px
    whole &= stats[1:, cv2.CC_STAT_AREA] >= _WHOLE_AREA * line_px**2
    return _with_rests(pen, ink, line_px) if whole.any() else None


def _thick(pale: NDArray[np.uint8], ink: NDArray[np.uint8], line_px: float) -> NDArray[np.uint8]:
    """Return the pieces of pale ink that are thick and large enough for a pen's."""
    half_px = cv2.distanceTransform(ink, cv2.DIST_L2, 3)
    labels, stats, _ = pieces_of(pale)
    large = stats[:, cv2.CC_STAT_HEIGHT] >= _PEN_HIGH * line_px
    large &= stats[:, cv2.CC_STAT_AREA] >= _PEN_AREA * line_px**2
    large[0] = False
    for label in np.flatnonzero(large):
        x, y, width, height = stats[label, :4]
        spot = np.s_[y : y + height, x : x + width]
        thick = np.percentile(half_px[spot][labels[spot] == label], 80)
        large[label] = thick >= max(_PEN_HALF * line_px, _PEN_HALF_PX)
    return np.asarray(large[labels], np.uint8)


def _with_rests(
    pen: NDArray[np.uint8], ink: NDArray[np.uint8], line_px: float
) -> NDArray[np.bool_]:
    """Return the pen's ink with the short pieces that it wrote darker, between its strokes."""
    labels, stats, _ = pieces_of(ink * (1 - pen))
    side = 2 * round(_BESIDE_PEN * line_px) + 1
    near = np.bincount(
        labels[cv2.dilate(pen, np.ones((side, side), np.uint8)) > 0], minlength=len(stats)
    )
    sides = stats[:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]]
    is_small = sides.min(axis=1) < _REST_THICK * line_px
    is_small &= sides.max(axis=1) < _REST_LONG * line_px
    rests = is_small & (near > 0)
    rests[0] = False
    return np.asarray(rests[labels] | (pen > 0), np.bool_)


def strokes(ink: NDArray[np.bool_], *, least_px: float) -> NDArray[np.bool_]:
    """Return ink without what is lower than a stroke of writing: specks, and rims that are left."""
    labels, stats, _ = pieces_of(ink)
    is_stroke = stats[:, cv2.CC_STAT_HEIGHT] >= least_px
    is_stroke[0] = False
    return np.asarray(is_stroke[labels], np.bool_)
