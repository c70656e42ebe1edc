"""Number and notation of a document (ô 3): `Số: 15/QĐ-BNV`, `30/2020/NĐ-CP`, `210-CV/BTGDVTU`.

Grammar: NĐ 30/2020 PL I, phần I.II.3 and PL III; Hướng dẫn 36-HD/VPTW for the Party. The number is
often written by hand: what no digit can be is not made into one; a reading in doubt keeps a low
confidence, and an empty cell stays empty.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from rapidfuzz.distance import Levenshtein

from pipeline.model.records import Box, FieldSource, Word
from stages.extract.folding import compact, fold, plain_dashes
from stages.extract.heading import Heading
from stages.extract.notation import ORGANS, has_lost_body, repair_notation
from stages.extract.rows import Row, atoms_of, rows_of
from stages.extract.rules import Rules
from stages.extract.votes import Reading, choose

_CAP = "A-ZĐƯƠÂÊÔĂ"
_ANY = "A-Za-zĐđƯưƠơÂâÊêÔôĂă&."
_ANCHOR = re.compile(r"^\W{0,4}[s§$5][o06](?![a-z]{2}| va\b)\s*[:;.,·]*\s*")
_NOTATION = rf"[{_CAP}][{_ANY}]*[0-9]*(?:\s?[-/.]\s?[{_ANY}0-9()]+)*"
_STATE = re.compile(
    rf"^(?P<no>.*?)\s*[/⁄]\s*(?:(?P<year>(?:19|20)\d\d)\s*[/⁄]\s*)?(?P<notation>{_NOTATION})\W*$"
)
_PARTY = re.compile(
    rf"^(?P<no>[^/]*?)\s*-\s*(?P<notation>[{_CAP}][{_ANY}]{{0,5}}\s?/\s?[{_CAP}][{_ANY}0-9\-\s]*)\W*$"
)
_SLASHLESS = re.compile(
    rf"^(?P<no>\d{{1,5}})(?P<notation>[{_CAP}][{_ANY}]*-[{_CAP}][{_ANY}0-9\-]*)\W*$"
)
"""The pen ran over the stroke, and often over the letter behind it (`Số: 122Đ-THPT`)."""
_SPACED = re.compile(
    rf"^(?P<no>\d{{1,5}})\s+(?P<notation>[{_CAP}]{{1,6}}\s?[-/]\s?[{_CAP}][{_ANY}0-9\-/]*)\W*$"
)
"""`45 TC/ĐTPT`: so ministries and committees numbered under the Quốc hiệu of 1945-1976."""
_DASHED = re.compile(rf"^(?P<no>\d{{1,5}})\s?-\s?(?P<notation>[{_CAP}]{{2,6}})\W*$")
"""`14-CT`, `83-HĐBT`: so the Council of Ministers numbered, 1981-1992."""
_NUMBER = re.compile(r"^\d{1,6}[a-zA-Z]?$")
_CUT_OFF = 0.04
_MOST_TYPE = 4
"""Longer groups of letters are no type's; what is as short and none is in doubt."""


@dataclass(frozen=True, kw_only=True)
class DocumentCode:
    """Number and notation as found."""

    row: Row
    """The line they stand in."""
    number: str
    """Digits as written, empty when blank or unreadable."""
    number_confidence: float
    number_source: FieldSource
    number_box: Box | None
    number_alternatives: tuple[str, ...]
    notation: str
    notation_confidence: float
    notation_box: Box | None
    year: str
    """Year inside the code (legal documents), else empty."""
    joint: str
    """What stands between number and notation: `/`, `-` with the Party, a space or `-` of old."""

    @property
    def code(self) -> str:
        """Number and notation as printed."""
        if not self.notation:
            return self.number
        year = f"{self.year}/" if self.year else ""
        return f"{self.number}{self.joint}{year}{self.notation}"

    @property
    def is_joint(self) -> bool:
        """Whether the type's abbreviation says that several bodies issued it (`TTLT`, `NQLT`)."""
        return bool(re.match(r"[A-ZĐ]{1,3}r?LT\b", self.notation))


@dataclass(frozen=True, kw_only=True)
class _Split:
    row: Row
    number: str
    start: int
    notation: str
    notation_start: int
    anchored: bool
    year: str = ""
    joint: str = "/"
    is_whole: bool = True
    """Whether all of the notation can be seen."""


def find_code(heading: Heading, date_row: Row | None, rules: Rules) -> DocumentCode | None:
    """Return number and notation of the head, or None when no such line was read.

    Args:
        heading: the page's head.
        date_row: the line of place and date, beside which the code stands (NĐ 30/2020, ô 3 and 4).
        rules: the tables.
    """
    low = heading.top_y + 0.24 * heading.page.height_pt
    words = [w for w in heading.left() if heading.top_y - 6 < w.box.y0 < low]
    rows = rows_of(words)
    splits = [
        split
        for row in rows
        if (split := _split(row, rules, is_old=heading.is_democratic)) is not None
    ]
    if not any(split.anchored and split.notation for split in splits):
        # What a stamp left stands in one row with the code.
        pieces = (_split(piece, rules, is_old=False) for piece in atoms_of(words))
        splits += [piece for piece in pieces if piece and piece.anchored and piece.notation]
    if not splits:
        beside = _beside(words, date_row, heading)
        return _judge(_unanchored(beside), rules) if beside else None
    best = max(splits, key=lambda s: (s.anchored + bool(s.notation), -s.row.box.y0))
    return _judge(best, rules)


