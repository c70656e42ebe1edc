"""The issuing body and the one above it (ô 2), joint issuers and papers of the Party.

The cell holds one to four lines in capitals; which of them name the body above and which the issuer
is told by how lines begin (`SỞ`, `CỤC`, `TRƯỜNG` …), because weight of type is not read. Tones that
readers lose in capitals are mended word by word from the lists of bodies and places; the text stays
as printed otherwise (`UỶ` and `ỦY` are both kept). Sources: NĐ 30/2020 PL I, phần I.II.2.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.model.records import Box
from stages.extract.capitals import mend_capitals, whole_body
from stages.extract.folding import capitals_share, fold, tidy
from stages.extract.heading import Heading
from stages.extract.rows import Row, rows_of, runs_of
from stages.extract.rules import Rules

_LINES = 6
"""More lines than this are no issuer's cell."""
_STAMP_HEIGHT = 0.8
"""Letters of an arrival stamp's head stay below this share of the heading's; print has 0.88."""


_RANKLESS = re.compile(
    r"(?:uy ban nhan dan|hoi dong nhan dan|ubnd|hdnd) "
    r"(?!tinh|thanh|tp|huyen|quan|thi|xa|phuong|dac|khu|cac|lam)"
)
"""A committee or council is of a unit, whose rank stands behind it: else a line was lost."""
_BROKEN = re.compile(
    r"(?:uy ban nhan dan|hoi dong nhan dan|ubnd|hdnd) "
    r"(?:tinh|thanh pho|huyen|quan|thi|xa|phuong) .* va "
)
"""A committee's name that goes on as a department's does (`… TỈNH ĐẮK LẮK VÀ CÔNG NGHỆ`)."""
_PARTY_BODIES = ("ban ", "van phong", "uy ban kiem tra")


@dataclass(frozen=True, kw_only=True)
class Issuer:
    """Issuer and parent as printed."""

    issuer: str
    """Joint issuers are parted by `; `."""
    parent: str
    confidence: float
    box: Box | None
    parent_confidence: float
    parent_box: Box | None


@dataclass(frozen=True, kw_only=True)
class _Name:
    text: str
    rows: tuple[Row, ...]
    known: float
    """Least share of a line that the lists know, 0–1."""


def find_issuer(
    heading: Heading, number_row: Row | None, rules: Rules, *, is_joint: bool = False
) -> Issuer | None:
    """Return the issuer's cell, or None when it is empty or unread.

    Args:
        heading: the page's head.
        number_row: the line of number or date, above which the cell ends.
        rules: the tables.
        is_joint: the code says that several bodies issued the document (`TTLT`).
    """
    rows = _cell_rows(heading, number_row)
    if not rows:
        return None
    lines = [
        mend_capitals(clean_line(row.text).upper(), rules, confidence=_least(row)) for row in rows
    ]
    texts = [line.text for line in lines]
    names = [
        _Name(
            text=whole_body(_join(texts, group), rules),
            rows=tuple(rows[ordinal] for ordinal in group),
            known=min(lines[ordinal].known for ordinal in group),
        )
        for group in group_lines(texts, rules)
    ]
    above, mine = _joint(names, is_joint=is_joint)
    parts = [part for name in mine for part in _parts(name.text, rules)]
    return Issuer(
        issuer="; ".join(parts),
        parent=" ".join(name.text for name in above),
        confidence=_confidence(mine, heading, rules),
        box=_box([row for name in mine for row in name.rows]),
        parent_confidence=_confidence(above or mine, heading, rules),
        parent_box=_box([row for name in above for row in name.rows]),
    )


def _least(row: Row) -> float:
    return min(word.confidence for word in row.words)


def _cell_rows(heading: Heading, number_row: Row | None) -> list[Row]:
    bottom = heading.top_y + 5 * heading.line_pt
    if number_row is not None:
        bottom = number_row.middle_y - 0.6 * heading.line_pt
    top = heading.top_y - 1.6 * heading.line_pt
    words = [
        word
        for word in heading.left()
        if word.box.y0 > top and (word.box.y0 + word.box.y1) / 2 < bottom
    ]
    rows: list[Row] = []
    for row in rows_of(words):
        kept = _issuer_part(row, heading)
        if kept is not None and not _heads_stamp(kept, heading):
            rows.append(kept)
    return _without_strays(rows, heading)[-_LINES:]


def _issuer_part(row: Row, heading: Heading) -> Row | None:
    """Return the run of capitals in a row, without scraps and the `ĐẾN` of an arrival stamp."""
    best: Row | None = None
    for run in runs_of(row, gap=2.5):
        kept = run.keep(lambda word: _is_capital_word(word.text, word.confidence))
        if kept is None or capitals_share(kept.text) < 0.7 or _letters(kept.text) < 3:
            continue
        if kept.height_pt > 1.9 * heading.line_pt:
            continue
        if (
            best is None
            or _letters(kept.text) * kept.confidence > _letters(best.text) * best.confidence
        ):
            best = kept
    if best is None or best.confidence < 0.25:
        return None
    return best


