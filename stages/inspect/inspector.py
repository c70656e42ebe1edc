"""The port `Inspector`: what a received file is, from its structure alone; no picture is decoded.

Files may be hostile. Everything is read within limits (`Options`); what qpdf and PDFium might still
do is bounded by the worker process this runs in.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from pipeline.model.errors import DocumentError
from pipeline.model.records import Inspection, MediaType
from stages.inspect import folder, jpeg, pdf, png, tiff
from stages.inspect.options import Options

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from pipeline.model.records import Document

_KINDS: Mapping[MediaType, Callable[[Path, Options], Inspection]] = {
    MediaType.PDF: pdf.inspect_pdf,
    MediaType.TIFF: tiff.inspect_tiff,
    MediaType.JPEG: jpeg.inspect_jpeg,
    MediaType.PNG: png.inspect_png,
    MediaType.IMAGE_FOLDER: folder.inspect_folder,
}
_EXTENSIONS: Mapping[MediaType, frozenset[str]] = {
    MediaType.PDF: frozenset({".pdf"}),
    MediaType.TIFF: frozenset({".tif", ".tiff"}),
    MediaType.JPEG: frozenset({".jpg", ".jpeg", ".jpe", ".jfif"}),
    MediaType.PNG: frozenset({".png"}),
}


class FileInspector:
    """Says what a file is and which pages it has; holds nothing but its options."""

    def __init__(self, options: Options | None = None) -> None:
        """Make an inspector.

        Args:
            options: limits; the defaults where None.
        """
        self._options = options or Options()

    def inspect(self, path: Path, document: Document, *, source_name: str) -> Inspection:
        """Say what a file is; see `pipeline.model.ports.Inspector`."""
        size_bytes = _size(path)
        if size_bytes == 0:
            raise DocumentError("DOC-EMPTY")
        if size_bytes > self._options.max_file_bytes:
            detail = f"{size_bytes} bytes, limit {self._options.max_file_bytes}"
            raise DocumentError("DOC-TOO-LARGE", detail=detail)
        found = _KINDS[document.media_type](path, self._options)
        if not _fits(source_name, document.media_type):
            found = dataclasses.replace(found, remarks=("DOC-EXTENSION", *found.remarks))
        return found


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except PermissionError as error:
        raise DocumentError("DOC-UNREADABLE", detail=str(error.errno)) from error
    except OSError as error:
        raise DocumentError("DOC-VANISHED", detail=str(error.errno)) from error


def _fits(source_name: str, media_type: MediaType) -> bool:
    """Say whether a name's extension is one of the type's; folders have none."""
    known = _EXTENSIONS.get(media_type)
    if known is None:
        return True
    _, dot, extension = source_name.rpartition(".")
    return bool(dot) and f".{extension.strip().lower()}" in known
