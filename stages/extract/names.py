"""Names of persons as they are printed, and what a seal left of them.

A seal hides the beginning of a name: what is left of the first word is the end of a family name,
and of these there are few. A name mended so is never sure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from pipeline.model.records import Word
from stages.extract.folding import fold, tidy
from stages.extract.rules import Rules

_MOST_LOST = 3
"""Letters of a family name that a seal may hide."""
MENDED = 0.45
"""A mended word is sure to no more than this."""
_HEADLESS = 0.2
"""A word without its first letter is surely wrong; it is kept for whoever corrects it."""
_SIGNS = ".,;:'`’‘_-=¬\"“”|/"


def name_text(text: str, rules: Rules) -> str:
    """Return a name without rank, degree and signs, the family name's tones mended."""
    text = tidy(re.sub(r"[^\wÀ-ỹ. ]+", " ", text)).strip(" ._")
    for prefix in sorted(rules.name_prefixes, key=len, reverse=True):
        if text.startswith((prefix + ".", prefix + " ")) and len(text.split()) > 2:
            text = text[len(prefix) :].lstrip(". ")
    words = text.split()
    if words and words[0] not in rules.family_names:
        same = [name for name in rules.family_names if fold(name) == fold(words[0])]
        if len(same) == 1:
            words[0] = same[0]
    return " ".join(words)


def whole_words(words: Sequence[Word], rules: Rules) -> tuple[Word, ...]:
    """Return the words of a row with a family name mended that begins a name of capitalised words.

    Args:
        words: of one row of the signature block, from left to right.
        rules: the tables.
    """
    out = list(words)
    while len(out) > 2 and not re.search(r"[^\W\d_]{2}", out[0].text):
        out = out[1:]
    rest = [word.text for word in out[1:] if not _is_capitalised(word.text)]
    most = int(len(out) > 2 and _is_capitalised(out[0].text))
    if not 2 <= len(out) <= 6 or len(rest) > most:
        return tuple(words)
    if rest and not (rest[0].isalpha() and rest[0].islower() and 1 < len(rest[0]) < 7):
        return tuple(words)
    out[1:] = [word if _is_capitalised(word.text) else _headless(word) for word in out[1:]]
    first = out[0].text.strip(_SIGNS)
    if first in rules.family_names:
        return tuple(out)
    family = family_from_rest(first, rules.family_names)
    if not family:
        return tuple(words) if first.islower() else tuple(out)
    sure = min(out[0].confidence, MENDED)
    return (replace(out[0], text=family, confidence=sure), *out[1:])


def _headless(word: Word) -> Word:
    """Return a word of a name whose first letter a seal hides, as far as it is known."""
    return replace(word, text=word.text.capitalize(), confidence=min(word.confidence, _HEADLESS))


def family_from_rest(rest: str, families: Iterable[str]) -> str:
    """Return the one family name that ends so, or empty; its first letter read wrong is forgiven.

    Tones decide where they can: `hạm` is Phạm, `uyễn` Nguyễn, `ui` Bùi.
    """
    listed = sorted(families)
    for end in (rest, rest[1:]):
        for form in (str.lower, fold):
            key = form(end)
            found = [
                name
                for name in listed
                if form(name).endswith(key) and len(name) - len(end) <= _MOST_LOST
            ]
            if len(key) > 1 and len(found) == 1:
                return found[0]
    return ""


def _is_capitalised(text: str) -> bool:
    bare = text.strip(_SIGNS)
    return len(bare) > 1 and bare[:1].isupper() and bare[1:].islower()
