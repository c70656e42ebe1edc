"""Puts handwriting into born-digital pages: printed days and numbers are wiped and written anew.

So the neighbours of the hand are set in the real face and the real layout. Pages also get marks
that are no text, signatures and rings of seals, so that the reader learns to stay silent.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

import cv2
import numpy as np
from PIL import ImageFont

from stages.read.line_reader.records import Box
from training.heading_texts import random_number
from training.pages import KnownPage, PageWord
from training.pen_digits import DigitArtist, stamped

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

CODE = re.compile(r"^(\d{1,5})([/-].*[A-ZĐ].*)$")
SMALL_NUMBER = re.compile(r"^\d{1,2}$")
WIDEST_JUMP_HEIGHTS = 3.0
"""A wider gap between two words on a row means another column."""


def targets(texts: Sequence[str]) -> list[int]:
    """Return the positions of words that hold a number or day a clerk might write."""
    found = [k for k, text in enumerate(texts) if CODE.match(text)]
    for k in range(1, len(texts)):
        before = texts[k - 1].lower()
        if before in ("ngày", "tháng") and SMALL_NUMBER.match(texts[k]):
            found.append(k)
    return sorted(found)


class Scribe:
    """Writes by hand on a page."""

    def __init__(self, artist: DigitArtist, metric_font: Path, sans: Sequence[Path]) -> None:
        """Keep the tools.

        Args:
            artist: draws digits.
            metric_font: a font with the widths of Times New Roman, to find where digits end.
            sans: fonts of numbering stamps.
        """
        self._artist, self._metric, self._sans = artist, str(metric_font), list(sans)

    def write(self, page: KnownPage, rng: np.random.Generator) -> KnownPage:
        """Return the page with most of its days and numbers written by hand."""
        gray, words = page.gray.copy(), list(page.words)
        position, headings = 0, 0
        while position < len(words):
            wanted = set(targets([word.text for word in words]))
            later = [k for k in wanted if k >= position and words[k].line < 0]
            if not later:
                break
            position = min(later)
            if rng.random() < 0.8:
                words = self._rewrite(gray, words, position, headings, rng)
                headings += 1
            position += 1
        return replace(page, gray=gray, words=words)

    def _rewrite(
        self,
        gray: NDArray[np.uint8],
        words: list[PageWord],
        position: int,
        heading: int,
        rng: np.random.Generator,
    ) -> list[PageWord]:
        """Wipe the digits of one word, make room, write others; return the words anew."""
        word = words[position]
        box, height = word.box, word.box.height_px
        code = CODE.match(word.text)
        rest = code.group(2) if code else ""
        cut = box.x1
        if code:
            cut = box.x0 + box.width_px * _share(self._metric, code.group(1), word.text)
        row = _row(words, position)
        wider = max(0.0, float(rng.normal(0.5, 0.8))) * height
        top, low = max(0, round(box.y0 - 0.08 * height)), round(box.y1)
        gray[top:low, round(box.x0) : round(cut)] = 255
        shift = round(min(wider, gray.shape[1] - 4 - max(words[k].box.x1 for k in row)))
        if shift > 0:
            end = round(max(words[k].box.x1 for k in row)) + 3
            moved = gray[top:low, round(cut) : end].copy()
            gray[top:low, round(cut) : round(cut) + shift] = 255
            gray[top:low, round(cut) + shift : round(cut) + shift + moved.shape[1]] = moved
        shift = max(0, shift)
        room = Box(x0=box.x0, y0=box.y0, x1=cut + shift, y1=box.y1)
        text, place = self._ink(gray, room, rng, is_number=code is not None)
        written = [PageWord(text=text, box=place, line=heading)]
        if rest:
            tail = Box(x0=cut + shift, y0=box.y0, x1=box.x1 + shift, y1=box.y1)
            written.append(PageWord(text=rest, box=tail, line=heading, is_glued=True))
        result = []
        for k, old in enumerate(words):
            if k == position:
                result.extend(written)
            elif k in row:
                by = shift if old.box.x0 >= cut - 1 else 0
                spot = Box(x0=old.box.x0 + by, y0=old.box.y0, x1=old.box.x1 + by, y1=old.box.y1)
                result.append(replace(old, box=spot, line=heading))
            else:
                result.append(old)
        return result

    def _ink(
        self,
        gray: NDArray[np.uint8],
        room: Box,
        rng: np.random.Generator,
        *,
        is_number: bool,
    ) -> tuple[str, Box]:
        """Write a number or a day into the room; return it and its place."""
        text = random_number(rng) if is_number else f"{int(rng.integers(1, 32)):02d}"
        if not is_number and rng.random() < 0.3:
            text = text.lstrip("0")
        em = room.height_px / 1.05
        height = em * float(np.clip(rng.lognormal(-0.25, 0.28), 0.45, 1.6))
        most = (room.width_px + 0.6 * em) / max(1, len(text)) / 0.62
        height = min(height, max(0.5 * em, most))
        if rng.random() < 0.1:
            patch = stamped(text, height * 0.9, self._sans, rng)
        else:
            patch = self._artist.number(text, height, rng)
        free = room.width_px - patch.shape[1]
        left = room.x0 + (free * rng.uniform(0.1, 0.9) if free > 0 else free / 2)
        baseline = room.y1 - 0.2 * room.height_px
        lift = em * float(rng.normal(0, 0.08)) - (em * 0.3 if rng.random() < 0.12 else 0.0)
        top = round(baseline + lift - 0.75 * patch.shape[0])
        darken(gray, patch, round(left), top)
        place = Box(x0=left, y0=room.y0, x1=left + patch.shape[1], y1=room.y1)
        return text, place


def darken(gray: NDArray[np.uint8], patch: NDArray[np.uint8], left: int, top: int) -> None:
    """Lay ink over a page; what is off the page is lost."""
    x0, y0 = max(0, left), max(0, top)
    x1 = min(gray.shape[1], left + patch.shape[1])
    y1 = min(gray.shape[0], top + patch.shape[0])
    if x1 > x0 and y1 > y0:
        area = gray[y0:y1, x0:x1]
        np.minimum(area, patch[y0 - top : y1 - top, x0 - left : x1 - left], out=area)


def scribble(gray: NDArray[np.uint8], dpi: float, rng: np.random.Generator) -> list[Box]:
    """Draw signatures and rings of seals; return where they are."""
    marks = []
    for _ in range(int(rng.integers(1, 4))):
        size = dpi * float(rng.uniform(0.5, 1.3))
        x = float(rng.uniform(0.1, 0.85)) * gray.shape[1]
        y = float(rng.uniform(0.05, 0.9)) * gray.shape[0]
        pen = max(1, round(dpi * float(rng.uniform(0.008, 0.03))))
        shade = int(rng.integers(0, 120))
        if rng.random() < 0.25:
            centre = (round(x), round(y))
            for radius in (0.7, 0.62):
                cv2.circle(gray, centre, round(size * radius), shade, pen, cv2.LINE_AA)
        else:
            count = int(rng.integers(6, 14))
            steps = rng.normal(0, 0.35, (count, 2)) * (1.0, 0.55)
            track = np.cumsum(steps, axis=0) + np.linspace(0, 1, count)[:, None] * (1.2, 0.0)
            points = np.rint((track * size * 0.5 + (x, y)) * 16).astype(np.int32)
            smooth = _smooth(points)
            cv2.polylines(gray, [smooth], isClosed=False, color=shade, thickness=pen, lineType=cv2.LINE_AA, shift=4)  # fmt: skip # noqa: E501
        marks.append(Box(x0=x - size, y0=y - size, x1=x + 1.5 * size, y1=y + size))
    return marks


def _smooth(points: NDArray[np.int32]) -> NDArray[np.int32]:
    for _ in range(3):
        quarter = 0.75 * points[:-1] + 0.25 * points[1:]
        three = 0.25 * points[:-1] + 0.75 * points[1:]
        points = np.rint(np.stack([quarter, three], 1).reshape(-1, 2)).astype(np.int32)
    return points


def _row(words: Sequence[PageWord], position: int) -> set[int]:
    """Return the words that stand on one row with a word, up to the next column."""
    home = words[position].box
    mates = [
        k
        for k, word in enumerate(words)
        if abs(word.box.middle_y - home.middle_y) < 0.4 * home.height_px
    ]
    mates.sort(key=lambda k: words[k].box.x0)
    at = mates.index(position)
    row, widest = {position}, WIDEST_JUMP_HEIGHTS * home.height_px
    for left, right in zip(mates[:at][::-1], mates[1 : at + 1][::-1], strict=True):
        if words[right].box.x0 - words[left].box.x1 > widest:
            break
        row.add(left)
    for left, right in zip(mates[at:], mates[at + 1 :], strict=False):
        if words[right].box.x0 - words[left].box.x1 > widest:
            break
        row.add(right)
    return row


@cache
def _font(path: str) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(path, 64)


def _share(path: str, part: str, whole: str) -> float:
    font = _font(path)
    return font.getlength(part) / max(1.0, font.getlength(whole))
