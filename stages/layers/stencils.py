"""The text mask as stencils of one tone each: black, and pale where the ink is much lighter.

One tone alone would print a pencil note or faint type as black as the letter's own text.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from stages._halving import halved
from stages.layers.reduce import as_bytes
from stages.layers.threshold import darkest_cells

if TYPE_CHECKING:
    from numpy import uint8
    from numpy.typing import NDArray

_SAMPLING = 8
"""The tone is taken from every eighth pixel each way."""
_TONE_PERCENTILE = 30
"""Darker than the median, which soft edges pull up."""
_PALER_BY = 45
"""A cell whose darkest pixel is so much lighter than the black tone holds pale ink, 0–255."""
_STROKE = np.ones((5, 5), np.uint8)
"""Cells in which the darkest pixel of a stroke is looked for: thin strokes end between cells."""
_PALE_SHARE_MIN = 0.002
"""A smaller share of the text is no second stencil worth its bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stencil:
    """A mask and the tone it is painted in."""

    mask: NDArray[uint8]
    """(height, width) 255 where it paints."""
    tone: tuple[int, int, int]
    """RGB."""


def part_by_tone(
    picture: NDArray[uint8], dark: NDArray[uint8], text: NDArray[uint8]
) -> Iterator[Stencil]:
    """Yield the stencils of a text mask, black first.

    Args:
        picture: (height, width, 3) RGB or (height, width) gray.
        dark: (height, width) in which the text was found.
        text: (height, width) 255 where the text is.
    """
    if not text.any():
        return
    tone = _tone(picture, text)
    darkest = cv2.erode(darkest_cells(halved(dark, 1)), _STROKE)
    is_pale = (darkest > min(tone) + _PALER_BY).view(np.uint8) * np.uint8(255)
    size = (text.shape[1], text.shape[0])
    pale = cv2.bitwise_and(text, cv2.resize(is_pale, size, interpolation=cv2.INTER_NEAREST))
    if np.count_nonzero(pale) < _PALE_SHARE_MIN * np.count_nonzero(text):
        yield Stencil(mask=text, tone=tone)
        return
    black = as_bytes(cv2.subtract(text, pale))
    if black.any():
        yield Stencil(mask=black, tone=_tone(picture, black))
    yield Stencil(mask=as_bytes(pale), tone=_tone(picture, as_bytes(pale)))


def _tone(picture: NDArray[uint8], mask: NDArray[uint8]) -> tuple[int, int, int]:
    step = _SAMPLING
    painted = picture[::step, ::step][mask[::step, ::step] > 0]
    if not len(painted):
        painted = picture[mask > 0]
    typical = np.atleast_1d(np.percentile(painted, _TONE_PERCENTILE, axis=0)).astype(int)
    red, green, blue = typical if len(typical) == 3 else (typical[0],) * 3
    return int(red), int(green), int(blue)
