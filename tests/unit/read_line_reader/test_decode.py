"""From the network's answer to characters, words and other readings."""

from __future__ import annotations

import numpy as np
import pytest

from stages.read.line_reader.decode import (
    beam_readings,
    best_path,
    share_of_other,
    step_edges,
    word_spans,
)
from stages.read.line_reader.recognise import Calibration

CHARSET = ["a", "b", " "]


def answer(classes: list[int], sure: float = 8.0) -> np.ndarray:
    """Return logits whose best path is `classes`."""
    logits = np.zeros((len(classes), 4), np.float32)
    logits[np.arange(len(classes)), classes] = sure
    return logits


def test_runs_collapse_and_blanks_part_doubles() -> None:
    """CTC: a run is one character, a blank between makes two."""
    ids = np.array([1, 1, 0, 1, 2, 0])
    chars = best_path(ids, np.full(6, 0.9, np.float32), CHARSET)
    assert "".join(char.text for char in chars) == "aab"
    assert [(char.first, char.last) for char in chars] == [(0, 1), (3, 3), (4, 4)]


def test_words_are_split_at_spaces_and_their_doubts_multiplied() -> None:
    """The raw confidence falls with every doubtful character."""
    ids = np.array([1, 0, 3, 2, 0, 1])
    peaks = np.array([0.9, 1.0, 0.9, 0.8, 0.95, 0.5], np.float32)
    spans = word_spans(best_path(ids, peaks, CHARSET), ids, peaks)
    assert [span.text for span in spans] == ["a", "ba"]
    assert [span.raw_confidence for span in spans] == pytest.approx([0.9, 0.8 * 0.5 * 0.95])


def test_words_end_at_the_widest_gap() -> None:
    """The edges of words follow the ink."""
    ink = np.zeros((96, 80), np.float32)
    ink[40:56, 4:20] = 1.0
    ink[40:56, 22:30] = 1.0
    ink[40:56, 44:72] = 1.0
    ids = np.array([0, 1, 0, 0, 0, 0, 1, 0, 3, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0])
    peaks = np.ones(20, np.float32)
    spans = word_spans(best_path(ids, peaks, CHARSET), ids, peaks)
    assert step_edges(spans, ink) == [(4, 30), (44, 72)]


def test_words_end_where_their_letters_do_and_not_at_a_stamp() -> None:
    """Ink beside the line, parted by paper or farther than a letter, belongs to no word."""
    ids = np.array([0] * 20 + [1, 1, 0, 3, 3, 2, 2] + [0] * 20)
    chars = best_path(ids, np.full(len(ids), 0.9, np.float32), CHARSET)
    spans = word_spans(chars, ids, np.full(len(ids), 0.9, np.float32))
    ink = np.zeros((96, 4 * len(ids)), np.float32)
    ink[40:50, 78:88] = ink[40:50, 96:110] = 1
    alone = step_edges(spans, ink)
    assert alone == [(78, 88), (96, 110)]
    ink[40:50, 4:66] = ink[40:50, 120:180] = 1
    assert step_edges(spans, ink) == alone
    ink[40:50, 4:78] = 1
    assert step_edges(spans, ink)[0][0] == 40
    assert step_edges(spans, ink)[1] == alone[1]


def test_a_letter_of_the_last_step_without_ink_ends_at_the_edge() -> None:
    """Nothing of the map is left behind its step to look for ink in."""
    ids = np.array([0] * 11 + [1])
    peaks = np.full(12, 0.9, np.float32)
    ink = np.zeros((96, 46), np.float32)
    ink[40:50, 2:6] = 1
    spans = word_spans(best_path(ids, peaks, CHARSET), ids, peaks)
    assert step_edges(spans, ink) == [(44, 48)]


@pytest.mark.parametrize(("other", "share"), [("ab", 0.0), ("bb", 0.1), ("ba", 0.0), ("b", 0.0)])
def test_the_share_of_a_word_that_differs_in_one_character(other: str, share: float) -> None:
    """`aa` might be `bb` nowhere, and `ab` only where its second step says so."""
    shares = np.array([[0, 0.85, 0.1, 0], [0.9, 0, 0, 0], [0, 0.1, 0.9, 0]], np.float32)
    assert share_of_other("ab", other, shares, CHARSET) == pytest.approx(share)


def test_beam_names_the_other_reading() -> None:
    """Where two characters are near, both readings come, the likelier first."""
    logits = answer([1, 0, 2])
    logits[0, 2] = 7.0
    readings = beam_readings(logits, CHARSET)
    assert [text for text, _ in readings[:2]] == ["ab", "bb"]
    assert readings[0][1] > readings[1][1] > 0.1


def test_calibration_keeps_order_and_bounds() -> None:
    """A straight line in logits never leaves 0..1."""
    calibration = Calibration(slope=0.7, offset=-0.5)
    values = [calibration.probability(raw) for raw in (0.0, 0.3, 0.9, 1.0)]
    assert values == sorted(values)
    assert all(0 < value < 1 for value in values)
