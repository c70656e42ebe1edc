"""A closer look at documents that hold a part of a question: does a stretch of them read like it?

Where a reader misread a word in three, no count of words or pairs tells a document from others of
the same formula. The letters do: the question is laid along the text where it fits best, and the
share of letters that agree orders the few documents that hold the rarest pairs. Done here, once,
for every engine; an engine only says which documents to look at.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from rapidfuzz import fuzz

from pipeline.model.search import IndexEntry
from stages.index.analysis import plain, streams
from stages.index.question import Question

CANDIDATES_MAX = 100
"""Documents looked at, those with the rarest pairs first: 50 give 0.02 less recall at a CER of 20 %
(ADR 11), 200 give no more."""
LETTERS_MAX = 400_000
"""Letters looked at in all; a letter costs some 0.1 µs."""
CLOSE_LEAST = 0.75
"""Share of agreeing letters from which a document counts as close: at a CER of 20 %, 19 of 20
documents that were sought have 0.87 and more."""

_PAIRS_SHARE = 0.1
"""What the rarity of pairs weighs beside the letters."""
_MARGIN = 12
"""Letters around the best place that are looked at again, look-alikes made one."""

Name = TypeVar("Name")


def close_ones(
    candidates: Iterable[tuple[Name, float, IndexEntry]], question: Question
) -> dict[Name, float]:
    """Return the candidates that read nearly like a question, with a weight from 0 to 1.

    Args:
        candidates: name, rarity of the pairs held, document; the rarest first.
        question: its words in the order typed.
    """
    asked = " ".join(word.folded for word in question.words)
    quick = plain(asked)
    found: dict[Name, float] = {}
    most = room = 0.0
    for name, rarity, entry in candidates:
        most = most or rarity
        texts = [*entry.pages, " ".join(entry.fields.values())]
        room += sum(map(len, texts))
        if room > LETTERS_MAX:
            break
        share = max(_share(quick, asked, " ".join(plain(text).split())) for text in texts)
        if share >= CLOSE_LEAST:
            found[name] = (share + _PAIRS_SHARE * rarity / most) / (1 + _PAIRS_SHARE)
    return found


def _share(quick: str, asked: str, text: str) -> float:
    """Return the share of letters that agree where a question fits a text best."""
    place = fuzz.partial_ratio_alignment(quick, text)
    if place is None or not text:
        return 0.0
    start, end = (place.dest_start, place.dest_end)
    stretch = text[max(0, start - _MARGIN) : end + _MARGIN]
    return fuzz.partial_ratio(asked, streams(stretch)[1]) / 100
