"""Generated letters as they are delivered, and where a search for a word marks it.

The whole page line is run: scanned without tilt, prepared, read by the delivered reader, cut into
layers, written. So the distance is that of the reader's boxes and of the text layer together.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from PIL import Image

from bench.generator import compose, make_scan, preset_settings
from bench.page_record import page_record
from pipeline.model.records import Document, MediaType, PageEntry
from stages.archive.document import write_document
from stages.archive.metadata import Facts
from stages.layers import PageLayerMaker
from stages.prepare import PagePreparer
from stages.read import make_reader

_FACTS = Facts(
    title="",
    author="",
    created=dt.datetime.fromtimestamp(0, dt.UTC),
    properties={"sourceDigest": "0"},
)
_MM_PER_POINT = 25.4 / 72
_LETTERS_MIN = 3
"""Shorter words stand within others."""

Rectangle = tuple[float, float, float, float]
"""x0, y0, x1, y1 in points from the page's top left."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """The first page of a generated letter."""

    path: Path
    words: tuple[tuple[str, Rectangle], ...]
    """Printed words with the box of their ink, as generated."""


def delivered(folder: Path, seeds: Iterable[int]) -> Iterator[Delivered]:
    """Yield generated letters, one a seed, as sohoa writes their first page."""
    preparer, reader = PagePreparer(), make_reader("line_reader")
    maker = PageLayerMaker()
    for seed in seeds:
        settings = replace(preset_settings("office", seed), skew_deg=0.0)
        scan = make_scan(compose(seed), settings, seed=seed)
        source, target = folder / f"{seed}.png", folder / f"{seed}.pdf"
        page, truth = scan.pages[0], scan.truth.pages[0]
        Image.fromarray(page.pixels).save(source, dpi=(page.dpi, page.dpi))
        document = Document(id="0" * 64, media_type=MediaType.PNG, size_bytes=1)
        prepared = preparer.prepare(source, document, PageEntry(number=1))
        text = reader.read(prepared)
        record = page_record(prepared, text.words)
        write_document(target, [maker.make(prepared, text)], (record,), _FACTS)
        width, height = record.width_pt, record.height_pt
        yield Delivered(
            path=target,
            words=tuple(
                (
                    word.text,
                    (word.box[0] * width, word.box[1] * height, word.box[2] * width,
                     word.box[3] * height),
                )
                for line in truth.lines
                if line.kind == "text"
                for word in line.words
                if not word.is_handwritten
            ),
        )  # fmt: skip


def sought(page: Delivered, text: str) -> Iterator[tuple[str, Rectangle]]:
    """Yield the words with tones or marks that stand once on the page and once in its text."""
    printed = Counter(word for word, _ in page.words)
    for word, box in page.words:
        is_fit = word.isalpha() and not word.isascii() and len(word) >= _LETTERS_MIN
        if is_fit and printed[word] == text.count(word) == 1:
            yield word, box


def distance_mm(marked: Sequence[Rectangle], ink: Rectangle) -> float:
    """Return by how much a mark misses a word: left and right edge, and ink above or below it."""
    x0, y0 = min(box[0] for box in marked), min(box[1] for box in marked)
    x1, y1 = max(box[2] for box in marked), max(box[3] for box in marked)
    misses = (abs(x0 - ink[0]), abs(x1 - ink[2]), y0 - ink[1], ink[3] - y1)
    return max(*misses) * _MM_PER_POINT
