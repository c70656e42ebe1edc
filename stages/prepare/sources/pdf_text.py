"""Words of a PDF page's own text layer, through PDFium."""

from __future__ import annotations

import ctypes
import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pypdfium2 as pdfium
from pypdfium2 import raw

from pipeline.model.records import Box, Word

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_MAX_CHARS = 200_000
"""Characters of a page that are looked at."""
_LINE_OVERLAP = 0.4
"""Words whose boxes share less of their height stand on different lines."""
_BREAKS = frozenset("\r\n \t\u00a0\u2002\u2003\u2009\u200b\ufeff")
_NEWLINES = frozenset("\r\n")
_GAP = 0.35
"""A gap wider than this share of the letters' height parts words."""


@dataclass(slots=True)
class _Letters:
    """Letters of the word that is being put together."""

    text: list[str] = field(default_factory=list)
    box: Box | None = None

    def add(self, letter: str, box: Box | None) -> None:
        self.text.append(letter)
        if box is not None:
            self.box = box if self.box is None else self.box.union(box)


def page_words(page: pdfium.PdfPage, *, unit: float = 1.0) -> tuple[Word, ...]:
    """Return the words in the order of the page's content, NFC.

    Boxes are points from the top left of the page as shown (after /Rotate and the crop box).

    Args:
        page: the page.
        unit: points in one unit of the page (/UserUnit).
    """
    text_page = page.get_textpage()
    try:
        found = list(_words(text_page, _placer(page, unit)))
    finally:
        text_page.close()
    words: list[Word] = []
    line, before = -1, None
    for text, box, is_first in found:
        if is_first or before is None or not _same_line(before, box):
            line += 1
        words.append(Word(text=text, box=box, confidence=1.0, line=line))
        before = box
    return tuple(words)


def _same_line(left: Box, right: Box) -> bool:
    shared = min(left.y1, right.y1) - max(left.y0, right.y0)
    return shared > _LINE_OVERLAP * min(left.height_pt, right.height_pt)


def _words(
    text_page: pdfium.PdfTextPage, place: Callable[[float, float, float, float], Box]
) -> Iterator[tuple[str, Box, bool]]:
    """Yield text, box and whether a line begins, for each word."""
    letters, is_first = _Letters(), True
    for letter, box in _letters(text_page, place):
        is_apart = box is not None and letters.box is not None and _is_apart(letters.box, box)
        if (letter in _BREAKS or is_apart) and letters.text:
            yield from _finished(letters, is_first)
            letters, is_first = _Letters(), False
        if letter in _NEWLINES:
            is_first = True
        elif letter not in _BREAKS:
            letters.add(letter, box)
    yield from _finished(letters, is_first)


def _finished(letters: _Letters, is_first: bool) -> Iterator[tuple[str, Box, bool]]:  # noqa: FBT001
    text = unicodedata.normalize("NFC", "".join(letters.text))
    if text and letters.box is not None:
        yield text, letters.box, is_first


def _is_apart(word: Box, letter: Box) -> bool:
    height = max(word.height_pt, letter.height_pt)
    is_beside = _same_line(word, letter)
    return is_beside and (letter.x0 - word.x1 > 3 * _GAP * height or word.x0 - letter.x1 > height)


def _letters(
    text_page: pdfium.PdfTextPage, place: Callable[[float, float, float, float], Box]
) -> Iterator[tuple[str, Box | None]]:
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    pending = 0
    for index in range(min(text_page.count_chars(), _MAX_CHARS)):
        code = raw.FPDFText_GetUnicode(text_page, index)
        if 0xD800 <= code < 0xDC00:
            pending = code
            continue
        if 0xDC00 <= code < 0xE000:
            code = 0x10000 + ((pending - 0xD800) << 10) + (code - 0xDC00) if pending else 0
        pending = 0
        if code in {0, 2, 0xFFFE, 0xFFFF}:
            continue
        letter = chr(code)
        if not letter.isprintable() and letter not in _BREAKS:
            continue
        has_box = raw.FPDFText_GetCharBox(text_page, index, left, right, bottom, top)
        is_flat = right.value - left.value <= 0 or top.value - bottom.value <= 0
        if letter in _BREAKS or not has_box or is_flat:
            yield letter, None
        else:
            yield letter, place(left.value, bottom.value, right.value, top.value)


def _placer(page: pdfium.PdfPage, unit: float) -> Callable[[float, float, float, float], Box]:
    """Return the way from page space (origin bottom left, before /Rotate) to a viewer's points."""
    left, bottom, right, top = page.get_bbox()
    turn = page.get_rotation()

    def place(x0: float, y0: float, x1: float, y1: float) -> Box:
        if turn == 90:
            sides = (y0 - bottom, x0 - left, y1 - bottom, x1 - left)
        elif turn == 180:
            sides = (right - x1, y0 - bottom, right - x0, y1 - bottom)
        elif turn == 270:
            sides = (top - y1, right - x1, top - y0, right - x0)
        else:
            sides = (x0 - left, top - y1, x1 - left, top - y0)
        return Box(x0=sides[0] * unit, y0=sides[1] * unit, x1=sides[2] * unit, y1=sides[3] * unit)

    return place
