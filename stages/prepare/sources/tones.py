"""How many tones and colours a decoded picture really has."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_SAMPLE_STEP = 16
_COLOUR_TOLERANCE = 2
"""JPEG's colour transform may part equal channels by this much."""
_TWO = 2


def simplest(pixels: NDArray[np.uint8]) -> tuple[NDArray[np.uint8], bool]:
    """Return the picture as gray where it has no colour, and whether it has two tones only.

    Args:
        pixels: (height, width) gray or (height, width, 3) RGB.
    """
    if pixels.ndim == 3:
        if _is_coloured(pixels[::_SAMPLE_STEP, ::_SAMPLE_STEP]) or _is_coloured(pixels):
            return pixels, False
        pixels = cv2.extractChannel(pixels, 1).astype(np.uint8, copy=False)
    sample = np.unique(pixels[::_SAMPLE_STEP, ::_SAMPLE_STEP])
    if len(sample) > _TWO:
        return pixels, False
    counts = np.bincount(pixels.reshape(-1), minlength=256)
    return pixels, bool(np.count_nonzero(counts) <= _TWO)


def _is_coloured(pixels: NDArray[np.uint8]) -> bool:
    red, green, blue = cv2.split(pixels)
    largest = max(cv2.norm(red, green, cv2.NORM_INF), cv2.norm(green, blue, cv2.NORM_INF))
    return largest > _COLOUR_TOLERANCE
