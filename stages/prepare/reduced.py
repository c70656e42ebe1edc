"""A small picture of a page on which everything is measured that needs no detail.

Tilt, direction, emptiness and quality are told at about 100 dots per inch: a ninth of the pixels
of a 300 dpi scan, and what is lost is paper grain and toner dust.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

LOOK_DPI = 100.0
"""Resolution of the small picture, dots per inch."""
_MAX_SIDE_PX = 2400
"""A drawing of 3 m is looked at no finer than this."""
_PAPER_MM = 8.0
"""Paper is the lightest that lies within so far: wider than a stroke, narrower than a shadow."""
_INK_CONTRAST = 0.28
"""Ink is at least so much darker than the paper round it, share of the paper's lightness."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reduced:
    """A small picture of a page and its ink."""

    gray: NDArray[np.uint8]
    """(height, width) luminance, 0–255."""
    red: NDArray[np.uint8]
    """(height, width) red channel, in which seals fade; `gray` where there is no colour."""
    ink: NDArray[np.uint8]
    """(height, width) 255 where ink is in the red channel, else 0; evened by the paper's light."""
    paper: NDArray[np.uint8]
    """(height, width) lightness of the paper round each place, 0–255."""
    scale: float
    """Pixels here per pixel of the page, 0–1."""
    dpi: float


def reduce_page(pixels: NDArray[np.uint8], dpi: float) -> Reduced:
    """Return the small picture of a page.

    Args:
        pixels: (height, width) gray or (height, width, 3) RGB.
        dpi: its resolution.
    """
    height, width = pixels.shape[:2]
    scale = min(1.0, LOOK_DPI / dpi, _MAX_SIDE_PX / max(height, width))
    if scale < 1.0:
        step = round(1.0 / scale)
        is_whole = step > 1 and abs(step * scale - 1.0) < 0.2
        # INTER_AREA over a whole number of pixels is three times as fast as over a fraction.
        if is_whole and step * scale <= 1.0:
            scale = 1.0 / step
        size = (max(1, round(width * scale)), max(1, round(height * scale)))
        pixels = np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)
    if pixels.ndim == 2:
        gray = red = pixels
    else:
        gray = np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), np.uint8)
        red = np.asarray(cv2.extractChannel(pixels, 0), np.uint8)
    paper = _paper(red, dpi * scale)
    limit = paper.astype(np.float32) * (1.0 - _INK_CONTRAST)
    ink = np.where(red < limit, np.uint8(255), np.uint8(0))
    return Reduced(gray=gray, red=red, ink=ink, paper=paper, scale=scale, dpi=dpi * scale)


def _paper(red: NDArray[np.uint8], dpi: float) -> NDArray[np.uint8]:
    side = max(3, round(_PAPER_MM / 25.4 * dpi / 4))
    quarter = (max(1, red.shape[1] // 4), max(1, red.shape[0] // 4))
    small = cv2.resize(red, quarter, interpolation=cv2.INTER_AREA)
    light = cv2.blur(cv2.dilate(small, np.ones((side, side), np.uint8)), (side, side))
    full = cv2.resize(light, (red.shape[1], red.shape[0]), interpolation=cv2.INTER_LINEAR)
    return np.asarray(full, np.uint8)
