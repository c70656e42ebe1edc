"""A question as every engine is asked it: expressions over columns, best tier first.

How answers are ranked is said here, so that all engines give the same: where more of what was typed
is met, the answer stands higher. Engines only order the documents of one tier by the weight of
their words (BM25); equals come newest entered first.
"""

from __future__ import annotations

import dataclasses
import enum
import itertools
import math
from collections.abc import Iterable
from dataclasses import dataclass

from stages.index.analysis import number_key, pairs
from stages.index.question import Question, Term

TIER_STEP = 1000.0
"""Greater than any weight of words, so that tiers never mix."""
LOOSE_UNDER = 10
"""With fewer answers than this, documents that meet only a part of the question are added."""
CLOSE_SPAN = 900.0
"""What a weight of 1 of the closer look is worth within its tier."""

NEAR_UNDER = 200
"""With fewer documents than this that hold all the words, those that hold many of them close as in
the question are added; and, where none holds them side by side, those that read nearly like it."""

_FIELDS = ("code", "subject", "issuer", "type", "signer", "other")
_EXACT_FIELDS = ("fields",)
_ANYWHERE = ("body",)
_EXACT = ("exact",)
_CODE = ("code",)

_NEAR_SHARE = 0.45
_LOOSE_SHARE = 0.15
WHOLE_BONUS = 400.0
"""In NEAR, who holds all the words stands above who does not, whatever the pairs weigh: 45 pairs of
a rarity of 12 weigh less than what is left of a tier."""
_MOST_WORDS = range(3, 7)
_PARTIAL_WORDS_MIN = 3


class Tier(enum.IntEnum):
    """How well a document meets a question; higher stands above, whatever the words weigh."""

    LISTED = 0
    """No words were asked for, only conditions."""
    LOOSE = 1
    """A part of the words or pairs; asked only when there are few better answers."""
    WORDS = 2
    EXACT_WORDS = 3
    """All words with the tones typed."""
    NEAR = 4
    """Many words stand close as in the question: some are misread, mistyped or left out."""
    CLOSE = 5
    """A stretch reads nearly like the question, letter by letter (`closer`)."""
    FIELD_WORDS = 6
    """All words in the code, subject, issuer or another field."""
    EXACT_FIELD_WORDS = 7
    PHRASE = 8
    """The words side by side, tones aside."""
    FIELD_PHRASE = 9
    EXACT_PHRASE = 10
    EXACT_FIELD_PHRASE = 11
    CITED_CODE = 12
    """The text speaks of the code asked for."""
    CODE_PART = 13
    """All that was asked stands in the document's own code, a number among it."""
    CODE = 14
    """It is the document's own code."""


@dataclass(frozen=True, slots=True)
class Words:
    """A row of words, side by side, in any one of some columns; the last may be a beginning."""

    columns: tuple[str, ...]
    row: str
    is_prefix: bool = False


@dataclass(frozen=True, slots=True)
class All:
    """Every part is met."""

    parts: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Any:
    """At least one part is met."""

    parts: tuple[Expression, ...]


Expression = Words | All | Any


@dataclass(frozen=True, slots=True)
class Share:
    """At least so many of the pairs are met."""

    pairs: tuple[str, ...]
    least: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """All that an engine needs to answer a question."""

    tiers: tuple[tuple[Tier, Expression], ...] = ()
    """Best first, without NEAR and LOOSE; `base` is their union."""
    base: Expression | None = None
    """None: no words are asked for."""
    required: Expression | None = None
    """What every answer must meet besides: fields asked for."""
    refused: Expression | None = None
    """What no answer may meet."""
    phrases: Expression | None = None
    """Phrases in quotes: NEAR and LOOSE answers must meet them too."""
    row: Expression | None = None
    """The words side by side; None where that is not asked."""
    near: Share | None = None
    loose_pairs: Share | None = None
    loose_words: Expression | None = None
    words: tuple[str, ...] = ()
    """Folded words, for the weight within a tier."""

    @property
    def has_loose(self) -> bool:
        """Whether partial answers can be asked for."""
        return self.loose_pairs is not None or self.loose_words is not None


def plan_of(question: Question) -> Plan:
    """Return how a question is asked."""
    inside = [(one, [_row(one.column, row) for row in one.words]) for one in question.fields]
    required = [row for one, rows in inside if not one.is_refused for row in rows]
    refused: list[Expression] = [_refusal(term) for term in question.unwanted]
    refused += [All(tuple(rows)) for one, rows in inside if one.is_refused]
    plan = Plan(required=_all(required), refused=Any(tuple(refused)) if refused else None)
    if not question.wanted:
        return plan
    tiers = tuple(sorted(_tiers(question), key=lambda tier: -tier[0]))
    quoted = [_term(_ANYWHERE, term) for term in question.wanted if len(term.tokens) > 1]
    near, loose = _shares(question)
    return dataclasses.replace(
        plan,
        tiers=tiers,
        base=_union(tiers),
        phrases=_all(quoted),
        row=next((one for tier, one in tiers if tier is Tier.PHRASE), None),
        near=near,
        loose_pairs=loose,
        loose_words=None if question.has_prefix else _most(question),
        words=tuple(dict.fromkeys(word.folded for word in question.words)),
    )


