"""A question as FTS5 MATCH expressions, one for each tier (sqlite.org/fts5.html, section 3).

Every word is a quoted string of letters and digits, so no text that people type can be syntax.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator

from stages.index.question import Question, Term, Tier

COLUMNS = ("code", "subject", "issuer", "other", "body", "exact_fields", "exact_body", "cited")
WEIGHTS = (10.0, 8.0, 5.0, 3.0, 1.0, 4.0, 0.5, 2.0)
"""bm25 weight of each column: fields above body."""

_FIELDS = "{code subject issuer other}"
_FOLDED = "{code subject issuer other body}"
_EXACT_FIELDS = "{exact_fields}"
_EXACT = "{exact_fields exact_body}"

_PAIR_WORDS_MIN = 3


def expressions(question: Question) -> Iterator[tuple[Tier, str]]:
    """Yield (tier, expression), best tier first; all but the last are parts of it."""
    refused = _refused(question)
    for tier, wanted in _wanted(question):
        yield tier, f"({wanted}) NOT ({refused})" if refused else wanted


def row(question: Question) -> str:
    """Return an expression for the words side by side, tones aside; empty when there is none."""
    if question.has_prefix:
        return ""
    return f"{_FOLDED} : {_quoted(' '.join(word.folded for word in question.words))}"


def pairs(question: Question) -> str:
    """Return an expression for some neighbouring words, empty when the question is too short."""
    words = question.words
    if len(words) < _PAIR_WORDS_MIN or question.has_prefix:
        return ""
    rows = (f"{one.folded} {two.folded}" for one, two in itertools.pairwise(words))
    wanted = f"{_FOLDED} : ({' OR '.join(dict.fromkeys(_quoted(row) for row in rows))})"
    refused = _refused(question)
    return f"({wanted}) NOT ({refused})" if refused else wanted


def _wanted(question: Question) -> Iterator[tuple[Tier, str]]:
    if question.code:
        yield Tier.CODE, f"{{code}} : {_quoted(question.code)}"
        yield Tier.CITED_CODE, f"{{cited}} : {_quoted(question.code)}"
    elif question.notation:
        yield Tier.CODE, f"{{code}} : {_quoted(question.notation)}"
    row_folded = _quoted(" ".join(word.folded for word in question.words))
    row_exact = _quoted(" ".join(word.exact for word in question.words))
    is_row = not question.has_prefix
    if is_row and question.is_toned:
        yield Tier.EXACT_FIELD_PHRASE, f"{_EXACT_FIELDS} : {row_exact}"
        yield Tier.EXACT_PHRASE, f"{_EXACT} : {row_exact}"
    if is_row:
        yield Tier.FIELD_PHRASE, f"{_FIELDS} : {row_folded}"
        yield Tier.PHRASE, f"{_FOLDED} : {row_folded}"
    if len(question.words) > 1 or not is_row:
        if is_row and question.is_toned:
            yield Tier.EXACT_WORDS, f"{_EXACT} : ({_all(question.wanted, is_exact=True)})"
        yield Tier.WORDS, f"{_FOLDED} : ({_all(question.wanted, is_exact=False)})"


def _refused(question: Question) -> str:
    """Return what must not be met: with tones typed only that very word."""
    parts = []
    for term in question.unwanted:
        is_exact = any(token.is_toned for token in term.tokens)
        parts.append(f"{_EXACT if is_exact else _FOLDED} : {_term(term, is_exact=is_exact)}")
    return " OR ".join(parts)


def _all(terms: Iterable[Term], *, is_exact: bool) -> str:
    return " AND ".join(dict.fromkeys(_term(term, is_exact=is_exact) for term in terms))


def _term(term: Term, *, is_exact: bool) -> str:
    return _quoted(term.exact if is_exact else term.folded) + (" *" if term.is_prefix else "")


def _quoted(words: str) -> str:
    return f'"{words}"'
