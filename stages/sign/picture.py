"""Pages as pixels, for measuring ink and for comparing before and after the signature.

PDFium draws pages with their annotations, as viewers do. Main process, several threads: every call
holds the lock of `pipeline.model.pdfium`.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pikepdf
import pypdfium2 as pdfium

from pipeline.model.errors import ContractError
from pipeline.model.pdfium import PDFIUM
from pipeline.model.records import Box

if TYPE_CHECKING:
    from numpy import uint8
    from numpy.typing import NDArray

_POINTS_PER_INCH = 72.0


@dataclass(frozen=True, slots=True, kw_only=True)
class PageFrame:
    """How a page's visible area lies in PDF space (ISO 32000-1, 14.11.2 and table 30)."""

    rotation_deg: int
    """Clockwise quarter turn when shown: 0, 90, 180 or 270."""
    crop: tuple[float, float, float, float]
    """Visible area in PDF space, points: left, bottom, right, top."""

    @property
    def width_pt(self) -> float:
        """Width as shown."""
        left, bottom, right, top = self.crop
        return top - bottom if self.rotation_deg % 180 else right - left

    @property
    def height_pt(self) -> float:
        """Height as shown."""
        left, bottom, right, top = self.crop
        return right - left if self.rotation_deg % 180 else top - bottom

    def to_pdf(self, box: Box) -> tuple[float, float, float, float]:
        """Return a box of the shown page as left, bottom, right, top in PDF space."""
        corners = [self._point(box.x0, box.y0), self._point(box.x1, box.y1)]
        (x0, y0), (x1, y1) = corners
        return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)

    def _point(self, x: float, y: float) -> tuple[float, float]:
        left, bottom, right, top = self.crop
        return {
            0: (left + x, top - y),
            90: (left + y, bottom + x),
            180: (right - x, bottom + y),
            270: (right - y, top - x),
        }[self.rotation_deg]


@dataclass(frozen=True, slots=True, kw_only=True)
class PagePicture:
    """A page as shown."""

    frame: PageFrame
    pixels: NDArray[uint8]
    """(height, width, 3) BGR 0–255."""
    dpi: float

    def window(self, box: Box, *, margin_px: int = 0) -> tuple[slice, slice]:
        """Return the rows and columns that a box in points touches."""
        scale = self.dpi / _POINTS_PER_INCH
        rows = slice(
            max(0, int(box.y0 * scale) - margin_px), int(np.ceil(box.y1 * scale)) + margin_px
        )
        columns = slice(
            max(0, int(box.x0 * scale) - margin_px), int(np.ceil(box.x1 * scale)) + margin_px
        )
        return rows, columns


def draw_pages(
    data: bytes, *, dpi: float, first_only: bool, is_quick: bool = False
) -> Iterator[PagePicture]:
    """Yield the pages of a PDF as shown, one at a time, or the first page alone.

    Args:
        data: the file.
        dpi: resolution.
        first_only: leave out all pages but the first.
        is_quick: take the nearest pixel of pictures instead of the mean of many: a compact page
            takes 18 ms instead of 60. Good to compare with its like, not to measure ink.

    Raises:
        ContractError: BUG-PDFA when PDFium cannot open or draw what we made.
    """
    with _opened(data) as document:
        count = 1 if first_only else len(document)
    for index in range(count):
        with _opened(data) as document:
            picture = _draw(document, index, dpi=dpi, is_quick=is_quick)
        yield picture


def unit_of(data: bytes) -> float:
    """Return how many points a unit of the first page's space is (UserUnit, table 30; mostly 1).

    PDFium does not tell it and draws as if it were 1; Acrobat and pdf.js show the page so much
    larger.
    """
    with pikepdf.open(io.BytesIO(data)) as pdf:
        told = float(pdf.pages[0].obj.get("/UserUnit", 1))
    return told if told > 0 else 1.0


def draw_part(data: bytes, frame: PageFrame, box: Box, *, dpi: float) -> NDArray[uint8]:
    """Return a part of the first page as shown, (height, width, 3) BGR.

    Raises:
        ContractError: BUG-PDFA when PDFium cannot open or draw what we made.
    """
    cut = (box.x0, frame.height_pt - box.y1, frame.width_pt - box.x1, box.y0)
    with _opened(data) as document:
        page = document[0]
        bitmap = page.render(
            scale=dpi / _POINTS_PER_INCH,
            crop=tuple(max(0.0, side) for side in cut),
            rev_byteorder=False,
        )
        try:
            return np.array(bitmap.to_numpy()[..., :3])
        finally:
            bitmap.close()
            page.close()


@contextmanager
def _opened(data: bytes) -> Iterator[pdfium.PdfDocument]:
    with PDFIUM:
        try:
            document = pdfium.PdfDocument(data)
        except pdfium.PdfiumError as error:
            raise ContractError("BUG-PDFA", detail=f"PDFium: {error}") from error
        try:
            document.init_forms()  # without it widgets, the signature among them, stay invisible
            yield document
        finally:
            document.close()


def _draw(document: pdfium.PdfDocument, index: int, *, dpi: float, is_quick: bool) -> PagePicture:
    page = document[index]
    # The crop box within the media box (14.11.2.1), also where the page tree gives them.
    frame = PageFrame(rotation_deg=page.get_rotation(), crop=page.get_bbox())
    bitmap = page.render(scale=dpi / _POINTS_PER_INCH, rev_byteorder=False, no_smoothimage=is_quick)
    try:
        pixels = np.array(bitmap.to_numpy()[..., :3])
    finally:
        bitmap.close()
        page.close()
    return PagePicture(frame=frame, pixels=pixels, dpi=dpi)
