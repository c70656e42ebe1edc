"""The cover of a dossier (bìa hồ sơ): what stands on it of fonds, number, title, dates, retention.

Layout of TCVN 9251:2012 and of the covers before it: `HỒ SƠ` large, the title below it, `Từ ngày …
đến ngày …`, `Gồm … tờ`, and at the foot `Phông`, `Mục lục số`, `Hồ sơ số`, `Thời hạn bảo quản`. A
page is a cover when it bears the name and two of these labels; a letter about dossiers bears none.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.model.records import Page
from stages.extract.folding import compact, tidy
from stages.extract.rows import Row, clean_words, rows_of

_NAMES = frozenset({"hoso", "biahoso"})
_LABELS = {
    "fonds": re.compile(r"\bphong(?: so)?\s*[:.]"),
    "catalogue": re.compile(r"\bmuc luc(?: ho so)?(?: so)?\s*[:.]?"),
    "notation": re.compile(r"\b(?:ho so so|so,? ky hieu(?: ho so| hs)?)\s*(?:[:.]|(?=\d))"),
    "retention": re.compile(r"\b(?:thoi han bao quan|thbq)\s*[:.]?"),
    "dates": re.compile(r"\btu (?:ngay|thang|nam)\b"),
    "sheet_total": re.compile(r"\bgom\s*[:.]?\s*(?=[\d.…_ ]*to\b)"),
}
"""On folded letters, which stand at the places of the printed ones."""
_LEAST_LABELS = 2
_DATE = re.compile(
    r"(?:(?:(\d{1,2})\s*(?:/|-|\.|thang)\s*)?(\d{1,2})\s*(?:/|-|\.|nam)\s*)?\b((?:18|19|20)\d{2})\b"
)
_FILLING = re.compile(r"[._…·]{2,}")


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverFact:
    """One thing that a cover says."""

    name: str
    """fonds, catalogue, notation, title, start_date, end_date, retention, sheet_total."""
    value: str
    """NFC; dates ISO 8601 as far as they are known, sheets as digits."""
    confidence: float
    """0–1, of its least sure word; of a title its least sure line."""


def read_cover(page: Page) -> tuple[CoverFact, ...]:
    """Return what a cover says; nothing when the page is no cover."""
    rows = rows_of(clean_words(page))
    name_at = next((at for at, row in enumerate(rows) if compact(row.text) in _NAMES), None)
    if name_at is None:
        return ()
    found = {
        label: (row, match)
        for row in rows
        for label, pattern in _LABELS.items()
        if (match := pattern.search(row.folded)) is not None
    }
    if len(found) < _LEAST_LABELS:
        return ()
    facts = [_title(rows[name_at + 1 :])]
    for label, (row, match) in found.items():
        facts += _dates(row) if label == "dates" else [_valued(label, row, match.end())]
    return tuple(fact for fact in facts if fact is not None and fact.value)


def _title(rows: Sequence[Row]) -> CoverFact | None:
    """Return the lines between the name and the first label."""
    lines: list[Row] = []
    for row in rows:
        if any(pattern.search(row.folded) for pattern in _LABELS.values()):
            break
        lines.append(row)
    if not lines:
        return None
    text = tidy(" ".join(row.text for row in lines))
    return CoverFact(name="title", value=text, confidence=min(row.confidence for row in lines))


def _valued(label: str, row: Row, start: int) -> CoverFact:
    """Return what stands behind a label, up to the next label of the same row."""
    ends = [
        match.start()
        for pattern in _LABELS.values()
        if (match := pattern.search(row.folded, start)) is not None
    ]
    end = min(ends, default=len(row.text))
    text = tidy(_FILLING.sub(" ", row.text[start:end])).strip(" .:;,-")
    if label == "sheet_total":
        digits = re.match(r"\d+", text)
        text = digits[0] if digits else ""
    words = row.words_of(start, end)
    return CoverFact(
        name=label, value=text, confidence=min((word.confidence for word in words), default=0.0)
    )


def _dates(row: Row) -> list[CoverFact | None]:
    names = ("start_date", "end_date")
    days = [_iso(match) for match in _DATE.finditer(row.folded)]
    return [
        CoverFact(name=name, value=day, confidence=row.weakest)
        for name, day in zip(names, days, strict=False)
    ]


def cover_to_json(facts: Sequence[CoverFact]) -> bytes:
    """Return the facts as the artifact `cover`: name → value and confidence."""
    told = {fact.name: [fact.value, round(fact.confidence, 4)] for fact in facts}
    return json.dumps(told, ensure_ascii=False, sort_keys=True).encode()


def _iso(match: re.Match[str]) -> str:
    day, month, year = match.groups()
    parts = [year, *(f"{int(part):02d}" for part in (month, day) if part)]
    return "-".join(parts)
