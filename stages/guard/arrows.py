"""Marks of urgency in the shape of an arrow: feathers, spaced capitals on its shaft, a head.

The network knows words, not letters 8 mm apart. An arrow is told by its shape instead, a strip of
30 to 90 mm and no higher than its letters, straightened and read: in the ink of stamps, and on
paper that shows none in the ink that stands in no word read with confidence. Asked only where the
network, which reads arrows of usual width itself, saw no urgency.
"""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz

from stages._pieces import pieces_of
from stages.guard.ink import INK_DPI, Plane
from stages.guard.second_look import SecondLook

_LONG_MM, _HIGH_MM = (30.0, 95.0), (3.5, 12.0)
"""An arrow is so long and so high; its letters are 4 to 6 mm high."""
ARROW_HIGH_MM = 30.0
"""A tilted one reaches so far beyond its zone."""
_INK = 0.2
_REACHES_PX = ((9, 5), (17, 5))
"""Letters of an arrow stand no farther apart, at 100 dpi: 2 mm, or 4 where nothing red is near."""
Arrow = tuple[str, tuple[float, float, float, float]]
_SIDE_MM = 3.0
ARROWS_ZONE, _LEAST_ROWS, _LEAST_INK_PX = 0.5, 12, 300
"""Urgency is stamped in the upper half of a page (NĐ 30/2020 PL I, ô 10b), 3 mm high at least; the
faintest arrow has twice this ink."""
_FRAME_MM, _RULE_MM = (30.0, 110.0), 14.0
"""A stamp's frame is so wide; its lines are longer than any stroke of a letter."""
_RULE_TURNS_DEG = (-8, -6, -4, -2, 0, 2, 4, 6, 8)
_PER_MM = INK_DPI / 25.4
_BLANK, _GAP_MM = 170, 0.6
"""Paper is lighter; so much of it stays between letters."""
_TEXTS = {"thuongkhan": "THƯỢNG KHẨN", "hoatoc": "HỎA TỐC"}
_KHAN = re.compile(r"[^aehiouy]{0,3}khan[^aehiouy]{0,2}")
"""Feathers and head may be read as consonants beside `KHẨN`."""
_LIKE, _LIKE_WHOLE = 84.0, 78.0
"""Least likeness, percent, of a part of the letters read, and of all of them: one of six or seven
may be misread, and of ten two."""
_LEAST_LETTERS = 5
_MOST_STRIPS = 6
"""Strips of one page that are read at most: noise is cut short."""


def find_arrows(
    plane: Plane, dark_of: Callable[[], NDArray[np.uint8]], dpi: float, second: SecondLook
) -> Iterator[Arrow]:
    """Yield text and box (x0, y0, x1, y1 in plane pixels) of each arrow that reads as a mark.

    Args:
        plane: the red ink, or the black ink that is in no word.
        dark_of: gives that ink of the page, dark on light; asked where there may be an arrow.
        dpi: resolution of that.
        second: reads strips.
    """
    ink = (plane[: int(ARROWS_ZONE * plane.shape[0])] > _INK).astype(np.uint8)
    rows = np.flatnonzero(ink.any(axis=1))
    if rows.size < _LEAST_ROWS or np.count_nonzero(ink) < _LEAST_INK_PX:
        return
    ink = ink[: rows[-1] + 1]
    found = list(_by_reach(ink, dark_of, dpi, second))
    rules = None if found else _ruled_lines(ink)
    if rules is not None:
        ruled = np.asarray(cv2.dilate(rules, np.ones((3, 3), np.uint8)), np.uint8)
        found = list(_by_reach(ink * (1 - ruled), lambda: _blanked(dark_of(), ruled), dpi, second))
    yield from found


def _by_reach(
    ink: NDArray[np.uint8], dark_of: Callable[[], NDArray[np.uint8]], dpi: float, second: SecondLook
) -> Iterator[Arrow]:
    for reach in _REACHES_PX:
        found = list(_arrows_of(ink, reach, dark_of, dpi, second))
        if found:
            yield from found
            return


def _ruled_lines(ink: NDArray[np.uint8]) -> NDArray[np.uint8] | None:
    """Return the long straight lines of frames, None where there is no frame.

    A stamp of arrival set over an arrow joins the two into one shape; without the frame's lines
    the arrow stands alone again.
    """
    _, stats, _ = pieces_of(ink)
    low, high = (side * _PER_MM for side in _FRAME_MM)
    frames = [
        (int(y), int(y + height))
        for _, y, width, height, _ in stats[1:].tolist()
        if low < width < high and 0.2 * width < height < width
    ]
    if not frames:
        return None
    top = max(0, min(start for start, _ in frames) - round(10 * _PER_MM))
    foot = max(end for _, end in frames) + round(10 * _PER_MM)
    found = np.zeros_like(ink)
    for kernel in _line_kernels():
        line = cv2.morphologyEx(ink[top:foot], cv2.MORPH_OPEN, kernel)
        found[top:foot] = cv2.max(found[top:foot], line)
    return found


