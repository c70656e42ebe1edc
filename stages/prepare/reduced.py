"""Small pictures of a page on which everything is measured that needs no detail.

Tilt, direction, emptiness and quality are told at about 100 dots per inch: a ninth of the pixels
of a 300 dpi scan, and what is lost is paper grain and toner dust. Whole halves are taken first,
because OpenCV halves a picture ten times as fast as it shrinks it by a fraction.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from stages._halving import halved
from stages.prepare.light import paper_light

if TYPE_CHECKING:
    from numpy.typing import NDArray

LOOK_DPI = 100.0
"""Resolution of the small picture, dots per inch."""
_HALVE_DPI = 190.0
"""Pictures of at least this resolution are halved."""
_MAX_SIDE_PX = 2400
"""A drawing of 3 m is looked at no finer than this."""
INK_CONTRAST = 0.2
"""Ink is at least so much darker than the paper round it, share of the paper's lightness; what
shines through from the back is below 0.16."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reduced:
    """A small picture of a page and its ink."""

    gray: NDArray[np.uint8]
    """(height, width) luminance, 0–255."""
    red: NDArray[np.uint8]
    """(height, width) red channel with red ink lifted to paper; `gray` where there is no colour."""
    ink: NDArray[np.uint8]
    """(height, width) 255 where ink other than red is, else 0; evened by the paper's light."""
    scale: float
    """Pixels here per pixel of the page, 0–1."""
    dpi: float
    """Its resolution."""
    finer: NDArray[np.uint8]
    """`red` at the next finer step (100–190 dpi), for pages of few letters."""
    finer_dpi: float
    darkest: NDArray[np.uint8]
    """(height, width) the darkest of the three channels, in which every ink shows."""


def reduce_page(pixels: NDArray[np.uint8], dpi: float) -> Reduced:
    """Return the small pictures of a page.

    Args:
        pixels: (height, width) gray or (height, width, 3) RGB.
        dpi: its resolution.
    """
    full_width = pixels.shape[1]
    while dpi >= _HALVE_DPI and min(pixels.shape[:2]) >= 2:
        pixels, dpi = halved(pixels), dpi / 2
    while max(pixels.shape[:2]) > 2 * _MAX_SIDE_PX:
        pixels, dpi = halved(pixels), dpi / 2
    finer, finer_dpi = _red(pixels), dpi
    scale = min(1.0, LOOK_DPI / dpi, _MAX_SIDE_PX / max(pixels.shape[:2]))
    if scale < 0.95:
        size = (max(1, round(pixels.shape[1] * scale)), max(1, round(pixels.shape[0] * scale)))
        pixels = np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_LINEAR), np.uint8)
    gray, red, darkest = _channels(pixels)
    small_scale = pixels.shape[1] / full_width
    small_dpi = finer_dpi * pixels.shape[1] / finer.shape[1]
    return Reduced(
        gray=gray,
        red=red,
        ink=find_ink(red, small_dpi),
        scale=small_scale,
        dpi=small_dpi,
        finer=finer,
        finer_dpi=finer_dpi,
        darkest=darkest,
    )


def find_ink(tone: NDArray[np.uint8], dpi: float) -> NDArray[np.uint8]:
    """Return 255 where a picture is darker than the paper round it, else 0; (height, width)."""
    light = paper_light(tone, dpi)
    limit = cv2.convertScaleAbs(light, alpha=1.0 - INK_CONTRAST)
    full = cv2.resize(limit, (tone.shape[1], tone.shape[0]), interpolation=cv2.INTER_LINEAR)
    return np.asarray(cv2.compare(tone, full, cv2.CMP_LT), np.uint8)


def _red(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the tone in which red ink is paper."""
    if pixels.ndim == 2:
        return pixels
    red, green, blue = cv2.split(pixels)
    # Red ink is as light in the red channel as the others are dark: added, a seal is gone. What
    # that does to strokes under the seal does not matter here.
    return np.asarray(cv2.add(red, cv2.subtract(red, cv2.max(green, blue))), np.uint8)


def _channels(
    pixels: NDArray[np.uint8],
) -> tuple[NDArray[np.uint8], NDArray[np.uint8], NDArray[np.uint8]]:
    """Return luminance, the tone without red ink, and the darkest channel."""
    if pixels.ndim == 2:
        return pixels, pixels, pixels
    red, green, blue = cv2.split(pixels)
    gray = np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), np.uint8)
    darkest = np.asarray(cv2.min(red, cv2.min(green, blue)), np.uint8)
    return gray, _red(pixels), darkest
