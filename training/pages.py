"""Pages with known words: the common coin of all makers of training lines.

A maker draws a page and says where its words stand; `cut_lines` labels each box that
the detector found with the words it covers, and cuts it as the reader will cut it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from stages.read.line_reader.crop import crop_line
from stages.read.line_reader.headings import joined_box
from stages.read.line_reader.records import Box
from training.alphabet import as_label

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from numpy.typing import NDArray

INSIDE = 0.85
"""Share of a word's width inside a box from which the box covers it."""
OUTSIDE = 0.15
"""Share up to which the word does not belong to it; between the two the box is not used."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageWord:
    """A word on a page with its place."""

    text: str
    """As it shall be read."""
    box: Box
    """The place of the word on its line, px; a hand's flourishes may go beyond."""
    line: int = -1
    """Number of the heading it belongs to, -1 for words of no heading."""
    is_glued: bool = False
    """Whether it is read without a space before it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownPage:
    """A page image with its words."""

    gray: NDArray[np.uint8]
    """Shape (height, width), 0 black to 255 white."""
    words: list[PageWord] = field(default_factory=list)
    """Every word on the page."""
    dpi: float = 300.0
    """Dots per inch of the image."""
    stamps: list[Box] = field(default_factory=list)
    """Where stamps lie over print whose own text is not among the words."""

    def moved(self, gray: NDArray[np.uint8], matrix: NDArray[np.float64], dpi: float) -> KnownPage:
        """Return the page with another image, its words moved by a 2 × 3 affine matrix."""
        return KnownPage(
            gray=gray,
            words=[replace(word, box=_moved(word.box, matrix)) for word in self.words],
            dpi=dpi,
            stamps=[_moved(stamp, matrix) for stamp in self.stamps],
        )


def _moved(box: Box, matrix: NDArray[np.float64]) -> Box:
    """Return a box moved and enlarged with its page, upright as before."""
    middle_x, middle_y = matrix @ np.array([(box.x0 + box.x1) / 2, box.middle_y, 1.0])
    half_w = box.width_px / 2 * np.hypot(matrix[0, 0], matrix[1, 0])
    half_h = box.height_px / 2 * np.hypot(matrix[0, 1], matrix[1, 1])
    return Box(
        x0=float(middle_x - half_w),
        y0=float(middle_y - half_h),
        x1=float(middle_x + half_w),
        y1=float(middle_y + half_h),
    )


LOOSE = 0.3
"""Share of headings that are cut taller than their print."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingLine:
    """One cut line and what stands in it."""

    ink: NDArray[np.uint8]
    """Ink map, shape (96, width), 0 paper to 255 ink."""
    text: str
    """The label; empty where nothing is written."""


def cut_lines(
    page: KnownPage,
    boxes: Sequence[Box],
    known: Collection[str],
    rng: np.random.Generator,
    *,
    keep_others: float = 1.0,
) -> list[TrainingLine]:
    """Label and cut the lines of a page.

    Args:
        page: the page, degraded.
        boxes: what the detector found on it.
        known: the alphabet.
        rng: source of chance for the jitter of the boxes.
        keep_others: share of the lines kept that belong to no heading.
    """
    found = []
    for box in boxes:
        words = words_in(box, page.words)
        if words is not None and not _holds_stamp(box, words, page.stamps):
            is_heading = any(word.line >= 0 for word in words)
            if is_heading or rng.random() < keep_others:
                found.append((box, words))
    found += _joined(page.words, boxes)
    lines = []
    for box, words in found:
        label = as_label(text_of(words), known)
        if label:
            is_loose = any(word.line >= 0 for word in words) and rng.random() < LOOSE
            place = loosened(box, rng) if is_loose else jittered(box, rng)
            lines.append(TrainingLine(ink=_ink_of(page, place), text=label))
    return lines


def cut_marks(
    page: KnownPage, boxes: Sequence[Box], marks: Sequence[Box], scale: float
) -> list[TrainingLine]:
    """Cut boxes that hold a signature or seal and no word; their label is empty.

    Args:
        page: the page, degraded.
        boxes: what the detector found on it.
        marks: where signatures and seals were drawn, px of the clean page.
        scale: page px per clean px.
    """
    lines = []
    for box in boxes:
        is_free = not any(_overlap(box, word.box) for word in page.words)
        if is_free and any(_covers(mark, box, scale) for mark in marks):
            lines.append(TrainingLine(ink=_ink_of(page, box), text=""))
    return lines


