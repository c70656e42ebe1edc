"""How many tones and colours a decoded picture really has."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from stages.prepare.scan import Scan

_SAMPLE_STEP = 16
_COLOUR_TOLERANCE = 2
"""JPEG's colour transform may part equal channels by this much."""


def simplified(scan: Scan) -> Scan:
    """Return the scan as gray where it has no colour, and as bitonal where it has two tones."""
    pixels = scan.pixels
    if pixels.ndim == 3:
        if _is_coloured(pixels[::_SAMPLE_STEP, ::_SAMPLE_STEP]) or _is_coloured(pixels):
            return scan
        pixels = np.asarray(cv2.extractChannel(pixels, 1), np.uint8)
    is_bitonal = scan.is_bitonal or _has_two_tones(pixels)
    return dataclasses.replace(scan, pixels=pixels, is_bitonal=is_bitonal)


def _has_two_tones(pixels: NDArray[np.uint8]) -> bool:
    if len(np.unique(pixels[::_SAMPLE_STEP, ::_SAMPLE_STEP])) > 2:
        return False
    tones = np.flatnonzero(np.bincount(pixels.reshape(-1), minlength=256))
    return set(tones.tolist()) <= {0, 255}


def _is_coloured(pixels: NDArray[np.uint8]) -> bool:
    red, green, blue = cv2.split(pixels)
    largest = max(cv2.norm(red, green, cv2.NORM_INF), cv2.norm(green, blue, cv2.NORM_INF))
    return largest > _COLOUR_TOLERANCE
