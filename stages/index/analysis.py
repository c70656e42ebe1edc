"""Vietnamese text to search tokens: folded, normalised and cut here, once, for every engine.

An engine gets words parted by spaces and needs no plugin of its own, and all engines see the same
words. Two streams are made of the same text:

- exact: what was written, with its tones. Letter case, NFC/NFD, Ð/Đ and the place of the tone mark
  (`hòa`, `hoà`) do not matter: the tone is taken out of the syllable and put behind it.
- folded: no tones, no circumflex, horn or breve, đ as d. `so hoa` and `số hóa` are one.

Codes (`123/QĐ-UBND`) also give one structured token that knows neither order nor punctuation nor
leading zeros: the words of the code sorted, so that `qđ-ubnd 123` asks for the same token.

Never raises on any text. REVISION is raised when the same text may give other tokens.
"""

from __future__ import annotations

import functools
import itertools
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

REVISION = 1
"""An index made under another revision must be made anew."""

_WORD = re.compile(r"[^\W_]+(?:[\u0300-\u036f]+[^\W_]*)*")
"""Letters and digits; combining marks that NFC cannot compose stay with their letter."""

_TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")
"""Grave, acute, tilde, hook above, dot below: huyền, sắc, ngã, hỏi, nặng."""

_CODE = re.compile(
    r"(?<![^\W_])(?P<number>\d{1,6}[A-Za-z]?)\s?/\s?(?:(?P<year>\d{4})\s?/\s?)?"
    r"(?P<notation>[A-ZĐƯƠÂÊÔĂ][A-Za-zĐđƯưƠơÂâÊêÔôĂăỤỊ&.]*"
    r"(?:\s?[-–—]\s?[A-ZĐƯƠÂÊÔĂ0-9][A-Za-zĐđƯưƠơÂâÊêÔôĂă&.0-9]*){0,4})"
)
"""Số/ký hiệu after NĐ 30/2020 PL I, and the form with the year of legal documents."""

_CODE_WORDS_MAX = 8
_MARK = "_"
"""Opens a structured token; no word holds it."""


@dataclass(frozen=True, slots=True)
class Token:
    """One word of a text."""

    exact: str
    folded: str
    start: int
    """Offset in the NFC text."""
    end: int

    @property
    def is_toned(self) -> bool:
        """Whether writing it took a Vietnamese keyboard."""
        return self.exact != self.folded


def normal(text: str) -> str:
    """Return the text as offsets count in it: NFC, one letter for Ð and Đ."""
    # U+00D0 is typed for U+0110 by old keyboards and read for it by readers of text.
    return unicodedata.normalize("NFC", text).replace("Ð", "Đ").replace("ð", "đ")


def tokens(text: str) -> Iterator[Token]:
    """Cut a text (made `normal` before) into words."""
    for match in _WORD.finditer(text):
        exact, folded = _forms(match.group())
        yield Token(exact=exact, folded=folded, start=match.start(), end=match.end())


def forms(text: str) -> list[tuple[str, str]]:
    """Return (exact, folded) of each word of a text: `tokens` without places, six times quicker."""
    return [_forms(word) for word in _WORD.findall(normal(text))]


def places(text: str, first: int, last: int) -> list[tuple[int, int]]:
    """Return (start, end) of the words `first` to `last` (not included) of a `normal` text."""
    return [match.span() for match in itertools.islice(_WORD.finditer(text), first, last)]


def streams(text: str) -> tuple[str, str]:
    """Return (exact, folded) words of a text, each parted by one space."""
    pairs = forms(text)
    return " ".join([pair[0] for pair in pairs]), " ".join([pair[1] for pair in pairs])


def code_tokens(code: str) -> tuple[str, ...]:
    """Return the structured tokens of a document's own code: the whole, and its notation."""
    words = [_without_zeros(token.folded) for token in tokens(normal(code))]
    letters = [word for word in words if not word[0].isdigit()]
    keys = [code_key(words)]
    if letters and len(letters) < len(words):
        keys.append(code_key(letters))
    return tuple(key for key in keys if key)


def cited_codes(text: str) -> tuple[str, ...]:
    """Return the structured tokens of the codes that a text speaks of."""
    found = (match.group() for match in _CODE.finditer(normal(text)))
    keys = (code_key(_without_zeros(token.folded) for token in tokens(code)) for code in found)
    return tuple(dict.fromkeys(key for key in keys if key))


def code_key(words: Iterable[str]) -> str:
    """Return one token for the folded words of a code, in any order; empty when it is none."""
    parts = sorted({_without_zeros(word) for word in words})
    if not 1 <= len(parts) <= _CODE_WORDS_MAX:
        return ""
    return _MARK + _MARK.join(parts)


def _without_zeros(word: str) -> str:
    return word.lstrip("0") or "0" if word[0] == "0" else word


@functools.lru_cache(maxsize=65536)
def _forms(word: str) -> tuple[str, str]:
    """Return (exact, folded) of one word; a page repeats its syllables, so the cache pays."""
    lowered = unicodedata.normalize("NFC", word.lower())
    if lowered.isascii():
        return lowered, lowered
    letters: list[str] = []
    tones: list[str] = []
    for mark in unicodedata.normalize("NFD", lowered):
        (tones if mark in _TONES else letters).append(mark)
    exact = unicodedata.normalize("NFC", "".join(letters)) + "".join(tones)
    bare = (letter for letter in letters if not unicodedata.combining(letter))
    folded = unicodedata.normalize("NFKC", "".join(bare).replace("đ", "d"))
    return exact, "".join(_WORD.findall(folded)) or exact
