"""Texts made comparable: letters without tones, one for one, so that places in the text stay known.

Readers err in tones first (ổ→ố, ỉ→i) and in capitals of small type; anchors are therefore compared
on their plain letters. Values are never built from folded text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from stages._folding import DASHES
from stages._folding import fold as fold

_TONES = "\u0300\u0301\u0303\u0309\u0323"
"""Grave, acute, tilde, hook and dot below; the marks of â ê ô ă ơ ư are letters' own."""
_SPACES = re.compile(r"\s+")


def compact(text: str) -> str:
    """Return the folded letters and digits alone."""
    return "".join(letter for letter in fold(text) if letter.isalnum())


def tidy(text: str) -> str:
    """Return NFC text with single spaces and none before `,` `;` or `.`."""
    joined = _SPACES.sub(" ", unicodedata.normalize("NFC", text)).strip()
    return re.sub(r" +([,;.])(?=\s|$)", r"\1", joined)


def capitals_share(text: str) -> float:
    """Return the share of letters that are capitals, 0–1; 0 when there is no letter."""
    letters = [letter for letter in text if letter.isalpha()]
    if not letters:
        return 0.0
    return sum(letter.isupper() for letter in letters) / len(letters)


def plain_dashes(text: str) -> str:
    """Return the text with every dash as `-` and the Icelandic eth as the Vietnamese letter."""
    for dash in DASHES:
        text = text.replace(dash, "-")
    return text.replace("Ð", "Đ").replace("ð", "đ")


def retone(words: Sequence[str], known: Sequence[str]) -> list[str]:
    """Return words with the tones of a known name of as many words, letters being the same.

    A word whose tone is the same but stands elsewhere (`UỶ`, `HOÀ`) stays as printed.
    """
    return [
        word if _tone_key(word) == _tone_key(name) else name
        for word, name in zip(words, known, strict=True)
    ]


def is_same_tone(first: str, second: str) -> bool:
    """Tell whether two words are one but for capitals and the place of the tone (`hoá`, `hóa`)."""
    return _tone_key(first) == _tone_key(second)


def _tone_key(word: str) -> tuple[str, ...]:
    marks = unicodedata.normalize("NFD", word.upper())
    tones = [mark for mark in marks if mark in _TONES]
    return ("".join(mark for mark in marks if mark not in _TONES), *tones)
