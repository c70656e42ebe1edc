"""Subject of a document (ô 5a, 5b): the lines below the type, or `V/v` under the number.

Its lines are told from what follows by the white space below them, by being centred, and by how the
next part begins (`Kính gửi`, `Căn cứ`, the authority's name in capitals).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from pipeline.model.records import Box, Page, Word
from stages.extract.document_code import DocumentCode
from stages.extract.echoes import mend_words
from stages.extract.folding import capitals_share, fold, tidy
from stages.extract.heading import Heading
from stages.extract.rows import Row, box_of, rows_of, runs_of
from stages.extract.rules import Rules
from stages.extract.type_name import OPENING, TypeName

_AFTER = re.compile(
    r"^\W*(kinh gui|can cu|theo de nghi|xet de nghi|hom nay|thoi gian|dia diem|ong|ba\b|"
    r"dieu \d|chuong i\b|phan thu|i\. |1\. |noi nhan|so:)"
)
_AUTHORITY = re.compile(
    r"^\W*(chu tich|bo truong|thu tuong|uy ban|hoi dong|giam doc|chinh phu|quoc hoi|cuc truong|"
    r"tong|hieu truong|truong|chanh|vien truong|thong doc|ban |bo |so |cua |toa an|vien kiem sat|"
    r"chi cuc)"
)
_GLUED_DATE = re.compile(
    r"[\d/.\-]{4,}(?=[A-ZĐ][a-zà-ỹ])|\d{1,2}[/.]\d{1,2}[/.](\d{2}|\d{4})?(?=[a-zà-ỹđ]{2})"
)
_GLUED_TAIL = re.compile(r"^\S*\d[\d/.,\-]*([a-zà-ỹđ]{2,}[,;.]?)$")
_UNSURE = 0.75
_STAMPED = re.compile(r"(?=.*\d)[\d/.,\-–]{3,}")
"""A number or date of an arrival stamp."""
_ADDRESSES = re.compile(r"\b(dien|kinh moi|kinh gui)\s*:")


@dataclass(frozen=True, kw_only=True)
class Subject:
    """The subject as found."""

    text: str
    confidence: float
    box: Box | None


def find_subject(
    heading: Heading,
    code: DocumentCode | None,
    kind: TypeName,
    pages: Sequence[Page],
    rules: Rules,
) -> Subject | None:
    """Return the subject, or None when the paper bears none; the pages' text mends its tones."""
    if kind.row is not None:
        lines = _subject_below(heading, kind.row)
    else:
        lines = _subject_of_letter(heading, code) or _subject_centred(heading)
    return _subject(lines, pages, rules)


def _subject_below(heading: Heading, type_row: Row) -> list[Row]:
    bottom = type_row.box.y1
    words = [
        word
        for word in heading.words
        if bottom - 0.3 * heading.line_pt < (word.box.y0 + word.box.y1) / 2
        and word.box.y0 < bottom + 0.32 * heading.page.height_pt
    ]
    lines: list[Row] = []
    pitch = 0.0
    for row in rows_of(words):
        line = _centred_part(row, type_row, heading)
        before = lines[-1] if lines else type_row
        gap = (line or row).middle_y - before.middle_y
        if line is None:
            if gap > 2.4 * heading.line_pt:
                break
            continue
        if lines and _ends_before(line, gap, pitch, heading):
            break
        if not lines and (_AFTER.match(line.folded) or gap > 4.5 * heading.line_pt):
            break
        if not lines and capitals_share(line.text) > 0.8 and line.folded.startswith("cua "):
            continue
        pitch = min(pitch, gap) if len(lines) > 1 else (gap if lines else 0.0)
        lines.append(line)
    return lines


def _centred_part(row: Row, type_row: Row, heading: Heading) -> Row | None:
    """Return the part of a row that belongs to the column of the type, without stamps beside it."""
    width = heading.page.width_pt
    runs = [run for run in _runs_on(row, type_row) if run.height_pt < 2.2 * heading.line_pt]
    axis = type_row.middle_x
    best: Row | None = None
    for run in runs:
        if run.box.x1 < 0.36 * width or run.box.x0 > 0.66 * width:
            continue
        trimmed = _trim(run)
        if trimmed is None or sum(c.isalpha() for c in trimmed.text) < 3:
            continue
        trimmed = _around(trimmed, axis, heading) or trimmed
        if abs(trimmed.middle_x - axis) > 0.16 * width or trimmed.confidence < 0.3:
            continue
        if best is None or trimmed.box.width_pt > best.box.width_pt:
            best = trimmed
    return best


