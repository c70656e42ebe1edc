"""Lines of a signature block under a seal, read from several pictures.

The detector gives up lines that a ring or an emblem touches, pale as it may be; in a picture
without the seal it finds them. The recogniser, though, often reads the line better through the seal
than with holes in it. So lines are found in both pictures, and each is read in all; the reading
with most sure letters stays.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import cv2
import numpy as np

from stages._seals import Seal
from stages.read.line_reader.person_names import family_at
from stages.read.line_reader.records import Box, ReadLine
from stages.read.line_reader.seals import (
    SealHint,
    without_disc,
    without_pale,
    without_pen,
    without_rings,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

Find = Callable[["NDArray[np.uint8]", Seal], list[Box]]
Read = Callable[["NDArray[np.uint8]", Sequence[Box]], list[ReadLine | None]]

_DOUBT = 0.35
"""A letter less sure than this counts against a reading."""
_LIFTED = np.where(np.arange(256) < 140, np.arange(256) * 255 // 140, 255).astype(np.uint8)
"""Tones from nearly black to paper: what is paler than 140 is not print."""
_ROW_OVERLAP = 0.5
_GAP_HEIGHTS = 2.0
"""Pieces of one line that a ring parted stand nearer than this."""
_BLOCK_RADII, _BLOCK_LEFT, _ABOVE_HEIGHTS = 3.2, 0.35, 14.0
"""The signer's block: so near the seal, right of so much of the page, the post so far above."""
_LETTER_HEIGHTS = 0.8
_WHOLE_NAME = 2.5
"""So many sure letters is a family name worth."""
_LEAST_LETTERS = 2.0
"""A line with less belief than so many sure letters is a scrap of the seal."""


def pictures_of(gray: NDArray[np.uint8], hint: SealHint, seal: Seal) -> list[NDArray[np.uint8]]:
    """Return the pictures in which lines are read; they are looked for in the second.

    On 1-bit paper the seal is as black as the print and is taken out by its shape; elsewhere it is
    paler, or was red, and everything that is not nearly black is lifted to paper. A signature in
    blue goes with it.
    """
    if hint.is_bitonal:
        return [gray, without_rings(gray, seal, hint.dpi), without_disc(gray, seal)]
    unsigned = without_pen(gray, hint, seal)
    unsigned = without_pale(gray, hint, seal) if unsigned is None else unsigned
    if unsigned is not None:
        return [gray, np.asarray(cv2.LUT(unsigned, _LIFTED), np.uint8), unsigned]
    return [gray, np.asarray(cv2.LUT(gray, _LIFTED), np.uint8)]


def lines_under_seal(
    pictures: Sequence[NDArray[np.uint8]],
    seal: Seal,
    boxes: Sequence[Box],
    find: Find,
    read: Read,
) -> tuple[list[Box], list[ReadLine]]:
    """Return which of the boxes go, and the lines that stand there instead.

    Args:
        pictures: of the page, see `pictures_of`.
        seal: in their pixels.
        boxes: the lines found on the page as it is.
        find: finds lines near the seal in a picture.
        read: reads boxes of a picture.
    """
    touched = [box for box in boxes if _is_touched(box, seal)]
    found = touched + [box for box in find(pictures[1], seal) if _is_touched(box, seal)]
    rows = [_joined(row) for row in _rows(found)]
    free = [box for box in boxes if _is_of_block(box, seal, pictures[0].shape[1])]
    rows += [
        box
        for row in rows
        for box in (_mirrored(row, _middle_of(row, rows)), _mirrored(row, _middle_above(row, free)))
        if box is not None
    ]
    rows += [box for box in touched if box not in rows]
    rows += [_further_left(row) for row in rows if abs(row.x0 - seal.x) < 1.1 * seal.radius_px]
    readings = [read(picture, rows) for picture in pictures]
    best = [max((r[at] for r in readings), key=worth) for at in range(len(rows))]
    lines = _without_doubles([line for line in best if line is not None])
    gone = [box for box in boxes if box in touched or any(_is_within(box, line) for line in lines)]
    return gone, lines


def belief(line: ReadLine | None) -> float:
    """Return how many letters of a line are sure, doubtful ones counting against it."""
    if line is None:
        return -1.0
    return sum(len(word.text) * (word.confidence - _DOUBT) for word in line.words) / (1 - _DOUBT)


def worth(line: ReadLine | None) -> float:
    """Return the belief in a line, more where it is a whole name, a family name first.

    `Minh Giang` has more sure letters than `Quách Minh Giang` whose first word lies under the ring.
    """
    is_name = line is not None and family_at(line.text.split()) is not None
    return belief(line) + (_WHOLE_NAME if is_name else 0.0)


