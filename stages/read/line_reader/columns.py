"""Splits a line that the detector drew across two columns.

In the head of a letter the issuer and the quốc hiệu may stand so near that they are found as one
line. Such a gap is far wider than the line's other spaces (0.9 to 1.9 line heights against 0.3 on
real letters), and the lines just above or below stand on one side of it and never across.
"""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stages.read.line_reader.records import ReadLine

GAP_HEIGHTS = 0.6
"""Least gap between two words at which a line may be split, in line heights."""
WIDER = 2.0
"""How many times wider than the line's other gaps it must be."""
NEAR_HEIGHTS = 1.8
"""Lines up to this far above or below, in line heights, show the gutter."""


def split_columns(lines: Sequence[ReadLine]) -> list[ReadLine]:
    """Return the lines, those that cross a gutter split in two; no word is lost."""
    return [part for line in lines for part in _split(line, lines)]


def _split(line: ReadLine, lines: Sequence[ReadLine]) -> list[ReadLine]:
    gaps = [right.x0 - left.x1 for left, right in itertools.pairwise(line.words)]
    if not gaps:
        return [line]
    widest = max(range(len(gaps)), key=gaps.__getitem__)
    others = max((gap for k, gap in enumerate(gaps) if k != widest), default=0.0)
    least = max(GAP_HEIGHTS * (line.y1 - line.y0), WIDER * others)
    left, right = line.words[widest], line.words[widest + 1]
    if gaps[widest] < least or not _is_gutter(line, left.x1, right.x0, lines):
        return [line]
    head = replace(line, words=line.words[: widest + 1], x1=left.x1, alternatives=())
    tail = replace(line, words=line.words[widest + 1 :], x0=right.x0, alternatives=())
    return [_trusted(part) for part in (head, tail)]


def _trusted(line: ReadLine) -> ReadLine:
    return replace(line, confidence=min(word.confidence for word in line.words))


def _is_gutter(line: ReadLine, x0: float, x1: float, lines: Sequence[ReadLine]) -> bool:
    """Tell whether the lines near stand beside the gap from x0 to x1, and none across."""
    reach = NEAR_HEIGHTS * (line.y1 - line.y0)
    middle = (line.y0 + line.y1) / 2
    near = [
        other
        for other in lines
        if other is not line and abs((other.y0 + other.y1) / 2 - middle) <= reach
    ]
    slack = (x1 - x0) / 2
    is_crossed = any(other.x0 < x0 and other.x1 > x1 for other in near)
    is_beside = any(other.x1 <= x0 + slack or other.x0 >= x1 - slack for other in near)
    return is_beside and not is_crossed
