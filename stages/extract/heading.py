"""The head of a document: where its title stands and where the left column ends.

Anchors are the Quốc hiệu, the Tiêu ngữ or, on papers of the Party, `ĐẢNG CỘNG SẢN VIỆT NAM` (NĐ
30/2020 PL I, ô 1; Hướng dẫn 36-HD/VPTW). They divide the page into the issuer's column (ô 2, 3, 5b)
and the column of place and date (ô 4). Found by likeness, since stamps and readers spoil letters.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from rapidfuzz import fuzz

from pipeline.model.records import Box, Page, Word
from stages.extract.folding import capitals_share, fold
from stages.extract.rows import Row, atoms_of, clean_words, letter_height_pt, rows_of

_TITLE = "conghoaxahoichunghiavietnam"
_DEMOCRATIC = "vietnamdanchuconghoa"
"""Quốc hiệu from 2 September 1945 to 2 July 1976."""
_MOTTO = "doclaptudohanhphuc"
_PARTY = "dangcongsanvietnam"
_WORKERS = "danglaodongvietnam"
"""The Party's name from February 1951 to December 1976."""
_PHRASES = ((_TITLE, 74), (_DEMOCRATIC, 84), (_PARTY, 84), (_WORKERS, 84), (_MOTTO, 78))
"""With the least likeness, 0–100."""
_PARTIES = frozenset({_PARTY, _WORKERS})
_HEAD_LINES = 4.2
"""From the title down to place and date, in heights of a word."""
_STAMP_LABEL = re.compile(r"\W*(?:so va k[yi]\b|va k[yi] hi)")
"""`Số và ký hiệu HS:`, or what is left of it; `và ký kết …` goes on in a subject."""
_ASTRIDE = 0.08
"""The right column may begin so much of the page's width before the middle between both."""
_TOP = 0.42
"""The head lies in this share of the page's height."""
_PAGES = 4
"""A head is looked for on so many pages: covers and blank sheets may lie before it."""


@dataclass(frozen=True, kw_only=True)
class Heading:
    """Page of the head and its geometry, points."""

    page: Page
    words: tuple[Word, ...]
    """All words of that page but noise."""
    title: Box | None
    """Quốc hiệu, Tiêu ngữ or the Party's title; None when nothing of them was read."""
    is_party: bool
    is_democratic: bool
    """It bears the Quốc hiệu of 1945-1976."""
    middle_x: float
    """Left column: words whose middle lies left of this."""
    line_pt: float
    """Usual height of a word."""

    @property
    def top_y(self) -> float:
        """Height of the title's top, or a guess from the page's size."""
        return self.title.y0 if self.title is not None else 0.05 * self.page.height_pt

    def left(self) -> tuple[Word, ...]:
        """Words of the issuer's column, without the first ones of a place that stands astride."""
        near = self.middle_x - _ASTRIDE * self.page.width_pt
        strays = {
            id(word)
            for piece in atoms_of(w for w in self.words if w.box.x0 > near)
            if piece.middle_x > self.middle_x
            for word in piece.words
        }
        return tuple(
            w for w in self.words if w.box.x0 + w.box.x1 < 2 * self.middle_x and id(w) not in strays
        )


def _without_stamp_label(words: tuple[Word, ...]) -> tuple[Word, ...]:
    """Drop `Số và ký hiệu HS:` of an arrival stamp: it is the label of no number, VÀ KÝ no name."""
    labels = {
        piece.words[0].line for piece in atoms_of(words) if _STAMP_LABEL.match(fold(piece.text))
    }
    return tuple(word for word in words if word.line not in labels) if labels else words


