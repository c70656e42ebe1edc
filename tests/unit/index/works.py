"""Work for the stages of the end of the line."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from pipeline.model.records import (
    Box,
    Document,
    Field,
    FieldSource,
    Inspection,
    MediaType,
    Page,
    PageEntry,
    Quality,
    Route,
    Verdict,
    Word,
)
from pipeline.model.stage import Work

RECEIVED_AT = dt.datetime(2026, 5, 4, 1, tzinfo=dt.UTC)


def page(number: int, text: str) -> Page:
    """Make a page that says a text."""
    box = Box(x0=0, y0=0, x1=10, y1=10)
    return Page(
        number=number,
        width_mm=210,
        height_mm=297,
        dpi=200,
        skew_deg=0,
        rotation_deg=0,
        is_blank=not text,
        quality=Quality(verdict=Verdict.GOOD),
        words=tuple(Word(text=word, box=box, confidence=1, line=0) for word in text.split()),
    )


def work(scratch: Path, *, route: Route = Route.SCAN, **values: str) -> Work:
    """Make a document of two written pages and a blank one."""
    pages = (page(1, "Số hóa tài liệu"), page(2, "trang hai"), page(3, ""))
    return Work(
        document=Document(id="d" * 64, media_type=MediaType.PDF, size_bytes=1),
        source_name="a.pdf",
        folder="den",
        received_at=RECEIVED_AT,
        now=RECEIVED_AT,
        inspection=Inspection(route=route, pages=tuple(PageEntry(number=n) for n in (1, 2, 3))),
        pages=pages,
        fields={
            name: Field(name=name, value=value, confidence=1, source=FieldSource.PRINTED)
            for name, value in values.items()
        },
        artifacts={"original": scratch / "o", "sealed": scratch / "s", "pdfa": scratch / "p"},
        scratch=scratch,
    )
