"""A search question in people's words, read once for every engine; reading it never raises.

Understood: words, `"phrases"`, `-word` and `-"phrase"` (not), `begin*` (words that begin so).
Anything else is punctuation. How answers are ranked is said here too (`Tier`), so that engines
give the same order: where more of what was typed is met, the answer stands higher.
"""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass

from stages.index.analysis import Token, code_key, normal, tokens

QUESTION_CHARS_MAX = 1000
TERMS_MAX = 24
"""Longer questions are cut: the rest adds time and no answer."""

_PART = re.compile(r'(?P<no>(?<!\S)-(?=[^\s-]))?(?:"(?P<phrase>[^"]*)"?|(?P<plain>[^\s"]+))')
_PREFIX_CHARS_MIN = 2
_CODE_WORDS = range(2, 7)


class Tier(enum.IntEnum):
    """How well a document meets a question; higher stands above, whatever the word weights say."""

    PAIRS = 0
    """Some neighbouring words; asked only when nothing has all words (misread or mistyped ones)."""
    WORDS = 1
    EXACT_WORDS = 2
    """All words with the tones typed."""
    PHRASE = 3
    """The words side by side, tones aside."""
    FIELD_PHRASE = 4
    """Side by side in code, subject, issuer or another field."""
    EXACT_PHRASE = 5
    EXACT_FIELD_PHRASE = 6
    CITED_CODE = 7
    """The text speaks of the code asked for."""
    CODE = 8
    """It is the document's own code."""


ROW_TIERS = frozenset({Tier.PHRASE, Tier.FIELD_PHRASE, Tier.EXACT_PHRASE, Tier.EXACT_FIELD_PHRASE})
"""All are parts of PHRASE: where it has nothing, they have nothing."""


@dataclass(frozen=True, slots=True)
class Term:
    """Something that must (or must not) be met: a word, the start of one, or words in a row."""

    tokens: tuple[Token, ...]
    is_prefix: bool = False

    @property
    def folded(self) -> str:
        """The words without tones."""
        return " ".join(token.folded for token in self.tokens)

    @property
    def exact(self) -> str:
        """The words with their tones."""
        return " ".join(token.exact for token in self.tokens)


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked."""

    wanted: tuple[Term, ...]
    unwanted: tuple[Term, ...]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to look for."""
        return not self.wanted

    @property
    def words(self) -> tuple[Token, ...]:
        """All wanted words in the order typed."""
        return tuple(token for term in self.wanted for token in term.tokens)

    @property
    def is_toned(self) -> bool:
        """Whether tones were typed, and so are meant."""
        return any(word.is_toned for word in self.words)

    @property
    def has_prefix(self) -> bool:
        """Whether the start of a word is asked for: such a question has no phrase."""
        return any(term.is_prefix for term in self.wanted)

    @property
    def code(self) -> str:
        """The structured token if this may be a number and its notation, else empty."""
        words = [word.folded for word in self.words]
        numbers = sum(word[0].isdigit() for word in words)
        if self.has_prefix or len(words) not in _CODE_WORDS or not 1 <= numbers <= 2:
            return ""
        return code_key(words) if numbers < len(words) else ""

    @property
    def notation(self) -> str:
        """The structured token if this may be a notation without its number, else empty."""
        words = [word.folded for word in self.words]
        if self.has_prefix or len(words) not in _CODE_WORDS or any(w[0].isdigit() for w in words):
            return ""
        return code_key(words)


def read_question(text: str) -> Question:
    """Read a question; a text of no usable word gives an empty one."""
    wanted: list[Term] = []
    unwanted: list[Term] = []
    for part in _PART.finditer(normal(text[:QUESTION_CHARS_MAX])):
        (unwanted if part["no"] else wanted).extend(_terms(part["phrase"], part["plain"]))
    return Question(wanted=tuple(wanted[:TERMS_MAX]), unwanted=tuple(unwanted[:TERMS_MAX]))


def _terms(phrase: str | None, plain: str | None) -> list[Term]:
    """Return the terms of one part: a phrase is one term, `QĐ-UBND` is two words."""
    if phrase is not None:
        row = tuple(tokens(phrase))[:TERMS_MAX]
        return [Term(row)] if row else []
    typed = plain or ""
    row = tuple(tokens(typed))
    terms = [Term((token,)) for token in row]
    if row and typed.endswith("*") and len(row[-1].folded) >= _PREFIX_CHARS_MIN:
        terms[-1] = Term((row[-1],), is_prefix=True)
    return terms
