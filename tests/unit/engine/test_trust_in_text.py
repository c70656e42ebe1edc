"""What a reader made up is not passed off as a page's text, and the page says so."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.model.catalogue import CATALOGUE
from pipeline.model.records import Box, Page, Quality, Verdict, Word
from stages.archive.text_layer import letters_of


def page(*lines: tuple[str, float]) -> Page:
    """A page of lines with one confidence each."""
    words = tuple(
        Word(
            text=word,
            box=Box(x0=20 * at, y0=15 * number, x1=20 * at + 18, y1=15 * number + 12),
            confidence=confidence,
            line=number,
        )
        for number, (text, confidence) in enumerate(lines)
        for at, word in enumerate(text.split())
    )
    return Page(
        number=1, width_mm=210.0, height_mm=297.0, dpi=200.0, skew_deg=0.0, rotation_deg=0,
        is_blank=False, quality=Quality(verdict=Verdict.GOOD), words=words,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("lines", "text", "doubt"),
    [
        ([("kính gửi các sở", 0.95), ("về việc", 0.8)], "kính gửi các sở\nvề việc", None),
        ([("kính gửi các sở ban ngành", 0.9), ("hh", 0.1)], "kính gửi các sở ban ngành", None),
        ([("kính gửi các sở", 0.9), ("hNb hB 1", 0.2)], "kính gửi các sở", "PAGE-PARTLY-READ"),
        ([("kính", 0.9), ("hNb hB 1 NBh", 0.2)], "kính", "PAGE-UNREADABLE"),
        ([("hNb hB 1", 0.2)], "", "PAGE-UNREADABLE"),
        ([], "", "PAGE-UNREADABLE"),
    ],
)
def test_lines_below_the_least_confidence_are_no_text(
    lines: list[tuple[str, float]], text: str, doubt: str | None
) -> None:
    one = page(*lines)
    assert (one.text(), one.doubt) == (text, doubt)
    assert one.reasons() == (() if doubt is None else (doubt,))
    assert doubt is None or doubt in CATALOGUE
    assert letters_of((one,)) == set(text.replace(" ", "").replace("\n", ""))


def test_blank_and_unread_pages_are_not_in_doubt() -> None:
    assert replace(page(), is_blank=True).doubt is None
    assert replace(page(), unread="PAGE-CRASH").reasons() == ("PAGE-CRASH",)


def test_what_extraction_needs_is_kept() -> None:
    """A number by hand may be unsure: fields are found in all words."""
    assert len(page(("123", 0.2)).words) == 1
