"""Where documents of a stack begin, how sure that is, and what is missing.

Sheets and covers of dossiers part it first. Where separator sheets of documents lie in a stack,
they alone say where documents begin. Else each page's signs are weighed; a page that is neither
surely a first page nor surely none makes the whole stack wait for a person, because two letters
joined, or one torn in two, would be signed and registered wrongly.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from pipeline.model.stacks import Doubt, PageSigns, Part, Separator, StackPlan

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
    doubts += _sheet_doubts(pages, batch)
    has_sheets = any(_is_document_sheet(one) for one in pages)
    parts: list[Part] = []
    for one in _by_dossiers(pages):
        if has_sheets:
            made = _by_sheets(one.pages)
        elif options.blank_separates:
            made = _by_blanks(one.pages)
        else:
            made = _by_heads(one.pages)
            doubts += _head_doubts(one.pages, options)
        parts += one.placed(made)
    if options.confirm == "always":
        doubts.append(Doubt(code="STACK-ALWAYS"))
    if not parts:
        doubts.append(Doubt(code="STACK-EMPTY"))
    kept = {number for part in parts for number in part.pages}
    dropped = sorted(one.number for one in pages if one.number not in kept)
    by_number = {one.number: one for one in pages}
    whole = tuple(
        replace(part, missing=missing_in([by_number[number] for number in part.pages]))
        for part in parts
    )
    return StackPlan(parts=whole, dropped=tuple(dropped), doubts=tuple(doubts))


@dataclass(slots=True, kw_only=True)
class _Dossier:
    """Pages between two sheets or covers of dossiers."""

    notation: str = ""
    cover: tuple[int, ...] = ()
    """The cover's page with its empty backs."""
    pages: list[PageSigns] = field(default_factory=list)

    def placed(self, parts: Sequence[Part]) -> Iterable[Part]:
        """Yield the cover as a part of its own, then the documents behind it."""
        cover_page = self.cover[0] if self.cover else 0
        if self.cover:
            # A document's sheet may be the only one that names the dossier.
            named = self.notation or next((one.dossier for one in parts if one.dossier), "")
            yield Part(pages=self.cover, dossier=named, cover_page=cover_page)
        for one in parts:
            yield replace(one, dossier=one.dossier or self.notation, cover_page=cover_page)


def _is_document_sheet(page: PageSigns) -> bool:
    return page.separator is not None and not page.separator.is_dossier


def _by_dossiers(pages: Sequence[PageSigns]) -> list[_Dossier]:
    """Part a stack at sheets and covers of dossiers; such a sheet and its empty back are left out.

    A cover behind a sheet belongs to the dossier that the sheet names.
    """
    found = [_Dossier()]
    is_back = False
    for page in pages:
        sheet, last = page.separator, found[-1]
        if sheet is not None and sheet.is_dossier:
            found.append(_Dossier(notation=sheet.dossier))
        elif page.is_cover:
            found.append(_Dossier(notation=last.notation, cover=(page.number,)))
        elif page.is_blank and last.cover and not last.pages:
            last.cover = (*last.cover, page.number)
        elif not (page.is_blank and is_back):
            last.pages.append(page)
        is_back = sheet is not None and sheet.is_dossier
    return found


def _head_doubts(pages: Sequence[PageSigns], options: Options) -> Iterable[Doubt]:
    """Yield pages that are neither surely first pages nor surely none."""
    for number, share in starts(pages):
        if 1 - options.certain < share < options.certain:
            yield Doubt(code="STACK-DOUBTFUL", page=number, detail=f"{share:.2f}")


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


def _by_sheets(pages: Sequence[PageSigns]) -> tuple[Part, ...]:
    """Return the parts between sheets; a sheet and its empty back are no part of any."""
    groups: list[tuple[str, list[PageSigns]]] = [("", [])]
    is_back = False
    for page in pages:
        if page.separator is not None:
            groups.append((page.separator.dossier, []))
        elif not (page.is_blank and is_back):
            groups[-1][1].append(page)
        is_back = page.separator is not None
    return tuple(
        Part(pages=tuple(one.number for one in group), dossier=dossier)
        for dossier, group in groups
        if any(not one.is_blank for one in group)
    )


def _by_blanks(pages: Sequence[PageSigns]) -> tuple[Part, ...]:
    parts: list[list[int]] = [[]]
    for page in pages:
        if page.is_blank and parts[-1]:
            parts.append([])
        elif not page.is_blank:
            parts[-1].append(page.number)
    return tuple(Part(pages=tuple(one)) for one in parts if one)


def _sheet_doubts(pages: Sequence[PageSigns], batch: str) -> Iterable[Doubt]:
    """Yield sheets of another batch, and places where a sheet of the row is not there."""
    before: dict[bool, Separator] = {}
    is_anew = False
    for page in pages:
        sheet = page.separator
        if sheet is None:
            continue
        if sheet.batch != batch:
            yield Doubt(code="STACK-OTHER-BATCH", page=page.number, detail=sheet.batch)
        last = before.get(sheet.is_dossier)
        is_same_row = last is not None and last.batch == sheet.batch
        # The sheets of documents of another dossier may be another print.
        is_first = is_anew and not sheet.is_dossier and sheet.ordinal == 1
        if last is not None and is_same_row and sheet.ordinal != last.ordinal + 1 and not is_first:
            yield Doubt(
                code="STACK-SHEET-MISSING",
                page=page.number,
                detail=f"{last.ordinal} → {sheet.ordinal}",
            )
        before[sheet.is_dossier] = sheet
        is_anew = sheet.is_dossier


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
