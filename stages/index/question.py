"""A search question, read: words, phrases, fields, dates, refusals.

How people write it is the matter of `language`; how engines are asked of `plan`.
"""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.model.search import Mistake
from stages.index.analysis import Token, code_key

_CODE_WORDS_MAX = 6
_CODE_HEADS = frozenset({"so", "ky", "hieu", "kh"})
"""`Số:` and `Số, ký hiệu:` as copied from a paper say nothing of the code."""


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

    @property
    def is_toned(self) -> bool:
        """Whether tones were typed."""
        return any(token.is_toned for token in self.tokens)


@dataclass(frozen=True, slots=True)
class Inside:
    """Words asked for in one field."""

    column: str
    """Column of `document`."""
    words: tuple[str, ...]
    """Rows of folded words or structured tokens; all of them must be met."""
    is_refused: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked."""

    wanted: tuple[Term, ...] = ()
    unwanted: tuple[Term, ...] = ()
    fields: tuple[Inside, ...] = ()
    date_from: str = ""
    """First issued date, ISO 8601; empty for none."""
    date_to: str = ""
    folder: str | None = None
    mistakes: tuple[Mistake, ...] = ()

    @property
    def has_conditions(self) -> bool:
        """Whether something is asked for besides words."""
        is_field_asked = any(not one.is_refused for one in self.fields)
        return is_field_asked or bool(self.date_from or self.date_to) or self.folder is not None

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to look for."""
        return not self.wanted and not self.has_conditions

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
    def code_words(self) -> tuple[str, ...]:
        """The folded words if this may be a code or a piece of one, else none."""
        words = [word.folded for word in self.words]
        while len(words) > 1 and words[0] in _CODE_HEADS:
            words.pop(0)
        numbers = sum(word[0].isdigit() for word in words)
        is_short = 1 <= len(words) <= _CODE_WORDS_MAX and numbers <= 2
        if self.has_prefix or not is_short or (len(words) == 1 and not numbers):
            return ()
        return tuple(words)

    @property
    def code(self) -> str:
        """The structured token if this may be a number and its notation, else empty."""
        words = self.code_words
        numbers = sum(word[0].isdigit() for word in words)
        return code_key(words) if 0 < numbers < len(words) else ""

    @property
    def notation(self) -> str:
        """The structured token if this may be a notation without its number, else empty."""
        words = self.code_words
        return "" if any(word[0].isdigit() for word in words) else code_key(words)
