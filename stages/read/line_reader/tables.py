"""Finds ruled tables on a page, so that their lines are read cell by cell.

Long dark runs are taken as rules on a small copy of the page; what they enclose are the cells. A
frame without inner rules is no table.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from stages._halving import halved_towards
from stages._pieces import pieces_of
from stages.read.line_reader.order import reading_order
from stages.read.line_reader.records import Box

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

SMALL_SIDE_PX = 1200
"""Long side of the small copy on which rules are sought."""
RULE_INK = 70
"""Darkness (0..255) from which a pixel of the small copy may be a rule."""
RULE_PX = 36
"""Least length of a rule on the small copy: about three lines of text."""
LEAST_TABLE_PX = 60
"""Least width and half the least height of a table on the small copy."""
FEWEST_CELLS = 4
"""A table has at least this many cells that hold text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A ruled table and which of its cells each page pixel belongs to."""

    box: Box
    """Outer frame, px of the page."""
    cells: NDArray[np.int32]
    """Cell number of each pixel of the small copy inside the frame; 0 on a rule."""
    corners: NDArray[np.int32]
    """Top and left of each cell in that copy, shape (cells, 2), by cell number."""
    scale: float
    """Small-copy pixels per page pixel."""

    def cell_at(self, box: Box) -> int:
        """Return the cell that holds the middle of a line, 0 when it is on a rule or outside."""
        x = int(((box.x0 + box.x1) / 2 - self.box.x0) * self.scale)
        y = int((box.middle_y - self.box.y0) * self.scale)
        height, width = self.cells.shape
        return int(self.cells[y, x]) if 0 <= y < height and 0 <= x < width else 0


def find_tables(gray: NDArray[np.uint8]) -> list[Table]:
    """Find the ruled tables of an upright page of shape (height, width), 0 black to 255 white."""
    scale = min(1.0, SMALL_SIDE_PX / max(gray.shape))
    size = (max(1, round(gray.shape[1] * scale)), max(1, round(gray.shape[0] * scale)))
    small = cv2.resize(halved_towards(gray, size), size, interpolation=cv2.INTER_AREA)
    ink = (small < 255 - RULE_INK).astype(np.uint8)
    across = _runs(ink, (RULE_PX, 1), (5, 1))
    down = _runs(ink, (1, RULE_PX), (1, 5))
    if not across.any() or not down.any():
        return []
    rules = cv2.dilate(across | down, np.ones((3, 3), np.uint8))
    _, stats, _ = pieces_of(rules)
    tables = []
    for x, y, width, height, _ in stats[1:].tolist():
        if width < LEAST_TABLE_PX or height < LEAST_TABLE_PX // 2:
            continue
        inside = 1 - rules[y : y + height, x : x + width]
        cells, places, _ = pieces_of(inside, connectivity=4)
        tables.append(
            Table(
                box=Box(
                    x0=x / scale, y0=y / scale, x1=(x + width) / scale, y1=(y + height) / scale
                ),
                cells=np.asarray(cells, np.int32),
                corners=np.asarray(places[:, [cv2.CC_STAT_TOP, cv2.CC_STAT_LEFT]], np.int32),
                scale=scale,
            )
        )
    return tables


def order_lines(boxes: Sequence[Box], tables: Sequence[Table]) -> list[int]:
    """Return the positions of the boxes in the order of reading, tables read cell by cell."""
    inside: dict[int, list[int]] = {}
    for position, box in enumerate(boxes):
        for index, table in enumerate(tables):
            if table.cell_at(box):
                inside.setdefault(index, []).append(position)
                break
    held = {
        index: members
        for index, members in inside.items()
        if len({tables[index].cell_at(boxes[p]) for p in members}) >= FEWEST_CELLS
    }
    taken = {p for members in held.values() for p in members}
    loose = [p for p in range(len(boxes)) if p not in taken]
    blocks = [boxes[p] for p in loose] + [tables[index].box for index in held]
    groups = [[p] for p in loose] + [
        _by_cells(boxes, members, tables[index]) for index, members in held.items()
    ]
    return [p for block in reading_order(blocks) for p in groups[block]]


def _by_cells(boxes: Sequence[Box], members: Sequence[int], table: Table) -> list[int]:
    cells: dict[int, list[int]] = {}
    for position in members:
        cells.setdefault(table.cell_at(boxes[position]), []).append(position)
    step = RULE_PX // 6
    ordered = sorted(
        cells, key=lambda cell: (round(table.corners[cell, 0] / step), table.corners[cell, 1])
    )
    return [
        cells[cell][p]
        for cell in ordered
        for p in reading_order([boxes[position] for position in cells[cell]])
    ]


def _runs(ink: NDArray[np.uint8], size: tuple[int, int], gap: tuple[int, int]) -> NDArray[np.uint8]:
    closed = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones(gap[::-1], np.uint8))
    opened = cv2.morphologyEx(closed, cv2.MORPH_OPEN, np.ones(size[::-1], np.uint8))
    return np.asarray(opened, np.uint8)
