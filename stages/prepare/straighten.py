"""Turning a page upright and level in one resampling that clips no ink."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_EQUAL = 0.005
"""Resolutions that differ by less are one."""
_QUARTER_CODES = {
    90: cv2.ROTATE_90_CLOCKWISE,
    180: cv2.ROTATE_180,
    270: cv2.ROTATE_90_COUNTERCLOCKWISE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Straightening:
    """How a scan becomes a page: scale, quarter turn, fine turn and place on the canvas."""

    matrix: NDArray[np.float64]
    """(2, 3) scan pixels → page pixels."""
    width_px: int
    height_px: int
    rotation_deg: int
    """Quarter turn, degrees clockwise: 0, 90, 180, 270."""
    is_resampled: bool
    """False where a quarter turn (or nothing) is all there is to do."""


def plan(
    shape: tuple[int, int],
    *,
    dpi_x: float,
    dpi_y: float,
    rotation_deg: int,
    skew_deg: float,
    ink: NDArray[np.float32],
) -> Straightening:
    """Plan the way from scan to page.

    The canvas keeps the scan's size where what would fall outside is blank, else it grows.

    Args:
        shape: (height, width) of the scan, pixels.
        dpi_x: the scan's resolution across; the page gets the finer of the two.
        dpi_y: the scan's resolution down.
        rotation_deg: quarter turn to apply, degrees clockwise.
        skew_deg: tilt to take out, degrees clockwise (after the quarter turn; the same before).
        ink: (n, 2) places (x, y) in scan pixels that must stay on the page.
    """
    height, width = shape
    dpi = max(dpi_x, dpi_y)
    is_square = max(dpi_x, dpi_y) / min(dpi_x, dpi_y) < 1 + _EQUAL
    scale_x, scale_y = (1.0, 1.0) if is_square else (dpi / dpi_x, dpi / dpi_y)
    wide, high = width * scale_x, height * scale_y
    out_wide, out_high = (high, wide) if rotation_deg % 180 else (wide, high)
    angle = math.radians(rotation_deg - skew_deg)
    cos, sin = math.cos(angle), math.sin(angle)
    # Pixel centres lie at whole numbers: the middle of n pixels is (n - 1) / 2.
    linear = np.array([[cos, -sin], [sin, cos]]) @ np.diag([scale_x, scale_y])
    middle = np.array([(width - 1) / 2, (height - 1) / 2])
    out_size = np.array([round(out_wide), round(out_high)])
    matrix = np.hstack([linear, ((out_size - 1) / 2 - linear @ middle)[:, None]])
    if skew_deg and len(ink):
        matrix, out_size = _grown(matrix, out_size, ink)
    return Straightening(
        matrix=matrix,
        width_px=int(out_size[0]),
        height_px=int(out_size[1]),
        rotation_deg=rotation_deg,
        is_resampled=bool(skew_deg) or not is_square,
    )


def apply(pixels: NDArray[np.uint8], way: Straightening) -> NDArray[np.uint8]:
    """Return the page's picture, white where the scan has none."""
    if not way.is_resampled:
        if way.rotation_deg == 0:
            return pixels
        return np.asarray(cv2.rotate(pixels, _QUARTER_CODES[way.rotation_deg]), np.uint8)
    turned = cv2.warpAffine(
        pixels,
        way.matrix,
        (way.width_px, way.height_px),
        flags=cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=(255, 255, 255),
    )
    return np.asarray(turned, np.uint8)


def _grown(
    matrix: NDArray[np.float64], size: NDArray[np.int64], ink: NDArray[np.float32]
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    placed = ink @ matrix[:, :2].T + matrix[:, 2]
    low = np.minimum(0, np.floor(placed.min(axis=0))).astype(np.int64)
    high = np.maximum(size, np.ceil(placed.max(axis=0)) + 1).astype(np.int64)
    moved = matrix.copy()
    moved[:, 2] -= low
    return moved, high - low
