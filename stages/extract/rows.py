"""Words into rows by geometry alone, because readers join columns and split at stamps.

A row is what stands beside each other at one height inside a region of the page; a run is a piece
of a row without a wide gap. Boxes are points, origin top left.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from pipeline.model.records import Box, Page, Word
from stages.extract.folding import fold

_SAME_ROW = 0.55
"""Two words share a row when their middles are nearer than this share of the letters' height."""
_GAP = 1.9
"""A gap wider than this many letter heights ends a run."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """Words beside each other, from left to right."""

    words: tuple[Word, ...]

    @cached_property
    def text(self) -> str:
        """The words, parted by one space."""
        return " ".join(word.text for word in self.words)

    @cached_property
    def folded(self) -> str:
        """`text` without tones and capitals, of the same length."""
        return fold(self.text)

    @cached_property
    def box(self) -> Box:
        """Smallest box around the words."""
        boxes = [word.box for word in self.words]
        return Box(
            x0=min(box.x0 for box in boxes),
            y0=min(box.y0 for box in boxes),
            x1=max(box.x1 for box in boxes),
            y1=max(box.y1 for box in boxes),
        )

    @cached_property
    def middle_y(self) -> float:
        """Height of the row's middle, the median of its words."""
        return statistics.median((word.box.y0 + word.box.y1) / 2 for word in self.words)

    @property
    def middle_x(self) -> float:
        """Middle between left and right end."""
        return (self.box.x0 + self.box.x1) / 2

    @cached_property
    def height_pt(self) -> float:
        """Median height of the words in points."""
        return statistics.median(word.box.height_pt for word in self.words)

    @property
    def confidence(self) -> float:
        """Mean confidence of the words by letters, 0–1."""
        letters = sum(len(word.text) for word in self.words)
        return sum(word.confidence * len(word.text) for word in self.words) / max(1, letters)

    @property
    def weakest(self) -> float:
        """Least confidence of a word that has a letter or digit; 1 when there is none."""
        return min((w.confidence for w in self.words if _has_sense(w)), default=1.0)

    def words_of(self, start: int, end: int) -> tuple[Word, ...]:
        """Return the words that touch characters start to end of `text`."""
        found = []
        at = 0
        for word in self.words:
            if at < end and at + len(word.text) > start:
                found.append(word)
            at += len(word.text) + 1
        return tuple(found)

    def keep(self, chosen: Callable[[Word], bool]) -> Row | None:
        """Return the row of the chosen words, or None when none is left."""
        words = tuple(word for word in self.words if chosen(word))
        return Row(words=words) if words else None


def _has_sense(word: Word) -> bool:
    return any(letter.isalnum() for letter in word.text)


def is_noise(word: Word) -> bool:
    """Tell a rule, a speck or a dotted line from a word."""
    if _has_sense(word):
        return False
    return len(word.text) > 2 or word.text in "`'‘’“”|_~=^°\"\\¬•·." or word.confidence < 0.25


def clean_words(page: Page) -> tuple[Word, ...]:
    """Return the words of a page without rules and specks."""
    return tuple(word for word in page.words if not is_noise(word))


def letter_height_pt(words: Sequence[Word]) -> float:
    """Return the usual height of a word in points; 12 when there are none."""
    heights = [word.box.height_pt for word in words if len(word.text) > 2]
    return statistics.median(heights) if heights else 12.0


def atoms_of(words: Iterable[Word], *, gap: float = 1.5) -> list[Row]:
    """Return pieces of the reader's own lines without a gap wider than `gap` letter heights."""
    lines: dict[int, list[Word]] = {}
    for word in words:
        lines.setdefault(word.line, []).append(word)
    pieces: list[Row] = []
    for line in lines.values():
        row = Row(words=tuple(sorted(line, key=lambda word: word.box.x0)))
        pieces.extend(runs_of(row, gap=gap))
    return sorted(pieces, key=lambda piece: piece.middle_y)


def rows_of(words: Iterable[Word]) -> list[Row]:
    """Return rows from top to bottom, each from left to right.

    Pieces of one reader's line hold together even when a hand wrote one of them higher; pieces of
    different lines share a row when they stand at one height.
    """
    pieces = atoms_of(words)
    if not pieces:
        return []
    height_pt = letter_height_pt([word for piece in pieces for word in piece.words])
    bands: list[list[Row]] = []
    for piece in pieces:
        band = _band_of(piece, bands, height_pt)
        if band is None:
            bands.append([piece])
        else:
            band.append(piece)
    rows = [
        Row(words=tuple(sorted((w for piece in band for w in piece.words), key=lambda w: w.box.x0)))
        for band in bands
    ]
    return sorted(rows, key=lambda row: row.middle_y)


def _band_of(piece: Row, bands: Sequence[list[Row]], height_pt: float) -> list[Row] | None:
    """Return the band that the piece stands in, the nearest of those that allow it."""
    best: tuple[float, list[Row]] | None = None
    for band in bands[-6:]:
        is_same_line = any(other.words[0].line == piece.words[0].line for other in band)
        away = abs(piece.middle_y - statistics.median(other.middle_y for other in band))
        limit = (1.1 if is_same_line else _SAME_ROW) * height_pt
        if away < limit and not (not is_same_line and _is_over(piece, band)):
            rank = away - (height_pt if is_same_line else 0.0)
            if best is None or rank < best[0]:
                best = (rank, band)
    return best[1] if best else None


def _is_over(piece: Row, band: Sequence[Row]) -> bool:
    """Tell whether the piece lies over or under one of the band: then they are two rows."""
    return any(
        min(piece.box.x1, other.box.x1) - max(piece.box.x0, other.box.x0)
        > 0.5 * min(piece.box.width_pt, other.box.width_pt)
        for other in band
    )


def runs_of(row: Row, *, gap: float = _GAP) -> list[Row]:
    """Return the pieces of a row that no gap wider than `gap` letter heights parts."""
    height_pt = max(6.0, row.height_pt)
    pieces: list[list[Word]] = [[row.words[0]]]
    for before, word in zip(row.words, row.words[1:], strict=False):
        if word.box.x0 - before.box.x1 > gap * height_pt:
            pieces.append([])
        pieces[-1].append(word)
    return [Row(words=tuple(piece)) for piece in pieces]


def box_of(rows: Sequence[Row]) -> Box | None:
    """Return the box around all rows, None for none."""
    if not rows:
        return None
    box = rows[0].box
    for row in rows[1:]:
        box = box.union(row.box)
    return box
