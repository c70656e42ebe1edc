"""What a machine finds wrong with a paper or a dossier, from rows and pages alone."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from pipeline.acceptance.likeness import Sketch, likeness
from pipeline.ledger.batch_rows import ItemRow
from pipeline.model.records import JobState, Page
from pipeline.structure.records import Place

_SHEETS = re.compile(r"(\d{1,9})(?:\s*[-–]\s*(\d{1,9}))?")
_TOTALS = {"document_total": "văn bản / documents", "page_total": "trang / pages"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something that a person must look at."""

    code: str
    """Code of the catalogue."""
    path: str = ""
    """Of the paper; empty for a finding on a whole dossier."""
    dossier: str = ""
    """Number and notation of the dossier; empty for a loose paper."""
    document_id: str = ""
    page: int | None = None
    """From 1; None for the whole document."""
    detail: str = ""


def of_item(item: ItemRow, code: str, *, page: int | None = None, detail: str = "") -> Finding:
    """Return a finding on a paper."""
    return Finding(
        code=code,
        path=item.path,
        dossier=Place.of_key(item.place).notation,
        document_id=item.document_id or "",
        page=page,
        detail=detail,
    )


def unfinished(item: ItemRow) -> Finding:
    """Return why a paper is no finished document: its own code where it has one."""
    state = item.job_state or item.state
    if item.code is not None:
        return of_item(item, item.code, detail=item.detail)
    return of_item(item, "CHECK-UNFINISHED", detail=state)


def page_count(item: ItemRow, found: int) -> Iterator[Finding]:
    """Yield a finding where the list says another number of pages than there are."""
    said = item.document.get("page_total", "")
    if said.isdigit() and int(said) != found:
        yield of_item(item, "CHECK-PAGE-COUNT", detail=f"{said} → {found}")


def pages(item: ItemRow, found: Sequence[Page]) -> Iterator[Finding]:
    """Yield what is wrong with single pages: unread, without text, of poor quality."""
    for page in found:
        for reason in page.quality.reasons:
            detail = f"{page.dpi:.0f} dpi" if reason == "QUALITY-LOW-DPI" else ""
            yield of_item(item, reason, page=page.number, detail=detail)
        if page.unread is not None:
            yield of_item(item, page.unread, page=page.number)
        elif not page.is_blank and not page.words:
            yield of_item(item, "CHECK-NO-TEXT", page=page.number)
        elif page.doubt is not None:
            yield of_item(item, page.doubt, page=page.number)


def pages_twice(
    item: ItemRow, sketches: Sequence[Sketch | None], *, least: float
) -> Iterator[Finding]:
    """Yield each page that is nearly alike to an earlier page of its document.

    Args:
        item: the document.
        sketches: of its pages in order; None for a page of too little text to tell.
        least: pages that share at least so much are alike, 0–1.
    """
    for number, here in enumerate(sketches, start=1):
        if here is None:
            continue
        for earlier, there in enumerate(sketches[: number - 1], start=1):
            if there is not None and (share := likeness(here, there)) >= least:
                detail = f"= {earlier} ({share:.0%})"
                yield of_item(item, "CHECK-PAGE-TWICE", page=number, detail=detail)
                break


def dossier(items: Sequence[ItemRow]) -> Iterator[Finding]:
    """Yield missing and doubled numbers and wrong totals of a dossier, as its list numbers it.

    Numbers that the list does not give are given by sohoa without gaps: only those of the list
    can be missing.

    Args:
        items: all papers of the dossier, also unfinished ones.
    """
    notation = Place.of_key(items[0].place).notation
    ordinals = [item.ordinal for item in items if item.ordinal]
    sheets = [found for item in items if (found := _sheets(item.document.get("sheet", "")))]
    for what, spans in (
        ("STT / ordinal", [(one, one) for one in ordinals]),
        ("tờ / sheet", sheets),
    ):
        if missing := ", ".join(_gaps(spans)):
            yield Finding(code="CHECK-GAP", dossier=notation, detail=f"{what} {missing}")
    counts = Counter(ordinals)
    for item in items:
        if counts[item.ordinal] > 1:
            yield of_item(item, "CHECK-SAME-NUMBER", detail=f"STT {item.ordinal}")
    totals = {"document_total": len(items), "page_total": sum(item.page_count for item in items)}
    is_done = all(item.job_state == JobState.DONE.value for item in items)
    for name, count in totals.items():
        said = next((item.dossier[name] for item in items if item.dossier.get(name)), "")
        if said.isdigit() and int(said) != count and (is_done or name == "document_total"):
            detail = f"{_TOTALS[name]} {said} → {count}"
            yield Finding(code="CHECK-TOTAL", dossier=notation, detail=detail)


def _sheets(text: str) -> tuple[int, int] | None:
    found = _SHEETS.fullmatch(text.strip())
    return None if found is None else (int(found[1]), int(found[2] or found[1]))


def _gaps(spans: Iterable[tuple[int, int]]) -> Iterator[str]:
    """Yield the numbers from 1 that no span holds, as `4` or `6-8`."""
    last = 0
    for first, end in sorted(spans):
        if first > last + 1:
            yield str(last + 1) if first == last + 2 else f"{last + 1}-{first - 1}"
        last = max(last, end)
