"""Pages of a PDF: the one image a scan page is, at its own resolution, or else the page drawn.

PDFium draws and decodes, qpdf (pikepdf) tells the structure. The file last used stays open, because
a worker prepares many pages of one document in a row.
"""

from __future__ import annotations

import dataclasses
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pikepdf
import pypdfium2 as pdfium
from pikepdf import settings

from pipeline.model.errors import DocumentError
from stages.prepare.scan import Scan
from stages.prepare.sources import pdf_image, poppler
from stages.prepare.sources.faults import check_pixels, check_side, working_step
from stages.prepare.sources.pdf_text import page_words

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from stages.prepare.options import Options


_FOREIGN = (
    pdfium.PdfiumError,
    pikepdf.PikepdfError,
    OSError,
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    RecursionError,
    OverflowError,
)
"""What both libraries raise for damaged structures."""
_PAPER_SHARE = 0.5
"""A page more of which is pictures than not is a scan."""


@dataclass(slots=True)
class _Open:
    path: Path
    state: tuple[int, int, int]
    """Inode, size and time of the file, because a path may come to hold another one."""
    drawn: pdfium.PdfDocument
    structure: pikepdf.Pdf


class PdfSource:
    """Decodes pages of PDF files; one instance per worker, one thread."""

    def __init__(self, options: Options) -> None:
        self._options = options
        self._open: _Open | None = None
        settings.set_qpdf_limits(
            flate_max_memory=options.max_image_bytes,
            run_length_max_memory=options.max_image_bytes,
            png_max_memory=options.max_image_bytes,
            tiff_max_memory=options.max_image_bytes,
            dct_max_memory=options.max_image_bytes,
        )

    def close(self) -> None:
        """Close the file that is kept open."""
        if self._open is not None:
            self._open.drawn.close()
            self._open.structure.close()
            self._open = None

    def decode(self, path: Path, number: int, *, has_text_layer: bool) -> Scan:
        """Decode page `number` (from 1).

        Raises:
            DocumentError: DOC-IMAGE-CORRUPT, DOC-TOO-LARGE, DOC-BOMB, DOC-DAMAGED.
        """
        file = self._opened(path, number)
        try:
            page = file.drawn[number - 1]
            structure = file.structure.pages[number - 1]
        except _FOREIGN as error:
            raise DocumentError("DOC-DAMAGED", detail=type(error).__name__, page=number) from error
        try:
            return self._decode(file, page, structure, number, has_text_layer=has_text_layer)
        except _FOREIGN as error:
            detail = f"{type(error).__name__}: {error}"[:200]
            raise DocumentError("DOC-IMAGE-CORRUPT", detail=detail, page=number) from error
        finally:
            page.close()

    def _opened(self, path: Path, number: int) -> _Open:
        try:
            found = path.stat()
        except OSError as error:
            raise DocumentError("DOC-DAMAGED", detail=type(error).__name__, page=number) from error
        state = (found.st_ino, found.st_size, found.st_mtime_ns)
        if self._open is not None and (self._open.path, self._open.state) == (path, state):
            return self._open
        self.close()
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                structure = pikepdf.open(path, suppress_warnings=True)
            drawn = pdfium.PdfDocument(path)
            drawn.init_forms()
        except _FOREIGN as error:
            raise DocumentError("DOC-DAMAGED", detail=type(error).__name__, page=number) from error
        self._open = _Open(path=path, state=state, drawn=drawn, structure=structure)
        return self._open

    def _decode(
        self,
        file: _Open,
        page: pdfium.PdfPage,
        structure: pikepdf.Page,
        number: int,
        *,
        has_text_layer: bool,
    ) -> Scan:
        unit = pdf_image.user_unit(structure)
        width_pt, height_pt = (side * unit for side in page.get_size())
        check_side(width_pt / 72 * 25.4, height_pt / 72 * 25.4, self._options, page=number)
        if has_text_layer:
            dpi = self._options.text_layer_dpi
            return self._drawn(file, page, number, dpi=dpi, unit=unit, has_text_layer=True)
        sole = pdf_image.sole_image(page, structure, self._options)
        if sole is not None:
            return pdf_image.decode(sole, page, self._options, unit=unit, number=number)
        images = pdf_image.images_of(page)
        least, most = self._options.render_dpi_min, self._options.render_dpi_max
        dpi = min(most, max(least, images.finest_dpi / unit))
        scan = self._drawn(file, page, number, dpi=dpi, unit=unit, has_text_layer=False)
        if images.share < _PAPER_SHARE:
            return scan
        # The page is put together from pictures (strips, layers): it was paper all the same.
        return dataclasses.replace(scan, is_paper=True, source_dpi=images.finest_dpi / unit)

    def _drawn(
        self,
        file: _Open,
        page: pdfium.PdfPage,
        number: int,
        *,
        dpi: float,
        unit: float,
        has_text_layer: bool,
    ) -> Scan:
        width_pt, height_pt = (side * unit for side in page.get_size())
        if width_pt < 1 or height_pt < 1:
            raise DocumentError("DOC-DAMAGED", detail="page without area", page=number)
        width_px, height_px = width_pt * dpi / 72, height_pt * dpi / 72
        dpi /= working_step(width_px, height_px, self._options)
        check_pixels(width_pt * dpi / 72, height_pt * dpi / 72, self._options, page=number)
        if self._options.rasteriser == "pdf2image":
            pixels = poppler.draw(file.path, number, dpi=dpi * unit)
        else:
            pixels = _draw(page, dpi=dpi * unit, number=number)
        return Scan(
            pixels=pixels,
            dpi_x=pixels.shape[1] / width_pt * 72,
            dpi_y=pixels.shape[0] / height_pt * 72,
            source_dpi=dpi,
            is_bitonal=False,
            is_paper=False,
            text_layer=page_words(page, unit=unit) if has_text_layer else None,
        )


def _draw(page: pdfium.PdfPage, *, dpi: float, number: int) -> NDArray[np.uint8]:
    """Draw a page with PDFium; RGB on white."""
    try:
        # A hair less, so that 594.0001 px do not become 595 and blur every one of them.
        scale = dpi / 72 * (1 - 1e-5)
        bitmap = page.render(scale=scale, rev_byteorder=True, limit_image_cache=True)
    except (pdfium.PdfiumError, ValueError, MemoryError) as error:
        raise DocumentError("DOC-IMAGE-CORRUPT", detail=str(error)[:200], page=number) from error
    pixels: NDArray[np.uint8] = bitmap.to_numpy().copy()
    return pixels
