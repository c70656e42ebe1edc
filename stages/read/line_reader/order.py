"""Puts the lines of a page into the order in which a person reads them.

Rows of boxes are collected into bands: a band is a run of rows that share an empty gutter. A band
of two columns is read column by column (the head: issuer, then quốc hiệu; the foot: Nơi nhận, then
the signer), a band of more columns, or whose right column is only short figures, row by row. Lines
inside a ruled table are read by cells (see tables.py). Pure geometry: no text, no network.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from stages.read.line_reader.records import Box

if TYPE_CHECKING:
    from collections.abc import Sequence

Row = list[int]
"""Positions of boxes that stand side by side, from left to right."""

GUTTER_HEIGHTS = 0.8
"""Least width of a gutter in median line heights."""
NEAR_HEIGHTS = 1.0
"""A line of the left column alone belongs to the band up to this distance in line heights."""
FIGURE_HEIGHTS = 4.0
"""A right column no wider than this in line heights holds figures, not prose."""
STEP_SHARE = 0.12
"""Two rows whose boxes overlap in height by more than this share stand side by side."""
MOST_COLUMNS = 2
"""From more columns than this a band is a table without rules."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gutter:
    """An empty strip between two columns."""

    x0: float
    """Left edge, px."""
    x1: float
    """Right edge, px."""


def rows_of(boxes: Sequence[Box]) -> list[Row]:
    """Collect boxes that stand side by side.

    Two boxes share a row when their middles differ by less than half the lower one's height.

    Returns:
        Rows from top to bottom.
    """
    rows: list[Row] = []
    for position in sorted(range(len(boxes)), key=lambda p: boxes[p].middle_y):
        box = boxes[position]
        if rows:
            mates = [boxes[p] for p in rows[-1]]
            middle = sum(mate.middle_y for mate in mates) / len(mates)
            least = min(box.height_px, *(mate.height_px for mate in mates))
            crowds = any(min(box.x1, m.x1) - max(box.x0, m.x0) > least / 2 for m in mates)
            if abs(box.middle_y - middle) < least / 2 and not crowds:
                rows[-1].append(position)
                continue
        rows.append([position])
    return [sorted(row, key=lambda p: boxes[p].x0) for row in rows]


def reading_order(boxes: Sequence[Box]) -> list[int]:
    """Return the positions of the boxes in the order of reading, each exactly once."""
    if not boxes:
        return []
    height = float(np.median([box.height_px for box in boxes]))
    return _order(boxes, list(range(len(boxes))), max(1.0, height))


def _order(boxes: Sequence[Box], positions: Sequence[int], height: float) -> list[int]:
    chosen = [boxes[p] for p in positions]
    rows = [[positions[p] for p in row] for row in rows_of(chosen)]
    ordered: list[int] = []
    start = 0
    while start < len(rows):
        end, gutters = _band(boxes, rows, start, height)
        if end - start > 1 and gutters:
            ordered.extend(_read_band(boxes, rows[start:end], gutters, height))
            start = end
        else:
            ordered.extend(rows[start])
            start += 1
    return ordered


def _band(
    boxes: Sequence[Box], rows: Sequence[Row], start: int, height: float
) -> tuple[int, list[Gutter]]:
    """Return the end of the band that opens at `start` and its gutters; none if none opens."""
    end, gutters = _opening(boxes, rows, start, height)
    band = [p for row in rows[start:end] for p in row]
    kept = _cross(boxes, band, gutters, height)
    while kept and end < len(rows):
        narrowed = _cross(boxes, rows[end], kept, height)
        below = rows[end + 1] if end + 1 < len(rows) else []
        is_pair = bool(below) and _is_stepped(boxes, rows[end], below)
        if not narrowed or (
            not (is_pair and _cross(boxes, below, narrowed, height))
            and _leaves_left(boxes, band, rows[end], narrowed, height)
        ):
            break
        kept = narrowed
        band.extend(rows[end])
        end += 1
    return end, kept


