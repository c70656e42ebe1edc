"""Where documents of a stack begin, how sure that is, and what is missing.

Where separator sheets lie in a stack, they alone say it. Else each page's signs are weighed; a page
that is neither surely a first page nor surely none makes the whole stack wait for a person, because
two letters joined, or one torn in two, would be signed and registered wrongly.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from pipeline.model.stacks import Doubt, PageSigns, Part, StackPlan

_RIGHT = 0.56
"""Middle of Quốc hiệu from which it is a letter's (right column) and not a form's (centred)."""

WEIGHTS = {
    "bias": -4.02,
    "nation_right": 2.53,
    "nation_centred": -1.20,
    "motto": 1.33,
    "number": 1.58,
    "date": 2.47,
    "issuer": 1.88,
    "annex": -1.10,
    "form": -1.20,
    "numbered_one": 0.10,
    "numbered_later": -2.06,
    "after_last": 0.10,
}
"""Logarithmic odds that a page begins a document, by sign; `python -m training.stacks` fits them to
generated stacks of its own seeds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How stacks are cut."""

    certain: float = field(default=0.95, metadata={"min": 0.5, "max": 1.0})
    """A page is taken for a first page, or for none, from this probability on."""
    blank_separates: bool = False
    """A blank page parts documents, where no separator sheet lies in the stack."""
    confirm: Literal["doubtful", "always"] = "doubtful"
    """Which stacks wait for a person before they are cut."""


def features(page: PageSigns, before: PageSigns | None) -> dict[str, float]:
    """Return what is weighed of a page, each 0 or 1.

    Args:
        page: neither blank nor a separator.
        before: the last such page before it.
    """
    has_nation = page.nation_x is not None
    is_right = page.nation_x is not None and page.nation_x >= _RIGHT
    number = page.printed
    is_ended = before is not None and before.printed == before.printed_of is not None
    found = {
        "bias": True,
        "nation_right": is_right,
        "nation_centred": has_nation and not is_right,
        "motto": page.has_motto,
        "number": page.has_number,
        "date": page.has_date,
        "issuer": page.has_issuer,
        "annex": page.is_annex,
        "form": page.is_form,
        "numbered_one": number == 1,
        "numbered_later": number is not None and number > 1,
        "after_last": is_ended,
    }
    return {name: float(value) for name, value in found.items()}


def probability(found: dict[str, float]) -> float:
    """Return how probable it is that a page with these features begins a document, 0–1."""
    odds = sum(WEIGHTS[name] * value for name, value in found.items())
    return 1 / (1 + math.exp(-odds))


def plan_of(pages: Sequence[PageSigns], batch: str, options: Options) -> StackPlan:
    """Return what a stack is to become.

    Args:
        pages: the signs of all its pages, in the order in which they are to be taken.
        batch: whose stack it is; sheets printed for another one are a doubt.
        options: how it is cut.
    """
    doubts = [Doubt(code="STACK-PAGE", page=one.number) for one in pages if one.unread is not None]
    if any(one.separator is not None for one in pages):
        parts, dropped = _by_sheets(pages)
        doubts += _sheet_doubts(pages, batch)
    elif options.blank_separates:
        parts, dropped = _by_blanks(pages)
    else:
        parts, dropped = _by_heads(pages), ()
        doubts += [
            Doubt(code="STACK-DOUBTFUL", page=number, detail=f"{share:.2f}")
            for number, share in starts(pages)
            if 1 - options.certain < share < options.certain
        ]
    if options.confirm == "always":
        doubts.append(Doubt(code="STACK-ALWAYS"))
    if not parts:
        doubts.append(Doubt(code="STACK-EMPTY"))
    by_number = {one.number: one for one in pages}
    whole = tuple(
        replace(part, missing=missing_in([by_number[number] for number in part.pages]))
        for part in parts
    )
    return StackPlan(parts=whole, dropped=dropped, doubts=tuple(doubts))


def starts(pages: Sequence[PageSigns]) -> list[tuple[int, float]]:
    """Return each page that bears something, with the probability that it begins a document.

    The first of them begins one whatever it looks like.
    """
    found: list[tuple[int, float]] = []
    before: PageSigns | None = None
    for page in pages:
        if page.is_blank or page.separator is not None:
            continue
        share = 1.0 if before is None else probability(features(page, before))
        found.append((page.number, share))
        before = page
    return found


def _by_heads(pages: Sequence[PageSigns]) -> tuple[Part, ...]:
    shares = dict(starts(pages))
    parts: list[Part] = []
    for page in pages:
        share = shares.get(page.number, 0.0)
        if share >= 0.5 or not parts:
            parts.append(Part(pages=(page.number,), confidence=share))
        else:
            parts[-1] = replace(parts[-1], pages=(*parts[-1].pages, page.number))
    return tuple(parts) if shares else ()


def _by_sheets(pages: Sequence[PageSigns]) -> tuple[tuple[Part, ...], tuple[int, ...]]:
    """Return the parts between sheets; a sheet and its empty back are no part of any."""
    groups: list[tuple[str, list[PageSigns]]] = [("", [])]
    dropped: list[int] = []
    is_back = False
    for page in pages:
        if page.separator is not None:
            groups.append((page.separator.dossier, []))
            dropped.append(page.number)
        elif page.is_blank and is_back:
            dropped.append(page.number)
        else:
            groups[-1][1].append(page)
        is_back = page.separator is not None
    parts = tuple(
        Part(pages=tuple(one.number for one in group), dossier=dossier)
        for dossier, group in groups
        if any(not one.is_blank for one in group)
    )
    kept = {number for part in parts for number in part.pages}
    dropped += [one.number for one in pages if one.number not in kept and one.number not in dropped]
    return parts, tuple(sorted(dropped))


def _by_blanks(pages: Sequence[PageSigns]) -> tuple[tuple[Part, ...], tuple[int, ...]]:
    parts: list[list[int]] = [[]]
    for page in pages:
        if page.is_blank and parts[-1]:
            parts.append([])
        elif not page.is_blank:
            parts[-1].append(page.number)
    dropped = tuple(page.number for page in pages if page.is_blank)
    return tuple(Part(pages=tuple(one)) for one in parts if one), dropped


def _sheet_doubts(pages: Sequence[PageSigns], batch: str) -> Iterable[Doubt]:
    """Yield sheets of another batch, and places where a sheet of the row is not there."""
    before: PageSigns | None = None
    for page in pages:
        sheet = page.separator
        if sheet is None:
            continue
        if sheet.batch != batch:
            yield Doubt(code="STACK-OTHER-BATCH", page=page.number, detail=sheet.batch)
        last = None if before is None else before.separator
        is_same_row = last is not None and last.batch == sheet.batch
        if last is not None and is_same_row and sheet.ordinal != last.ordinal + 1:
            yield Doubt(
                code="STACK-SHEET-MISSING",
                page=page.number,
                detail=f"{last.ordinal} → {sheet.ordinal}",
            )
        before = page


def missing_in(pages: Sequence[PageSigns]) -> tuple[int, ...]:
    """Return the page numbers that a document lacks, as far as its pages are numbered.

    A page without number counts one; an annex may begin its own numbers.
    """
    missing: list[int] = []
    expected = 0
    for page in pages:
        if page.is_blank:
            continue
        expected += 1
        if page.printed is None:
            continue
        # A number far ahead is a misread one, or a page of another paper.
        if expected < page.printed <= expected + 3:
            missing += range(expected, page.printed)
        expected = page.printed
    last = next((page for page in reversed(pages) if not page.is_blank), None)
    if last is not None and last.printed is not None and last.printed_of is not None:
        missing += range(last.printed + 1, last.printed_of + 1)
    return tuple(missing)


def piled(count: int, *, is_reversed: bool) -> list[int]:
    """Return the order of pages of two piles: all fronts, then all backs.

    Args:
        count: pages, fronts and backs; of an odd count the last back is not there.
        is_reversed: the turned pile was scanned from its last sheet.
    """
    fronts = (count + 1) // 2
    backs = list(range(fronts + 1, count + 1))
    if is_reversed:
        backs.reverse()
    order: list[int] = []
    for place in range(fronts):
        order.append(place + 1)
        order += backs[place : place + 1]
    return order