def _runs_on(row: Row, type_row: Row) -> list[Row]:
    """Return the runs of a row, a wide gap being closed where that centres them on the type."""
    runs = runs_of(row, gap=1.25)
    axis = type_row.middle_x
    joined: list[Row] = []
    for run in runs:
        if joined and run.box.x0 - joined[-1].box.x1 < 4 * run.height_pt:
            both = Row(words=(*joined[-1].words, *run.words))
            apart = min(abs(joined[-1].middle_x - axis), abs(run.middle_x - axis))
            is_sure = min(run.confidence, joined[-1].confidence) > 0.5
            if is_sure and abs(both.middle_x - axis) < apart - 2:
                joined[-1] = both
                continue
        joined.append(run)
    return joined


def _trim(run: Row) -> Row | None:
    """Drop scraps at both ends: short, unsure, or of signs alone."""
    words = [_without_stamped_digits(word) for word in run.words]
    while words and _is_scrap(words[0].text, words[0].confidence):
        words.pop(0)
    while words and _is_scrap(words[-1].text, words[-1].confidence):
        words.pop()
    return Row(words=tuple(words)) if words else None


def _is_scrap(text: str, confidence: float) -> bool:
    if not any(letter.isalnum() for letter in text):
        return True
    return confidence < 0.3 and len(text) <= 2


def _around(run: Row, axis: float, heading: Heading) -> Row | None:
    """Drop what a stamp left at the beginning while that brings the middle nearer to the axis."""
    words = [_tail(_without_stamped_digits(run.words[0])), *run.words[1:]]
    least = 0.015 * heading.page.width_pt
    while len(words) > 1 and (words[0].confidence <= _UNSURE or _is_of_stamp(words)):
        now = abs(Row(words=tuple(words)).middle_x - axis)
        then = abs(Row(words=tuple(words[1:])).middle_x - axis)
        if then > now - least:
            break
        words.pop(0)
    return _trim(Row(words=tuple(words)))


def _is_of_stamp(words: Sequence[Word]) -> bool:
    """Tell whether a line begins with an arrival stamp's number, date or `ĐẾN`."""
    if words[0].text == "ĐẾN":
        return capitals_share(" ".join(word.text for word in words[1:])) < 0.5
    return bool(_STAMPED.fullmatch(words[0].text))


def _without_stamped_digits(word: Word) -> Word:
    """Cut a stamp's date off the word it was read into (`76/2/29Về`, `14/9/chống`)."""
    found = _GLUED_DATE.match(word.text)
    if found is None:
        return word
    x0 = word.box.x0 + word.box.width_pt * found.end() / len(word.text)
    return replace(word, text=word.text[found.end() :], box=replace(word.box, x0=x0))


def _tail(word: Word) -> Word:
    """Return what is small-lettered behind a stamp's writing in one unsure word (`5/7125cán`)."""
    found = _GLUED_TAIL.match(word.text) if word.confidence <= _UNSURE else None
    if found is None:
        return word
    x0 = word.box.x0 + word.box.width_pt * found.start(1) / len(word.text)
    return replace(word, text=found[1], box=replace(word.box, x0=x0))


def _ends_before(line: Row, gap: float, pitch: float, heading: Heading) -> bool:
    """Tell whether the subject ended above this line."""
    if _AFTER.match(line.folded) or _ADDRESSES.search(line.folded):
        return True
    is_wide_gap = gap > (1.42 * pitch if pitch else 2.05 * heading.line_pt)
    if is_wide_gap:
        return True
    return capitals_share(line.text) > 0.85 and bool(_AUTHORITY.match(line.folded))


_SPECK = re.compile(r"(?<=\w) [-–](?=[a-zà-ỹ]{2})")
"""A dash at the head of a small word is a speck: dashes stand free, or between words."""

_YEARS = re.compile(r"\b((?:19|20)\d\d) ((?:19|20)\d\d)\b")
"""Two years side by side have lost the dash between them (`giai đoạn 2023 - 2028`)."""