def _holds_stamp(box: Box, words: Sequence[PageWord], stamps: Sequence[Box]) -> bool:
    """Tell whether a box goes on beside its words, over text of a stamp."""
    left, right = min(word.box.x0 for word in words), max(word.box.x1 for word in words)
    return any(
        _overlap(box, stamp)
        and max(
            min(left, stamp.x1) - max(box.x0, stamp.x0),
            min(box.x1, stamp.x1) - max(right, stamp.x0),
        )
        > box.height_px
        for stamp in stamps
    )


def _ink_of(page: KnownPage, box: Box) -> NDArray[np.uint8]:
    return np.rint(crop_line(page.gray, box) * 255).astype(np.uint8)


def _overlap(a: Box, b: Box) -> bool:
    return a.x0 < b.x1 and b.x0 < a.x1 and a.y0 < b.y1 and b.y0 < a.y1


def _covers(mark: Box, box: Box, scale: float) -> bool:
    middle = (box.x0 + box.x1) / 2
    is_across = mark.x0 * scale < middle < mark.x1 * scale
    return is_across and mark.y0 * scale < box.middle_y < mark.y1 * scale


def text_of(words: Sequence[PageWord]) -> str:
    """Return the text of words of one line."""
    ordered = sorted(words, key=lambda word: word.box.x0)
    return "".join(word.text if word.is_glued else f" {word.text}" for word in ordered).strip()


def words_in(box: Box, words: Sequence[PageWord]) -> list[PageWord] | None:
    """Return the words that a box covers, or None when it covers none or cuts one."""
    inside = []
    for word in words:
        place = word.box
        tall = (min(box.y1, place.y1) - max(box.y0, place.y0)) / max(1.0, place.height_px)
        if tall <= 0.2:
            continue
        wide = (min(box.x1, place.x1) - max(box.x0, place.x0)) / max(1.0, place.width_px)
        if wide <= OUTSIDE:
            continue
        if wide < INSIDE or tall < 0.6:
            return None
        inside.append(word)
    if not inside or box.height_px > 2.2 * float(np.median([w.box.height_px for w in inside])):
        return None
    return inside


def jittered(box: Box, rng: np.random.Generator) -> Box:
    """Return the box moved a little, as detectors differ from page to page."""
    height = box.height_px
    scale = height * (0.12 if rng.random() < 0.15 else 0.05)
    up, down = rng.normal(0, scale, 2)
    left, right = rng.normal(0, 0.1 * height, 2)
    return Box(x0=box.x0 + left, y0=box.y0 + up, x1=box.x1 + right, y1=box.y1 + down)


def loosened(box: Box, rng: np.random.Generator) -> Box:
    """Return the box taller, as the reader looks again at headings whose hand outgrows print."""
    up, down = rng.uniform(0.1, 0.7), rng.uniform(0.0, 0.35)
    height = box.height_px
    return Box(
        x0=box.x0 - float(rng.uniform(0, 0.4)) * height,
        y0=box.y0 - float(up) * height,
        x1=box.x1 + float(rng.uniform(0, 0.4)) * height,
        y1=box.y1 + float(down) * height,
    )


def _joined(words: Sequence[PageWord], boxes: Sequence[Box]) -> list[tuple[Box, list[PageWord]]]:
    """Join the boxes of headings that the detector split, as the reader does."""
    found: list[tuple[Box, list[PageWord]]] = []
    for line in sorted({word.line for word in words if word.line >= 0}):
        members = sorted((w for w in words if w.line == line), key=lambda w: w.box.x0)
        span = members[0].box.union(members[-1].box)
        parts = [
            box
            for box in boxes
            if span.y0 - 0.3 * span.height_px < box.middle_y < span.y1 + 0.2 * span.height_px
            and min(box.x1, span.x1) - max(box.x0, span.x0) > 0.5 * box.width_px
        ]
        parts.sort(key=lambda box: box.x0)
        if len(parts) < 2:
            continue
        box = joined_box(parts)
        covers = box.x0 <= members[0].box.x0 + 0.5 * span.height_px
        if covers and box.x1 >= members[-1].box.x1 - 0.5 * span.height_px:
            found.append((box, members))
    return found
