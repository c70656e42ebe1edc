"""Composes layers as a viewer would paint them, at a quarter of the resolution, without a PDF."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from stages._halving import halved
from stages.layers.jpeg import decode_jpeg
from stages.layers.reduce import as_bytes

if TYPE_CHECKING:
    from numpy import uint8
    from numpy.typing import NDArray

    from stages.layers.compact import CompactPage

HALVINGS = 2
"""Pictures are compared at a quarter of the working resolution: 75 dpi, where a line of one pixel
of the scan still darkens its pixel by a quarter of its contrast."""


def compose(page: CompactPage) -> NDArray[uint8]:
    """Return the page as its layers show it.

    Every JPEG is decoded again, so that what is compared is what a reader will see.

    Returns:
        (height / 4, width / 4, 3) RGB or (height / 4, width / 4) gray.
    """
    height, width = (side >> HALVINGS for side in page.shape)
    background, *rest = page.images
    seen = as_bytes(
        cv2.resize(decode_jpeg(background.data), (width, height), interpolation=cv2.INTER_LINEAR)
    )
    for ink, layer in zip(page.inks, rest, strict=False):
        cover = halved(ink.mask, HALVINGS)
        top, left = ink.y >> HALVINGS, ink.x >> HALVINGS
        window = seen[top : top + cover.shape[0], left : left + cover.shape[1]]
        rows, columns = window.shape[:2]
        colours = cv2.resize(decode_jpeg(layer.data), (columns, rows))
        window[:] = _over(window, as_bytes(colours), cover[:rows, :columns])
    for stencil in page.stencils:
        tone = np.array(stencil.tone if seen.ndim == 3 else stencil.tone[0], np.uint8)
        seen = _over(seen, tone, halved(stencil.mask, HALVINGS))
    return seen


def _over(below: NDArray[uint8], paint: NDArray[uint8], cover: NDArray[uint8]) -> NDArray[uint8]:
    """Return paint, a picture or one tone, over what is below, by the share that it covers."""
    share = cover * np.float32(1 / 255)
    painted = np.broadcast_to(paint, below.shape)
    return as_bytes(cv2.blendLinear(as_bytes(painted), below, share, 1 - share))
