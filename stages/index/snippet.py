"""The lines of a page that answer a question, escaped for HTML, with the matches in <mark>.

Works on the original text, so people see their own spelling. Never gives unescaped text.
"""

from __future__ import annotations

import html
import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from stages.index.analysis import forms, normal, places
from stages.index.question import Question

WORDS_BEFORE = 8
WORDS_MAX = 36
"""About two lines on a screen."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A match: which word of the text meets which word of the question."""

    index: int
    wanted: int


def snippet(text: str, question: Question) -> str:
    """Return the best stretch of a text; its start where nothing matches."""
    source = normal(text)
    words = forms(source)
    if not words:
        return ""
    met = spots(words, question)
    first = max(0, _best_start(met) - WORDS_BEFORE) if met else 0
    last = min(len(words), first + WORDS_MAX)
    marked = {spot.index for spot in met}
    shown = _render(source, places(source, first, last), marked={at - first for at in marked})
    return f"{'… ' if first else ''}{shown}{' …' if last < len(words) else ''}"


def spots(words: Sequence[tuple[str, str]], question: Question) -> list[Spot]:
    """Return the matches; with tones typed only exact ones, unless the text has too few."""
    if question.is_toned:
        exact = {word.exact: at for at, word in enumerate(question.words)}
        found = [Spot(i, exact[word]) for i, (word, _) in enumerate(words) if word in exact]
        if len({spot.wanted for spot in found}) == len(exact):
            return found
    folded = {word.folded: at for at, word in enumerate(question.words)}
    found = [Spot(i, folded[word]) for i, (_, word) in enumerate(words) if word in folded]
    if starts := tuple(term.folded for term in question.wanted if term.is_prefix):
        more = (i for i, (_, word) in enumerate(words) if word.startswith(starts))
        known = {spot.index for spot in found}
        found += [Spot(i, len(folded)) for i in more if i not in known]
        found.sort(key=lambda spot: spot.index)
    return found


def _best_start(found: Sequence[Spot]) -> int:
    """Return the word that opens the stretch with most of the question, in its order and close."""
    reach = WORDS_MAX - WORDS_BEFORE
    best, best_score = found[0].index, (-1, -1)
    for low, spot in enumerate(found):
        near = [other for other in found[low : low + reach] if other.index < spot.index + reach]
        met = len({other.wanted for other in near})
        in_row = sum(
            two.index - one.index == 1 and two.wanted - one.wanted == 1
            for one, two in itertools.pairwise(near)
        )
        if (met, in_row) > best_score:
            best, best_score = spot.index, (met, in_row)
    return best


def _render(source: str, spans: Sequence[tuple[int, int]], *, marked: set[int]) -> str:
    """Return the text from the first to the last span, escaped, each space one blank."""
    parts = []
    at = spans[0][0]
    for index, (start, end) in enumerate(spans):
        parts.append(html.escape(source[at:start]))
        word = html.escape(source[start:end])
        parts.append(f"<mark>{word}</mark>" if index in marked else word)
        at = end
    return " ".join("".join(parts).split()).replace("</mark> <mark>", " ")
