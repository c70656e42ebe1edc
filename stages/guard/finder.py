"""Finds stamps of secrecy and urgency on a page in its worker process, in picture and words.

Red ink is taken out before reading, so red stamps are seen here alone (port `MarkFinder`).
"""

from __future__ import annotations

from pathlib import Path

from pipeline.model.prepared import PreparedPage
from pipeline.model.records import POINTS_PER_MM, Mark, Word
from stages.guard.in_words import marks_in_words
from stages.guard.marks_table import MarksTable, load_marks


class StampFinder:
    """Port `MarkFinder`: one instance for each worker process, one thread."""

    def __init__(self, rules_dir: Path) -> None:
        """Read the table of marks.

        Raises:
            OperatorError: SYS-CONFIG.
        """
        self._table: MarksTable = load_marks(rules_dir)

    def find(self, page: PreparedPage, words: tuple[Word, ...]) -> tuple[Mark, ...]:
        """Return the marks of a page, boxes in points of the straightened page."""
        return marks_in_words(
            words,
            self._table,
            width_pt=page.width_mm * POINTS_PER_MM,
            height_pt=page.height_mm * POINTS_PER_MM,
        )
