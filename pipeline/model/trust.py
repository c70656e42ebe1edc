"""What a reader made up: of pen strokes, show-through and noise it makes letters too.

Measured on 66 generated old letters and 18 pages without print (docs/old-paper.md): of 5,245
letters in lines below the least confidence 5 % stood on the page, of 76,222 above it 0.3 % did not.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.model.records import Word

LEAST_LINE_CONFIDENCE = 0.4
"""Mean confidence of a line, weighted by letters, from which its text is told."""
_UNREADABLE, _PARTLY = 0.5, 0.85
"""Shares of trusted letters below which a page says that it was not, or only partly, read."""


def is_trusted(line: Sequence[Word]) -> bool:
    """Tell whether the reader is sure enough of a line."""
    sure = sum(word.confidence * len(word.text) for word in line)
    return sure >= LEAST_LINE_CONFIDENCE * _letters([line])


def doubt_of(lines: Sequence[Sequence[Word]]) -> str | None:
    """Return the code of why the text of a page with ink is not all of it, else None."""
    read = _letters(lines)
    trusted = _letters([line for line in lines if is_trusted(line)])
    if trusted < _UNREADABLE * read or not read:
        return "PAGE-UNREADABLE"
    return "PAGE-PARTLY-READ" if trusted < _PARTLY * read else None


def _letters(lines: Sequence[Sequence[Word]]) -> int:
    return sum(len(word.text) for line in lines for word in line)
