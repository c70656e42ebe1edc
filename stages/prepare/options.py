"""What can be set about the preparation of a page; limits that keep a worker's memory bounded."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Options of `stages.prepare`."""

    rasteriser: str = "pdfium"
    """`pdfium` (in process) or `pdf2image` (poppler, a process a page): draws PDF pages that are
    not exactly one image."""
    render_dpi_min: float = 200.0
    """Lowest resolution at which a PDF page is drawn, dots per inch."""
    render_dpi_max: float = 300.0
    """Highest resolution at which a PDF page is drawn, dots per inch."""
    text_layer_dpi: float = 200.0
    """Resolution at which pages with their own text are drawn, dots per inch."""
    is_signature_drawn: bool = False
    """Whether the appearance of a digital signature is drawn onto a scan: it is no part of the
    paper, and its lines (`Ký bởi`, `Cơ quan`) would be read as the letter's own."""
    max_page_pixels: int = 120_000_000
    """Pages of more pixels are refused (DOC-TOO-LARGE)."""
    max_working_pixels: int = 40_000_000
    """Pages of more pixels are worked on at half (a third, …) of their resolution, so that a worker
    stays within 600 MB: A4 up to 600 dpi and A3 up to 440 dpi stay whole."""
    max_image_bytes: int = 512_000_000
    """Largest decompressed size of one embedded image, bytes (DOC-BOMB beyond)."""
    max_side_mm: float = 3000.0
    """Longest side of a page, millimetres (DOC-TOO-LARGE beyond)."""
    is_turned: bool = True
    """Whether pages are turned upright by quarter turns."""
    is_deskewed: bool = True
    """Whether the tilt is taken out."""
    max_skew_deg: float = 15.0
    """Largest tilt that is looked for, degrees."""
    min_skew_deg: float = 0.05
    """Smaller tilts are left alone: the picture is not resampled for them, degrees."""
