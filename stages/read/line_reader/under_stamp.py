"""Lines under a stamp of arrival, read without the pen that filled it in.

A red stamp vanishes in the red channel; number and date that a blue pen wrote into it do not, and
cross the head or the subject that the stamp was set over. What is blue there is taken out, on a
gray scan what is paler than print, lines are looked for again, and print is read from that picture.
A heading (`Số: …`, `ngày … tháng …`) keeps its hand: there the hand is what counts.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import cv2
import numpy as np

from stages._pieces import pieces_of
from stages.read.line_reader.headings import DAY_END, DAY_START, NUMBER_START
from stages.read.line_reader.language import without_marks
from stages.read.line_reader.records import Box, ReadLine
from stages.read.line_reader.seals import SealHint
from stages.read.line_reader.under_seal import belief

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from stages._seals import Seal

Find = Callable[["NDArray[np.uint8]", Box], list[Box]]
Read = Callable[["NDArray[np.uint8]", Sequence[Box]], list[ReadLine | None]]

_SHRINK = 8
"""Stamps are looked for in a picture so many times smaller."""
_JOIN_MM = 2.0
_WIDTH_MM = (30.0, 120.0)
_HEIGHT_MM = (10.0, 70.0)
_PEN_LEAST = 3.0
"""Blue ink in a stamp, square millimetres."""
_PEN_SHARE = 0.012
"""A line is crossed by the pen when so much of its box is blue."""
_MARGIN_MM = 5.0
_DARK = 110
"""Print is darker than this; red ink in the red channel is not."""
_SAME = 0.3
"""Two boxes are one line when one covers so much of the other."""
_ARRIVAL = re.compile(r"(?i)\bden\b|^\W*(so\b|ngay|chuy)")
"""Words that a stamp of arrival bears (NĐ 30/2020 PL IV)."""
_MARKED = re.compile(r"(?i)mat|toi|tuyet|khan|toc|hoa|thuong")
"""Letters of marks of secrecy and urgency."""
_NUMBER = re.compile(r"^\W*S[ốôóòỐÔÓ]\b")


def with_pale_ink(hint: SealHint) -> SealHint:
    """Return a gray scan's hint with ink paler than print for both colours; any other as it is."""
    if hint.pale_ink is None:
        return hint
    return replace(hint, red_ink=hint.pale_ink, blue_ink=hint.pale_ink)


def stamps_of(hint: SealHint, seal: Seal | None) -> list[Box]:
    """Return red frames with blue writing in them, pixels of the page; pale ones on gray scans.

    Args:
        hint: the page's inks.
        seal: the round seal, whose signature is another matter.
    """
    if hint.red_ink is None or hint.blue_ink is None:
        return []
    least = _PEN_LEAST * (hint.dpi / 25.4) ** 2
    if 16 * np.count_nonzero(hint.blue_ink[::4, ::4]) < least:
        return []
    small = _smaller(hint.red_ink)
    reach = max(1, round(_JOIN_MM * hint.dpi / 25.4 / _SHRINK))
    joined = cv2.dilate(small, np.ones((reach, reach), np.uint8))
    _, places, _ = pieces_of(joined)
    found = []
    for x, y, width, height, _ in places[1:].tolist():
        box = Box(
            x0=x * _SHRINK, y0=y * _SHRINK, x1=(x + width) * _SHRINK, y1=(y + height) * _SHRINK
        )
        if _is_frame(box, hint.dpi) and not (seal and _holds(box, seal)):
            inside = hint.blue_ink[int(box.y0) : int(box.y1), int(box.x0) : int(box.x1)]
            if np.count_nonzero(inside) >= least:
                found.append(box)
    return found


def lines_under_stamps(
    gray: NDArray[np.uint8],
    hint: SealHint,
    stamps: Sequence[Box],
    boxes: Sequence[Box],
    find: Find,
    read: Read,
) -> tuple[list[Box], list[ReadLine]]:
    """Return which of the boxes go, and the lines that stand there instead.

    Args:
        gray: page image as it is read.
        hint: the page's inks.
        stamps: see `stamps_of`; not empty.
        boxes: the lines found on the page as it is.
        find: finds the lines of a part of a picture.
        read: reads boxes of a picture.
    """
    if hint.blue_ink is None or hint.red_ink is None:
        return [], []
    margin = _MARGIN_MM * hint.dpi / 25.4
    near = [box for box in boxes if _is_near(box, stamps, margin)]
    crossed = [box for box in near if _is_crossed(box, hint.blue_ink)]
    if not crossed:
        return [], []
    # Without colour print that a stamp lies on has as much pale ink as the stamp's own words.
    is_coloured = hint.pale_ink is None
    labels = [
        box for box in near if is_coloured and box not in crossed and _is_of_stamp(box, gray, hint)
    ]
    unwritten = _without_inks(gray, hint, stamps, margin)
    place = _spread(functools.reduce(Box.union, [*crossed, *stamps]), margin)
    free = [box for box in boxes if box not in crossed and box not in labels]
    found = [_clear_of(box, free) for box in find(unwritten, place)]
    found = [
        box
        for box in found
        if not _is_of_stamp(box, unwritten, hint)
        and not any(max(_share(other, box), _share(box, other)) > _SAME for other in free)
    ]
    printed = [line for line in read(unwritten, found) if line is not None]
    written = [line for line in read(gray, [*crossed, *labels]) if line is not None]
    # A form may be printed in red or pale ink as well; its words are not the stamp's.
    is_arrival = any(_ARRIVAL.search(without_marks(line.text)) for line in written)
    kept = [
        line
        for line in written
        if _keeps_hand(line, printed) and not (is_arrival and _is_label(line, gray, hint))
    ]
    lines = [line for line in printed if not any(_share(old.box, line.box) > _SAME for old in kept)]
    return [*crossed, *labels], kept + lines


