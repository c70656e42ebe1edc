"""Signs of a first page, an annex, a form and a continuation, from the words of head and foot.

Cells and places of NĐ 30/2020, PL I: Quốc hiệu and tiêu ngữ right of the middle, the issuer beside
them, number and date under them, page numbers above, centred. Words come with reader's faults, so
anchors are compared without tones and with tolerance.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from pipeline.model.records import Box, Word
from pipeline.model.stacks import PageSigns
from stages._folding import fold

_NATIONS = (
    "cong hoa xa hoi chu nghia viet nam",
    "viet nam dan chu cong hoa",
    "dang cong san viet nam",
)
_MOTTO = "doc lap - tu do - hanh phuc"
_LIKE = 82.0
"""Likeness from which an anchor counts, 0–100 (rapidfuzz `ratio`)."""
_NUMBER = re.compile(r"s[o0](?:\s*[:.;]|\s+\d|$)")
_CODE = re.compile(r"\d\s*[/-]\s*[a-z]{2,}")
_DATE = re.compile(r"ngay\b.*\bthang\b.*\bn?am\b|\bngay\b.*\bthang\b|\bthang\b.*\bnam\s+\d{4}")
_DOTS = re.compile(r"\.{4,}|…{2,}")
_FORM = re.compile(r"(?:bieu\s+)?mau\s+(?:so\s+)?\d|mau\s+so\b|bieu\s+(?:mau|so)\b")
_ANNEX = re.compile(r"phu\s*luc\b|\(\s*(?:ban hanh )?kem theo\b")
_ALONE = re.compile(r"[-–—.\s]*(\d{1,3})[-–—.\s]*")
_OF = re.compile(r"(?:trang\s*)?(\d{1,3})\s*/\s*(\d{1,3})")
_PAGE = re.compile(r"trang\s*:?\s*(\d{1,3})")
_TOP, _BOTTOM = 0.085, 0.9
"""Page numbers lie above and below these shares of the height."""


@dataclass(frozen=True, slots=True)
class _Line:
    text: str
    box: Box

    @property
    def middle_x(self) -> float:
        return (self.box.x0 + self.box.x1) / 2


def signs_in(words: Sequence[Word], *, width_pt: float, height_pt: float) -> PageSigns:
    """Return the signs of a page that is neither blank nor a separator.

    Args:
        words: of its head and foot, upright.
        width_pt: width of the page.
        height_pt: its height.
    """
    lines = list(_lines(words))
    head = [line for line in lines if line.box.y0 < 0.34 * height_pt]
    nation = next((line for line in head if _is_like(line, _NATIONS)), None)
    printed, printed_of = _page_number(lines, width_pt, height_pt)
    return PageSigns(
        number=0,
        nation_x=None if nation is None else _nation_x(nation) / width_pt,
        has_motto=any(_is_like(line, (_MOTTO,)) for line in head),
        has_number=any(_is_number(line, width_pt) for line in head),
        has_date=any(
            _DATE.search(fold(line.text)) is not None
            and not _DOTS.search(line.text)
            and line.middle_x > 0.5 * width_pt
            and line.box.width_pt < 0.62 * width_pt
            for line in head
        ),
        has_issuer=nation is not None and any(_is_beside(line, nation, width_pt) for line in head),
        is_annex=any(_ANNEX.match(fold(line.text)) is not None for line in head),
        is_form=any(
            _FORM.match(fold(line.text)) is not None and line.middle_x > 0.5 * width_pt
            for line in head
        ),
        printed=printed,
        printed_of=printed_of,
    )


def _lines(words: Sequence[Word]) -> Iterator[_Line]:
    grouped: dict[int, list[Word]] = {}
    for word in words:
        grouped.setdefault(word.line, []).append(word)
    for line in grouped.values():
        box = line[0].box
        for word in line[1:]:
            box = box.union(word.box)
        yield _Line(" ".join(word.text for word in line), box)


def _is_like(line: _Line, anchors: Sequence[str]) -> bool:
    text = fold(line.text)
    return any(
        len(text) >= 0.7 * len(anchor) and fuzz.partial_ratio(anchor, text) >= _LIKE
        for anchor in anchors
    )


def _nation_x(line: _Line) -> float:
    """Middle of Quốc hiệu, also where the reader joined the issuer to it from the left."""
    text = fold(line.text)
    best = max(_NATIONS, key=lambda anchor: fuzz.partial_ratio(anchor, text))
    place = fuzz.partial_ratio_alignment(best, text)
    if place is None:
        return line.middle_x
    share = (place.dest_start + place.dest_end) / 2 / max(1, len(text))
    return line.box.x0 + share * line.box.width_pt


def _is_number(line: _Line, width_pt: float) -> bool:
    text = fold(line.text)
    starts = line.box.x0 < 0.45 * width_pt
    is_narrow = line.box.width_pt < 0.5 * width_pt or _DATE.search(text) is not None
    return (
        starts
        and is_narrow
        and _NUMBER.match(text) is not None
        and (_CODE.search(text) is not None or "/" in text or text.strip(" :.;") == "so")
    )


def _is_beside(line: _Line, nation: _Line, width_pt: float) -> bool:
    if line is nation:  # joined: it begins in the left column
        return nation.box.x0 < 0.3 * width_pt
    letters = [letter for letter in line.text if letter.isalpha()]
    capitals = sum(letter.isupper() for letter in letters)
    is_level = abs(line.box.y0 - nation.box.y0) < 2.5 * nation.box.height_pt
    return (
        is_level
        and line.middle_x < 0.46 * width_pt
        and len(letters) >= 3
        and capitals >= 0.8 * len(letters)
    )


def _page_number(
    lines: Sequence[_Line], width_pt: float, height_pt: float
) -> tuple[int | None, int | None]:
    for line in lines:
        is_margin = line.box.y1 < _TOP * height_pt or line.box.y0 > _BOTTOM * height_pt
        is_inside = line.middle_x > 0.35 * width_pt
        if not (is_margin and is_inside):
            continue
        text = fold(line.text).strip()
        if (found := _OF.fullmatch(text)) and int(found[1]) <= int(found[2]):
            return int(found[1]), int(found[2])
        if found := _ALONE.fullmatch(text) or _PAGE.fullmatch(text):
            return int(found[1]), None
    return None, None
