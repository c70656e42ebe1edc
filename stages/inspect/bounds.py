"""The limits on one page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.model.errors import DocumentError
from pipeline.model.records import PageEntry

if TYPE_CHECKING:
    from stages.inspect.options import Options

_MM_PER_INCH = 25.4
_NOMINAL_DPI_MAX = 100.0
"""Cameras write 72 and 96 dpi whatever the truth: no size in millimetres follows from it."""
_TOO_LARGE = "PAGE-TOO-LARGE"
_CORRUPT = "PAGE-CORRUPT"
_WHOLE = {_TOO_LARGE: "DOC-TOO-LARGE", _CORRUPT: "DOC-IMAGE-CORRUPT"}
"""What is said of a document none of whose pages can be worked on."""


def picture_fault(
    width_px: int, height_px: int, options: Options, *, dpi: float | None = None
) -> str | None:
    """Return the code of what forbids a picture of that size, or None.

    Args:
        width_px: pixels across, as the header says.
        height_px: pixels down.
        options: limits.
        dpi: its resolution where stated.
    """
    if width_px < 1 or height_px < 1:
        return _CORRUPT
    if width_px * height_px > options.max_page_pixels:
        return _TOO_LARGE
    if dpi is not None and dpi > _NOMINAL_DPI_MAX:
        return side_fault(max(width_px, height_px) / dpi * _MM_PER_INCH, options)
    return None


def side_fault(side_mm: float, options: Options) -> str | None:
    """Return the code of what forbids a page of that length, or None."""
    return _TOO_LARGE if side_mm > options.max_page_side_mm else None


def checked(entries: list[PageEntry], options: Options) -> tuple[PageEntry, ...]:
    """Return the pages of a document, of which at least one can be worked on.

    Raises:
        DocumentError: DOC-NO-PAGES, DOC-TOO-LARGE, DOC-IMAGE-CORRUPT.
    """
    if not entries:
        raise DocumentError("DOC-NO-PAGES")
    check_count(len(entries), options)
    faults = [entry.fault for entry in entries]
    first = faults[0]
    if all(faults) and first is not None:
        raise DocumentError(_WHOLE.get(first, "DOC-DAMAGED"), detail=first, page=1)
    return tuple(entries)


def check_count(pages: int, options: Options) -> None:
    """Refuse a document of too many pages.

    Raises:
        DocumentError: DOC-TOO-LARGE.
    """
    if pages > options.max_pages:
        detail = f"{pages} pages, limit {options.max_pages}"
        raise DocumentError("DOC-TOO-LARGE", detail=detail)
