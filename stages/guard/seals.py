"""Round seals on a page: what a mark's network sees inside one is its ring or its emblem.

Seals of agencies are round, most of them 36 mm wide (NĐ 99/2016). On 1-bit paper a seal joins the
print under it, so that its outline cannot be found as one piece of ink: whether a spot lies in a
seal is asked of the circles around it.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from stages.guard.ink import INK_DPI, Plane

_RADII_MM = tuple(float(r) for r in np.arange(13.5, 21.5, 0.5))
_POINTS = 90
_LEAST_SHARE = 0.82
"""Share of a circle's points that bear ink where it is a seal's rim; text reaches 0.65."""
_STEP_PX = 2
_CLEAR = 0.55
"""A rim is a line: the circles 3 mm farther out bear less ink than this share of it."""


def lies_in_seal(plane: Plane, x_px: float, y_px: float, *, ink: float) -> bool:
    """Tell whether a spot lies inside a round rim.

    Args:
        plane: ink of the page, 0 to 1, at `INK_DPI`.
        x_px: the spot, plane pixels.
        y_px: the same, downwards.
        ink: level from which a pixel bears ink.
    """
    per_mm = INK_DPI / 25.4
    reach = round((2 * _RADII_MM[-1] + 4.5) * per_mm)
    around = _window(plane, round(x_px), round(y_px), reach)
    thin = (around > ink).astype(np.uint8)
    bears = np.asarray(cv2.dilate(thin, np.ones((3, 3), np.uint8)), np.uint8)
    angles = np.linspace(0, 2 * np.pi, _POINTS, endpoint=False)
    for radius_mm in _RADII_MM:
        radius = radius_mm * per_mm
        centres = _centres(reach, radius)
        rim = _share(bears, centres, radius, angles)
        full = rim >= _LEAST_SHARE
        if not full.any():
            continue
        outside = _share(bears, centres[full], radius + 3 * per_mm, angles)
        if bool((outside < _CLEAR * rim[full]).any()):
            return True
    return False


def _window(plane: Plane, x: int, y: int, reach: int) -> Plane:
    """Return the plane around a spot, paper where the page ends."""
    padded = cv2.copyMakeBorder(
        plane[max(0, y - reach) : y + reach + 1, max(0, x - reach) : x + reach + 1],
        max(0, reach - y),
        max(0, y + reach + 1 - plane.shape[0]),
        max(0, reach - x),
        max(0, x + reach + 1 - plane.shape[1]),
        cv2.BORDER_CONSTANT,
        value=0.0,
    )
    return np.asarray(padded, np.float32)


def _centres(reach: int, radius: float) -> NDArray[np.float64]:
    """Return (n, 2) centres, window pixels, whose circle of that radius holds the middle."""
    steps = np.arange(-radius + 4, radius - 3, _STEP_PX)
    grid = np.stack(np.meshgrid(steps, steps), axis=-1).reshape(-1, 2)
    return np.asarray(grid[np.hypot(grid[:, 0], grid[:, 1]) < radius - 4] + reach, np.float64)


def _share(
    bears: NDArray[np.uint8],
    centres: NDArray[np.float64],
    radius: float,
    angles: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return the share of each circle's points that bear ink."""
    columns = np.rint(centres[:, :1] + radius * np.cos(angles)).astype(np.intp)
    rows = np.rint(centres[:, 1:] + radius * np.sin(angles)).astype(np.intp)
    limit = bears.shape[0] - 1
    inked = bears[np.clip(rows, 0, limit), np.clip(columns, 0, limit)]
    return np.asarray(inked.mean(axis=1), np.float64)
