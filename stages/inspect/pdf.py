"""PDF files, opened by qpdf with its limits set and repaired in memory where possible.

Each page is judged with PDFium (`pdf_page`).
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pikepdf
import pypdfium2 as pdfium
from pikepdf import settings
from pypdfium2 import raw

from pipeline.model.errors import DocumentError
from pipeline.model.records import Inspection, PageEntry, Route
from stages.inspect.bounds import check_count, checked
from stages.inspect.pdf_page import PageKind, look_at
from stages.inspect.signatures import count_signatures

if TYPE_CHECKING:
    from pathlib import Path

    from stages.inspect.options import Options

_TAIL_BYTES = 2048
_FOREIGN = (
    pikepdf.PikepdfError,
    pdfium.PdfiumError,
    ValueError,
    TypeError,
    KeyError,
    RecursionError,
    OverflowError,
)
"""What pikepdf raises for damaged structures."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Opened:
    structure: pikepdf.Pdf
    is_repaired: bool


def inspect_pdf(path: Path, options: Options) -> Inspection:
    """Inspect a PDF file.

    Raises:
        DocumentError: DOC-FORMAT, DOC-ENCRYPTED, DOC-TRUNCATED, DOC-DAMAGED, DOC-NO-PAGES,
            DOC-TOO-LARGE, DOC-BOMB.
    """
    settings.set_qpdf_limits(
        flate_max_memory=options.max_decompressed_bytes,
        run_length_max_memory=options.max_decompressed_bytes,
        png_max_memory=options.max_decompressed_bytes,
        tiff_max_memory=options.max_decompressed_bytes,
        dct_max_memory=options.max_decompressed_bytes,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        opened = _open(path)
        with opened.structure as structure:
            return _inspect(path, structure, options, is_repaired=opened.is_repaired)


def _inspect(
    path: Path, structure: pikepdf.Pdf, options: Options, *, is_repaired: bool
) -> Inspection:
    pages = _page_count(structure)
    check_count(pages, options)
    if is_repaired and _is_cut(path) and _is_content_missing(structure, pages):
        raise DocumentError("DOC-TRUNCATED", detail="PDF without its end")
    if pages == 0:
        raise DocumentError("DOC-NO-PAGES")
    signatures = _signatures(structure)
    kinds = _kinds(path, structure, options)
    entries = checked(
        [
            PageEntry(number=n, has_text_layer=kind.has_text_layer, fault=kind.fault)
            for n, kind in enumerate(kinds, start=1)
        ],
        options,
    )
    route = Route.SCAN if all(kind.is_picture for kind in kinds) else Route.DIGITAL
    told = {
        "DOC-REPAIRED": is_repaired,
        "DOC-OWNER-PASSWORD": structure.is_encrypted,
        "DOC-SIGNED": signatures > 0,
    }
    return Inspection(
        route=Route.EVIDENCE if signatures else route,
        pages=entries,
        signatures=signatures,
        remarks=tuple(code for code, is_so in told.items() if is_so),
    )


def _open(path: Path) -> _Opened:
    """Open a PDF, at first as it is, then with qpdf's repair."""
    with path.open("rb") as stream:
        if b"%PDF-" not in stream.read(_TAIL_BYTES):
            raise DocumentError("DOC-FORMAT", detail="not a PDF")
    try:
        return _Opened(structure=pikepdf.open(path, attempt_recovery=False), is_repaired=False)
    except pikepdf.PasswordError as error:
        raise DocumentError("DOC-ENCRYPTED") from error
    except _FOREIGN:
        pass
    try:
        return _Opened(structure=pikepdf.open(path), is_repaired=True)
    except pikepdf.PasswordError as error:
        raise DocumentError("DOC-ENCRYPTED") from error
    except _FOREIGN as error:
        code = "DOC-TRUNCATED" if _is_cut(path) else "DOC-DAMAGED"
        raise DocumentError(code, detail=type(error).__name__) from error


def _page_count(structure: pikepdf.Pdf) -> int:
    try:
        return len(structure.pages)
    except _FOREIGN as error:
        raise DocumentError("DOC-DAMAGED", detail="page tree") from error


def _is_cut(path: Path) -> bool:
    """Say whether the file's end is not that of a PDF."""
    with path.open("rb") as stream:
        size_bytes = stream.seek(0, 2)
        stream.seek(max(0, size_bytes - _TAIL_BYTES))
        tail = stream.read()
    _, end, after = tail.rpartition(b"%%EOF")
    return not end or b" obj" in after


def _is_content_missing(structure: pikepdf.Pdf, pages: int) -> bool:
    """Say whether pages, their contents or their pictures are gone from a repaired file."""
    try:
        told = structure.Root.Pages.get("/Count", 0)
        if pages == 0 or (isinstance(told, int) and told > pages):
            return True
        return any(_is_page_bare(page) for page in structure.pages)
    except (*_FOREIGN, AttributeError):
        return True


def _is_page_bare(page: pikepdf.Page) -> bool:
    """Say whether something that a page points to is not there."""
    contents = page.obj.get("/Contents", None)
    parts = list(contents) if isinstance(contents, pikepdf.Array) else [contents]
    if "/Contents" in page.obj and not all(isinstance(part, pikepdf.Stream) for part in parts):
        return True
    objects = page.resources.get("/XObject") if "/Resources" in page.obj else None
    if isinstance(objects, pikepdf.Dictionary):
        return not all(isinstance(item, pikepdf.Stream) for _, item in objects.items())
    return False


def _signatures(structure: pikepdf.Pdf) -> int:
    try:
        return count_signatures(structure)
    except _FOREIGN as error:
        raise DocumentError("DOC-DAMAGED", detail="form fields") from error


def _kinds(path: Path, structure: pikepdf.Pdf, options: Options) -> list[PageKind]:
    try:
        drawn = pdfium.PdfDocument(path)
    except (pdfium.PdfiumError, OSError) as error:
        is_locked = getattr(error, "err_code", None) == raw.FPDF_ERR_PASSWORD
        code = "DOC-ENCRYPTED" if is_locked else "DOC-DAMAGED"
        raise DocumentError(code, detail=str(error)[:200]) from error
    try:
        return [look_at(drawn, page, n, options) for n, page in enumerate(structure.pages)]
    except _FOREIGN as error:
        raise DocumentError("DOC-DAMAGED", detail="page tree") from error
    finally:
        drawn.close()