@functools.cache
def _line_kernels() -> tuple[NDArray[np.uint8], ...]:
    """Return lines of 14 mm, level and upright, tilted up to 8 degrees."""
    side = round(_RULE_MM * _PER_MM)
    found = []
    for turn_deg in _RULE_TURNS_DEG:
        kernel = np.zeros((side, side), np.uint8)
        x, y = (side / 2 * f(math.radians(turn_deg)) for f in (math.cos, math.sin))
        ends = [(round(side // 2 + sign * x), round(side // 2 + sign * y)) for sign in (-1, 1)]
        cv2.line(kernel, ends[0], ends[1], 1, 1)
        found += [kernel, np.ascontiguousarray(kernel.T)]
    return tuple(found)


def _blanked(dark: NDArray[np.uint8], lines: NDArray[np.uint8]) -> NDArray[np.uint8]:
    foot = round(lines.shape[0] * dark.shape[1] / lines.shape[1])
    head = dark[:foot]
    large = cv2.resize(lines, head.shape[::-1], interpolation=cv2.INTER_NEAREST)
    return np.concatenate([cv2.max(head, 255 * large), dark[foot:]])


def _arrows_of(
    ink: NDArray[np.uint8],
    reach: tuple[int, int],
    dark_of: Callable[[], NDArray[np.uint8]],
    dpi: float,
    second: SecondLook,
) -> Iterator[Arrow]:
    joined = cv2.dilate(ink, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, reach))
    labels, stats, _ = pieces_of(joined)
    left = _MOST_STRIPS
    for ordinal in range(1, len(stats)):
        x, y, width, height, _ = (int(value) for value in stats[ordinal])
        if width < _LONG_MM[0] * _PER_MM or width < height:
            continue
        inside = labels[y : y + height, x : x + width] == ordinal
        lie = _lie_of(inside & (ink[y : y + height, x : x + width] > 0))
        if lie is None or left == 0:
            continue
        left -= 1
        lie = replace(lie, x_px=lie.x_px + x, y_px=lie.y_px + y)
        strip = _closed_up(_strip(dark_of(), dpi / INK_DPI, lie), dpi / 25.4)
        text = _text_of("".join(word.letters for word in second.read_strip(strip)))
        if text:
            yield text, (x, y, x + width, y + height)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Lie:
    """How an arrow lies: its middle, sides and tilt, in plane pixels and degrees."""

    x_px: float
    y_px: float
    long_px: float
    high_px: float
    turn_deg: float


def _lie_of(ink: NDArray[np.bool_]) -> _Lie | None:
    """Return how ink lies that is as long and as high as an arrow, else None."""
    points = np.argwhere(ink)[:, ::-1].astype(np.float32)
    if len(points) < 3:
        return None
    (x, y), (long, high), turn_deg = cv2.minAreaRect(points)
    if long < high:
        long, high, turn_deg = high, long, turn_deg - 90
    is_long = _LONG_MM[0] <= long / _PER_MM <= _LONG_MM[1]
    if not is_long or not _HIGH_MM[0] <= high / _PER_MM <= _HIGH_MM[1]:
        return None
    turn_deg = (turn_deg + 90) % 180 - 90  # never upside down
    return _Lie(x_px=x, y_px=y, long_px=long, high_px=high, turn_deg=turn_deg)


def _strip(dark: NDArray[np.uint8], factor: float, lie: _Lie) -> NDArray[np.uint8]:
    """Return the arrow level, at the resolution of `dark`, with some paper around it."""
    x, y = lie.x_px * factor, lie.y_px * factor
    pad = _SIDE_MM * _PER_MM
    width, height = (round((side + pad) * factor) for side in (lie.long_px, lie.high_px))
    matrix = cv2.getRotationMatrix2D((x, y), lie.turn_deg, 1.0)
    moved = matrix + np.array([[0, 0, width / 2 - x], [0, 0, height / 2 - y]])
    strip = cv2.warpAffine(dark, moved, (width, height), borderValue=(255.0,))
    return np.asarray(strip, np.uint8)


def _closed_up(strip: NDArray[np.uint8], per_mm: float) -> NDArray[np.uint8]:
    """Return the strip with its letters side by side, as a reader of lines wants them."""
    bears = (strip < _BLANK).sum(axis=0) > 1
    since = np.zeros(len(bears), np.intp)
    for at in range(1, len(bears)):
        since[at] = 0 if bears[at] else since[at - 1] + 1
    return np.ascontiguousarray(strip[:, since <= _GAP_MM * per_mm])


def _is_rest_of(plain: str, letters: str) -> bool:
    """Tell whether letters are half of a mark's and in its order: print hides the others.

    Five at least: `hoặc` has four of HỎA TỐC.
    """
    left = iter(plain)
    is_half = len(letters) >= max(_LEAST_LETTERS, (len(plain) + 1) / 2)
    return is_half and all(letter in left for letter in letters)


def _text_of(letters: str) -> str:
    """Return the mark that letters spell, feathers and head read as letters or not; else empty."""
    for plain, text in _TEXTS.items():
        if len(letters) >= len(plain) - 1 and fuzz.partial_ratio(plain, letters) >= _LIKE:
            return text
        is_like = fuzz.ratio(plain, letters) >= _LIKE_WHOLE and len(letters) >= _LEAST_LETTERS
        if is_like or _is_rest_of(plain, letters):
            return text
    return "KHẨN" if _KHAN.fullmatch(letters) else ""
