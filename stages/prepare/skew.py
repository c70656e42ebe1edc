"""The tilt of a page, from the lower edges of its letters.

Letters of a line stand on one straight line. The lower edge points of all letters are projected
along every direction in question; the direction in which they pile up highest is the direction of
the lines. Points instead of pixels make a direction cost a tenth of a millisecond. A page without
enough letters has no tilt that anybody could see: it is left alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_MIN_POINTS = 60
"""Fewer edge points make no line."""
_COARSE_POINTS = 6000
_FINE_POINTS = 40000
_COARSE_STEP_DEG = 0.5
_FINE_STEPS_DEG = (0.1, 0.02)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tilt:
    """How the lines of a page lie."""

    skew_deg: float
    """Degrees clockwise from level, + = the lines fall to the right."""
    strength: float
    """How much higher the points pile up in this direction than on the average direction;
    1 = no lines."""


def lower_edges(mask: NDArray[np.uint8]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return (x, y) of the lower edge points of what is not 0 in a mask, pixels."""
    below = np.zeros_like(mask)
    below[:-1] = mask[1:]
    y, x = np.nonzero((mask > 0) & (below == 0))
    return x.astype(np.float32), y.astype(np.float32)


def find_tilt(
    x: NDArray[np.float32], y: NDArray[np.float32], *, max_skew_deg: float
) -> Tilt | None:
    """Return the tilt of the lines that the points make, or None where they make none.

    Args:
        x: places across, pixels.
        y: places down, pixels.
        max_skew_deg: largest tilt looked for, degrees.
    """
    if len(x) < _MIN_POINTS:
        return None
    chance = np.random.default_rng(len(x))
    # Whole pixels would pile up best when level; the jitter takes that advantage away.
    y = y + chance.random(len(y), np.float32) - np.float32(0.5)
    few = chance.permutation(len(x))[:_COARSE_POINTS]
    grid = np.arange(-max_skew_deg, max_skew_deg + 1e-6, _COARSE_STEP_DEG)
    coarse = _piles(x[few], y[few], grid, bin_px=2.0)
    best = float(grid[int(coarse.argmax())])
    strength = float(coarse.max() / np.median(coarse))
    many = chance.permutation(len(x))[:_FINE_POINTS]
    reach = _COARSE_STEP_DEG
    for step in _FINE_STEPS_DEG:
        near = np.arange(best - reach, best + reach + 1e-6, step)
        piles = _piles(x[many], y[many], near, bin_px=1.0)
        best = _peak(near, piles)
        reach = step
    if abs(best) > max_skew_deg + _COARSE_STEP_DEG:
        return None
    return Tilt(skew_deg=best, strength=strength)


def _piles(
    x: NDArray[np.float32],
    y: NDArray[np.float32],
    angles_deg: NDArray[np.float64],
    *,
    bin_px: float,
) -> NDArray[np.float64]:
    """Return for each angle how unevenly the points fall into rows."""
    out = np.empty(len(angles_deg))
    for position, angle in enumerate(np.radians(angles_deg)):
        rows = (y * np.float32(np.cos(angle)) - x * np.float32(np.sin(angle))) / np.float32(bin_px)
        rows -= rows.min()
        counts = np.bincount(rows.astype(np.int32)).astype(np.float64)
        smooth = counts[:-1] + counts[1:] if len(counts) > 1 else counts
        out[position] = float((smooth * smooth).sum())
    return out


def _peak(angles: NDArray[np.float64], piles: NDArray[np.float64]) -> float:
    """Return the angle of the highest pile, between the steps by a parabola."""
    top = int(piles.argmax())
    if not 0 < top < len(piles) - 1:
        return float(angles[top])
    left, middle, right = piles[top - 1 : top + 2]
    bend = left - 2 * middle + right
    shift = 0.5 * (left - right) / bend if bend < 0 else 0.0
    return float(angles[top] + shift * (angles[1] - angles[0]))
