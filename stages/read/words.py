"""From an engine's findings in pixels to words in points."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from pipeline.model.prepared import PageText
from pipeline.model.records import Box, Word

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipeline.model.prepared import PreparedPage

POINTS_PER_INCH = 72.0


def clean(text: str) -> str:
    """Return a word's text as NFC without spaces and unprintable characters."""
    letters = unicodedata.normalize("NFC", text)
    return "".join(letter for letter in letters if letter.isprintable() and not letter.isspace())


def to_points(x0: float, y0: float, x1: float, y1: float, page: PreparedPage) -> Box:
    """Return a box in points, clipped to the page, from pixels of `page.reading`."""
    per_px = POINTS_PER_INCH / page.dpi
    height_px, width_px = page.reading.shape[:2]
    left, right = sorted((min(max(x0, 0.0), width_px), min(max(x1, 0.0), width_px)))
    upper, lower = sorted((min(max(y0, 0.0), height_px), min(max(y1, 0.0), height_px)))
    return Box(x0=left * per_px, y0=upper * per_px, x1=right * per_px, y1=lower * per_px)


def mean_confidence(words: Iterable[Word]) -> float:
    """Return the mean of the words' confidences weighted by their letters; 0 without words."""
    weighed = [(word.confidence, len(word.text)) for word in words]
    letters = sum(weight for _, weight in weighed)
    return sum(value * weight for value, weight in weighed) / letters if letters else 0.0


def page_text(words: Iterable[Word], reader: str) -> PageText:
    """Put words together as a page's text."""
    found = tuple(words)
    return PageText(words=found, text_confidence=mean_confidence(found), reader=reader)