def _is_of_stamp(box: Box, gray: NDArray[np.uint8], hint: SealHint) -> bool:
    """Tell whether a line is the pale rest of the stamp's own red words."""
    if hint.red_ink is None:
        return False
    spot = _around(box, 0.0, gray.shape)
    dark = np.count_nonzero(gray[spot] < _DARK)
    return bool(np.count_nonzero(hint.red_ink[spot]) > 1.5 * dark)


def _is_label(line: ReadLine, gray: NDArray[np.uint8], hint: SealHint) -> bool:
    """Tell whether a line is words of the stamp itself, not of a mark: these are the guard's."""
    if any(letter.isdigit() for letter in line.text) or _MARKED.search(without_marks(line.text)):
        return False
    return _is_of_stamp(line.box, gray, hint)


def _keeps_hand(line: ReadLine, printed: Sequence[ReadLine]) -> bool:
    """Tell whether a line is a heading into which a hand writes, or holds no print at all."""
    beneath = [item for item in printed if _is_beneath(item.box, line.box)]
    if not beneath or any(_is_heading(item.text) for item in (line, *beneath)):
        return True
    return _print_of(line) > sum(_print_of(item) for item in beneath)


def _print_of(line: ReadLine) -> float:
    """Return how many letters of a line are sure; digits may be the pen's."""
    words = tuple(word for word in line.words if not any(map(str.isdigit, word.text)))
    return belief(replace(line, words=words)) if words else 0.0


def _clear_of(box: Box, free: Sequence[Box]) -> Box:
    """Return a box cut off where a line of the same row begins that nothing crosses."""
    starts = [
        other.x0
        for other in free
        if box.x0 + box.height_px < other.x0 < box.x1
        and min(box.y1, other.y1) - max(box.y0, other.y0)
        > 0.5 * min(box.height_px, other.height_px)
    ]
    return replace(box, x1=min(starts, default=box.x1))


def _is_beneath(printed: Box, written: Box) -> bool:
    """Tell whether a printed line goes on in a box that begins with the pen's writing."""
    height = min(printed.height_px, written.height_px)
    level = min(printed.y1, written.y1) - max(printed.y0, written.y0)
    beside = min(printed.x1, written.x1) - max(printed.x0, written.x0)
    return level > 0.5 * height and beside > 1.5 * height


def _is_heading(text: str) -> bool:
    return any(rule.search(text) for rule in (_NUMBER, NUMBER_START, DAY_START, DAY_END))


def _without_inks(
    gray: NDArray[np.uint8], hint: SealHint, stamps: Sequence[Box], margin: float
) -> NDArray[np.uint8]:
    """Return the page with paper where a pen wrote in the stamps or near them.

    What is left of red ink goes too, but not where it lies on print, which is dark in any channel.
    """
    page = gray.copy()
    for stamp in stamps:
        spot = _around(stamp, margin, gray.shape)
        for ink, darkest in ((hint.blue_ink, 0), (hint.red_ink, _DARK)):
            if ink is not None:
                here = cv2.dilate(ink[spot].view(np.uint8), np.ones((3, 3), np.uint8))
                page[spot][here.view(np.bool_) & (page[spot] >= darkest)] = 255
    return page


def _spread(box: Box, by: float) -> Box:
    return Box(x0=box.x0 - by, y0=box.y0 - by, x1=box.x1 + by, y1=box.y1 + by)


def _smaller(mask: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """Return a mask an eighth as large, set where any of its 64 pixels is."""
    height, width = (side // _SHRINK * _SHRINK for side in mask.shape)
    rows = mask[:height, :width].reshape(height // _SHRINK, _SHRINK, width).any(axis=1)
    return np.asarray(rows.reshape(rows.shape[0], -1, _SHRINK).any(axis=2), np.uint8)


def _is_frame(box: Box, dpi: float) -> bool:
    width, height = box.width_px * 25.4 / dpi, box.height_px * 25.4 / dpi
    fits = _WIDTH_MM[0] < width < _WIDTH_MM[1] and _HEIGHT_MM[0] < height < _HEIGHT_MM[1]
    return fits and width > height


def _holds(box: Box, seal: Seal) -> bool:
    return box.x0 < seal.x < box.x1 and box.y0 < seal.y < box.y1


def _is_near(box: Box, stamps: Sequence[Box], margin: float) -> bool:
    return any(
        box.x0 < stamp.x1 + margin
        and stamp.x0 - margin < box.x1
        and box.y0 < stamp.y1 + margin
        and stamp.y0 - margin < box.y1
        for stamp in stamps
    )


def _is_crossed(box: Box, blue: NDArray[np.bool_]) -> bool:
    inside = blue[max(0, int(box.y0)) : int(box.y1) + 1, max(0, int(box.x0)) : int(box.x1) + 1]
    return bool(np.count_nonzero(inside) > _PEN_SHARE * max(1, inside.size))


def _around(box: Box, margin: float, shape: tuple[int, ...]) -> tuple[slice, slice]:
    return (
        slice(max(0, int(box.y0 - margin)), min(shape[0], int(box.y1 + margin))),
        slice(max(0, int(box.x0 - margin)), min(shape[1], int(box.x1 + margin))),
    )


def _share(first: Box, second: Box) -> float:
    """Return the share of the second box that the first covers."""
    wide = min(first.x1, second.x1) - max(first.x0, second.x0)
    high = min(first.y1, second.y1) - max(first.y0, second.y0)
    if wide <= 0 or high <= 0:
        return 0.0
    return wide * high / max(1.0, second.width_px * second.height_px)
