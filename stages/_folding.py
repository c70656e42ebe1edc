"""Letters without tones, one for one, so that places in a text stay known."""

from __future__ import annotations

import functools
import unicodedata

DASHES = "‐‑‒–—−"


@functools.cache
def _fold_letter(letter: str) -> str:
    if letter in "đĐðÐ":
        return "d"
    if letter in DASHES:
        return "-"
    plain = unicodedata.normalize("NFD", letter)[0].lower()
    return plain if len(plain) == 1 else letter


def fold(text: str) -> str:
    """Return plain lower-case letters, exactly as many characters as `text` (which is NFC)."""
    return "".join(map(_fold_letter, text))
