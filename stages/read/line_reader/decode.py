"""Turns the network's answer for one line into characters, words and other readings.

The network answers one step per 4 px with the logits of blank and alphabet (CTC). The best path
gives the text; where a step was doubtful a small beam search gives other readings. Pure functions,
no session, no image but the line's own ink map.
"""

from __future__ import annotations

import itertools
import math
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

BLANK = 0
"""Class of `no character here`; class k is character k - 1 of the alphabet."""
STEP_PX = 4
"""Ink-map pixels per step."""
BEAM = 8
"""Prefixes kept by the beam search."""
LEAST_OF_BEST = 1e-3
"""Prefixes less probable than this share of the best are dropped."""
LEAST_SHARE = 0.004
"""Classes below this probability are not followed by the beam search."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadChar:
    """One character of the best path."""

    text: str
    """The character, one code point of the alphabet."""
    first: int
    """First step that shows it."""
    last: int
    """Last step of the same run."""
    confidence: float
    """Highest probability over the run, not calibrated, 0..1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WordSpan:
    """One word of the best path before it has a place on the page."""

    text: str
    """Unicode NFC, without spaces."""
    first: int
    """First step of its first character."""
    last: int
    """Last step of its last character."""
    raw_confidence: float
    """Product of the characters' probabilities and the least blank between them, 0..1."""


def best_path(
    ids: NDArray[np.int64], peaks: NDArray[np.float32], charset: Sequence[str]
) -> list[ReadChar]:
    """Collapse the best class of every step into characters.

    Args:
        ids: best class per step, shape (steps,).
        peaks: its probability, shape (steps,).
        charset: the alphabet.
    """
    chars = []
    starts = np.flatnonzero(np.diff(ids, prepend=-1))
    ends = np.append(starts[1:], len(ids))
    for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
        if ids[start] != BLANK:
            peak = float(peaks[start:end].max())
            text = charset[int(ids[start]) - 1]
            chars.append(ReadChar(text=text, first=start, last=end - 1, confidence=peak))
    return chars


def word_spans(
    chars: Sequence[ReadChar], ids: NDArray[np.int64], peaks: NDArray[np.float32]
) -> list[WordSpan]:
    """Split the best path at its spaces.

    Args:
        chars: the best path.
        ids: best class per step, shape (steps,).
        peaks: its probability, shape (steps,).
    """
    spans = []
    for is_space, group in itertools.groupby(chars, key=lambda char: char.text.isspace()):
        if is_space:
            continue
        word = list(group)
        first, last = word[0].first, word[-1].last
        blanks = peaks[first : last + 1][ids[first : last + 1] == BLANK]
        least_blank = float(blanks.min()) if blanks.size else 1.0
        raw = math.prod(char.confidence for char in word) * least_blank
        text = unicodedata.normalize("NFC", "".join(char.text for char in word))
        spans.append(WordSpan(text=text, first=first, last=last, raw_confidence=raw))
    return spans


_LETTER_PX = 40
"""No letter is wider; a line is 32 pixels high."""
_PAPER_PX = 7
"""Less paper than a space; within a letter there is less."""


def step_edges(spans: Sequence[WordSpan], ink: NDArray[np.float32]) -> list[tuple[int, int]]:
    """Find where each word starts and ends, in pixels of the ink map.

    Between two words the widest run of paper is the gap; the first word begins and the last one
    ends where its outer letter does: what stands farther out on the line (a stamp's frame, a seal)
    is parted from it by paper, or lies more than a letter's width away.

    Args:
        spans: the words.
        ink: ink map, shape (96, width); its middle third is the line.
    """
    third = ink.shape[0] // 3
    has_ink = ink[third : 2 * third].max(axis=0) > 0.3
    if not spans or not has_ink.any():
        return [(span.first * STEP_PX, (span.last + 1) * STEP_PX) for span in spans]
    edges = [_outer_edge(has_ink, spans[0].first * STEP_PX)]
    for left, right in itertools.pairwise(spans):
        edges.extend(_widest_gap(has_ink, left.last * STEP_PX, (right.first + 1) * STEP_PX))
    behind = len(has_ink) - (spans[-1].last + 1) * STEP_PX
    edges.append(len(has_ink) - _outer_edge(has_ink[::-1], max(0, behind)))
    # Where no ink is left for a word, its steps say where it is.
    return [
        (start, end) if start < end else (span.first * STEP_PX, (span.last + 1) * STEP_PX)
        for span, start, end in zip(spans, edges[::2], edges[1::2], strict=True)
    ]


