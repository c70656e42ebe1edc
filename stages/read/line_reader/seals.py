"""Pictures of a page without its seal.

A seal lies over the signer's post and name. Its rings are taken out like the staff lines of sheet
music: in polar coordinates they are long straight runs, and what crosses them is thicker.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from stages._pieces import pieces_of
from stages._seals import Seal, find_seal

if TYPE_CHECKING:
    from numpy.typing import NDArray

_INK = 128
_ARC_MM = 6.0
"""A run of the rim at least so long is ring, not letter."""
_RAGGED_MM = 0.4
_EMBLEM = 0.6
"""Share of the radius that the emblem fills."""
_DISC = 0.9
"""Share of the radius blanked in the picture without the disc."""
_RED_LEAST = 60.0
"""Red ink of a faint seal, square millimetres."""
_PEN_REACH = 2.8
"""A signature is looked for so many radii around the seal, twice as far to the right."""
_HALO = np.ones((3, 3), np.uint8)
_PEN_LEAST = 6.0
"""Blue ink of a signature, square millimetres."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SealHint:
    """Where a seal may show."""

    dpi: float
    """Resolution of the page."""
    is_bitonal: bool = False
    """The scan has two tones, so that a seal is as black as the print."""
    red_ink: NDArray[np.bool_] | None = None
    """(height, width) True where red ink is; None where the scan has no colour."""
    blue_ink: NDArray[np.bool_] | None = None
    """(height, width) True where blue pens wrote; None where the scan has no colour."""
    pale_ink: NDArray[np.bool_] | None = None
    """(height, width) True where ink paler than print stands; None but on gray scans."""


def seal_of(gray: NDArray[np.uint8], hint: SealHint) -> Seal | None:
    """Return the clearest seal of a page: a red one where there is colour, else a black one."""
    if hint.red_ink is None:
        return find_seal(gray, hint.dpi)
    if np.count_nonzero(hint.red_ink[::4, ::4]) < _RED_LEAST * (hint.dpi / 25.4 / 4) ** 2:
        return None
    paper = cv2.threshold(hint.red_ink.view(np.uint8), 0, 255, cv2.THRESH_BINARY_INV)[1]
    return find_seal(np.asarray(paper, np.uint8), hint.dpi)


def without_pen(gray: NDArray[np.uint8], hint: SealHint, seal: Seal) -> NDArray[np.uint8] | None:
    """Return the page with paper where a blue pen signed over the seal, None where none did.

    Black print under the pen stays as it is: where the two cross, the scan is black, not blue.
    """
    if hint.blue_ink is None:
        return None
    spot = _around(seal)
    blue = hint.blue_ink[spot].view(np.uint8)
    if np.count_nonzero(blue) < _PEN_LEAST * (hint.dpi / 25.4) ** 2:
        return None
    return _blanked(gray, spot, blue)


def without_pale(gray: NDArray[np.uint8], hint: SealHint, seal: Seal) -> NDArray[np.uint8] | None:
    """Return a gray scan with paper where what is paler than print lies over and beside the seal.

    None where the tones were not told apart.
    """
    if hint.pale_ink is None:
        return None
    spot = _around(seal)
    return _blanked(gray, spot, hint.pale_ink[spot].view(np.uint8))


def _blanked(
    gray: NDArray[np.uint8], spot: tuple[slice, slice], ink: NDArray[np.uint8]
) -> NDArray[np.uint8]:
    page = gray.copy()
    page[spot][cv2.dilate(ink, _HALO).view(np.bool_)] = 255
    return page


def _around(seal: Seal) -> tuple[slice, slice]:
    """Return the surroundings of a seal in which a signature may lie, twice as far to the right."""
    reach = int(_PEN_REACH * seal.radius_px)
    left, top = max(0, int(seal.x) - reach), max(0, int(seal.y) - reach)
    return np.s_[top : int(seal.y) + reach, left : int(seal.x) + 2 * reach]


def without_disc(gray: NDArray[np.uint8], seal: Seal) -> NDArray[np.uint8]:
    """Return the page with paper where the seal's inside was."""
    page = gray.copy()
    middle = (round(seal.x), round(seal.y))
    cv2.circle(page, middle, round(_DISC * seal.radius_px), 255, -1)
    return page


