"""The `archival` profile: the picture as it is, one image a page.

Colour and gray as JPEG of a stated quality, bitonal lossless in group 4 (decree 30/2020, PL I, part
II: colour, at least 200 dpi, scale 100 %). Blank pages keep their tint in a tiny picture.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.model.records import POINTS_PER_MM, Box, ImageLayer
from stages._halving import halved
from stages.layers.g4 import encode_g4
from stages.layers.jpeg import encode_jpeg

if TYPE_CHECKING:
    from numpy import uint8
    from numpy.typing import NDArray

    from pipeline.model.prepared import PreparedPage

BITONAL_THRESHOLD = 128
"""Gray below is ink on a page that had two tones only: straightening smears edges evenly."""


def page_box(page: PreparedPage) -> Box:
    """Return the whole page as a box in points."""
    return Box(
        x0=0.0,
        y0=0.0,
        x1=page.width_mm * POINTS_PER_MM,
        y1=page.height_mm * POINTS_PER_MM,
    )


def bitonal_layer(page: PreparedPage) -> ImageLayer:
    """Return a two-tone page as one group 4 image of the full resolution."""
    height, width = page.gray.shape
    return ImageLayer(
        encoding="g4",
        data=encode_g4(page.gray < BITONAL_THRESHOLD),
        width_px=width,
        height_px=height,
        colour="bitonal",
        box=page_box(page),
    )


def jpeg_layer(picture: NDArray[uint8], box: Box, *, quality: int) -> ImageLayer:
    """Return a picture as one JPEG image in a box."""
    return ImageLayer(
        encoding="jpeg",
        data=encode_jpeg(picture, quality=quality),
        width_px=picture.shape[1],
        height_px=picture.shape[0],
        colour="rgb" if picture.ndim == 3 else "gray",
        box=box,
    )


def archival_layer(page: PreparedPage, *, quality: int) -> ImageLayer:
    """Return the page's picture in one image: group 4 when bitonal, else JPEG."""
    if page.is_bitonal:
        return bitonal_layer(page)
    picture = page.gray if page.colour is None else page.colour
    return jpeg_layer(picture, page_box(page), quality=quality)


def blank_layer(page: PreparedPage, *, halvings: int, quality: int) -> ImageLayer:
    """Return a blank page as a much reduced JPEG: tint and shadows, no detail."""
    picture = page.gray if page.colour is None else page.colour
    return jpeg_layer(halved(picture, halvings), page_box(page), quality=quality)
