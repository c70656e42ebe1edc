"""What readers of text confuse, made one: part of the folded form of a word.

Letters and digits that look alike on paper (rn/m, 0/O, l/1/I, cl/d, vv/w) become one of the two.
The choice is made so that Vietnamese loses next to nothing: `rn` and `cl` stand in no Vietnamese
syllable, l only opens one, i never opens one before a vowel. Both the text and the question go
through here, so foreign words keep finding themselves.
"""

from __future__ import annotations

import re

_DIGITS = str.maketrans("oil", "011")
_LETTERS = str.maketrans("01", "ol")
_NUMBER = re.compile(r"(?=.*[0-9])[0-9oil]+")
_HALF_NUMBER = re.compile(r"(?=.*[01])[a-z01]+")
_OPENS = re.compile(r"\A(?:cl|i(?=[aeou]))")


def forgiven(folded: str) -> str:
    """Return a folded word (lower case, no tones) with look-alikes made one."""
    if not folded.isascii():
        return folded
    if _NUMBER.fullmatch(folded):
        return folded.translate(_DIGITS)
    word = folded.translate(_LETTERS) if _HALF_NUMBER.fullmatch(folded) else folded
    if not word.isalpha():
        return word
    word = word.replace("rn", "m").replace("vv", "w")
    word = _OPENS.sub(lambda match: "d" if match.group() == "cl" else "l", word)
    return word[0] + word[1:].replace("l", "i")
