"""Finds ink by a threshold between the paper around it and the darkest ink near it.

A share of the way that holds for black and for faint ink alike. Paper and ink are looked up on a
grid of small cells, so uneven light needs no other care.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from stages._halving import halved
from stages.layers.reduce import as_bytes

if TYPE_CHECKING:
    from numpy import uint8
    from numpy.typing import NDArray

HALVINGS = 3
"""A cell is so many halvings."""
CELL_PX = 2**HALVINGS
"""Side of a cell of the grid."""
_WAY = 102
"""Of 256 parts of the way from paper to ink: 0.4. Half way made strokes thinner than the scan's
(darkness of composed letters 0.77–0.91 of the scan's; at 0.4 0.83–0.97, for 1 % more bytes)."""
_NEIGHBOURHOOD = np.ones((7, 7), np.uint8)
"""Cells around a cell (5 mm at 300 dpi) in which its paper and its ink are looked for."""
_PAPER_SMOOTHING = 15
"""Median over so many cells: paper changes slowly, a large black letter must not pull it down."""


def ink_mask(dark: NDArray[uint8], *, contrast_min: int) -> NDArray[uint8]:
    """Return where ink is.

    Args:
        dark: (height, width) 0–255, ink darker than paper.
        contrast_min: where the darkest pixel near by is less than so much darker than the paper,
            there is no ink.

    Returns:
        (height, width) 255 on ink, else 0.
    """
    height, width = dark.shape
    halves = halved(dark, 1)
    mean = halved(halves, HALVINGS - 1)
    paper = cv2.medianBlur(cv2.dilate(mean, _NEIGHBOURHOOD), _PAPER_SMOOTHING)
    ink = cv2.erode(darkest_cells(halves), _NEIGHBOURHOOD)
    contrast = cv2.subtract(paper, ink)
    between = paper - (contrast.astype(np.uint16) * _WAY >> 8).astype(np.uint8)
    between[contrast < contrast_min] = 0
    level = cv2.resize(between, (width, height), interpolation=cv2.INTER_LINEAR)
    return as_bytes(cv2.compare(dark, level, cv2.CMP_LT))


def darkest_cells(halves: NDArray[uint8]) -> NDArray[uint8]:
    """Return the darkest pixel of every cell of a halved picture.

    Halving has taken single noisy pixels out.
    """
    cell = CELL_PX // 2
    rows, columns = (max(1, side // cell) for side in halves.shape)
    lowest = cv2.erode(halves, np.ones((cell, cell), np.uint8), anchor=(0, 0))[::cell, ::cell]
    return np.ascontiguousarray(as_bytes(lowest[:rows, :columns]))
