"""The language of search questions; reading one never raises, mistakes are told beside the rest.

Understood: words, `"phrases"`, `begin*` (words that begin so), `-word` and `-"phrase"` (not), and
fields, `name:value` or `name:"several words"`, `-name:value` where words are meant:

    so: (code, number:)       own number, notation or any piece: `so:123`, `so:123/QĐ`
    coquan: (issuer:)         issuing body or the body above it
    loai: (type:)             type of document
    trichyeu: (subject:)      subject
    nguoiky: (signer:)        name or post of the signer
    tu: den: (from: to:)      first and last issued date: 2024-01-31, 31/01/2024, 01/2024, 2024
    nam: (year:)              issued in that year
    thumuc: (folder:)         watched folder
    kyso: (signed:)           came digitally signed: hople, khonghople, chuaxacdinh, co (any)

Names may be typed with tones. Anything else is punctuation. `Số: 12 /QĐ-X`, as copied from a paper,
is a code and no field.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from pipeline.model.search import Mistake
from stages.index.analysis import code_words, forms, normal, number_key, tokens
from stages.index.document import SIGNED, signature_tokens
from stages.index.question import Inside, Question, Term

QUESTION_CHARS_MAX = 1000
TERMS_MAX = 24
"""Longer questions are cut: the rest adds time and no answer."""

_PART = re.compile(
    r"(?P<no>(?<!\S)-(?=[^\s-]))?"
    r"(?:(?<![^\s-])(?P<key>[^\W\d_]{2,12}):(?P<gap>\s*)(?=[^\s:]))?"
    r'(?:"(?P<phrase>[^"]*)(?P<close>"?)|(?P<plain>[^\s"]+))'
)
_QUOTES = str.maketrans("“”„‟«»＂", '"' * 7)
_BARE_KEY = re.compile(r"([^\W\d_]{2,12}):")
_PREFIX_CHARS_MIN = 2
_SHOWN_CHARS_MAX = 40
_YEARS = range(1900, 2101)

_COLUMNS = {"issuer": "issuer", "type": "type", "subject": "subject", "signer": "signer"}
_NAMES = {
    "code": ("so", "số", "sokyhieu", "kyhieu", "code", "number"),
    "issuer": ("coquan", "cqbh", "issuer"),
    "type": ("loai", "tenloai", "type"),
    "subject": ("trichyeu", "subject"),
    "signer": ("nguoiky", "signer"),
    "from": ("tu", "tungay", "from"),
    "to": ("den", "denngay", "to"),
    "year": ("nam", "year"),
    "folder": ("thumuc", "folder"),
    "signed": ("kyso", "signed"),
}
_VERDICTS = {
    # Look-alikes fold in a word of their own otherwise than in its parts, so both stand here.
    "valid": ("hợp lệ", "hople", "valid"),
    "invalid": ("không hợp lệ", "khonghople", "invalid"),
    "unknown": ("chưa xác định", "chuaxacdinh", "unknown"),
    "": ("có", "yes"),
}


def _folded(name: str) -> str:
    return "".join(folded for _, folded in forms(name))


_FIELDS = {_folded(name): field for field, names in _NAMES.items() for name in names}
_TOKENS = {
    _folded(name): (signature_tokens(verdict) or (SIGNED,))[-1:]
    for verdict, names in _VERDICTS.items()
    for name in names
}
"""Verdict as typed, without tones and spaces → the token asked for."""


@dataclass(slots=True)
class _Reading:
    """What was understood so far."""

    wanted: list[Term] = field(default_factory=list)
    unwanted: list[Term] = field(default_factory=list)
    inside: list[Inside] = field(default_factory=list)
    date_from: str = ""
    date_to: str = ""
    folder: str | None = None
    mistakes: dict[tuple[str, str], Mistake] = field(default_factory=dict)

    def complain(self, code: str, part: str) -> None:
        shown = part if len(part) <= _SHOWN_CHARS_MAX else f"{part[:_SHOWN_CHARS_MAX]}…"
        self.mistakes.setdefault((code, shown), Mistake(code=code, part=shown))


def read_question(text: str) -> Question:
    """Read a question; a text of no usable word gives an empty one."""
    reading = _Reading()
    if len(text) > QUESTION_CHARS_MAX:
        reading.complain("INPUT-QUERY-LONG", text)
    for part in _PART.finditer(normal(text[:QUESTION_CHARS_MAX]).translate(_QUOTES)):
        _take(part, reading)
    if len(reading.wanted) > TERMS_MAX or len(reading.unwanted) > TERMS_MAX:
        reading.complain("INPUT-QUERY-LONG", text)
    if reading.date_from and reading.date_to and reading.date_from > reading.date_to:
        reading.complain("INPUT-QUERY-RANGE", f"{reading.date_from} > {reading.date_to}")
    question = Question(
        wanted=tuple(reading.wanted[:TERMS_MAX]),
        unwanted=tuple(reading.unwanted[:TERMS_MAX]),
        fields=tuple(reading.inside[:TERMS_MAX]),
        date_from=reading.date_from,
        date_to=reading.date_to,
        folder=reading.folder,
    )
    is_refusal = bool(reading.unwanted) or any(one.is_refused for one in reading.inside)
    if question.is_empty and is_refusal:
        reading.complain("INPUT-QUERY-NOT", text.strip())
    return Question(
        **{name: getattr(question, name) for name in _KEPT},
        mistakes=tuple(reading.mistakes.values()),
    )


_KEPT = ("wanted", "unwanted", "fields", "date_from", "date_to", "folder")


def _take(part: re.Match[str], reading: _Reading) -> None:
    """Understand one part of a question."""
    whole = part.group().strip()
    if part["phrase"] is not None and not part["close"] and part["phrase"].strip():
        reading.complain("INPUT-QUERY-QUOTE", whole)
    name = "" if part["key"] is None else _FIELDS.get(_folded(part["key"]), "")
    is_pasted = name == "code" and part["gap"]
    if name and not is_pasted:
        _take_field(name, part, reading)
        return
    if part["key"] is not None and not name:
        if not part["gap"] and not (part["plain"] or "").startswith("//"):
            reading.complain("INPUT-QUERY-FIELD", whole)
        reading.wanted.extend(_terms(None, part["key"]))
    bare = _BARE_KEY.fullmatch(part["plain"] or "")
    if bare and _FIELDS.get(_folded(bare[1])):
        reading.complain("INPUT-QUERY-EMPTY", whole)
        return
    (reading.unwanted if part["no"] else reading.wanted).extend(
        _terms(part["phrase"], part["plain"])
    )


def _take_field(name: str, part: re.Match[str], reading: _Reading) -> None:
    value = (part["plain"] if part["phrase"] is None else part["phrase"]).strip()
    whole = part.group().strip()
    if not any(True for _ in tokens(value)):
        reading.complain("INPUT-QUERY-EMPTY", whole)
        return
    if name in _COLUMNS or name == "code":
        rows = _code_rows(value) if name == "code" else _rows(part["phrase"], value)
        column = _COLUMNS.get(name, "code")
        reading.inside.append(Inside(column, rows, is_refused=bool(part["no"])))
    elif name == "signed":
        rows = _TOKENS.get(_folded(value), ())
        if rows:
            reading.inside.append(Inside("other", rows, is_refused=bool(part["no"])))
        else:
            reading.complain("INPUT-QUERY-SIGNED", whole)
    elif part["no"]:
        reading.complain("INPUT-QUERY-NOT", whole)
    elif name == "folder":
        reading.folder = value
    else:
        _take_date(name, value, whole, reading)


def _take_date(name: str, value: str, whole: str, reading: _Reading) -> None:
    span = days(value)
    if span is None or (name == "year" and not value.isdecimal()):
        reading.complain("INPUT-QUERY-DATE", whole)
        return
    first, last = span
    if name in {"from", "year"}:
        reading.date_from = max(reading.date_from, first)
    if name in {"to", "year"}:
        reading.date_to = min(reading.date_to or last, last)


def days(text: str) -> tuple[str, str] | None:
    """Return first and last day (ISO 8601) of a day, month or year as typed; None if it is none."""
    parts = re.split(r"[-/.]", text)
    if not all(part.isascii() and part.isdecimal() for part in parts) or len(parts) > 3:
        return None
    if len(parts[0]) != 4:
        parts.reverse()
    year, month, day = ([int(part) for part in parts] + [0, 0])[:3]
    if year not in _YEARS or 0 in [int(part) for part in parts]:
        return None
    try:
        first = dt.date(year, month or 1, day or 1)
        end = calendar.monthrange(year, month or 12)[1]
        last = dt.date(year, month or 12, day or end)
    except (ValueError, calendar.IllegalMonthError):
        return None
    return first.isoformat(), last.isoformat()


def _code_rows(value: str) -> tuple[str, ...]:
    """Return what a code's piece asks of the own code: its number as such, and every word."""
    words = code_words(value)
    numbers = [number_key(word) for word in words[:1] if word[0].isdigit()]
    return tuple(dict.fromkeys([*numbers, *words]))


def _rows(phrase: str | None, value: str) -> tuple[str, ...]:
    words = [folded for _, folded in forms(value)]
    return (" ".join(words),) if phrase is not None else tuple(dict.fromkeys(words))


def _terms(phrase: str | None, plain: str | None) -> list[Term]:
    """Return the terms of one part: a phrase is one term, `QĐ-UBND` is two words."""
    if phrase is not None:
        row = tuple(tokens(phrase))[:TERMS_MAX]
        return [Term(row)] if row else []
    typed = plain or ""
    row = tuple(tokens(typed))
    terms = [Term((token,)) for token in row]
    if row and typed.endswith("*") and len(row[-1].folded) >= _PREFIX_CHARS_MIN:
        terms[-1] = Term((row[-1],), is_prefix=True)
    return terms


def names_of_fields() -> Iterable[str]:
    """Return the first name of each field, as help shows it."""
    return [f"{names[0]}:" for names in _NAMES.values()]
