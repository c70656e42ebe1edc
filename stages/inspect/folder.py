"""A folder of page images, kept as a ZIP whose members are in the order of the pages."""

from __future__ import annotations

import io
import zipfile
import zlib
from typing import TYPE_CHECKING

from pipeline.model.errors import DocumentError
from pipeline.model.records import Inspection, PageEntry, Route
from stages.inspect import jpeg, png, tiff
from stages.inspect.bounds import check_count, checked, picture_fault

if TYPE_CHECKING:
    from pathlib import Path

    from stages.inspect.options import Options

_CORRUPT = "PAGE-CORRUPT"


def inspect_folder(path: Path, options: Options) -> Inspection:
    """Inspect a folder of page images; a multi-page TIFF in it counts as its pages.

    Raises:
        DocumentError: DOC-EMPTY-FOLDER, DOC-DAMAGED, DOC-BOMB, DOC-TOO-LARGE, DOC-IMAGE-CORRUPT.
    """
    faults: list[str | None] = []
    try:
        with zipfile.ZipFile(path) as archive:
            members = [item for item in archive.infolist() if not item.is_dir()]
            check_count(len(members), options)
            for member in members:
                if member.file_size > options.max_decompressed_bytes:
                    raise DocumentError("DOC-BOMB", detail="member of a folder")
                faults += _faults(archive.read(member), options)
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError) as error:
        raise DocumentError("DOC-DAMAGED", detail=type(error).__name__) from error
    if not faults:
        raise DocumentError("DOC-EMPTY-FOLDER")
    entries = [PageEntry(number=n, fault=fault) for n, fault in enumerate(faults, start=1)]
    return Inspection(route=Route.SCAN, pages=checked(entries, options))


def _faults(data: bytes, options: Options) -> list[str | None]:
    """Return for each page of a member the code of what forbids it, or None."""
    try:
        if data[:4] in tiff.MAGICS:
            return tiff.page_faults(io.BytesIO(data), options) or [_CORRUPT]
        if data.startswith(png.MAGIC):
            return [png.png_fault(io.BytesIO(data), options)]
        head = jpeg.read_head(data)
        return [picture_fault(head.width_px, head.height_px, options)]
    except DocumentError:
        return [_CORRUPT]
