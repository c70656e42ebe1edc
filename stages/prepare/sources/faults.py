"""Limits and refusals that all sources of pictures share."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from pipeline.model.errors import DocumentError

if TYPE_CHECKING:
    from stages.prepare.options import Options


def check_pixels(width_px: float, height_px: float, options: Options, *, page: int) -> None:
    """Refuse a picture that is larger than the limit before it is decoded.

    Raises:
        DocumentError: DOC-TOO-LARGE; DOC-IMAGE-CORRUPT for a picture without area.
    """
    if width_px < 1 or height_px < 1:
        raise DocumentError("DOC-IMAGE-CORRUPT", detail="no pixels", page=page)
    if width_px * height_px > options.max_page_pixels:
        detail = f"{width_px:.0f} x {height_px:.0f} px, limit {options.max_page_pixels} px"
        raise DocumentError("DOC-TOO-LARGE", detail=detail, page=page)


def check_side(width_mm: float, height_mm: float, options: Options, *, page: int) -> None:
    """Refuse a page that is longer than the limit.

    Raises:
        DocumentError: DOC-TOO-LARGE.
    """
    if max(width_mm, height_mm) > options.max_side_mm:
        detail = f"{width_mm:.0f} x {height_mm:.0f} mm, limit {options.max_side_mm:.0f} mm"
        raise DocumentError("DOC-TOO-LARGE", detail=detail, page=page)


def working_step(width_px: float, height_px: float, options: Options) -> int:
    """Return how many pixels become one, along each side, to stay within the working limit."""
    return max(1, math.ceil(math.sqrt(width_px * height_px / options.max_working_pixels)))
