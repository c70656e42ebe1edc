"""Ink planes: what is red, what is blue, and the gray picture in which a reader sees no seal.

That picture is the red channel: a seal is nearly as light there as paper, while black and blue ink
stay dark. Lifting what is left of the seal to paper was measured and helps no more (office scans
0.48 % with the channel, 0.50 % with all red lifted, numerals 0.83 % and 1.17 %: strokes under a
stamp lose their edges).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_RED_OVER = 38
"""Red ink: the red channel is so much lighter than the other two."""
_BLUE_OVER_RED = 32
"""Blue ink: the blue channel is so much lighter than the red one."""
_BLUE_OVER_GREEN = 10
_BAND_PX = 64
"""Rows parted at a time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Planes:
    """A page's picture parted by ink."""

    gray: NDArray[np.uint8]
    """(height, width) luminance."""
    reading: NDArray[np.uint8]
    """(height, width) the red channel."""
    red_ink: NDArray[np.bool_]
    """(height, width) True on seals and stamps."""
    blue_ink: NDArray[np.bool_]
    """(height, width) True on blue pens."""


def part_inks(colour: NDArray[np.uint8]) -> Planes:
    """Part an RGB picture of shape (height, width, 3).

    It is done band by band: what lies between the steps then stays in the processor's cache.
    """
    shape = colour.shape[:2]
    gray, reading = np.empty(shape, np.uint8), np.empty(shape, np.uint8)
    red_ink, blue_ink = np.empty(shape, np.uint8), np.empty(shape, np.uint8)
    for top in range(0, shape[0], _BAND_PX):
        rows = slice(top, top + _BAND_PX)
        cv2.cvtColor(colour[rows], cv2.COLOR_RGB2GRAY, dst=gray[rows])
        red, green, blue = cv2.split(colour[rows])
        reading[rows] = red
        ahead = cv2.subtract(red, cv2.max(green, blue))
        cv2.threshold(ahead, _RED_OVER, 1, cv2.THRESH_BINARY, dst=red_ink[rows])
        over_red, over_green = cv2.subtract(blue, red), cv2.subtract(blue, green)
        is_over = cv2.threshold(over_red, _BLUE_OVER_RED, 1, cv2.THRESH_BINARY)[1]
        is_bluer = cv2.threshold(over_green, _BLUE_OVER_GREEN, 1, cv2.THRESH_BINARY)[1]
        cv2.bitwise_and(is_over, is_bluer, dst=blue_ink[rows])
    return Planes(
        gray=gray,
        reading=reading,
        red_ink=red_ink.view(np.bool_),
        blue_ink=blue_ink.view(np.bool_),
    )
