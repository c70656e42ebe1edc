"""Tesseract's table of words (`tsv`): level, page, block, paragraph, line, word, box, belief, text.

In process and as a program Tesseract writes the same table; lines come in its reading order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.model.records import Word
from stages.read.words import clean, to_points

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.model.prepared import PreparedPage

_COLUMNS = 12
_WORD_LEVEL = "5"


def words_of_table(table: str, page: PreparedPage) -> Iterator[Word]:
    """Yield the words of a table, lines and blocks numbered from 0."""
    lines: dict[tuple[str, ...], int] = {}
    blocks: dict[str, int] = {}
    for row in table.splitlines():
        cells = row.split("\t")
        if len(cells) < _COLUMNS or cells[0] != _WORD_LEVEL:
            continue
        text = clean(cells[11])
        if not text:
            continue
        left, top, width, height = (float(cell) for cell in cells[6:10])
        yield Word(
            text=text,
            box=to_points(left, top, left + width, top + height, page),
            confidence=min(1.0, max(0.0, float(cells[10]) / 100.0)),
            line=lines.setdefault(tuple(cells[2:5]), len(lines)),
            block=blocks.setdefault(cells[2], len(blocks)),
        )