def _subject(lines: Sequence[Row], pages: Sequence[Page], rules: Rules) -> Subject | None:
    if not lines:
        return None
    lines = [_from_opening(lines[0]), *lines[1:]]
    text = mend_opening(tidy(" ".join(mend_words(lines, pages, rules))))
    text = _YEARS.sub(r"\1 - \2", _SPECK.sub(" ", text))
    if sum(letter.isalpha() for letter in text) < 4:
        return None
    weakest = min(line.weakest for line in lines)
    mean = sum(line.confidence for line in lines) / len(lines)
    whole = 1.0 if text[0].isupper() or not text[0].isalpha() else 0.5
    confidence = whole * (0.5 * weakest + 0.5 * mean)
    return Subject(text=text, confidence=confidence, box=box_of(lines))


def _from_opening(line: Row) -> Row:
    """Drop what a stamp left before `V/v` or `Về việc` at the beginning of the first line."""
    for ordinal, word in enumerate(line.words[:4]):
        following = line.words[ordinal + 1].text if ordinal + 1 < len(line.words) else ""
        if OPENING.match(fold(f"{word.text} {following}")):
            return Row(words=line.words[ordinal:])
    return line


def mend_opening(text: str) -> str:
    """Return the subject with signs before it gone and its set opening words mended."""
    text = re.sub(r"^[^\wÀ-ỹ(“\"]+", "", text)
    text = re.sub(r"^V\s?[/i|l1]\s?[vV]\b[.:]?", "V/v", text)
    text = re.sub(r"^[VvWwYy][eèéẻẽẹêềếểễệàaả]\s*vi[eệêé]c\b", "Về việc", text)
    text = re.sub(r"^[Vv][àả] việc\b", "Về việc", text)
    text = re.sub(r"^Về v ?i ?ệ ?c\b", "Về việc", text)
    # A subject begins its line; a typewriter's V and v differ in size alone.
    text = re.sub(r"^về (?=[a-zà-ỹđ])", "Về ", text)
    text = re.sub(r"^(?:\w{1,2} )?[vxy]?i[eêèéẻẽẹềếểễệ]c (?=[a-zà-ỹđ])", "Về việc ", text)
    return text.rstrip(" -_.,;:—'`|")


def _subject_of_letter(heading: Heading, code: DocumentCode | None) -> list[Row]:
    top = code.row.middle_y if code else heading.top_y + heading.line_pt
    low = top + 0.22 * heading.page.height_pt
    rows = rows_of(w for w in heading.left() if top < (w.box.y0 + w.box.y1) / 2 < low)
    lines: list[Row] = []
    pitch = 0.0
    for row in rows:
        line = _left_part(row, lines, heading)
        if not lines:
            if line is not None and OPENING.match(line.folded):
                lines.append(line)
            continue
        gap = row.middle_y - lines[-1].middle_y
        limit = 1.45 * pitch if pitch else 2.0 * heading.line_pt
        if gap > limit or (line is not None and _AFTER.match(line.folded)):
            break
        if line is None:
            continue
        pitch = min(pitch, gap) if pitch else gap
        lines.append(line)
    return lines


def _left_part(row: Row, lines: Sequence[Row], heading: Heading) -> Row | None:
    """Return the run of a row that stands under the first line of the subject."""
    low, high = 0.0, heading.middle_x
    if lines:
        low = min(line.box.x0 for line in lines) - 3.5 * heading.line_pt
        high = max(heading.middle_x, max(line.box.x1 for line in lines) + heading.line_pt)
    for run in runs_of(row, gap=1.6):
        part = _trim(run)
        if part is None or part.box.x0 < low or part.box.x0 > high:
            continue
        if part.confidence < 0.35 or part.height_pt > 1.8 * heading.line_pt:
            continue
        return part
    return None


def _subject_centred(heading: Heading) -> list[Row]:
    """Return a `V/v` or `Về việc` that stands in the middle of a paper without a type's line."""
    page = heading.page
    words = [w for w in heading.words if w.box.y0 < 0.4 * page.height_pt]
    lines: list[Row] = []
    for row in rows_of(words):
        if not lines and not OPENING.match(row.folded):
            continue
        if lines:
            gap = row.middle_y - lines[-1].middle_y
            if gap > 1.9 * heading.line_pt or _AFTER.match(row.folded):
                break
        lines.append(row)
    return lines
