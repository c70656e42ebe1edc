"""Whether a text layer is made of words, or of what broken fonts leave of them.

Text of Vietnamese documents is syllables of a fixed build: onset, vowels with at most one tone,
coda. Layers of the official gazette carry spaces inside words (`C ông b áo`), legacy fonts give
letters of another alphabet (`Céng hßa x· héi`), missing maps give symbols. Each shows in the share
of tokens that no Vietnamese syllable, no Latin word and no number can be.
"""

from __future__ import annotations

import re
import unicodedata

_MIN_TOKENS = 8
"""Fewer tokens prove nothing: such a text is believed only where nearly all of it is sound."""
_MIN_SOUND_SHARE = 0.85
"""Born-digital drafts score 0.96 and more, broken layers 0.3–0.75 (see the tests)."""
_MAX_SPLIT_SHARE = 0.06
"""Lone consonants: what is left of words with spaces inside."""
_TONES = str.maketrans("", "", "\u0300\u0301\u0303\u0309\u0323")
_ONSET = "(?:ngh|ng|nh|ch|gh|gi|kh|ph|qu|th|tr|[bcdđghklmnpqrstvx])?"
_NUCLEUS = "(?:[aăâeêioôơuưy]{1,3})"
_CODA = "(?:ch|ng|nh|[cmnpt])?"
_SYLLABLE = re.compile(f"{_ONSET}{_NUCLEUS}{_CODA}")
_LATIN = re.compile(r"(?:[a-z]*[aeiouy][a-z]*)|[bcdfghjklmnpqrstvwxz]{2,5}")
"""Foreign words have a vowel; abbreviations (UBND, QĐ, TTg) have two to five letters."""
_FOREIGN_VOWELS = re.compile(r"[aeiouy]")
_EDGES = re.compile(r"^[^\w]+|[^\w]+$")
_PART = re.compile(r"[/\-–—.,:;()&+_…\d]+")
_LONGEST_WORD = 25
_TONE_MARKS = frozenset("\u0300\u0301\u0303\u0309\u0323")


def is_usable(text: str) -> bool:
    """Say whether a page's text is good enough to be taken instead of reading its picture."""
    parts = [part for token in text.split() for part in _parts(token)]
    words = [part for part in parts if not part.isdigit()]
    if not words:
        return False
    symbols = sum(_is_symbol(letter) for letter in text)
    if symbols > 0.02 * len(text):
        return False
    sound = sum(_is_sound(word) for word in words) / len(words)
    split = sum(len(word) == 1 and not _is_vowel(word) for word in words) / len(words)
    if len(words) < _MIN_TOKENS:
        return sound == 1.0 and split <= 0.25
    return sound >= _MIN_SOUND_SHARE and split <= _MAX_SPLIT_SHARE


def _parts(token: str) -> list[str]:
    return [part for part in _PART.split(_EDGES.sub("", token)) if part]


def _is_symbol(letter: str) -> bool:
    kind = unicodedata.category(letter)
    return letter == "\ufffd" or kind in {"Co", "Cn", "Cs"} or (kind == "Cc" and letter > "\r")


def _is_vowel(letter: str) -> bool:
    return unicodedata.normalize("NFD", letter.lower())[0] in "aeiouy"


def _is_sound(word: str) -> bool:
    """Say whether a word can be a Vietnamese syllable, a Latin word or an abbreviation."""
    letters = unicodedata.normalize("NFD", word.lower())
    tones = sum(letter in _TONE_MARKS for letter in letters)
    plain = unicodedata.normalize("NFC", letters.translate(_TONES))
    if len(word) > _LONGEST_WORD or not plain.isalnum():
        return False
    if tones <= 1 and _SYLLABLE.fullmatch(plain):
        return True
    is_capital = word.isupper() and len(word) <= 12
    return tones == 0 and (is_capital or bool(_LATIN.fullmatch(plain)))
