"""Type of a document (ô 5a): the line of capitals in the middle, or none.

A document without a type's line is a công văn (NĐ 30/2020, Điều 7: the one type without a name);
its type is derived. Where the line was not read, the abbreviation in the notation tells the type.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from rapidfuzz import fuzz

from pipeline.model.records import FieldSource
from stages.extract.document_code import DocumentCode
from stages.extract.folding import capitals_share, compact
from stages.extract.heading import Heading
from stages.extract.rows import Row, rows_of
from stages.extract.rules import DocumentType, Rules

_LIKE = 84.0
"""Likeness of a line to a type's name from which it is that type, 0–100."""
OPENING = re.compile(r"^\W{0,3}(v\s?[/i|l1,.]\s?v\b|v/v|vv:|ve viec\b|w\b)", re.IGNORECASE)
"""How the subject of a công văn begins, folded."""


@dataclass(frozen=True, kw_only=True)
class TypeName:
    """The type as found."""

    name: str
    confidence: float
    source: FieldSource
    row: Row | None
    """Its line, None when derived."""


def find_type(heading: Heading, code: DocumentCode | None, rules: Rules) -> TypeName:
    """Return the type: printed, told by the notation, or công văn for want of a name."""
    hinted = _by_notation(code, rules)
    best: tuple[float, DocumentType, Row] | None = None
    for row in _middle_rows(heading, code):
        for found in _type_in(row, heading, rules):
            score = found[0] + (6 if found[1] is hinted else 0)
            if best is None or score > best[0]:
                best = (score, found[1], found[2])
        if best is not None and best[0] >= _LIKE:
            break
    if best is not None and best[0] >= _LIKE:
        _, kind, row = best
        agrees = (
            hinted is None
            or hinted is kind
            or bool(set(hinted.abbreviations) & set(kind.abbreviations))
        )
        sure = 0.5 + 0.5 * min(1.0, best[0] / 100)
        return TypeName(
            name=kind.name,
            confidence=min(0.995, sure if agrees else 0.8 * sure),
            source=FieldSource.PRINTED,
            row=row,
        )
    if hinted is not None and not _has_letter_subject(heading):
        return TypeName(name=hinted.name, confidence=0.75, source=FieldSource.DERIVED, row=None)
    return _plain_letter(heading, code)


def _plain_letter(heading: Heading, code: DocumentCode | None) -> TypeName:
    has_vv = _has_letter_subject(heading)
    has_call = any("kinh gui" in row.folded for row in rows_of(heading.words))
    confidence = 0.3 + 0.35 * has_vv + 0.3 * has_call + 0.045 * (code is not None)
    return TypeName(
        name="Công văn", confidence=min(0.99, confidence), source=FieldSource.DERIVED, row=None
    )


def _has_letter_subject(heading: Heading) -> bool:
    """Tell whether `V/v` stands in the issuer's column, as in a công văn alone."""
    return any(OPENING.match(row.folded) for row in rows_of(heading.left()))


def _by_notation(code: DocumentCode | None, rules: Rules) -> DocumentType | None:
    if code is None or not code.notation:
        return None
    groups = re.split(r"[-/]", code.notation)
    if len(groups) < 2:
        return None
    if code.year:
        legal = {"TT": "Thông tư", "NĐ": "Nghị định", "L": "Lệnh"}
        named = legal.get(groups[0])
        return rules.type_keys.get(compact(named)) if named else None
    return rules.type_by_abbreviation.get(groups[0])


def _middle_rows(heading: Heading, code: DocumentCode | None) -> list[Row]:
    page = heading.page
    top = code.row.box.y0 + 0.4 * heading.line_pt if code else heading.top_y + heading.line_pt
    words = [w for w in heading.words if top < w.box.y0 < top + 0.3 * page.height_pt]
    return rows_of(words)


def _type_in(row: Row, heading: Heading, rules: Rules) -> list[tuple[float, DocumentType, Row]]:
    """Return types that stand in the middle of a row, with their likeness."""
    found: list[tuple[float, DocumentType, Row]] = []
    width = heading.page.width_pt
    for start in range(len(row.words)):
        for end in range(start + 1, min(len(row.words), start + 5) + 1):
            part = Row(words=row.words[start:end])
            if abs(part.middle_x / width - 0.52) > 0.12 or part.box.width_pt > 0.45 * width:
                continue
            if capitals_share(part.text) < 0.8 or _is_in_sentence(row, part):
                continue
            key = compact(part.text)
            if not 3 <= len(key) <= 22:
                continue
            found.extend(
                (fuzz.ratio(key, kind.key), kind, part)
                for kind in rules.types
                if kind.key and abs(len(kind.key) - len(key)) <= 2
            )
    return [item for item in found if item[0] >= _LIKE - 8]


def _is_in_sentence(row: Row, part: Row) -> bool:
    """Tell whether other words stand close to the part on both or one side."""
    for word in row.words:
        if word in part.words or word.confidence < 0.4:
            continue
        gap = max(part.box.x0 - word.box.x1, word.box.x0 - part.box.x1)
        if gap < 0.9 * part.height_pt and sum(c.isalpha() for c in word.text) > 2:
            return True
    return False
