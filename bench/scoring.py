"""How far a text or a field is from the truth.

CER is Levenshtein distance over the length of the truth. Two modes: `folded` (no spaces, dashes and
quotes of one kind; the mode of every published figure) and `plain` (spaces count). Lines are found
in a page's text wherever they stand, because two readers may order two columns differently; what no
line claims counts as inserted, except the words of rubber stamps, which nobody is asked to read.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from rapidfuzz.distance import Levenshtein

_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−", "-"))
_QUOTES = str.maketrans({**dict.fromkeys("“”„‟″«»", '"'), **dict.fromkeys("‘’‚‛′`´", "'")})
_LOOKALIKES = str.maketrans({"Ð": "Đ", "Ɖ": "Đ", "ð": "đ"})
_NUMERAL = re.compile(r"[^\s;:()]*\d(?:[^\s;:()]*[^\s;:().,])?")
_USED = "\0"
_LOST_SHARE = 0.6
"""A line whose best place differs in more than this share of its letters counts as not found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Errors and letters, addable."""

    errors: int = 0
    letters: int = 0

    def __add__(self, other: Tally) -> Tally:
        """Both together."""
        return Tally(errors=self.errors + other.errors, letters=self.letters + other.letters)

    @property
    def rate(self) -> float:
        """Errors over letters; 0 where there was nothing to read."""
        return self.errors / self.letters if self.letters else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class TextScore:
    """Score of one or more pages."""

    lines: Tally = Tally()
    """Errors inside the lines of the truth."""
    inserted: int = 0
    """Letters that belong to no line."""
    numerals: Tally = Tally()
    """Errors inside words with a digit: numbers, dates, codes."""
    numeral_words: Tally = Tally()
    """Such words that are not exact, and all of them."""
    exact_lines: Tally = Tally()
    """Lines with an error, and all lines."""

    def __add__(self, other: TextScore) -> TextScore:
        """Both together."""
        return TextScore(
            lines=self.lines + other.lines,
            inserted=self.inserted + other.inserted,
            numerals=self.numerals + other.numerals,
            numeral_words=self.numeral_words + other.numeral_words,
            exact_lines=self.exact_lines + other.exact_lines,
        )

    @property
    def cer(self) -> float:
        """Errors in lines and inserted letters over the letters of the truth."""
        return (
            (self.lines.errors + self.inserted) / self.lines.letters if self.lines.letters else 0.0
        )


def folded(text: str) -> str:
    """NFC, one kind of dash and quote, no spaces."""
    return "".join(_same_marks(text).split())


def plain(text: str) -> str:
    """NFC, one kind of dash and quote, runs of space as one space."""
    return " ".join(_same_marks(text).split())


def _same_marks(text: str) -> str:
    text = unicodedata.normalize("NFC", text)
    return text.translate(_DASHES).translate(_QUOTES).translate(_LOOKALIKES)


def cer(truth: str, read: str, *, keep_spaces: bool = False) -> float:
    """Character error rate of one text against its truth, in the order given."""
    fold = plain if keep_spaces else folded
    expected, got = fold(truth), fold(read)
    return Levenshtein.distance(expected, got) / max(1, len(expected))


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Where a line stands in a page's text."""

    start: int
    end: int
    distance: int


def find_line(line: str, page: str) -> Found:
    """The part of the page nearest to the line, by edit distance; both already folded."""
    place = page.find(line)
    if place >= 0:
        return Found(start=place, end=place + len(line), distance=0)
    if not page:
        return Found(start=0, end=0, distance=len(line))
    ends = _last_row(line, page, is_anchored=False)
    end = int(ends.argmin())
    reach = page[max(0, end - 2 * len(line)) : end][::-1]
    starts = _last_row(line[::-1], reach, is_anchored=True)
    return Found(start=end - int(starts.argmin()), end=end, distance=int(ends[end]))


def _last_row(
    line: str, page: str, *, is_anchored: bool
) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Distances of the line to the parts of the page that end at each place (Sellers 1980)."""
    codes = np.frombuffer(page.encode("utf-32-le"), dtype=np.uint32)
    steps = np.arange(len(codes) + 1)
    row = steps.copy() if is_anchored else np.zeros(len(codes) + 1, dtype=np.int64)
    for number, letter in enumerate(line, 1):
        fresh = np.empty_like(row)
        fresh[0] = number
        np.minimum(row[:-1] + (codes != ord(letter)), row[1:] + 1, out=fresh[1:])
        row = np.minimum.accumulate(fresh - steps) + steps
    return row


def score_page(
    lines: Sequence[str],
    read: str,
    *,
    optional: Iterable[str] = (),
    keep_spaces: bool = False,
    count_inserted: bool = True,
) -> TextScore:
    """Score what was read of a page.

    Args:
        lines: the true lines, in any order.
        read: the whole text of the page as delivered.
        optional: words of stamps that may or may not be there.
        keep_spaces: score in `plain` mode.
        count_inserted: false where the truth does not hold every line of the page.
    """
    fold = plain if keep_spaces else folded
    page = fold(read)
    score = TextScore()
    for whole in sorted(lines, key=len, reverse=True):
        line = fold(whole)
        if not line:
            continue
        numerals = _numerals(whole, keep_spaces=keep_spaces)
        found = find_line(line, page)
        if found.distance > len(line) * _LOST_SHARE:
            score += _line_score(line, "", numerals)
            continue
        score += _line_score(line, page[found.start : found.end], numerals)
        page = _without(page, found)
    for stamp in optional:
        word = fold(stamp)
        found = find_line(word, page)
        if word and found.distance <= len(word) // 2:
            page = _without(page, found)
    left = len(page.replace(_USED, "").replace(" ", "")) if count_inserted else 0
    return score + TextScore(inserted=left)


def _without(page: str, found: Found) -> str:
    return page[: found.start] + _USED + page[found.end :]


def _numerals(line: str, *, keep_spaces: bool) -> list[tuple[int, int]]:
    """Where the words with a digit (numbers, dates, codes) stand in the folded line."""
    text = plain(line)
    places: list[tuple[int, int]] = []
    for match in _NUMERAL.finditer(text):
        start, end = match.span()
        spaces = 0 if keep_spaces else text.count(" ", 0, start)
        places.append((start - spaces, end - spaces))
    return places


def _line_score(line: str, read: str, numerals: list[tuple[int, int]]) -> TextScore:
    edits = Levenshtein.editops(line, read)
    touched = [min(edit.src_pos, len(line) - 1) for edit in edits]
    figures = Tally()
    words = Tally()
    for start, end in numerals:
        errors = sum(start <= place < end for place in touched)
        figures += Tally(errors=errors, letters=end - start)
        words += Tally(errors=int(errors > 0), letters=1)
    return TextScore(
        lines=Tally(errors=len(edits), letters=len(line)),
        numerals=figures,
        numeral_words=words,
        exact_lines=Tally(errors=int(len(edits) > 0), letters=1),
    )