def _opening(
    boxes: Sequence[Box], rows: Sequence[Row], start: int, height: float
) -> tuple[int, list[Gutter]]:
    """Find the first rows with a gutter, maybe after lines on one side of it.

    Returns:
        The end of those rows and their gutters; no gutters where no band opens at `start`.
    """
    for index in range(start, min(start + 3, len(rows))):
        row, end = rows[index], index + 1
        if len(row) == 1 and end < len(rows) and _is_stepped(boxes, row, rows[end]):
            row, end = sorted([*row, *rows[end]], key=lambda p: boxes[p].x0), end + 1
        gutters = _gutters(boxes, row, height)
        if gutters:
            above = [p for earlier in rows[start:index] for p in earlier]
            fits = not above or bool(_cross(boxes, above, gutters, height))
            if fits and _hangs_together(boxes, above, row, gutters):
                return end, gutters
            break
        if len(rows[index]) > 1:
            break
    return start + 1, []


def _is_stepped(boxes: Sequence[Box], upper: Row, lower: Row) -> bool:
    """Tell whether two rows stand side by side, one a little lower, as in two columns."""
    bottom = max(boxes[p].y1 for p in upper)
    top = min(boxes[p].y0 for p in lower)
    least = min(boxes[p].height_px for p in (*upper, *lower))
    return bottom - top > STEP_SHARE * least


def _hangs_together(
    boxes: Sequence[Box], above: Sequence[int], row: Row, gutters: Sequence[Gutter]
) -> bool:
    """Tell whether the lines above a first row of two columns are the start of one of them."""
    if not above:
        return True
    last = max((boxes[p] for p in above), key=lambda box: box.y1)
    widest = max(gutters, key=lambda g: g.x1 - g.x0)
    is_left = last.x1 <= widest.x0
    mates = [boxes[p] for p in row if (boxes[p].x1 <= widest.x0) == is_left]
    if not mates:
        return False
    middle = (min(m.x0 for m in mates) + max(m.x1 for m in mates)) / 2
    near = mates[0].y0 - last.y1 <= last.height_px
    is_centred = abs((last.x0 + last.x1) / 2 - middle) <= 2 * last.height_px
    return near and (is_centred or not is_left)


def _gutters(boxes: Sequence[Box], row: Row, height: float) -> list[Gutter]:
    found = []
    for left, right in itertools.pairwise(row):
        gap = Gutter(x0=boxes[left].x1, x1=boxes[right].x0)
        if gap.x1 - gap.x0 >= GUTTER_HEIGHTS * height:
            found.append(gap)
    return found


def _cross(
    boxes: Sequence[Box], positions: Sequence[int], gutters: Sequence[Gutter], height: float
) -> list[Gutter]:
    """Narrow gutters to what the boxes leave free; a gutter that is too narrow is dropped."""
    kept = []
    for gutter in gutters:
        x0, x1 = gutter.x0, gutter.x1
        middle = (x0 + x1) / 2
        for position in positions:
            box = boxes[position]
            if box.x0 < x1 and box.x1 > x0:
                if (box.x0 + box.x1) / 2 < middle:
                    x0 = max(x0, box.x1)
                else:
                    x1 = min(x1, box.x0)
        if x1 - x0 >= GUTTER_HEIGHTS * height:
            kept.append(Gutter(x0=x0, x1=x1))
    return kept


def _leaves_left(
    boxes: Sequence[Box],
    band: Sequence[int],
    row: Row,
    gutters: Sequence[Gutter],
    height: float,
) -> bool:
    """Tell whether a row of the left column alone stands too far below to belong to it."""
    edge = max(gutters, key=lambda g: g.x1 - g.x0).x0
    if any(boxes[p].x1 > edge for p in row):
        return False
    column = [boxes[p].y1 for p in band if boxes[p].x1 <= edge]
    return not column or boxes[row[0]].y0 - max(column) > NEAR_HEIGHTS * height


def _read_band(
    boxes: Sequence[Box], rows: Sequence[Row], gutters: Sequence[Gutter], height: float
) -> list[int]:
    cuts = sorted((g.x0 + g.x1) / 2 for g in gutters)
    everything = [p for row in rows for p in row]
    columns: list[list[int]] = [[] for _ in range(len(cuts) + 1)]
    for position in everything:
        middle = (boxes[position].x0 + boxes[position].x1) / 2
        columns[sum(middle > cut for cut in cuts)].append(position)
    columns = [column for column in columns if column]
    widest_last = max(boxes[p].width_px for p in columns[-1])
    if len(columns) > MOST_COLUMNS or widest_last <= FIGURE_HEIGHTS * height:
        return everything
    return [p for column in columns for p in _order(boxes, column, height)]
