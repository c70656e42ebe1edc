"""Values of archival records: checked on the way in, in the circular's form on the way out.

Inside a date is ISO 8601 as far as it is known (`1987`, `1987-05`, `1987-05-19`: old papers often
lack the day), a number is digits, a value of a list is its label, text is NFC.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass

from pipeline.structure.profile import FieldSpec, Profile

_ISO = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?(?:[ T]0{1,2}:00:00)?")
_PRINTED = re.compile(r"(?:(?:(\d{1,2})[/.-])?(\d{1,2})[/.-])?(\d{4})")
_NUMBER = re.compile(r"(\d{1,9})(?:[.,]0+)?")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What a wrong value should have been, for the person who corrects it."""

    vi: str
    en: str


def tidy(text: str) -> str:
    """Return text in NFC, on one line, without control characters and outer spaces."""
    return " ".join(_CONTROL.sub(" ", unicodedata.normalize("NFC", text)).split())


def checked(profile: Profile, spec: FieldSpec, text: str) -> str | Expected:
    """Return a value in the inner form, or what was expected instead; empty stays empty."""
    value = tidy(text)
    if not value:
        if spec.required:
            return Expected(vi="không được để trống", en="a value, it is required")
        return ""
    match spec.kind:
        case "number":
            found = _NUMBER.fullmatch(value)
            return (
                str(int(found[1])) if found else Expected(vi="số nguyên từ 0", en="a whole number")
            )
        case "date":
            return date_of(value) or Expected(
                vi="ngày/tháng/năm, tháng/năm hoặc năm, ví dụ 19/05/1987",
                en="day/month/year, month/year or year, e.g. 19/05/1987",
            )
        case "list":
            term = profile.term(spec.list, value)
            if term is not None:
                return term.label
            labels = "; ".join(f"{one.code} {one.label}" for one in profile.lists[spec.list])
            return Expected(vi=f"một trong: {labels}", en=f"one of: {labels}")
    return _text(spec, value)


def _text(spec: FieldSpec, value: str) -> str | Expected:
    if spec.max and len(value) > spec.max:
        return Expected(
            vi=f"tối đa {spec.max} ký tự (đang có {len(value)})",
            en=f"at most {spec.max} characters ({len(value)} now)",
        )
    if spec.pattern and re.fullmatch(spec.pattern, value) is None:
        return Expected(vi=f"theo mẫu {spec.pattern}", en=f"the form {spec.pattern}")
    return value


def date_of(text: str) -> str | None:
    """Return an ISO date as far as it is known; None for what is no date of the calendar."""
    found = _ISO.fullmatch(text)
    if found:
        return joined_date(found[1], found[2] or "", found[3] or "")
    found = _PRINTED.fullmatch(text)
    return joined_date(found[3], found[2] or "", found[1] or "") if found else None


def joined_date(year: str, month: str, day: str) -> str | None:
    """Return an ISO date of its parts, each digits or empty; None when it is no date."""
    if not (year or month or day):
        return ""
    try:
        parts = [int(one) for one in (year, month, day) if one]
        if not year or (day and not month):
            return None
        dt.date(*[*parts, 1, 1][:3])
    except ValueError:
        return None
    return "-".join([f"{parts[0]:04}", *(f"{one:02}" for one in parts[1:])])


def printed(spec: FieldSpec | None, value: str) -> str:
    """Return a value as people read it: dates as day/month/year."""
    if spec is None or spec.kind != "date" or not value:
        return value
    return "/".join(reversed(value.split("-")))


def coded(profile: Profile, spec: FieldSpec | None, value: str) -> str:
    """Return a value as a package has it: codes of lists, dates as day/month/year."""
    if spec is not None and spec.kind == "list" and value:
        term = profile.term(spec.list, value)
        return value if term is None else term.code
    return printed(spec, value)