def find_phrase(row: Row, phrase: str, *, least: float) -> tuple[Word, ...]:
    """Return the words of a row that look like the phrase (folded letters only), or none.

    Args:
        row: where to look.
        phrase: folded letters without spaces.
        least: likeness asked for, 0–100.
    """
    letters: list[str] = []
    owners: list[int] = []
    for ordinal, word in enumerate(row.words):
        for letter in fold(word.text):
            if letter.isalnum():
                letters.append(letter)
                owners.append(ordinal)
    if len(letters) < 0.6 * len(phrase):
        return ()
    found = fuzz.partial_ratio_alignment(phrase, "".join(letters), score_cutoff=least)
    if found is None or found.dest_end - found.dest_start < 0.6 * len(phrase):
        return ()
    first, last = owners[found.dest_start], owners[found.dest_end - 1]
    return row.words[first : last + 1]


def find_heading(pages: Sequence[Page]) -> Heading | None:
    """Return the first page head; without any anchor, the first page that has words."""
    readable = [page for page in pages if page.words][:_PAGES]
    for page in readable:
        heading = _heading_of(page)
        if heading.title is not None:
            return heading
    return _heading_of(readable[0]) if readable else None


def _heading_of(page: Page) -> Heading:
    words = _without_stamp_label(_unglued(clean_words(page), page))
    top = [word for word in words if word.box.y1 < _TOP * page.height_pt]
    title, phrase = _title(rows_of(top))
    middle_x = 0.46 * page.width_pt
    if title is not None:
        start = title.x0 if phrase == _TITLE else _column_x(words, title, page)
        middle_x = min(0.6 * page.width_pt, max(0.3 * page.width_pt, start - 1.0))
    return Heading(
        page=page,
        words=words,
        title=title,
        is_party=phrase in _PARTIES,
        is_democratic=phrase == _DEMOCRATIC,
        middle_x=middle_x,
        line_pt=letter_height_pt(words),
    )


def _unglued(words: Sequence[Word], page: Page) -> tuple[Word, ...]:
    """Part a word that the reader made of the issuer's last and the title's first one."""
    out: list[Word] = []
    for ordinal, word in enumerate(words):
        folded = fold(word.text)
        following = [fold(other.text) for other in words[ordinal + 1 : ordinal + 3]]
        # `PHƯỜNG HÒA BÌNH` is another name: behind CỘNG HÒA stands XÃ HỘI.
        if len(following) < 2 or following[0][:3] != "hoa" or following[1][:2] != "xa":
            out.append(word)
            continue
        at = folded.rfind("cong") if "cong" in folded[2:] else folded.rfind("ong") - 1
        is_high = word.box.y0 < 0.2 * page.height_pt and word.text.isupper()
        if is_high and at >= 2 and folded.endswith("ong") and len(folded) >= 6:
            x = word.box.x0 + word.box.width_pt * at / len(folded)
            out.append(replace(word, text=word.text[:at], box=replace(word.box, x1=x)))
            out.append(replace(word, text=word.text[at:], box=replace(word.box, x0=x)))
        else:
            out.append(word)
    return tuple(out)


def _column_x(words: Sequence[Word], title: Box, page: Page) -> float:
    """Return where the right column begins, points.

    A short title stands in the middle of its column, and place and date begin to its left: the
    widest empty strip before the title parts the columns.
    """
    height = letter_height_pt(words)
    low = title.y0 + _HEAD_LINES * height
    spans = sorted(
        (word.box.x0, word.box.x1) for word in words if title.y0 - height < word.box.y0 < low
    )
    end, best, start = 0.3 * page.width_pt, 0.4 * height, title.x0
    for left, right in spans:
        if left > title.x0 + 1.0:
            break
        if left - end > best:
            best, start = left - end, left
        end = max(end, right)
    return start


def _title(rows: Sequence[Row]) -> tuple[Box | None, str]:
    """Return where the title stands and which of the phrases it is."""
    for phrase, least in _PHRASES:
        for row in rows:
            words = find_phrase(row, phrase, least=least)
            is_party = phrase in _PARTIES
            if not words or (is_party and capitals_share(" ".join(w.text for w in words)) < 0.7):
                continue
            return Row(words=words).box, phrase
    return None, ""