def _tiers(question: Question) -> Iterable[tuple[Tier, Expression]]:
    """Yield (tier, expression) of the answers that meet all of the question."""
    yield from _code_tiers(question)
    folded = " ".join(word.folded for word in question.words)
    exact = " ".join(word.exact for word in question.words)
    is_row = not question.has_prefix
    if is_row and question.is_toned:
        yield Tier.EXACT_FIELD_PHRASE, Words(_EXACT_FIELDS, exact)
        yield Tier.EXACT_PHRASE, Words(_EXACT, exact)
    if is_row:
        yield Tier.FIELD_PHRASE, Words(_FIELDS, folded)
        yield Tier.PHRASE, Words(_ANYWHERE, folded)
    if is_row and len(question.wanted) == 1:
        return
    if is_row and question.is_toned:
        yield Tier.EXACT_FIELD_WORDS, _every(_EXACT_FIELDS, question.wanted, is_exact=True)
        yield Tier.EXACT_WORDS, _every(_EXACT, question.wanted, is_exact=True)
    yield Tier.FIELD_WORDS, _every(_FIELDS, question.wanted)
    yield Tier.WORDS, _every(_ANYWHERE, question.wanted)


def _code_tiers(question: Question) -> Iterable[tuple[Tier, Expression]]:
    words = question.code_words
    if not words:
        return
    if question.code:
        yield Tier.CODE, Words(_CODE, question.code)
        yield Tier.CITED_CODE, Words(("cited",), question.code)
    elif question.notation:
        yield Tier.CODE, Words(_CODE, question.notation)
    if any(word[0].isdigit() for word in words):
        alone = number_key(words[0]) if len(words) == 1 else ""
        rows = [alone] if alone else sorted(set(words))
        yield Tier.CODE_PART, All(tuple(Words(_CODE, row) for row in rows))


def _shares(question: Question) -> tuple[Share | None, Share | None]:
    """Return how many pairs NEAR and LOOSE answers hold; a beginning of a word has none.

    Nor has a question of phrases in quotes alone: partial answers must meet them all, so whoever
    does is a whole answer.
    """
    words = [word.folded for word in question.words]
    is_quoted = all(len(term.tokens) > 1 for term in question.wanted)
    if question.has_prefix or is_quoted or len(words) < _PARTIAL_WORDS_MIN:
        return None, None
    found = tuple(pairs(words))
    near = Share(found, max(2, math.ceil(_NEAR_SHARE * len(found)))) if len(found) > 1 else None
    return near, Share(found, max(1, math.ceil(_LOOSE_SHARE * len(found))))


def _most(question: Question) -> Expression | None:
    """Return an expression for all words but any one; None for too few or too many."""
    words = list(dict.fromkeys(word.folded for word in question.words))
    if len(words) not in _MOST_WORDS:
        return None
    chosen = itertools.combinations(words, len(words) - 1)
    return Any(tuple(All(tuple(Words(_ANYWHERE, word) for word in some)) for some in chosen))


def _union(tiers: tuple[tuple[Tier, Expression], ...]) -> Expression:
    """Return what any tier meets: all but those of codes are parts of the last one."""
    parts = [expression for tier, expression in tiers if tier in _CODE_TIERS]
    parts += [tiers[-1][1]] if tiers[-1][0] not in _CODE_TIERS else []
    return Any(tuple(parts)) if len(parts) > 1 else parts[0]


ROW_TIERS = frozenset({Tier.PHRASE, Tier.FIELD_PHRASE, Tier.EXACT_PHRASE, Tier.EXACT_FIELD_PHRASE})
"""Whoever is met in one of these holds the words side by side; of those above nobody knows."""
_CODE_TIERS = frozenset({Tier.CODE, Tier.CODE_PART, Tier.CITED_CODE})


def _refusal(term: Term) -> Expression:
    """Return what must not be met: with tones typed only that very word."""
    if term.is_toned:
        return Words(_EXACT, term.exact, term.is_prefix)
    return Words(_ANYWHERE, term.folded, term.is_prefix)


def _every(
    columns: tuple[str, ...], terms: Iterable[Term], *, is_exact: bool = False
) -> Expression:
    return All(tuple(dict.fromkeys(_term(columns, term, is_exact=is_exact) for term in terms)))


def _term(columns: tuple[str, ...], term: Term, *, is_exact: bool = False) -> Words:
    return Words(columns, term.exact if is_exact else term.folded, term.is_prefix)


def _row(column: str, row: str) -> Words:
    return Words((column,), row)


def _all(parts: list[Words]) -> Expression | None:
    return All(tuple(parts)) if parts else None
