"""JPEG files, by their markers (ITU-T T.81, annex B)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.model.errors import DocumentError
from pipeline.model.records import Inspection, PageEntry, Route
from stages.inspect.bounds import checked, picture_fault

if TYPE_CHECKING:
    from pathlib import Path

    from stages.inspect.options import Options

MAGIC = b"\xff\xd8\xff"
_END = b"\xff\xd9"
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""Start-of-frame markers; C4, C8 and CC are tables and reserved."""
_SCAN = 0xDA
_ALONE = frozenset({0x01, *range(0xD0, 0xD9)})
"""Markers without a length."""
_MAX_MARKERS = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class JpegHead:
    """What stands before the first scan."""

    width_px: int
    height_px: int
    scan_offset: int
    """Where the picture's data begin, bytes."""


def inspect_jpeg(path: Path, options: Options) -> Inspection:
    """Inspect a JPEG file.

    Raises:
        DocumentError: DOC-FORMAT, DOC-TRUNCATED, DOC-DAMAGED, DOC-TOO-LARGE, DOC-IMAGE-CORRUPT.
    """
    data = path.read_bytes()
    head = read_head(data)
    if data.find(_END, head.scan_offset) < 0:
        raise DocumentError("DOC-TRUNCATED", detail="JPEG without its end")
    fault = picture_fault(head.width_px, head.height_px, options)
    pages = checked([PageEntry(number=1, fault=fault)], options)
    return Inspection(route=Route.SCAN, pages=pages)


def read_head(data: bytes) -> JpegHead:
    """Return size and place of the picture.

    Raises:
        DocumentError: DOC-FORMAT, DOC-TRUNCATED, DOC-DAMAGED.
    """
    if not data.startswith(MAGIC):
        raise DocumentError("DOC-FORMAT", detail="not a JPEG")
    offset, size = 2, (0, 0)
    for _ in range(_MAX_MARKERS):
        offset = data.find(b"\xff", offset)
        if offset < 0 or offset + 4 > len(data):
            raise DocumentError("DOC-TRUNCATED", detail="JPEG header cut")
        marker = data[offset + 1]
        if marker == 0xFF or marker in _ALONE or marker == 0:
            offset += 1 if marker == 0xFF else 2
            continue
        length = int.from_bytes(data[offset + 2 : offset + 4], "big")
        if marker in _FRAMES and offset + 9 <= len(data):
            height_px = int.from_bytes(data[offset + 5 : offset + 7], "big")
            size = (int.from_bytes(data[offset + 7 : offset + 9], "big"), height_px)
        if marker == _SCAN:
            return JpegHead(width_px=size[0], height_px=size[1], scan_offset=offset + 2 + length)
        offset += 2 + length
    raise DocumentError("DOC-DAMAGED", detail="JPEG without a picture")
