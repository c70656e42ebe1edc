"""Finds stamps of secrecy and urgency on a page in its worker process, in picture and words.

Red ink is taken out before reading, so red stamps are seen here alone (port `MarkFinder`).
"""

from __future__ import annotations

from pathlib import Path

from pipeline.model.prepared import PreparedPage
from pipeline.model.records import POINTS_PER_MM, Mark, Word
from stages.guard.in_words import marks_in_words, runs_of_words, spoken_runs
from stages.guard.marks import find_marks
from stages.guard.marks_table import MarksTable, load_marks
from stages.guard.network import MarkNetwork
from stages.guard.second_look import SecondLook


class StampFinder:
    """Port `MarkFinder`: one instance a worker process, one thread; median of 45 ms a page."""

    def __init__(self, rules_dir: Path) -> None:
        """Read the table of marks and load the network.

        Raises:
            OperatorError: SYS-CONFIG, SYS-TOOL-MISSING.
        """
        self._table: MarksTable = load_marks(rules_dir)
        self._network = MarkNetwork()
        self._second = SecondLook()

    def find(self, page: PreparedPage, words: tuple[Word, ...]) -> tuple[Mark, ...]:
        """Return the marks of a page, boxes in points of the straightened page."""
        runs = spoken_runs(words)
        read = marks_in_words(
            words,
            self._table,
            width_pt=page.width_mm * POINTS_PER_MM,
            height_pt=page.height_mm * POINTS_PER_MM,
            runs=runs,
        )
        judged = runs_of_words(words, self._table, runs)
        seen = find_marks(page, judged, self._network, self._second)
        return (*seen, *(mark for mark in read if not _is_among(mark, seen)))


def _is_among(mark: Mark, seen: tuple[Mark, ...]) -> bool:
    return any(mark.text == other.text and mark.box.meets(other.box) for other in seen)
