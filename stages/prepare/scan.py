"""A page's picture as decoded, before anything is done to it."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pipeline.model.records import Word

_EQUAL = 1.005
"""Resolutions across and down that differ by less are one."""


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
    is_paper: bool = True
    """False where the page was set by a computer: it lies as its author wants it, and no scanner
    is to blame for its look."""
    text_layer: tuple[Word, ...] | None = None
    """The page's own words where they are usable, else None."""

    @property
    def dpi(self) -> float:
        """The finer of both resolutions, dots per inch."""
        return max(self.dpi_x, self.dpi_y)

    def squared(self) -> Scan:
        """Return the scan with pixels as wide as high (fax pages are not), at the finer one."""
        if self.dpi < min(self.dpi_x, self.dpi_y) * _EQUAL:
            return self
        height, width = self.pixels.shape[:2]
        size = (round(width * self.dpi / self.dpi_x), round(height * self.dpi / self.dpi_y))
        pixels = cv2.resize(self.pixels, size, interpolation=cv2.INTER_LINEAR)
        return dataclasses.replace(
            self, pixels=np.asarray(pixels, np.uint8), dpi_x=self.dpi, dpi_y=self.dpi
        )
