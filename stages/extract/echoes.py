"""Tones of a subject mended by what stands elsewhere and by what print ever says.

Half of a reader's errors are tones, and its confidence does not show them; but the words of the
subject stand again in the body (`… về việc …`, Điều 1), and many pairs of words have one spelling
only (`phổ thông`). A word is replaced only by one of the same plain letters, between the same plain
neighbours, and only where those readings outweigh its own. Capitalised words, names among them, are
left to the echoes alone, but for the names of years (`Ất Tỵ`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from pipeline.model.records import Page, Word
from stages.extract.folding import fold, is_same_tone
from stages.extract.rows import Row
from stages.extract.rules import Rules

_PAGES = 6
"""So many pages are listened to: the first ones repeat the subject."""

_DOUBT = 0.97
"""A word read more surely than this is not mended by pairs: rare pairs exist."""
_BEFORE_YEARS = frozenset({"dan", "nam", "xuan", "tet", "nien"})
_SIGNS = ".,;:()“”\"'-"

Key = tuple[str, str, str]


def mend_words(lines: Sequence[Row], pages: Sequence[Page], rules: Rules) -> list[str]:
    """Return the words of the lines, tones mended by the document and by known pairs.

    Args:
        lines: rows of the subject in order.
        pages: the document's pages.
        rules: the tables.
    """
    own = [word for line in lines for word in line.words]
    plain = [_plain(word.text) for word in own]
    heard = _listen({*plain}, own, pages)
    texts = [_best(word, _context(plain, at), heard) for at, word in enumerate(own)]
    return [
        _paired(texts, plain, at, rules, is_sure=word.confidence >= _DOUBT)
        for at, word in enumerate(own)
    ]


def _paired(
    texts: Sequence[str], plain: Sequence[str], at: int, rules: Rules, *, is_sure: bool
) -> str:
    """Return a word as its known pairs spell it, when one does and none speaks for it as read.

    Capitalised pairs are names of years alone, behind a word that says so: `xã Tân Hội` is none.
    They are mended however sure the reader was; no year is called `Ất Ty`.
    """
    bare = texts[at].strip(_SIGNS)
    is_title = bare.istitle()
    if not bare.isalpha() or len(bare) < 2 or not (bare.islower() or is_title):
        return texts[at]
    if is_sure and not is_title:
        return texts[at]
    said = set()
    for first in (at - 1, at):
        is_year = first > 0 and plain[first - 1] in _BEFORE_YEARS
        if 0 <= first < len(plain) - 1 and (is_year or not is_title):
            pair = rules.pairs.get((plain[first], plain[first + 1]), ("", ""))
            said.add(pair[at - first])
    said.discard("")
    if len(said) != 1:
        return texts[at]
    (known,) = said
    if known.istitle() is not bare.istitle() or is_same_tone(bare, known):
        return texts[at]
    return texts[at].replace(bare, known)


def _plain(text: str) -> str:
    return fold(text).strip(_SIGNS)


def _context(plain: Sequence[str], at: int) -> Key | None:
    """Return the word between its neighbours, None at an end."""
    if not 0 < at < len(plain) - 1:
        return None
    return plain[at - 1], plain[at], plain[at + 1]


def _listen(
    wanted: set[str], own: Sequence[Word], pages: Sequence[Page]
) -> dict[Key, dict[str, float]]:
    """Return how surely each context is read as which letters outside the subject."""
    heard: dict[Key, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    mine = {id(word) for word in own}
    for page in [page for page in pages if page.words][:_PAGES]:
        words = [word for word in page.words if id(word) not in mine]
        plain = [_plain(word.text) for word in words]
        for ordinal, text in enumerate(plain):
            key = _context(plain, ordinal) if text in wanted and len(text) > 1 else None
            if key is not None:
                heard[key][words[ordinal].text.strip(_SIGNS)] += words[ordinal].confidence ** 2
    return heard


def _best(word: Word, key: Key | None, heard: dict[Key, dict[str, float]]) -> str:
    bare = word.text.strip(_SIGNS)
    readings = heard.get(key) if key is not None else None
    if not readings or not bare.isalpha() or len(bare) < 2:
        return word.text
    likely = max(readings, key=lambda text: readings[text])
    mine = readings.get(bare, 0.0) + word.confidence**2
    if is_same_tone(likely, bare) or readings[likely] <= mine:
        return word.text
    return word.text.replace(bare, _as_case(likely, bare))


def _as_case(text: str, pattern: str) -> str:
    """Return the text in small or capital letters as the pattern is."""
    if pattern.isupper():
        return text.upper()
    return text.capitalize() if pattern[0].isupper() else text.lower()


def named_as_in_head(subject: str, issuer: str, place: str) -> str:
    """Return the subject with its unit's name as issuer and place say it together.

    `xã Cấm Thạch` of the committee of `XÃ CẨM THẠCH`, written in `Cẩm Thạch`, is its own commune:
    two that agree outweigh the one that differs in marks alone.

    Args:
        subject: as read.
        issuer: in capitals.
        place: before the date.
    """
    name = place.split()
    if len(name) < 2 or [word.upper() for word in name] != issuer.split()[-len(name) :]:
        return subject
    words = subject.split()
    for at in range(len(words) - len(name) + 1):
        run = words[at : at + len(name)]
        bare = [word.strip(_SIGNS) for word in run]
        if not all(word.istitle() for word in bare) or _plain(" ".join(run)) != fold(place):
            continue
        words[at : at + len(name)] = [
            word if is_same_tone(own, known) else word.replace(own, known)
            for word, own, known in zip(run, bare, name, strict=True)
        ]
    return " ".join(words)
