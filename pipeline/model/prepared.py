"""The picture of a page between `prepare`, `read` and `layers`; it never leaves its worker process.

Arrays are numpy arrays, named here for type checkers only: the model needs no numpy at run time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.model.records import Mark, Page, Quality, Word

if TYPE_CHECKING:
    from numpy import bool_, uint8
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedPage:
    """An upright, straightened page picture at the resolution of the scan."""

    number: int
    """From 1."""
    width_mm: float
    height_mm: float
    """Physical size of the straightened picture: pixels / dpi × 25.4 (scale 100 %, NĐ 30 PL I)."""
    dpi: float
    """Dots per inch, both axes; anisotropic scans are resampled to the finer one."""
    colour: NDArray[uint8] | None
    """(height, width, 3) RGB 0–255; None when the source is gray or bitonal."""
    gray: NDArray[uint8]
    """(height, width) 0–255, for looking: luminance."""
    reading: NDArray[uint8]
    """(height, width) 0–255, for reading: red ink gone, light evened where measured to help."""
    is_bitonal: bool
    """The source has two tones only."""
    red_ink: NDArray[bool_] | None
    """(height, width) True where seals and stamps are; None when the source has no colour."""
    blue_ink: NDArray[bool_] | None
    """(height, width) True where blue pens wrote; None when the source has no colour."""
    pale_ink: NDArray[bool_] | None = None
    """(height, width) True where ink paler than print stands, as stamps and blue pens leave it on
    gray scans; None when the source has colour or two tones, and without print to compare with."""
    skew_deg: float
    """Tilt taken out, degrees clockwise of the scan."""
    rotation_deg: int
    """Quarter turn applied, 0, 90, 180 or 270 degrees clockwise."""
    is_blank: bool
    quality: Quality
    text_layer: tuple[Word, ...] | None = None
    """Words of the page's own text layer where `inspect` found it usable, else None."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageText:
    """What a reader found on a page."""

    words: tuple[Word, ...]
    """In reading order; boxes in points of the straightened page."""
    text_confidence: float
    """0–1, mean of the words weighted by letters."""
    reader: str


def page_of(prepared: PreparedPage, text: PageText, marks: tuple[Mark, ...] = ()) -> Page:
    """Return the page that a picture was read as, without its picture."""
    return Page(
        number=prepared.number,
        width_mm=prepared.width_mm,
        height_mm=prepared.height_mm,
        dpi=prepared.dpi,
        skew_deg=prepared.skew_deg,
        rotation_deg=prepared.rotation_deg,
        is_blank=prepared.is_blank,
        quality=prepared.quality,
        words=text.words,
        marks=marks,
        text_confidence=text.text_confidence,
        reader=text.reader,
    )