def agreeing(code: DocumentCode, type_name: str, rules: Rules) -> DocumentCode:
    """Return the code with the printed type's own abbreviation where but a letter parts them.

    `Đ` and `D` differ by a stroke that scans lose, and both make types (`HĐ`, `HD`); a number
    written across the slash hides the letter behind it (`Tr-UBND` of a Tờ trình), or adds one
    (`KHT`). What begins as no type does, though its type is printed, is in doubt.
    """
    group, dash, rest = code.notation.partition("-")
    kind = rules.type_keys.get(compact(type_name))
    if kind is None or not dash or not kind.abbreviations or group in kind.abbreviations:
        return code
    near = [
        known
        for known in kind.abbreviations
        if fold(known) == fold(group) or (group and known[1:] == group)
    ]
    near = near or [known for known in kind.abbreviations if _is_meant(known, group, rules)][:1]
    if len(near) == 1:
        return replace(code, notation=f"{near[0]}-{rest}")
    is_other = group in rules.type_by_abbreviation or group in ORGANS or len(group) > _MOST_TYPE
    if is_other or any(known in rest for known in kind.abbreviations):
        return code
    return replace(code, notation_confidence=_CUT_OFF * code.notation_confidence)


def _is_meant(known: str, group: str, rules: Rules) -> bool:
    """Tell whether letters that are no type's own are those of a type, but for one."""
    if group in rules.type_by_abbreviation or not 2 <= len(group) <= _MOST_TYPE:
        return False
    return Levenshtein.distance(known, group.replace("II", "H"), score_cutoff=1) <= 1


def _beside(words: Sequence[Word], date_row: Row | None, heading: Heading) -> Row | None:
    """Return what stands left of the date when no code was told by its form."""
    if date_row is None:
        return None
    near = [
        row
        for row in rows_of(words)
        if abs(row.middle_y - date_row.middle_y) < 1.1 * heading.line_pt
        and not (row.box.x1 > date_row.box.x0 and row.box.x0 < date_row.box.x0)
    ]
    rows = [row for row in near if any(letter.isdigit() for letter in row.text)]
    return min(rows, key=lambda row: abs(row.middle_y - date_row.middle_y), default=None)


def _unanchored(row: Row) -> _Split:
    """Take a line as a code although nothing in it could be told apart: a person must read it."""
    text = plain_dashes(row.text)
    found = re.search(rf"(?<=[/.\s])[{_CAP}]{{1,5}}\s?-\s?[{_CAP}][{_ANY}0-9\-]*\W*$", text)
    return _Split(
        row=row,
        number="",
        start=0,
        notation=found[0] if found else "",
        notation_start=found.start() if found else len(text),
        anchored=False,
    )


def _split(row: Row, rules: Rules, *, is_old: bool) -> _Split | None:
    text = plain_dashes(row.text)
    anchor = _ANCHOR.match(fold(text))
    start = anchor.end() if anchor else 0
    body = text[start:]
    old = _split_old(row, body, start, is_old=is_old) if anchor else None
    if old is not None:
        return old
    found = _PARTY.match(body)
    is_party = found is not None and not re.search(r"/\s*\d{4}\s*/", body)
    found = found if is_party else _STATE.match(body)
    if found is None:
        return (
            _split_known(row, text, start, rules)
            or (_slashless(row, body, start) if anchor else None)
            or _blank(row, start, anchored=bool(anchor))
        )
    year = "" if is_party else found["year"] or ""
    if not anchor and not _looks_known(found["notation"], rules):
        return None
    return _Split(
        row=row,
        number=found["no"],
        start=start,
        notation=found["notation"],
        notation_start=start + found.start("notation"),
        year=year,
        joint="-" if is_party else "/",
        anchored=bool(anchor),
    )


def _split_old(row: Row, body: str, start: int, *, is_old: bool) -> _Split | None:
    """Part a code as bodies wrote it before 1992; a space as joint only under the old title."""
    spaced = _SPACED.match(body) if is_old else None
    found = spaced or _DASHED.match(body)
    if found is None:
        return None
    return _Split(
        row=row,
        number=found["no"],
        start=start,
        notation=found["notation"],
        notation_start=start + found.start("notation"),
        joint=" " if spaced else "-",
        anchored=True,
    )


def _blank(row: Row, start: int, *, anchored: bool) -> _Split | None:
    if not anchored or capital_words(row.text[start:]) > 2:
        return None
    return _Split(
        row=row,
        number=row.text[start:],
        start=start,
        notation="",
        notation_start=len(row.text),
        anchored=True,
    )


def capital_words(text: str) -> int:
    """Return the number of words of two capitals or more: a code's line has few."""
    return len(re.findall(rf"\b[{_CAP}]{{2,}}\b", text))


