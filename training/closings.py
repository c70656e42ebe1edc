"""Ends of letters composed in free fonts: post, room for a signature, the signer's name.

Names are joined by chance from the parts that the reader knows; a quarter of them hold any syllable
of the prose instead, so that names are read and not guessed.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from stages.read.line_reader.person_names import name_parts
from training.composed import Composer, Sheet
from training.pages import KnownPage

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np

WORDS: dict[str, list[str]] = json.loads(
    Path(__file__).with_name("closing_words.json").read_text(encoding="utf-8")
)
"""ranks: academic ones; for, posts: lines of posts."""
Spot = tuple[float, float]


def closings(
    composer: Composer, rng: np.random.Generator, dpi: float
) -> tuple[KnownPage, list[Spot]]:
    """Draw a page of closings in two columns.

    Returns:
        The page, and for each closing a spot where its seal may stand, in pixels.
    """
    sheet = Sheet.blank(dpi)
    spots: list[Spot] = []
    half = sheet.image.width / 2
    for left in (dpi * 0.3, half):
        y = dpi * float(rng.uniform(0.4, 0.8))
        while y < sheet.image.height - dpi * 2.4:
            right = left + half - dpi * 0.35
            y, spot = _closing(composer, sheet, (left, right, y), rng)
            spots.append(spot)
            y += dpi * float(rng.uniform(0.15, 0.4))
    return sheet.finish(), spots


def _closing(
    composer: Composer, sheet: Sheet, place: tuple[float, float, float], rng: np.random.Generator
) -> tuple[float, Spot]:
    """Draw one closing; return the row below it and the spot of its seal."""
    left, right, y = place
    font = composer.font("bold", float(rng.uniform(12, 14.5)), sheet.dpi, rng)
    for line in _posts(composer, rng):
        composer.centred(sheet, line.split(), left, right, y, font)
        y += font.size * float(rng.uniform(1.15, 1.4))
    above, first = y, len(sheet.words)
    y += sheet.dpi * float(rng.uniform(0.25, 1.0))
    if rng.random() < 0.3:
        font = composer.font("bold", float(rng.uniform(12, 14.5)), sheet.dpi, rng)
    composer.centred(sheet, _name(composer, rng).split(), left, right, y, font)
    begin = min((word.box.x0 for word in sheet.words[first:]), default=left)
    spot = (
        begin + rng.normal(0, 0.45) * sheet.dpi,
        (above + y) / 2 + rng.normal(0, 0.3) * sheet.dpi,
    )
    return y + font.size, spot


def _pick(rng: np.random.Generator, options: Sequence[str]) -> str:
    return options[int(rng.integers(len(options)))]


def _posts(composer: Composer, rng: np.random.Generator) -> list[str]:
    body = [word.upper() for word in composer.paragraph(rng)[: int(rng.integers(2, 5))]]
    lines = []
    if rng.random() < 0.6:
        lines.append(f"{_pick(rng, WORDS['for'])} {_pick(rng, [*WORDS['posts'], ' '.join(body)])}")
    post = _pick(rng, WORDS["posts"])
    return [*lines, post if rng.random() < 0.8 else f"{post} {' '.join(body)}"]


def _name(composer: Composer, rng: np.random.Generator) -> str:
    names = name_parts()
    count = int(rng.choice([1, 2, 3], p=[0.15, 0.65, 0.2]))
    parts = [_pick(rng, names["families"])]
    parts += [_pick(rng, names["parts"]) for _ in range(count)]
    if rng.random() < 0.25:
        syllables = [word for word in composer.paragraph(rng) if word.isalpha()]
        if syllables:
            parts[int(rng.integers(1, len(parts)))] = _pick(rng, syllables).capitalize()
    name = " ".join(parts)
    return f"{_pick(rng, WORDS['ranks'])} {name}" if rng.random() < 0.12 else name
