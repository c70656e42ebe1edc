"""A page's picture as decoded, before anything is done to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from pipeline.model.records import Word


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """One decoded page, as a viewer shows it (EXIF orientation and /Rotate obeyed)."""

    pixels: NDArray[np.uint8]
    """(height, width) gray or (height, width, 3) RGB, 0–255."""
    dpi_x: float
    """Dots per inch across."""
    dpi_y: float
    """Dots per inch down."""
    source_dpi: float
    """Resolution as received, dots per inch; more than dpi_x where a huge page was reduced."""
    is_bitonal: bool
    """The source has two tones only."""
    text_layer: tuple[Word, ...] | None = None
    """The page's own words where they are usable, else None."""
