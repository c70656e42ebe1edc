"""Settles doubtful tones in names of persons, which stand in no table of prose.

A signer's line holds nothing but a name. Of readings that the network itself holds possible and
that differ in marks alone, one that names are made of (`Tuấn`) is preferred to one that they are
not (`Tuẩn`); where both or neither are, the eye alone counts. The parts are common ones of the
language, of no list of real persons.
"""

from __future__ import annotations

import json
import math
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from stages.read.line_reader.language import without_marks

if TYPE_CHECKING:
    from collections.abc import Sequence

_WORDS = range(2, 6)
"""A name has so many words."""
_NO_MIDDLES = frozenset({"Ba", "Thi"})
_WEIGHT = 2.0
"""How much the log share of a part that names are made of gains: the network must be seven times as
sure of another."""


@cache
def name_parts() -> dict[str, tuple[str, ...]]:
    """Return `families` and `parts` (middle and given names)."""
    file = Path(__file__).parent / "models" / "names.json"
    return {kind: tuple(words) for kind, words in json.loads(file.read_text("utf-8")).items()}


@cache
def _known(kind: str) -> frozenset[str]:
    return frozenset(name_parts()[kind])


def family_at(words: Sequence[str]) -> int | None:
    """Return where the family name stands in a line that is a person's name, else None.

    Such a line holds capitalised words, a family name first, tones aside; ranks and degrees before
    it (`ThS.`) are no part of the name.
    """
    first = next((at for at, word in enumerate(words) if not word.endswith(".")), 0)
    name = words[first:]
    if len(name) not in _WORDS or not all(_is_part(word) for word in name):
        return None
    families = {without_marks(family) for family in _known("families")}
    return first if without_marks(name[0]) in families else None


def _is_part(word: str) -> bool:
    return word.isalpha() and word[0].isupper() and word[1:] == word[1:].lower()


def choose(
    readings: Sequence[tuple[str, float]], *, is_family: bool, is_middle: bool = False
) -> tuple[str, float]:
    """Choose among readings of one word of a name.

    Args:
        readings: readings with their probability, the network's best first; not empty.
        is_family: whether the word stands first.
        is_middle: whether it stands second and not last, where `Thi` is `Thị` and `Ba` is `Bá`.

    Returns:
        The chosen reading and its probability among those that differ in marks alone.
    """
    known = _known("families" if is_family else "parts") - (_NO_MIDDLES if is_middle else set())
    best = readings[0][0]
    rivals = [
        (text, share) for text, share in readings if without_marks(text) == without_marks(best)
    ]
    scores = {
        text: math.log(max(share, 1e-9)) + _WEIGHT * (text in known) for text, share in rivals
    }
    chosen = max(scores, key=lambda text: scores[text])
    top = scores[chosen]
    mass = sum(share for _, share in rivals)
    return chosen, mass / sum(math.exp(score - top) for score in scores.values())
