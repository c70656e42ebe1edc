"""One page being printed: a plane of black print, patches of coloured ink, and the truth of both.

Coordinates are points from the upper left corner, y downwards. Must never know of scanners.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from bench.generator.fonts import FontBook, Style
from bench.generator.model import Box, LineKind, LineTruth, WordTruth
from bench.generator.press import Typewriter

A4_PT = (595.28, 841.89)
MM = 72 / 25.4
Alpha = NDArray[np.uint8]
Rgb = tuple[int, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Patch:
    """Coloured ink: how much of it lies where, its upper left pixel, its colour on white."""

    alpha: Alpha
    x_px: int
    y_px: int
    ink: Rgb


@dataclass(slots=True)
class LineRecord:
    """A line whose words are still being set."""

    kind: LineKind
    words: list[WordTruth] = field(default_factory=list)
    glued: list[bool] = field(default_factory=list)
    """For each word: whether it follows the one before without a space."""

    def text(self) -> str:
        """The words with single spaces, glued ones without."""
        parts = [
            word.text if is_glued or not index else " " + word.text
            for index, (word, is_glued) in enumerate(zip(self.words, self.glued, strict=True))
        ]
        return "".join(parts)

    def truth(self) -> LineTruth:
        """The finished record."""
        boxes = [word.box for word in self.words]
        return LineTruth(
            text=self.text(), box=union(boxes), kind=self.kind, words=tuple(self.words)
        )


def union(boxes: list[Box]) -> Box:
    """The smallest box around all of them."""
    return (
        min(box[0] for box in boxes),
        min(box[1] for box in boxes),
        max(box[2] for box in boxes),
        max(box[3] for box in boxes),
    )


class Sheet:
    """A page in the making."""

    def __init__(
        self,
        *,
        dpi: int,
        book: FontBook,
        size_pt: tuple[float, float] = A4_PT,
        typewriter: Typewriter | None = None,
    ) -> None:
        self.dpi = dpi
        self.book = book
        self.size_pt = size_pt
        self._typewriter = typewriter
        self.width_px = round(size_pt[0] * dpi / 72)
        self.height_px = round(size_pt[1] * dpi / 72)
        self.black = Image.new("L", (self.width_px, self.height_px), 0)
        self._draw = ImageDraw.Draw(self.black)
        self.patches: list[Patch] = []
        self.records: list[LineRecord] = []

    @property
    def scale(self) -> float:
        """Pixels per point."""
        return self.dpi / 72

    def line(self, kind: LineKind = "text") -> LineRecord:
        """Open a new line of truth."""
        record = LineRecord(kind=kind)
        self.records.append(record)
        return record

    def word(
        self,
        record: LineRecord,
        text: str,
        *,
        x_pt: float,
        base_pt: float,
        style: Style,
        is_glued: bool = False,
    ) -> float:
        """Print one word on its baseline; returns the x where it ends, in points."""
        font = self.book.pixel_font(style, self.dpi)
        x, y = x_pt * self.scale, base_pt * self.scale
        if self._typewriter is None:
            self._draw.text((x, y), text, fill=255, font=font, anchor="ls")
        else:
            text = self._typewriter.spelled(text)
            self._typewriter.type(self.black, text, at=(x, y), font=font)
        left, top, right, bottom = font.getbbox(text, anchor="ls")
        self.record(record, text, (x + left, y + top, x + right, y + bottom), is_glued=is_glued)
        return x_pt + self.book.width_pt(text, style)

    def record(
        self,
        record: LineRecord,
        text: str,
        box_px: tuple[float, float, float, float],
        *,
        is_glued: bool = False,
        is_handwritten: bool = False,
    ) -> Box:
        """Note a word of the line by the box of its ink in pixels; returns it as fractions."""
        x0, y0, x1, y1 = box_px
        box = (
            max(0.0, x0 / self.width_px),
            max(0.0, y0 / self.height_px),
            min(1.0, x1 / self.width_px),
            min(1.0, y1 / self.height_px),
        )
        record.words.append(WordTruth(text=text, box=box, is_handwritten=is_handwritten))
        record.glued.append(is_glued)
        return box

    def rule(self, x0_pt: float, x1_pt: float, y_pt: float, *, width_pt: float = 0.8) -> None:
        """A horizontal rule."""
        y = round(y_pt * self.scale)
        half = max(1, round(width_pt * self.scale))
        self._draw.rectangle(
            (round(x0_pt * self.scale), y, round(x1_pt * self.scale), y + half - 1), fill=255
        )

    def upright(self, x_pt: float, y0_pt: float, y1_pt: float, *, width_pt: float = 0.6) -> None:
        """A vertical rule."""
        x = round(x_pt * self.scale)
        half = max(1, round(width_pt * self.scale))
        self._draw.rectangle(
            (x, round(y0_pt * self.scale), x + half - 1, round(y1_pt * self.scale)), fill=255
        )

    def stamp(self, alpha: Alpha, *, x_pt: float, y_pt: float, ink: Rgb) -> Box:
        """Lay coloured ink, upper left corner at that point; returns its box in fractions."""
        patch = Patch(
            alpha=alpha, x_px=round(x_pt * self.scale), y_px=round(y_pt * self.scale), ink=ink
        )
        self.patches.append(patch)
        rows, cols = np.nonzero(alpha.max(axis=1) > 60)[0], np.nonzero(alpha.max(axis=0) > 60)[0]
        if not len(rows) or not len(cols):
            rows, cols = np.arange(alpha.shape[0]), np.arange(alpha.shape[1])
        return (
            (patch.x_px + int(cols[0])) / self.width_px,
            (patch.y_px + int(rows[0])) / self.height_px,
            (patch.x_px + int(cols[-1]) + 1) / self.width_px,
            (patch.y_px + int(rows[-1]) + 1) / self.height_px,
        )

    def note_stamp(self, text: str, box: Box) -> None:
        """Truth of a stamped line: all its words share the stamp's box."""
        record = self.line("stamp")
        pixels = (box[0] * self.width_px, box[1] * self.height_px, box[2] * self.width_px,
                  box[3] * self.height_px)  # fmt: skip
        for word in text.split():
            self.record(record, word, pixels)

    def truths(self) -> tuple[LineTruth, ...]:
        """The truth of all lines that have words, in the order they were set."""
        return tuple(record.truth() for record in self.records if record.words)