def _split_known(row: Row, text: str, start: int, rules: Rules) -> _Split | None:
    """Find a notation whose slash was lost, by its abbreviation."""
    names = "|".join(
        re.escape(a) for a in sorted(rules.type_by_abbreviation, key=len, reverse=True)
    )
    found = re.search(rf"(?<![A-Za-zĐ])(?:{names})\s?-\s?[{_CAP}][{_ANY}0-9\-]*\W*$", text[start:])
    if found is None:
        return None
    return _Split(
        row=row,
        number=re.sub(r"[(\[|lI\\]\s*$", "", text[start : start + found.start()]),
        start=start,
        notation=found[0],
        notation_start=start + found.start(),
        anchored=start > 0,
    )


def _slashless(row: Row, body: str, start: int) -> _Split | None:
    """Part number and notation where digits run into capitals; a person sees to the notation."""
    found = _SLASHLESS.match(body)
    if found is None:
        return None
    return _Split(
        row=row,
        number=found["no"],
        start=start,
        notation=found["notation"],
        notation_start=start + found.start("notation"),
        anchored=True,
        is_whole=False,
    )


def _looks_known(notation: str, rules: Rules) -> bool:
    groups = re.split(r"[-/.\s]+", notation)
    return "-" in notation and any(
        group in rules.type_by_abbreviation or group in ORGANS for group in groups
    )


def _judge(split: _Split, rules: Rules) -> DocumentCode:
    number_end = split.start + len(split.number)
    number_words = split.row.words_of(split.start, number_end)
    notation_words = split.row.words_of(split.notation_start, len(split.row.text))
    notation, doubt = repair_notation(split.notation, rules)
    reading = read_number(split.number, number_words, rules, is_glued=_is_glued(split))
    chosen = choose([reading])
    is_hand = any(w.is_handwritten for w in number_words) or not _is_clean(split.number)
    return DocumentCode(
        row=split.row,
        number=chosen.value,
        number_confidence=chosen.confidence,
        number_source=FieldSource.HANDWRITTEN if is_hand else FieldSource.PRINTED,
        number_box=_number_box(split, number_words),
        number_alternatives=chosen.alternatives,
        notation=notation,
        notation_confidence=_notation_confidence(split, doubt * _least(notation_words)),
        notation_box=Row(words=notation_words).box if notation_words else None,
        year=split.year,
        joint=split.joint,
    )


def _notation_confidence(split: _Split, confidence: float) -> float:
    if not split.notation:
        return 0.0
    if not split.is_whole:
        return _CUT_OFF * confidence
    if has_lost_body(split.notation, is_anchored=split.anchored):
        return _CUT_OFF * confidence
    return confidence if split.anchored or split.number else 0.4 * confidence


def _is_glued(split: _Split) -> bool:
    """Tell whether number and notation are one word, as print is read and handwriting seldom."""
    end = split.start + len(split.number.rstrip())
    return bool(split.number) and split.row.text[end : end + 1] in {"/", "-"}


def _is_clean(raw: str) -> bool:
    return bool(_NUMBER.match(raw.strip()))


def _least(words: Sequence[Word]) -> float:
    return min((word.confidence for word in words), default=0.0)


def _number_box(split: _Split, words: Sequence[Word]) -> Box | None:
    """Return where the number stands: inside words that hold more, cut by their letters."""
    if not words:
        return None
    box = Row(words=tuple(words)).box
    offset = 0
    for word in split.row.words:
        if word is words[0]:
            break
        offset += len(word.text) + 1
    length = max(1, sum(len(word.text) + 1 for word in words) - 1)
    first = max(0, split.start - offset) / length
    last = min(length, split.start + len(split.number) - offset) / length
    return Box(
        x0=box.x0 + first * box.width_pt,
        y0=box.y0,
        x1=box.x0 + max(first, last) * box.width_pt,
        y1=box.y1,
    )


def read_number(raw: str, words: Sequence[Word], rules: Rules, *, is_glued: bool) -> Reading:
    """Return one reading of the number's cell.

    Args:
        raw: what stands between `Số:` and the notation.
        words: the words it came from.
        rules: which characters may stand for a digit.
        is_glued: number and notation were read as one word.
    """
    text = raw.strip().strip(":;.,_-…·\"'`*° ")
    confidence = min((word.confidence for word in words), default=0.0)
    if not text:
        return Reading(value="", confidence=0.0)
    joined = text.replace(" ", "")
    if _NUMBER.match(joined):
        ceiling = 0.99 if is_glued else 0.9
        return Reading(value=joined, confidence=min(ceiling, confidence) if joined == text else 0.4)
    mapped = "".join(rules.digits.get(letter, letter) for letter in joined)
    if _NUMBER.match(mapped):
        return Reading(value=mapped, confidence=0.3 * confidence + 0.05)
    digits = "".join(letter for letter in joined if letter.isdigit())
    if len(digits) * 2 >= len(joined) and digits:
        return Reading(value=digits, confidence=0.1)
    return Reading(value="", confidence=0.0, alternatives=(digits,) if digits else ())