def _outer_edge(has_ink: NDArray[np.bool_], at: int) -> int:
    """Return where the letter begins whose step is at a column, looking to the left."""
    low, end = max(0, at - _LETTER_PX), at + STEP_PX
    columns = np.flatnonzero(has_ink[low:end]) + low
    if not columns.size or end - int(columns[-1]) > _PAPER_PX:
        # A letter of the last step, with nothing behind it, stands where the map ends.
        beyond = has_ink[end:]
        return min(end + int(beyond.argmax()) if beyond.size else end, len(has_ink) - 1)
    apart = np.flatnonzero(np.diff(columns) > _PAPER_PX)
    return int(columns[apart[-1] + 1 if apart.size else 0])


def _widest_gap(has_ink: NDArray[np.bool_], start: int, end: int) -> tuple[int, int]:
    window = has_ink[start:end]
    marks = np.flatnonzero(np.diff(np.concatenate(([True], window, [True])).astype(np.int8)))
    if not marks.size:
        return (start + end) // 2, (start + end) // 2
    lengths = marks[1::2] - marks[::2]
    widest = int(lengths.argmax())
    return start + int(marks[2 * widest]), start + int(marks[2 * widest + 1])


def beam_readings(
    logits: NDArray[np.float32],
    charset: Sequence[str],
    *,
    most: int = 4,
) -> list[tuple[str, float]]:
    """Read one line by prefix beam search.

    Args:
        logits: shape (steps, 1 + alphabet).
        charset: the alphabet.
        most: readings at most.

    Returns:
        Texts with their probability (summed over the paths found), best first.
    """
    shares = shares_of(logits)
    beams: dict[tuple[int, ...], tuple[float, float]] = {(): (1.0, 0.0)}
    for step in _merged_steps(shares):
        grown = _grow(beams, step)
        ranked = sorted(grown.items(), key=lambda item: -sum(item[1]))[:BEAM]
        floor = LEAST_OF_BEST * sum(ranked[0][1])
        beams = {prefix: share for prefix, share in ranked if sum(share) >= floor}
    merged: dict[str, float] = {}
    for prefix, share in beams.items():
        text = unicodedata.normalize("NFC", "".join(charset[k - 1] for k in prefix))
        text = " ".join(text.split())
        merged[text] = merged.get(text, 0.0) + sum(share)
    return sorted(merged.items(), key=lambda item: -item[1])[:most]


def shares_of(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the probability of each class at each step, both of shape (steps, 1 + alphabet)."""
    shares = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(shares / shares.sum(axis=1, keepdims=True), np.float32)


def share_of_other(
    word: str, other: str, shares: NDArray[np.float32], charset: Sequence[str]
) -> float:
    """Return the probability of a word that differs from the one read in a single character.

    Args:
        word: as read.
        other: the other word.
        shares: of the word's steps, see `shares_of`.
        charset: the alphabet.

    Returns:
        The greatest probability of its own character where the word's is the likeliest; 0 where
        they differ in more.
    """
    differ = [(a, b) for a, b in zip(word, other, strict=False) if a != b]
    if len(word) != len(other) or len(differ) != 1:
        return 0.0
    own, rival = (charset.index(char) + 1 if char in charset else 0 for char in differ[0])
    at = np.flatnonzero(shares.argmax(axis=1) == own)
    return float(shares[at, rival].max()) if at.size and rival else 0.0


def _merged_steps(shares: NDArray[np.float32]) -> list[list[tuple[int, float]]]:
    """List the classes worth following at each step; runs of one sure class become one step."""
    merged: list[list[tuple[int, float]]] = []
    for step in shares:
        classes = np.flatnonzero(step > LEAST_SHARE).tolist()
        pairs = [(k, float(step[k])) for k in classes]
        if len(pairs) == 1 and merged and len(merged[-1]) == 1 and merged[-1][0][0] == classes[0]:
            merged[-1] = [(classes[0], merged[-1][0][1] * pairs[0][1])]
        else:
            merged.append(pairs)
    return merged


def _grow(
    beams: dict[tuple[int, ...], tuple[float, float]], step: Sequence[tuple[int, float]]
) -> dict[tuple[int, ...], tuple[float, float]]:
    """Extend every prefix by one step; a value is (share ending in blank, share ending in char)."""
    grown: dict[tuple[int, ...], tuple[float, float]] = {}
    for prefix, (blank, char) in beams.items():
        for k, share in step:
            if k == BLANK:
                _add(grown, prefix, (blank + char) * share, 0.0)
            elif prefix and k == prefix[-1]:
                _add(grown, prefix, 0.0, char * share)
                _add(grown, (*prefix, k), 0.0, blank * share)
            else:
                _add(grown, (*prefix, k), 0.0, (blank + char) * share)
    return grown


def _add(
    grown: dict[tuple[int, ...], tuple[float, float]],
    prefix: tuple[int, ...],
    blank: float,
    char: float,
) -> None:
    old = grown.get(prefix, (0.0, 0.0))
    grown[prefix] = (old[0] + blank, old[1] + char)
