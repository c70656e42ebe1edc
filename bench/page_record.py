"""The record of a single page that the bench prepared and read without the pipeline."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.model.records import Page

if TYPE_CHECKING:
    from pipeline.model.prepared import PreparedPage
    from pipeline.model.records import Word


def page_record(prepared: PreparedPage, words: tuple[Word, ...]) -> Page:
    """Return page 1 with these words, upright and straight as it was prepared."""
    return Page(
        number=1,
        width_mm=prepared.width_mm,
        height_mm=prepared.height_mm,
        dpi=prepared.dpi,
        skew_deg=0,
        rotation_deg=0,
        is_blank=False,
        quality=prepared.quality,
        words=words,
    )
