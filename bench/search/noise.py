"""Text as a reader of scans gives it: a share of its characters wrong, in the ways they go wrong.

Half of the errors touch tones and marks, as half of a Vietnamese line reader's do (design, §7); the
rest are look-alikes, any other letter, letters lost or added, and spaces lost or added.
"""

from __future__ import annotations

import random
import unicodedata
from functools import cache

_TONE_SHARE = 0.5
_KINDS = ("alike", "other", "lost", "added", "space")
_KIND_WEIGHTS = (40, 25, 15, 10, 10)
_ALIKE = {
    "m": "rn", "n": "u", "u": "n", "h": "b", "b": "h", "c": "e", "e": "c", "l": "1", "i": "l",
    "t": "f", "o": "0", "0": "o", "1": "l", "5": "s", "8": "B", "g": "q", "q": "g", "d": "cl",
    "v": "y", "y": "v", "r": "n", "a": "o", "s": "5", "O": "0", "I": "l", "D": "O", "Đ": "D",
}  # fmt: skip
_LETTERS = "abcdeghiklmnopqrstuvxy"
_VOWELS = "aăâeêioôơuưy"
_TONES = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")


def noisy(text: str, cer: float, chance: random.Random) -> str:
    """Return a text with a share of its characters wrong.

    Args:
        text: NFC text.
        cer: characters edited, as a share of all, 0–1.
        chance: where the choices come from.
    """
    count = round(cer * len(text))
    if not count:
        return text
    signs = list(text)
    spots = [at for at, sign in enumerate(text) if not sign.isspace()]
    marked = [at for at in spots if len(_marks_of(text[at])) > 1]
    tones = min(len(marked), sum(chance.random() < _TONE_SHARE for _ in range(count)))
    for at in chance.sample(marked, tones):
        signs[at] = chance.choice([one for one in _marks_of(text[at]) if one != text[at]])
    kinds = chance.choices(_KINDS, _KIND_WEIGHTS, k=count - tones)
    for at, kind in zip(chance.sample(spots, min(len(spots), count - tones)), kinds, strict=False):
        signs[at] = _changed(signs[at], kind, chance)
    return unicodedata.normalize("NFC", "".join(signs))


def wrong_tones(text: str, chance: random.Random) -> str:
    """Return a text with the tone of half of its syllables wrong, of one at least."""
    words = text.split(" ")
    toned = [at for at, word in enumerate(words) if any(len(_tones_of(sign)) > 1 for sign in word)]
    for at in chance.sample(toned, max(1, len(toned) // 2)) if toned else ():
        signs = list(words[at])
        places = [place for place, sign in enumerate(signs) if len(_tones_of(sign)) > 1]
        place = chance.choice(places)
        others = [one for one in _tones_of(signs[place]) if one != signs[place]]
        signs[place] = chance.choice(others)
        words[at] = "".join(signs)
    return " ".join(words)


def without_tones(text: str) -> str:
    """Return a text as typed without a Vietnamese keyboard."""
    parts = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(sign for sign in parts if not unicodedata.combining(sign))


def _changed(sign: str, kind: str, chance: random.Random) -> str:
    if kind == "lost":
        return ""
    if kind == "added":
        return sign + chance.choice(_LETTERS)
    if kind == "space":
        return sign + " "
    if kind == "alike" and sign in _ALIKE:
        return _ALIKE[sign]
    return chance.choice(_LETTERS)


@cache
def _tones_of(sign: str) -> tuple[str, ...]:
    """Return a vowel with each of the six tones; a letter that bears none alone."""
    lower = sign.lower()
    bare = unicodedata.normalize(
        "NFC", "".join(one for one in unicodedata.normalize("NFD", lower) if one not in _TONES[1:])
    )
    if bare not in _VOWELS or not bare:
        return (sign,)
    made = (unicodedata.normalize("NFC", bare + tone) for tone in _TONES)
    return tuple(one.upper() if sign != lower else one for one in made)


@cache
def _marks_of(sign: str) -> tuple[str, ...]:
    """Return everything that differs from a letter by tone or mark alone."""
    if sign in "dđ":
        return ("d", "đ")
    if sign in "DĐ":
        return ("D", "Đ")
    plain = without_tones(sign)
    same = [vowel for vowel in _VOWELS if without_tones(vowel) == plain.lower()]
    made = dict.fromkeys(one for vowel in same for one in _tones_of(vowel))
    return tuple(one.upper() if sign != sign.lower() else one for one in made) or (sign,)