def _further_left(row: Box) -> Box:
    """Return a row that begins in the seal with one letter more, which its box may have cut."""
    return Box(x0=row.x0 - _LETTER_HEIGHTS * row.height_px, y0=row.y0, x1=row.x1, y1=row.y1)


def _is_touched(box: Box, seal: Seal) -> bool:
    """Tell whether a box reaches into the seal, a little beyond its rim."""
    near_x = min(max(seal.x, box.x0), box.x1)
    near_y = min(max(seal.y, box.y0), box.y1)
    return bool((near_x - seal.x) ** 2 + (near_y - seal.y) ** 2 < (1.08 * seal.radius_px) ** 2)


def _rows(boxes: Sequence[Box]) -> list[list[Box]]:
    """Return boxes grouped by row and nearness."""
    rows: list[list[Box]] = []
    for box in sorted(boxes, key=lambda item: item.x0):
        fellow = next((row for row in rows if _goes_on(_joined(row), box)), None)
        if fellow is None:
            rows.append([box])
        else:
            fellow.append(box)
    return rows


def _goes_on(row: Box, box: Box) -> bool:
    height = min(row.height_px, box.height_px)
    overlap = min(row.y1, box.y1) - max(row.y0, box.y0)
    if overlap < _ROW_OVERLAP * height or max(row.height_px, box.height_px) > 1.9 * height:
        return False
    return box.x0 - row.x1 < _GAP_HEIGHTS * height


def _joined(row: Sequence[Box]) -> Box:
    """Return the box of a row: as wide as its pieces, as high as most of them."""
    return Box(
        x0=min(box.x0 for box in row),
        y0=statistics.median(box.y0 for box in row),
        x1=max(box.x1 for box in row),
        y1=statistics.median(box.y1 for box in row),
    )


def _is_of_block(box: Box, seal: Seal, page_width: int) -> bool:
    """Tell whether a line the seal does not touch may stand in the signer's block above it."""
    is_near = abs(box.middle_y - seal.y) < _BLOCK_RADII * seal.radius_px
    is_beside = box.x0 > _BLOCK_LEFT * page_width and box.x1 > seal.x
    return is_near and is_beside and not _is_touched(box, seal)


def _middle_of(row: Box, rows: Sequence[Box]) -> float | None:
    """Return the middle of the widest other row of the block under the seal, None without one."""
    others = [box for box in rows if abs(box.x1 - row.x1) < 4 * row.height_px and box is not row]
    if not others:
        return None
    axis = max([row, *others], key=lambda box: box.width_px)
    return (axis.x0 + axis.x1) / 2


def _middle_above(row: Box, free: Sequence[Box]) -> float | None:
    """Return the middle of the post's lines above a row, of which the seal hides nothing."""
    above = [
        box
        for box in free
        if -0.3 * row.height_px < row.y0 - box.y1 < _ABOVE_HEIGHTS * row.height_px
        and box.x0 < row.x1
        and row.x0 < box.x1
    ]
    return statistics.median((box.x0 + box.x1) / 2 for box in above) if above else None


def _mirrored(row: Box, middle: float | None) -> Box | None:
    """Return the row as long to the left as to the right of the block's middle, or None.

    Lines of the block are centred on one axis (NĐ 30/2020 PL I); the seal hides the left of them,
    a signature sometimes the right.
    """
    if middle is None:
        return None
    left, right = min(row.x0, 2 * middle - row.x1), max(row.x1, 2 * middle - row.x0)
    if right - left < row.width_px + 0.4 * row.height_px:
        return None
    return Box(x0=left, y0=row.y0, x1=right, y1=row.y1)


def _without_doubles(lines: Sequence[ReadLine]) -> list[ReadLine]:
    """Return the lines without weaker readings of the same place, and without scraps."""
    kept: list[ReadLine] = []
    for line in sorted(lines, key=worth, reverse=True):
        if belief(line) < _LEAST_LETTERS or any(_overlap(line, other) for other in kept):
            continue
        kept.append(line)
    return kept


def _is_within(box: Box, line: ReadLine) -> bool:
    """Tell whether most of a box lies in a line that was read anew."""
    level = min(box.y1, line.y1) - max(box.y0, line.y0)
    beside = min(box.x1, line.x1) - max(box.x0, line.x0)
    return level > _ROW_OVERLAP * box.height_px and beside > _ROW_OVERLAP * box.width_px


def _overlap(first: ReadLine, second: ReadLine) -> bool:
    height = min(first.y1 - first.y0, second.y1 - second.y0)
    level = min(first.y1, second.y1) - max(first.y0, second.y0)
    beside = min(first.x1, second.x1) - max(first.x0, second.x0)
    return level > _ROW_OVERLAP * height and beside > 0
