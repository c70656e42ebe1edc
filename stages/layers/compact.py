"""The `compact` profile: mixed raster content (ITU-T T.44), three kinds of layers.

Bottom first: the paper with everything that is no sharp ink, at a quarter of the resolution and
heavily compressed, holes under the ink filled; coloured ink by place, its shape at full resolution
in group 4, its colour in a small JPEG; black text as a full-resolution stencil in one dark tone.
No lossy symbol coding anywhere: what is sharp is kept pixel by pixel.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import cv2
import numpy as np

from pipeline.model.records import Box, ImageLayer
from stages.layers.archival import jpeg_layer, page_box
from stages.layers.coloured import ColouredInk, coloured_inks, drop_specks, find_places
from stages.layers.g4 import encode_g4
from stages.layers.jpeg import encode_jpeg
from stages.layers.masked_mean import masked_mean
from stages.layers.reduce import as_bytes
from stages.layers.stencils import Stencil, part_by_tone
from stages.layers.threshold import ink_mask

if TYPE_CHECKING:
    from numpy import uint8
    from numpy.typing import NDArray

    from pipeline.model.prepared import PreparedPage

_GRID_PX = 16
"""Stencils begin and end on this grid: viewers set pictures on whole pixels of the screen, and
halved views agree with the page then too."""
_POINTS_PER_INCH = 72.0
_HALO = np.ones((7, 7), np.uint8)
"""The soft edge of strokes, up to three pixels wide, belongs to no background."""
_CORE = np.ones((2, 2), np.uint8)
_BLUE_EDGE = np.ones((5, 5), np.uint8)


@dataclass(frozen=True, slots=True, kw_only=True)
class CompactOptions:
    """How strongly the compact profile compresses."""

    background_halvings: int = 2
    """The background is halved so often at 300 dpi: 75 dpi."""
    background_quality: int = 25
    """JPEG quality of the background, 1–100."""
    ink_halvings: int = 2
    """The picture of the coloured ink's colours is halved so often."""
    ink_quality: int = 40
    """JPEG quality of the coloured ink's colours, 1–100."""
    working_dpi: float = 300.0
    """Scans of less than 5/6 of this are enlarged to it first: letters cut out at 200 dpi lose
    their thin strokes."""
    contrast_min: int = 40
    """Ink is at least so much darker than its paper, 0–255; fainter marks stay in the background,
    where they are blurred but not lost."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CompactPage:
    """Layers and what the safety check needs to compose them without decoding."""

    images: tuple[ImageLayer, ...]
    """Background, coloured inks, stencils."""
    shape: tuple[int, int]
    """Height and width of the working picture, pixels."""
    inks: tuple[ColouredInk, ...]
    stencils: tuple[Stencil, ...]
    """Black and, where there is any, pale text."""


def compact_page(work: PreparedPage, options: CompactOptions, *, is_toned: bool) -> CompactPage:
    """Part a gray or colour page into layers.

    Args:
        work: the picture, see `working_page`.
        options: how strongly to compress.
        is_toned: paint the text in its own tones from a small picture and not in one or two flat
            ones; some 10 KB more, for pages that fail their check otherwise.
    """
    picture = work.gray if work.colour is None else work.colour
    text = as_bytes(cv2.medianBlur(ink_mask(work.reading, contrast_min=options.contrast_min), 3))
    inks = _inks(work, text, options)
    background = masked_mean(picture, _paper(text, inks), halvings=options.background_halvings)
    stencils = () if is_toned else tuple(part_by_tone(picture, work.reading, text))
    if is_toned:
        inks = (*inks, _toned_text(picture, text, options))
    box = page_box(work)
    images = [jpeg_layer(background, box, quality=options.background_quality)]
    images.extend(_ink_layer(ink, work.dpi, options.ink_quality) for ink in inks)
    images.extend(_text_layer(stencil, box) for stencil in stencils)
    return CompactPage(
        images=tuple(images), shape=(text.shape[0], text.shape[1]), inks=inks, stencils=stencils
    )


def _toned_text(
    picture: NDArray[uint8], text: NDArray[uint8], options: CompactOptions
) -> ColouredInk:
    core = as_bytes(cv2.erode(text, _CORE))
    colours = masked_mean(picture, core, halvings=options.ink_halvings)
    return ColouredInk(x=0, y=0, mask=text, colours=colours)


def working_page(page: PreparedPage, working_dpi: float) -> PreparedPage:
    """Return the page at the resolution that its layers are cut at."""
    if page.dpi >= working_dpi * 5 / 6:
        return page
    factor = working_dpi / page.dpi
    size = (round(page.gray.shape[1] * factor), round(page.gray.shape[0] * factor))

    def larger(picture: NDArray[uint8]) -> NDArray[uint8]:
        return as_bytes(cv2.resize(picture, size, interpolation=cv2.INTER_CUBIC))

    def larger_plane(plane: NDArray[np.bool_] | None) -> NDArray[np.bool_] | None:
        if plane is None:
            return None
        return as_bytes(
            cv2.resize(plane.view(np.uint8), size, interpolation=cv2.INTER_NEAREST)
        ).view(np.bool_)

    return replace(
        page,
        dpi=working_dpi,
        colour=None if page.colour is None else larger(page.colour),
        gray=larger(page.gray) if page.colour is None else page.gray,
        reading=larger(page.reading),
        red_ink=larger_plane(page.red_ink),
        blue_ink=larger_plane(page.blue_ink),
    )


def _inks(
    page: PreparedPage, text: NDArray[uint8], options: CompactOptions
) -> tuple[ColouredInk, ...]:
    """Return the coloured inks; what is theirs is taken out of the text mask."""
    if page.colour is None or page.red_ink is None or page.blue_ink is None:
        return ()
    red, blue = page.red_ink.view(np.uint8), page.blue_ink.view(np.uint8)
    coloured = as_bytes(cv2.bitwise_or(red, blue))
    places = find_places(coloured)
    for rows, columns in places:
        # Blue is dark in the channel that text is read from, red is not.
        strokes = np.ascontiguousarray(blue[rows, columns])
        if strokes.any():
            text[rows, columns][cv2.dilate(strokes, _BLUE_EDGE) > 0] = 0
        drop_specks(text[rows, columns], np.ascontiguousarray(coloured[rows, columns]))
    return tuple(
        coloured_inks(
            page.colour,
            coloured,
            text,
            places,
            contrast_min=options.contrast_min,
            halvings=options.ink_halvings,
        )
    )


def _paper(text: NDArray[uint8], inks: tuple[ColouredInk, ...]) -> NDArray[uint8]:
    """Return 255 where neither text nor coloured ink nor their soft edges are."""
    ink = text.copy() if inks else text
    for item in inks:
        height, width = item.mask.shape
        window = ink[item.y : item.y + height, item.x : item.x + width]
        np.bitwise_or(window, item.mask, out=window)
    return as_bytes(cv2.bitwise_not(cv2.dilate(ink, _HALO)))


def _ink_layer(ink: ColouredInk, dpi: float, quality: int) -> ImageLayer:
    height, width = ink.mask.shape
    points = _POINTS_PER_INCH / dpi
    return ImageLayer(
        encoding="jpeg",
        data=encode_jpeg(ink.colours, quality=quality),
        width_px=ink.colours.shape[1],
        height_px=ink.colours.shape[0],
        colour="rgb" if ink.colours.ndim == 3 else "gray",
        box=Box(
            x0=ink.x * points,
            y0=ink.y * points,
            x1=(ink.x + width) * points,
            y1=(ink.y + height) * points,
        ),
        mask=encode_g4(ink.mask > 0),
        mask_width_px=width,
        mask_height_px=height,
    )


def _text_layer(stencil: Stencil, box: Box) -> ImageLayer:
    """Return a stencil as large as its ink: coding a page of paper takes 10 ms."""
    height, width = stencil.mask.shape
    left, top, wide, high = cv2.boundingRect(stencil.mask)
    x, y = left // _GRID_PX * _GRID_PX, top // _GRID_PX * _GRID_PX
    right, foot = (-(-side // _GRID_PX) * _GRID_PX for side in (left + wide, top + high))
    wide, high = max(1, min(width, right) - x), max(1, min(height, foot) - y)
    across, down = (box.x1 - box.x0) / width, (box.y1 - box.y0) / height
    return ImageLayer(
        encoding="g4",
        data=encode_g4(stencil.mask[y : y + high, x : x + wide] > 0),
        width_px=wide,
        height_px=high,
        colour="bitonal",
        box=Box(
            x0=box.x0 + x * across,
            y0=box.y0 + y * down,
            x1=box.x0 + (x + wide) * across,
            y1=box.y0 + (y + high) * down,
        ),
        stencil_rgb=stencil.tone,
    )
