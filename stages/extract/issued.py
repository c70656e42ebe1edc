"""Place and day of issue (ô 4): `Quảng Ngãi, ngày 05 tháng 3 năm 2024`.

Grammar: NĐ 30/2020 PL I, phần I.II.4. The day, often the month too, is written by hand: an
impossible day, a month above 12 or a day after today is refused and never mended by guessing.
Papers without such a line (biên bản, hợp đồng) are dated by `Hôm nay, ngày …` or `Thời gian: … ngày
…`.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from pipeline.model.records import Box, FieldSource, Word
from stages.extract.dates import read_date
from stages.extract.folding import fold, tidy
from stages.extract.heading import Heading
from stages.extract.rows import Row, rows_of, runs_of
from stages.extract.rules import Rules
from stages.extract.votes import Choice

_LINE = re.compile(
    r"\bnga(?!i\b)\w?(?P<day>\W{0,3}.{0,14}?)(?P<t>\W?(?:th|h|t|f|\()[ae]n[ge])(?P<month>.{0,12}?)"
    r"\bn[ao]m\s*(?P<year>[\w.,]{2,6}(?:\s\d{1,2})?)"
)
_GLUED = re.compile(
    r"(?:nga(?!i\b)[a-z]?|\bg?ay)(?P<day>.{0,16}?)(?P<t>(?:th|\(h|fh|t|h)ang)(?P<month>.{0,12}?)"
    r"n[ao]m\s*(?P<year>[\w.,]{2,6}(?:\s\d{1,2})?)"
)
_SHORT = re.compile(
    r"\bnga\w?\W{0,3}(?P<day>[0-3]?\d)\s?[/.-]\s?(?P<month>[01]?\d)\s?[/.-]\s?(?P<year>(?:19|20)\d\d)"
)
_PROSE = r"\b(so|cua|theo|can cu|ban hanh|quyet dinh|thong tu|nghi dinh|luat|hom nay)\W{0,2}$"
_HEAD_ROOM = 0.45
"""The line of place and date lies in this share of the page."""


@dataclass(frozen=True, kw_only=True)
class Issued:
    """Place and day as found."""

    place: str
    place_confidence: float
    place_box: Box | None
    date: str
    """ISO 8601; empty when the day cannot be read."""
    date_confidence: float
    date_source: FieldSource
    date_box: Box | None
    alternatives: tuple[str, ...]
    page: int
    row: Row
    """The line they stand in."""


@dataclass(frozen=True, kw_only=True)
class _Cell:
    text: str
    words: tuple[Word, ...]

    @property
    def confidence(self) -> float:
        """Least confidence of the words."""
        return min((word.confidence for word in self.words), default=0.0)

    @property
    def is_hand(self) -> bool:
        """Whether a hand wrote it, or so it seems from what the reader made of it."""
        return any(word.is_handwritten for word in self.words) or not self.text.strip().isdigit()


def find_issued(heading: Heading, rules: Rules, *, today: dt.date) -> Issued | None:
    """Return place and day of the head, or None when no such line was read."""
    low = _HEAD_ROOM * heading.page.height_pt
    for row in rows_of(w for w in heading.words if heading.top_y - 4 < w.box.y0 < low):
        found = _match(row)
        if found is not None:
            return _judge(row, found, heading, rules, today=today)
    return None


def find_spoken_date(heading: Heading, *, today: dt.date) -> Issued | None:
    """Return the day that a record of a meeting or a contract names in its first lines."""
    for row in rows_of(heading.words):
        if not re.search(r"hom nay|thoi gian|luc .{1,12} gio|vao hoi", row.folded):
            continue
        found = _LINE.search(row.folded) or _SHORT.search(row.folded)
        if found is None:
            continue
        cells = _cells(row, found)
        date = _read(cells, today=today)
        if date.value:
            return Issued(
                place="",
                place_confidence=0.5,
                place_box=None,
                date=date.value,
                date_confidence=min(0.6, date.confidence),
                date_source=FieldSource.DERIVED,
                date_box=row.box,
                alternatives=date.alternatives,
                page=heading.page.number,
                row=row,
            )
    return None


def _match(row: Row) -> re.Match[str] | None:
    """Return the day in a line of place and date; a sentence that names a day is none."""
    found = _LINE.search(row.folded) or _GLUED.search(row.folded)
    if found is None or len(row.text) - found.end() > 10:
        return None
    before = _words_before(row, found.start())
    text = " ".join(word.text for word in before)
    if len(before) > 6 or re.search(_PROSE, fold(text)):
        return None
    capitals = sum(word.text[:1].isupper() for word in before)
    return found if 2 * capitals >= len(before) else None


def _words_before(row: Row, end: int) -> tuple[Word, ...]:
    """Return the words right before a place in the row, up to the first wide gap."""
    words = row.words_of(0, end) if row.text[:end].strip() else ()
    words = tuple(w for w in words if not fold(w.text).startswith("ngay"))
    return runs_of(Row(words=words), gap=1.25)[-1].words if words else ()


def _cells(row: Row, found: re.Match[str]) -> dict[str, _Cell]:
    return {
        name: _Cell(
            text=row.text[found.start(name) : found.end(name)],
            words=row.words_of(found.start(name), found.end(name)) if found[name].strip() else (),
        )
        for name in ("day", "month", "year")
    }


def _judge(
    row: Row, found: re.Match[str], heading: Heading, rules: Rules, *, today: dt.date
) -> Issued:
    cells = _cells(row, found)
    date = _read(cells, today=today)
    place, place_confidence, place_box = _place(row, found.start(), rules)
    is_hand = any(cells[name].is_hand for name in ("day", "month"))
    day_words = [w for name in ("day", "month", "year") for w in cells[name].words]
    return Issued(
        place=place,
        place_confidence=place_confidence,
        place_box=place_box,
        date=date.value,
        date_confidence=date.confidence,
        date_source=FieldSource.HANDWRITTEN if is_hand else FieldSource.PRINTED,
        date_box=Row(words=tuple(day_words)).box if day_words else row.box,
        alternatives=date.alternatives,
        page=heading.page.number,
        row=row,
    )


def _read(cells: dict[str, _Cell], *, today: dt.date) -> Choice:
    found = [cells[name] for name in ("day", "month", "year")]
    texts = (found[0].text, found[1].text, found[2].text)
    return read_date(texts, min(cell.confidence for cell in found), today=today)


def _place(row: Row, end: int, rules: Rules) -> tuple[str, float, Box | None]:
    text = row.text[:end]
    words = row.words_of(0, len(text.rstrip())) if text.strip() else ()
    if not words:
        return "", 0.0, None
    run = _behind_code(runs_of(Row(words=words))[-1])
    raw = tidy(run.text).strip(" ,.;:_-—'`‘’“”|")
    raw = re.sub(r"^[^A-Za-zÀ-ỹĐđ]+", "", raw)
    raw = raw.split(",")[0].strip()
    if not raw:
        return "", 0.0, None
    value, sure = mend_name(raw, (*rules.provinces, *rules.communes))
    return value, max(0.05, sure * run.confidence), run.box


def _behind_code(run: Row) -> Row:
    """Return the words behind a number that stands close before the place."""
    codes = [at for at, word in enumerate(run.words[:-1]) if "/" in word.text]
    return Row(words=run.words[codes[-1] + 1 :]) if codes else run


def mend_name(raw: str, names: Sequence[str]) -> tuple[str, float]:
    """Return a place's name with its tones mended by the list of units, and 0–1 for how sure.

    A name that the list knows is sure; one letter away from a single known name it is mended; any
    other stays as read.
    """
    if raw in names:
        return raw, 1.0
    wanted = fold(raw)
    same = [name for name in names if fold(name) == wanted]
    if same:
        best = min(same, key=lambda name: Levenshtein.distance(name, raw))
        return best, 0.9 if len(same) == 1 else 0.7
    near = process.extractOne(raw, names, scorer=Levenshtein.normalized_similarity)
    if near is not None and near[1] >= 0.84 and len(raw) > 4:
        return str(near[0]), 0.7
    return raw, 0.85