def without_rings(gray: NDArray[np.uint8], seal: Seal, dpi: float) -> NDArray[np.uint8]:
    """Return the page without the seal's rings, emblem and letters, as far as they can be told.

    What crosses a ring stays where it is thicker than the ring; ink that lies wholly inside the rim
    is the seal's own.
    """
    page = gray.copy()
    per_mm = dpi / 25.4
    reach = int(seal.radius_px + 1.5 * per_mm)
    left, top = max(0, int(seal.x) - reach), max(0, int(seal.y) - reach)
    window = page[top : top + 2 * reach, left : left + 2 * reach]
    middle = (seal.x - left, seal.y - top)
    window[_ring_ink(window, middle, seal.radius_px, per_mm)] = 255
    rows, columns = np.mgrid[0 : window.shape[0], 0 : window.shape[1]]
    away = np.hypot(columns - middle[0], rows - middle[1])
    window[_own_ink(window, away, seal.radius_px, per_mm)] = 255
    window[away < _EMBLEM * seal.radius_px] = 255
    return page


def _own_ink(
    window: NDArray[np.uint8], away: NDArray[np.float64], radius: float, per_mm: float
) -> NDArray[np.bool_]:
    """Return ink of pieces wholly inside the rim, and of crumbs at it."""
    ink = (window < _INK).astype(np.uint8)
    labels, stats, _ = pieces_of(ink)
    farthest = np.zeros(len(stats))
    np.maximum.at(farthest, labels.ravel(), away.ravel())
    crumb = stats[:, cv2.CC_STAT_AREA] < (0.5 * per_mm) ** 2
    own = (farthest < 0.97 * radius) | (crumb & (farthest < radius + per_mm))
    own[0] = False
    return np.asarray(own[labels], np.bool_)


def _ring_ink(
    window: NDArray[np.uint8], middle: tuple[float, float], radius: float, per_mm: float
) -> NDArray[np.bool_]:
    """Return the ink of long arcs that is no thicker than the ring it belongs to."""
    turns, reach = round(2 * np.pi * radius), int(radius + 1.5 * per_mm)
    ink = (window < _INK).astype(np.uint8) * 255
    # Unfilled, what lies outside the window would be whatever the memory held.
    flat = cv2.warpPolar(
        ink, (reach, turns), middle, reach, cv2.INTER_LINEAR + cv2.WARP_FILL_OUTLIERS
    )
    polar = (flat > 127).astype(np.uint8)
    length = int(_ARC_MM * per_mm)
    around = np.vstack([polar[-length:], polar, polar[:length]])
    ragged = np.ones((max(3, int(_RAGGED_MM * per_mm)), 1), np.uint8)
    closed = cv2.morphologyEx(around, cv2.MORPH_CLOSE, ragged)
    arcs = cv2.morphologyEx(closed, cv2.MORPH_OPEN, np.ones((length, 1), np.uint8))
    arcs = np.asarray(arcs[length:-length], np.uint8)
    arcs[:, : int(0.4 * radius)] = 0
    thick = _thickness(polar)
    sure = np.asarray(cv2.bitwise_and(arcs, polar), np.uint8)
    usual = np.array([float(np.median(t[a])) if a.any() else 0.0 for t, a in _columns(thick, sure)])
    usual = cv2.dilate(usual.astype(np.float32)[None], np.ones((1, 5), np.uint8))[0]
    gone = (cv2.dilate(arcs, np.ones((3, 3), np.uint8)) > 0) & (thick <= 1.5 * usual + 2)
    size = (window.shape[1], window.shape[0])
    way = cv2.INTER_LINEAR + cv2.WARP_FILL_OUTLIERS + cv2.WARP_INVERSE_MAP
    back = cv2.warpPolar(gone.astype(np.uint8) * 255, size, middle, reach, way)
    return np.asarray(back > 100, np.bool_)


def _columns(
    thick: NDArray[np.int32], arcs: NDArray[np.uint8]
) -> list[tuple[NDArray[np.int32], NDArray[np.bool_]]]:
    return [(thick[:, at], arcs[:, at] > 0) for at in range(thick.shape[1])]


def _thickness(polar: NDArray[np.uint8]) -> NDArray[np.int32]:
    """Return, for each pixel of ink, how long the run of ink along its row is."""
    runs = np.zeros(polar.shape, np.int32)
    last = polar.shape[1] - 1
    runs[:, 0] = polar[:, 0]
    for at in range(1, last + 1):
        runs[:, at] = (runs[:, at - 1] + 1) * polar[:, at]
    for at in range(last - 1, -1, -1):
        goes_on = cv2.bitwise_and(polar[:, at], polar[:, at + 1]).ravel() > 0
        runs[:, at] = np.where(goes_on, runs[:, at + 1], runs[:, at])
    return runs
