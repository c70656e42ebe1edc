"""Which words of a page meet a question, told by the words as they were read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from stages.index.analysis import PART, forms
from stages.index.question import Question
from stages.index.snippet import spots


def matching(words: Sequence[str], question: Question) -> list[int]:
    """Return the indexes of the words that meet a question, rising.

    Where its words stand side by side only these rows count, with their tones if they were typed
    and are there; else each word by itself.

    Args:
        words: words as read, in reading order; each may hold punctuation or several search words.
        question: words and fields asked for; conditions on dates mark nothing.
    """
    found: list[tuple[str, str]] = []
    owners: list[int] = []
    for at, word in enumerate(words):
        for form in forms(word):
            found.append(form)
            owners.append(at)
    met = _met(found, question)
    folded = [word for _, word in found]
    for field in question.fields:
        if not field.is_refused:
            for row in field.words:
                met |= set(_rows(folded, [row.rsplit(PART, 1)[-1]] if PART in row else row.split()))
    return sorted({owners[index] for index in met})


def _met(found: Sequence[tuple[str, str]], question: Question) -> set[int]:
    if not question.has_prefix:
        exact = [word.exact for word in question.words]
        folded = [word.folded for word in question.words]
        rows = set(_rows([word for word, _ in found], exact)) if question.is_toned else set()
        rows = rows or set(_rows([word for _, word in found], folded))
        if rows:
            return rows
    return {spot.index for spot in spots(found, question)}


def _rows(words: Sequence[str], row: Sequence[str]) -> Iterator[int]:
    """Yield the indexes of all words of each place where a row stands."""
    if not row:
        return
    for start, word in enumerate(words):
        if word == row[0] and list(words[start : start + len(row)]) == list(row):
            yield from range(start, start + len(row))
