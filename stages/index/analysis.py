"""Vietnamese text to search tokens: folded, normalised and cut here, once, for every engine.

An engine gets words parted by spaces and needs no plugin of its own, and all engines see the same
words. Two streams are made of the same text:

- exact: what was written, with its tones. Letter case, NFC/NFD, Ð/Đ and the place of the tone mark
  (`hòa`, `hoà`) do not matter: the tone is taken out of the syllable and put behind it.
- folded: no tones, no circumflex, horn or breve, đ as d, and what readers confuse made one
  (`lookalikes`). `so hoa`, `số hóa` and `s0 hoá` are one.

Folded words next to each other, or with one between, also give pairs (`so_hoa`): where a reader
misread, parted or lost some words of a text, other pairs still stand.

Codes (`123/QĐ-UBND`) also give structured tokens that know neither order nor punctuation nor
leading zeros: the words of the code sorted, so that `qđ-ubnd 123` asks for the same token.

Never raises on any text. REVISION is raised when the same text may give other tokens.
"""

from __future__ import annotations

import functools
import itertools
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from stages.index.lookalikes import forgiven

REVISION = 3
"""An index made under another revision must be made anew."""

_WORD = re.compile(r"[^\W_]+(?:[\u0300-\u036f]+[^\W_]*)*")
"""Letters and digits; combining marks that NFC cannot compose stay with their letter."""

_TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")
"""Grave, acute, tilde, hook above, dot below: huyền, sắc, ngã, hỏi, nặng."""

_CODE = re.compile(
    r"(?<![^\W_])(?P<number>(?=[OoIl]{0,5}\d)[\dOoIl]{1,6}[A-Za-z]?)\s?/\s?(?:(?P<year>\d{4})\s?/\s?)?"
    r"(?P<notation>[A-ZĐƯƠÂÊÔĂ][A-Za-zĐđƯưƠơÂâÊêÔôĂăỤỊ&.]*"
    r"(?:\s?[-–—]\s?[A-ZĐƯƠÂÊÔĂ0-9][A-Za-zĐđƯưƠơÂâÊêÔôĂă&.0-9]*){0,4})"
)
"""Số/ký hiệu after NĐ 30/2020 PL I, and the form with the year of legal documents; in the number
O is read for 0 and l or I for 1."""

_CODE_WORDS_MAX = 8
WORD_CHARS_MAX = 64
"""Longer runs of letters are no words; engines would cut them each in its own way."""
PART = "_"
"""Opens a structured token, joins a pair, and alone parts what must not be read as one row; no word
holds it."""


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
        return not self.exact.isascii()


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


def plain(text: str) -> str:
    """Return a text in small letters without tones and marks, for a quick look; ten times `forms`.

    What readers confuse is not made one, and letters beyond Vietnamese stay as they are.
    """
    return normal(text).lower().translate(_plain_letters())


@functools.cache
def _plain_letters() -> dict[int, str | None]:
    letters: dict[int, str | None] = {ord("đ"): "d"}
    for code in (*range(0x00C0, 0x0250), *range(0x1E00, 0x1F00)):
        bare = unicodedata.normalize("NFD", chr(code))
        if len(bare) > 1 and bare[0].isascii():
            letters[code] = bare[0]
    letters |= dict.fromkeys(map(ord, _TONES))
    return letters


def places(text: str, first: int, last: int) -> list[tuple[int, int]]:
    """Return (start, end) of the words `first` to `last` (not included) of a `normal` text."""
    return [match.span() for match in itertools.islice(_WORD.finditer(text), first, last)]


def streams(text: str) -> tuple[str, str]:
    """Return (exact, folded) words of a text, each parted by one space."""
    pairs = forms(text)
    return " ".join([pair[0] for pair in pairs]), " ".join([pair[1] for pair in pairs])


def pairs(words: Sequence[str]) -> list[str]:
    """Return each pair of words next to each other, then with one between, once; none over a PART.

    The order is fixed, and the same for the same words.
    """
    near = map(PART.join, itertools.pairwise(words))
    far = map(PART.join, zip(words, words[2:], strict=False))
    return [pair for pair in dict.fromkeys((*near, *far)) if PART * 2 not in pair]


def code_tokens(code: str) -> tuple[str, ...]:
    """Return the structured tokens of a document's own code: whole, notation, number."""
    words = code_words(code)
    letters = [word for word in words if not word[0].isdigit()]
    keys = [code_key(words)]
    if letters and len(letters) < len(words):
        keys.append(code_key(letters))
    keys += [number_key(word) for word in words[:1] if word[0].isdigit()]
    return tuple(key for key in keys if key)


def code_words(code: str) -> list[str]:
    """Return the folded words of a code, numbers without their leading zeros."""
    return [without_zeros(folded) for _, folded in forms(code)]


def number_key(word: str) -> str:
    """Return the structured token of a code's number."""
    return f"{PART}n{PART}{without_zeros(word)}"


def cited_codes(text: str) -> tuple[str, ...]:
    """Return the structured tokens of the codes that a text speaks of."""
    found = (match.group() for match in _CODE.finditer(normal(text)))
    keys = (code_key(code_words(code)) for code in found)
    return tuple(dict.fromkeys(key for key in keys if key))


def code_key(words: Iterable[str]) -> str:
    """Return one token for the folded words of a code, in any order; empty when it is none."""
    parts = sorted({without_zeros(word) for word in words})
    if not 1 <= len(parts) <= _CODE_WORDS_MAX:
        return ""
    return PART + PART.join(parts)


def without_zeros(word: str) -> str:
    """Return a word without leading zeros; zero itself stays."""
    return word.lstrip("0") or "0" if word[0] == "0" else word


@functools.lru_cache(maxsize=65536)
def _forms(word: str) -> tuple[str, str]:
    """Return (exact, folded) of one word; a page repeats its syllables, so the cache pays."""
    lowered = unicodedata.normalize("NFC", word.lower())[:WORD_CHARS_MAX]
    if lowered.isascii():
        return lowered, forgiven(lowered)
    letters: list[str] = []
    tones: list[str] = []
    for mark in unicodedata.normalize("NFD", lowered):
        (tones if mark in _TONES else letters).append(mark)
    exact = unicodedata.normalize("NFC", "".join(letters)) + "".join(tones)
    bare = (letter for letter in letters if not unicodedata.combining(letter))
    folded = unicodedata.normalize("NFKC", "".join(bare).replace("đ", "d"))
    plain = "".join(_WORD.findall(folded))[:WORD_CHARS_MAX]
    return exact, forgiven(plain) if plain else exact