def _heads_stamp(row: Row, heading: Heading) -> bool:
    """Tell the name in an arrival stamp, small and above the first line, from the issuer's."""
    is_above = row.middle_y < heading.top_y
    return is_above and row.height_pt < _STAMP_HEIGHT * heading.line_pt


def _letters(text: str) -> int:
    return sum(letter.isalpha() for letter in text)


def _is_capital_word(text: str, confidence: float) -> bool:
    letters = [letter for letter in text if letter.isalpha()]
    if fold(text).strip(":.") == "den":
        return False
    if not letters:
        return text in {"-", "–", "—", "&"} or text.isdigit()
    if capitals_share(text) >= 0.6 or (len(letters) == 2 and text[0].isupper()):
        return True
    return confidence > 0.8 and len(letters) <= 3


def _without_strays(rows: list[Row], heading: Heading) -> list[Row]:
    """Drop lines above that stand apart: notes at the paper's edge, arrival stamps."""
    kept: list[Row] = []
    for row in rows:
        if kept and row.box.y0 - kept[-1].box.y1 > 2.2 * heading.line_pt:
            if kept[-1].box.y1 < heading.top_y:
                kept = []
            else:
                break
        kept.append(row)
    return kept


def clean_line(text: str) -> str:
    """Return a line of the cell without signs at its ends."""
    return re.sub(r"^[^\wÀ-ỹĐđ]+|[^\wÀ-ỹĐđ)\-–—]+$", "", tidy(text)).strip()


def group_lines(texts: Sequence[str], rules: Rules) -> list[list[int]]:
    """Return ordinals of lines grouped into names, from the body above down to the issuer."""
    groups: list[list[int]] = []
    for ordinal, text in enumerate(texts):
        folded = fold(text) + " "
        begins = folded.lstrip("- ").startswith(rules.starters)
        if groups and (not begins or _goes_on(texts, groups[-1], rules)):
            groups[-1].append(ordinal)
        else:
            groups.append([ordinal])
    return groups


def _goes_on(texts: Sequence[str], group: Sequence[int], rules: Rules) -> bool:
    before = fold(texts[group[-1]]).split()
    if not before:
        return True
    ordinal = group[-1] + 1
    if fold(texts[ordinal]) in rules.of_party and fold(texts[group[0]]).startswith(_PARTY_BODIES):
        return True
    if before[-1] in {"-", "–"}:
        return False
    return before[-1] in rules.open_ends or " ".join(before) in rules.incomplete


def _joint(names: Sequence[_Name], *, is_joint: bool) -> tuple[Sequence[_Name], Sequence[_Name]]:
    """Return the bodies above and the issuers: several where a dash or the code joins them."""
    if is_joint and len(names) > 1:
        return (), names
    first = len(names) - 1
    while first > 0 and (names[first - 1].text.endswith("-") or names[first].text.startswith("-")):
        first -= 1
    return names[:first], names[first:]


def _parts(text: str, rules: Rules) -> list[str]:
    """Part `BỘ NỘI VỤ - BỘ TÀI CHÍNH`, where a name begins after the dash, and nothing else."""
    parts: list[str] = []
    for piece in re.split(r"\s+[-–—]\s+|^[-–—]\s*|\s*[-–—]$", text):
        begins = (fold(piece) + " ").startswith(rules.starters)
        if parts and piece and not begins:
            parts[-1] = f"{parts[-1]} - {piece}"
        elif piece:
            parts.append(piece)
    return parts


def _join(texts: Sequence[str], group: Sequence[int]) -> str:
    return tidy(" ".join(texts[ordinal] for ordinal in group))


def _box(rows: Sequence[Row]) -> Box | None:
    if not rows:
        return None
    box = rows[0].box
    for row in rows[1:]:
        box = box.union(row.box)
    return box


def _confidence(names: Sequence[_Name], heading: Heading, rules: Rules) -> float:
    """Return how sure names are: as read, as listed, and whole at their beginning."""
    if not names:
        return 0.0
    sure = min(row.confidence for name in names for row in name.rows)
    sure *= 0.88 + 0.12 * min(name.known for name in names)
    if not all((fold(name.text) + " ").startswith(rules.starters) for name in names):
        sure *= 0.5
    texts = [fold(name.text) for name in names]
    if any(_RANKLESS.match(text) or _BROKEN.match(text) for text in texts):
        sure *= 0.4
    return sure if heading.title is not None else 0.6 * sure
