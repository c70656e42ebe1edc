"""What a file is, told by its first bytes, and whether its end has arrived.

Only as much of each format is known here as tells "wait longer" from "take it": no picture is
decoded and no PDF is parsed. A file that stays incomplete is taken in the end all the same and
gets its honest answer from the stage `inspect`. Sources: ISO 32000-2 7.5.2 and 7.5.5 (PDF header
and trailer), TIFF 6.0 section 2, BigTIFF design, ITU T.81 annex B (JPEG), ISO 15948 clause 5 (PNG).
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import BinaryIO

from pipeline.intake.tiff_chain import missing_tiff_part
from pipeline.model.records import MediaType

HEAD_BYTES = 1024
"""A PDF's header may stand anywhere in the first 1024 bytes, as all readers allow."""
_TAIL_BYTES = 64 * 1024
_TRAILER_BYTES = 1024
_PADDING = b"\x00\t\n\x0c\r \x1a"
_TIFF_MAGIC = (b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+")
_JPEG_MAGIC = b"\xff\xd8\xff"
_PNG_MAGIC = b"\x89PNG\r\n\x1a\n"
_JPEG_ALONE = frozenset({0x01, *range(0xD0, 0xD9)})
_JPEG_SCAN, _JPEG_END = 0xDA, b"\xff\xd9"


def sniff(head: bytes) -> MediaType | None:
    """Return the media type that the first bytes tell, or None.

    Args:
        head: the first `HEAD_BYTES` bytes, or all if there are fewer.
    """
    if head.startswith(_TIFF_MAGIC):
        return MediaType.TIFF
    if head.startswith(_JPEG_MAGIC):
        return MediaType.JPEG
    if head.startswith(_PNG_MAGIC):
        return MediaType.PNG
    if b"%PDF-" in head[:HEAD_BYTES]:
        return MediaType.PDF
    return None


def missing_part(path: Path) -> str | None:
    """Say what part of a file has not arrived yet.

    Args:
        path: a regular file that may still be growing.

    Returns:
        What is missing, in words for the log, or None when nothing is known to be missing; unknown
        formats miss nothing.

    Raises:
        OSError: the file cannot be opened or read.
    """
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    with os.fdopen(os.open(path, flags), "rb") as stream:
        head = stream.read(HEAD_BYTES)
        if not head.strip(b"\x00"):
            return "content"  # made, perhaps with its length reserved, and not yet written
        size_bytes = stream.seek(0, os.SEEK_END)
        match sniff(head):
            case MediaType.PDF:
                return _missing_pdf_part(stream, size_bytes)
            case MediaType.TIFF:
                return missing_tiff_part(stream, size_bytes)
            case MediaType.JPEG:
                return _missing_jpeg_part(stream, size_bytes)
            case MediaType.PNG:
                return _missing_png_part(stream, size_bytes)
            case _:
                return _missing_magic(head)


def _missing_magic(head: bytes) -> str | None:
    starts = (*_TIFF_MAGIC, _JPEG_MAGIC, _PNG_MAGIC, b"%PDF-")
    return "header" if any(magic.startswith(head) for magic in starts) else None


def _missing_pdf_part(stream: BinaryIO, size_bytes: int) -> str | None:
    stream.seek(max(0, size_bytes - _TAIL_BYTES))
    tail = stream.read(_TAIL_BYTES).rstrip(_PADDING)
    # Junk after the trailer is common (mail gateways); readers look back 1024 bytes.
    return None if b"%%EOF" in tail[-_TRAILER_BYTES:] else "PDF trailer (%%EOF)"


def _missing_jpeg_part(stream: BinaryIO, size_bytes: int) -> str | None:
    # A thumbnail in the Exif segment has an end marker of its own: only what follows the first
    # scan header counts.
    start = _jpeg_scan_start(stream, size_bytes)
    if start is None:
        return "JPEG scan"
    begin = max(start, size_bytes - _TAIL_BYTES)
    stream.seek(begin)
    return None if _JPEG_END in stream.read(_TAIL_BYTES) else "JPEG end (EOI)"


def _jpeg_scan_start(stream: BinaryIO, size_bytes: int) -> int | None:
    position = 2
    while position + 4 <= size_bytes:
        stream.seek(position)
        mark = stream.read(4)
        if len(mark) < 4 or mark[0] != 0xFF:
            return position  # no marker where one must be: damaged, waiting does not mend it
        if mark[1] == 0xFF:
            position += 1
        elif mark[1] in _JPEG_ALONE:
            position += 2
        elif mark[1] == _JPEG_SCAN:
            return position
        else:
            position += 2 + max(2, int.from_bytes(mark[2:4], "big"))
    return None


def _missing_png_part(stream: BinaryIO, size_bytes: int) -> str | None:
    position = len(_PNG_MAGIC)
    while position + 12 <= size_bytes:
        stream.seek(position)
        head = stream.read(8)
        if head[4:] == b"IEND":
            return None
        position += 12 + int.from_bytes(head[:4], "big")
    return "PNG end (IEND)"
