"""PNG files, by their chunks (ISO/IEC 15948)."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, BinaryIO

from pipeline.model.errors import DocumentError
from pipeline.model.records import Inspection, PageEntry, Route
from stages.inspect.bounds import checked, picture_fault

if TYPE_CHECKING:
    from pathlib import Path

    from stages.inspect.options import Options

MAGIC = b"\x89PNG\r\n\x1a\n"
_MAX_CHUNKS = 1_000_000
_HEADER_BYTES = 13
_METRES_PER_INCH = 0.0254


def inspect_png(path: Path, options: Options) -> Inspection:
    """Inspect a PNG file.

    Raises:
        DocumentError: DOC-FORMAT, DOC-TRUNCATED, DOC-DAMAGED, DOC-TOO-LARGE, DOC-IMAGE-CORRUPT.
    """
    with path.open("rb") as stream:
        fault = png_fault(stream, options)
    pages = checked([PageEntry(number=1, fault=fault)], options)
    return Inspection(route=Route.SCAN, pages=pages)


def png_fault(stream: BinaryIO, options: Options) -> str | None:
    """Walk the chunks of a PNG and return the code of what forbids its picture, or None.

    Raises:
        DocumentError: DOC-FORMAT, DOC-TRUNCATED, DOC-DAMAGED.
    """
    if stream.read(len(MAGIC)) != MAGIC:
        raise DocumentError("DOC-FORMAT", detail="not a PNG")
    size, dpi, has_data = (0, 0), None, False
    for _ in range(_MAX_CHUNKS):
        head = stream.read(8)
        if len(head) < 8:
            break
        length, kind = struct.unpack(">I4s", head)
        if kind == b"IEND":
            if not has_data:
                raise DocumentError("DOC-DAMAGED", detail="PNG without a picture")
            return picture_fault(*size, options, dpi=dpi)
        if kind == b"IHDR" and length == _HEADER_BYTES:
            body = stream.read(length).ljust(_HEADER_BYTES, b"\0")
            size = struct.unpack(">II", body[:8])
        elif kind == b"pHYs" and length == 9:
            body = stream.read(length).ljust(9, b"\0")
            per_unit, unit = max(struct.unpack(">II", body[:8])), body[8]
            dpi = per_unit * _METRES_PER_INCH if unit == 1 else None
        else:
            has_data = has_data or kind == b"IDAT"
            stream.seek(length, 1)
        stream.seek(4, 1)
    raise DocumentError("DOC-TRUNCATED", detail="PNG without its end")
