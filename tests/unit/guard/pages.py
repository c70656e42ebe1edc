"""Pages of words for the guard's tests."""

from __future__ import annotations

from pathlib import Path

from pipeline.model.records import POINTS_PER_MM, Box, Mark, Page, Quality, Verdict, Word

RULES_DIR = Path(__file__).parents[3] / "config" / "rules"


def line(
    text: str, *, x_mm: float, y_mm: float, ordinal: int = 0, size_pt: float = 13, sure: float = 0.9
) -> tuple[Word, ...]:
    """Words beside each other from a point in millimetres; `|` leaves 12 mm free."""
    words = []
    for part in text.split():
        if part == "|":
            x_mm += 12
            continue
        wide = sum(0.66 if c.isupper() else 0.47 for c in part) * size_pt / POINTS_PER_MM
        words.append(
            Word(
                text=part,
                box=Box(
                    x0=x_mm * POINTS_PER_MM,
                    y0=y_mm * POINTS_PER_MM,
                    x1=(x_mm + wide) * POINTS_PER_MM,
                    y1=y_mm * POINTS_PER_MM + 0.9 * size_pt,
                ),
                confidence=sure,
                line=ordinal,
            )
        )
        x_mm += wide + 0.3 * size_pt / POINTS_PER_MM
    return tuple(words)


def page_of(*lines: tuple[Word, ...], number: int = 1, marks: tuple[Mark, ...] = ()) -> Page:
    """An A4 page of such lines, each a line of the reader's own."""
    words = []
    for ordinal, some in enumerate(lines):
        words += [Word(text=w.text, box=w.box, confidence=w.confidence, line=ordinal) for w in some]
    return Page(
        number=number, width_mm=210, height_mm=297, dpi=300, skew_deg=0, rotation_deg=0,
        is_blank=not words, quality=Quality(verdict=Verdict.GOOD), words=tuple(words), marks=marks,
    )  # fmt: skip
