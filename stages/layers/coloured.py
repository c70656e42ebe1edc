"""Coloured ink on a page: seals, stamps, pens; each place and hue becomes a masked layer.

A seal's fine letters would blur in the background, and its colour would be lost in the black text
mask. So its shape is kept at the scan's full resolution (group 4) and its colour in a small JPEG.
Red and blue are kept apart: in one small picture a blue signature tints the red seal under it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from stages._halving import halved
from stages._pieces import pieces_of
from stages.layers.masked_mean import masked_mean
from stages.layers.reduce import as_bytes
from stages.layers.threshold import CELL_PX, HALVINGS, ink_mask

if TYPE_CHECKING:
    from numpy import uint8
    from numpy.typing import NDArray

_CELL_SHARE_MIN = 8
"""Of a cell's 64 pixels so many must be coloured after thinning: colour fringes of black letters
are one pixel wide and do not reach it."""
_REACH = np.ones((5, 5), np.uint8)
"""A place reaches two cells (1.4 mm at 300 dpi) beyond its coloured cells."""
_CELLS_MIN = 3
"""A place of fewer coloured cells is a speck and stays in the background."""
_SPECK_PX = 40
"""Black bits of fewer pixels on coloured ink are its dark spots and no letters."""
_CORE_MIN_PX = 100
"""A hue has so many pixels in the middle of its strokes, or it is a fringe of the other."""
_THIN = np.ones((2, 2), np.uint8)
_FRINGE = np.ones((3, 3), np.uint8)


@dataclass(frozen=True, slots=True, kw_only=True)
class ColouredInk:
    """Ink of one hue at one place."""

    x: int
    """Left edge of the place, pixels of the scan."""
    y: int
    mask: NDArray[uint8]
    """(height, width) 255 where the ink is."""
    colours: NDArray[uint8]
    """Reduced picture of the ink's colours, holes filled; gray on a gray page."""


def find_places(coloured: NDArray[uint8]) -> list[tuple[slice, slice]]:
    """Return rows and columns of every place of coloured ink, none overlapping another.

    Args:
        coloured: (height, width) 1 where ink is coloured.
    """
    height, width = coloured.shape
    share = halved(as_bytes(cv2.erode(coloured, _THIN)) * np.uint8(255), HALVINGS)
    cells = (share >= _CELL_SHARE_MIN * 255 // CELL_PX**2).astype(np.uint8)
    count, labels = cv2.connectedComponents(cv2.dilate(cells, _REACH))
    boxes = [box for label in range(1, count) if (box := _box(np.asarray(labels), cells, label))]
    return [
        (
            slice(top * CELL_PX, min(height, bottom * CELL_PX)),
            slice(left * CELL_PX, min(width, right * CELL_PX)),
        )
        for left, top, right, bottom in _merged(boxes)
    ]


def _box(
    labels: NDArray[np.generic], cells: NDArray[uint8], label: int
) -> tuple[int, int, int, int] | None:
    within = labels == label
    if np.count_nonzero(cells[within]) < _CELLS_MIN:
        return None
    rows, columns = np.flatnonzero(within.any(axis=1)), np.flatnonzero(within.any(axis=0))
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def _merged(boxes: list[tuple[int, int, int, int]]) -> list[tuple[int, int, int, int]]:
    """Join boxes that overlap until none does."""
    pending, apart = list(boxes), list[tuple[int, int, int, int]]()
    while pending:
        box = pending.pop()
        other = next((o for o in apart if _overlap(box, o)), None)
        if other is None:
            apart.append(box)
        else:
            apart.remove(other)
            left, top = min(box[0], other[0]), min(box[1], other[1])
            pending.append((left, top, max(box[2], other[2]), max(box[3], other[3])))
    return sorted(apart, key=lambda box: (box[1], box[0]))


def _overlap(one: tuple[int, int, int, int], two: tuple[int, int, int, int]) -> bool:
    return one[0] < two[2] and two[0] < one[2] and one[1] < two[3] and two[1] < one[3]


def coloured_inks(
    colour: NDArray[uint8],
    coloured: NDArray[uint8],
    text: NDArray[uint8],
    places: list[tuple[slice, slice]],
    *,
    contrast_min: int,
    halvings: int,
) -> Iterator[ColouredInk]:
    """Yield the coloured ink of every place.

    Args:
        colour: (height, width, 3) RGB.
        coloured: (height, width) 1 where ink is coloured.
        text: (height, width) 255 where the black text mask paints.
        places: from `find_places`.
        contrast_min: see `ink_mask`.
        halvings: how often the picture of the colours is halved.
    """
    for rows, columns in places:
        picture = np.ascontiguousarray(colour[rows, columns])
        ink = ink_mask(as_bytes(np.minimum.reduce(cv2.split(picture))), contrast_min=contrast_min)
        # The soft edge of a black letter is no coloured ink, unless the letter stands in it: then
        # the ink goes on under the letter, or a light seam would show.
        edge = as_bytes(cv2.dilate(np.ascontiguousarray(text[rows, columns]), _FRINGE))
        near = cv2.dilate(np.ascontiguousarray(coloured[rows, columns]), _REACH)
        ink[(edge > 0) & (near == 0)] = 0
        for mask in _by_hue(picture, ink):
            yield ColouredInk(
                x=columns.start,
                y=rows.start,
                mask=mask,
                colours=masked_mean(picture, _core(mask, edge), halvings=halvings),
            )


def drop_specks(text: NDArray[uint8], coloured: NDArray[uint8]) -> None:
    """Take small bits that lie on coloured ink out of a text mask, in place.

    Args:
        text: (height, width) 255 or 0, a window of the page's mask.
        coloured: (height, width) 1 where ink is coloured.
    """
    labels, stats, _ = pieces_of(text)
    near = cv2.dilate(coloured, _REACH) > 0
    on_colour = np.bincount(labels[near], minlength=len(stats))
    sizes = stats[:, cv2.CC_STAT_AREA]
    is_speck = (sizes < _SPECK_PX) & (2 * on_colour > sizes)
    is_speck[0] = False
    text[is_speck[labels]] = 0


def _by_hue(picture: NDArray[uint8], mask: NDArray[uint8]) -> list[NDArray[uint8]]:
    """Part a mask into red and blue; a hue without a stroke's core goes to the other."""
    is_red = cv2.medianBlur(cv2.compare(picture[..., 0], picture[..., 2], cv2.CMP_GE), 3)
    red = as_bytes(cv2.bitwise_and(mask, is_red))
    blue = as_bytes(cv2.subtract(mask, red))
    has_red, has_blue = (
        np.count_nonzero(cv2.erode(hue, _FRINGE)) >= _CORE_MIN_PX for hue in (red, blue)
    )
    if has_red and has_blue:
        return [red, blue]
    return [mask] if mask.any() else []


def _core(mask: NDArray[uint8], black: NDArray[uint8]) -> NDArray[uint8]:
    """Return the middle of the strokes, where the colour is pure, as far as there is one."""
    pure = cv2.bitwise_and(mask, cv2.bitwise_not(black))
    for core in (cv2.erode(pure, _FRINGE), pure):
        if np.count_nonzero(core):
            return as_bytes(core)
    return mask
