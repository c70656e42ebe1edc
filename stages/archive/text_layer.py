"""The invisible text of a page as PDF operators (ISO 32000-1, 9.3 and 9.4).

Every line stands on one baseline, so that viewers select along it; every word is stretched to its
box; a space joins it to the next word, so that a copy says "a b". Words go in reading order.
"""

from __future__ import annotations

import statistics
import unicodedata
from dataclasses import dataclass

from pipeline.model.records import Box, Page, Word
from stages.archive.glyphless import ADVANCE, ASCENT, DESCENT, UNITS_PER_EM, LetterCodes

_MIN_SIZE_PT = 1.0
_MIN_WIDTH_PT = 0.1
_LINE_TO_WORD_MAX = 1.6
"""A line higher than its median word by more than this holds a stray box; the median then rules."""
_GAP_IN_SIZES_MIN = 0.2
"""Poppler takes smaller gaps for none (its limit is 0.1 of the size)."""
_GAP_IN_SIZES_MAX = 3.0
"""Wider gaps are columns: the space keeps its own width and the next word is placed afresh."""

_ADVANCE_EM = ADVANCE / UNITS_PER_EM
_DESCENT_EM = DESCENT / UNITS_PER_EM
_HEIGHT_EM = (ASCENT - DESCENT) / UNITS_PER_EM


@dataclass(frozen=True, slots=True)
class _Line:
    """One line ready to be placed."""

    words: tuple[tuple[str, Box], ...]
    size_pt: float
    baseline_pt: float
    """From the page's top, downwards."""


def clean(text: str) -> str:
    """Return a word's text in NFC without control characters and outer spaces.

    ISO 19005-2, 6.2.11.7.2 forbids U+0000, U+FEFF and U+FFFE; controls, unpaired surrogates and
    non-characters help nobody who searches.
    """
    kept = (c for c in unicodedata.normalize("NFC", text) if unicodedata.category(c)[0] != "C")
    return " ".join("".join(kept).split())


def letters_of(pages: tuple[Page, ...]) -> set[str]:
    """Return every letter that the pages' words need."""
    words = (word for page in pages for line in page.trusted_lines() for word in line)
    return {letter for word in words for letter in clean(word.text)}


def text_operators(page: Page, codes: LetterCodes) -> bytes:
    """Return the operators that put the page's trusted words under its picture; empty without.

    The font resource is `/F0`; the caller's graphics state must be the page's default.
    """
    lines = [line for group in page.trusted_lines() if (line := _line(group)) is not None]
    if not lines:
        return b""
    parts = [b"BT 3 Tr"]
    for line in lines:
        parts.extend(_line_operators(line, page.height_pt, codes))
    parts.append(b"ET")
    return b"\n".join(parts)


def _line(group: list[Word]) -> _Line | None:
    words = tuple((text, word.box) for word in group if (text := clean(word.text)))
    if not words:
        return None
    boxes = [box for _, box in words]
    top, bottom = min(box.y0 for box in boxes), max(box.y1 for box in boxes)
    median = statistics.median(box.height_pt for box in boxes)
    if bottom - top > _LINE_TO_WORD_MAX * median:
        top = statistics.median(box.y0 for box in boxes)
        bottom = statistics.median(box.y1 for box in boxes)
    size = max(_MIN_SIZE_PT, (bottom - top) / _HEIGHT_EM)
    return _Line(words=words, size_pt=size, baseline_pt=bottom + _DESCENT_EM * size)


def _line_operators(line: _Line, page_height_pt: float, codes: LetterCodes) -> list[bytes]:
    size = line.size_pt
    baseline = _number(page_height_pt - line.baseline_pt)
    parts = [b"/F0 %s Tf" % _number(size)]
    is_placed = False
    for ordinal, (text, box) in enumerate(line.words):
        if not is_placed:
            parts.append(b"1 0 0 1 %s %s Tm" % (_number(box.x0), baseline))
        is_last = ordinal + 1 == len(line.words)
        next_x0 = None if is_last else line.words[ordinal + 1][1].x0
        width, gap = _width_and_gap(box, next_x0, size)
        parts.append(_shown(codes.encode(text), width, len(text), size))
        if not is_last:
            is_placed = gap is not None
            parts.append(_shown(codes.encode(" "), gap or _ADVANCE_EM * size / 2, 1, size))
    return parts


def _width_and_gap(box: Box, next_x0: float | None, size_pt: float) -> tuple[float, float | None]:
    """Return a word's width and the space behind it; no space where the next is placed afresh.

    Readers that tell words by letters give boxes that touch; a viewer then sees one long word. So
    a word gives up to half of its width to the space.
    """
    width = max(_MIN_WIDTH_PT, box.width_pt)
    if next_x0 is None:
        return width, None
    room = next_x0 - box.x0
    width = max(width / 2, min(width, room - _GAP_IN_SIZES_MIN * size_pt))
    gap = room - width
    return width, gap if 0.0 < gap <= _GAP_IN_SIZES_MAX * size_pt else None


def _shown(string: bytes, width_pt: float, letters: int, size_pt: float) -> bytes:
    """Return the operators that show a string stretched to a width (Tz, ISO 32000-1, 9.3.4)."""
    percent = 100.0 * width_pt / (letters * _ADVANCE_EM * size_pt)
    return b"%s Tz %s Tj" % (_number(percent), string)


def _number(value: float) -> bytes:
    return f"{value:.2f}".rstrip("0").rstrip(".").encode()
