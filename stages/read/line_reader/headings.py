"""Joins the boxes of a heading whose gap hides handwriting.

A clerk writes number and day by hand into `Số:      /UBND-TTHC` and `ngày      tháng 01`. The
detector often leaves the gap out and gives two boxes, or a third one for the hand alone. Read as
one line, print and hand explain each other.
"""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING

from stages.read.line_reader.order import rows_of
from stages.read.line_reader.records import Box

if TYPE_CHECKING:
    from collections.abc import Sequence

WIDEST_GAP_HEIGHTS = 9.0
"""Widest gap between two boxes that may hide a number, in line heights."""
MOST_BOXES = 4
"""Boxes that one heading is split into at most."""
NUMBER_START = re.compile(r"^\W*[SŚ5][ốốôóòỐÔÓ0oO6ổồ][\s:;.,\d]*$|^\W*[Ss][ốốôóỐÔ]\s*[:;.]")
NUMBER_END = re.compile(r"[/-]\s*[A-ZĐƯ]|^[/-]|[A-ZĐƯ]{2}")
DAY_START = re.compile(r"(ng[àâaăáạả]y|tháng)\W*\d{0,2}\W*$", re.IGNORECASE)
DAY_END = re.compile(r"^\W*\w{0,3}\W*(th[áaàâ]ng|n[ăâaà]m)", re.IGNORECASE)


def split_headings(boxes: Sequence[Box], texts: Sequence[str]) -> list[list[int]]:
    """Find boxes that are one heading.

    Args:
        boxes: the lines of a page.
        texts: what was read in each.

    Returns:
        Groups of two to four positions, each from left to right; no position in two groups.
    """
    groups = []
    for row in rows_of(boxes):
        start = 0
        while start < len(row):
            length = _length(boxes, texts, row[start : start + MOST_BOXES])
            if length > 1:
                groups.append(row[start : start + length])
            start += max(1, length)
    return groups


def _length(boxes: Sequence[Box], texts: Sequence[str], row: Sequence[int]) -> int:
    """Return how many boxes from the first of `row` on are one heading, 0 when they are none."""
    first = texts[row[0]]
    if NUMBER_START.search(first):
        closing = NUMBER_END
    elif DAY_START.search(first):
        closing = DAY_END
    else:
        return 0
    found = 0
    for count, (left, right) in enumerate(itertools.pairwise(row), start=2):
        height = min(boxes[row[0]].height_px, boxes[right].height_px)
        if boxes[right].x0 - boxes[left].x1 > WIDEST_GAP_HEIGHTS * height:
            break
        if closing.search(texts[right]):
            found = count
            if closing is NUMBER_END or not DAY_START.search(texts[right]):
                break
    return found


def joined_box(boxes: Sequence[Box]) -> Box:
    """Return the box of a heading from its parts.

    The hand may stand high above the line or be twice as tall; the print at both ends says where
    the line is, so the lower of the two ends gives the height.
    """
    first, last = boxes[0], boxes[-1]
    anchor = min((first, last), key=lambda box: box.height_px)
    return Box(x0=first.x0, y0=anchor.y0, x1=last.x1, y1=anchor.y1)
