"""The chain of pages of a TIFF, walked by its offsets only.

A TIFF's directories and strips may lie anywhere in the file, so its last bytes tell nothing: every
offset must point inside. A chain in a circle is not "incomplete": waiting does not mend it and the
stage `inspect` says so (DOC-TIFF-CHAIN). Sources: TIFF 6.0 section 2; BigTIFF design (libtiff).
"""

from __future__ import annotations

import struct
from typing import BinaryIO

_MAX_DIRECTORIES = 100_000
_MAX_VALUES = 1 << 20
_OFFSET_TAGS = {273: 279, 324: 325}
"""StripOffsets → StripByteCounts, TileOffsets → TileByteCounts."""
_SIZES = {3: ("H", 2), 4: ("I", 4), 16: ("Q", 8)}


class _Short(Exception):
    """An offset points behind the end of the file."""


def missing_tiff_part(stream: BinaryIO, size_bytes: int) -> str | None:
    """Return what of the chain lies behind the end of the file, or None."""
    try:
        _Walk(stream, size_bytes).run()
    except _Short as error:
        return str(error)
    return None


class _Walk:
    def __init__(self, stream: BinaryIO, size_bytes: int) -> None:
        self.stream = stream
        self.size_bytes = size_bytes
        head = self.read(0, 8, "TIFF header")
        self.order = "<" if head[:2] == b"II" else ">"
        self.is_big = head[2:4] in {b"+\x00", b"\x00+"}
        self.word = ("Q", 8) if self.is_big else ("I", 4)
        self.first = 8 if self.is_big else 4

    def read(self, offset: int, length: int, what: str) -> bytes:
        if offset + length > self.size_bytes:
            raise _Short(what)
        self.stream.seek(offset)
        data = self.stream.read(length)
        if len(data) < length:
            raise _Short(what)
        return data

    def number(self, offset: int, code: str, length: int, what: str) -> int:
        value: int = struct.unpack(self.order + code, self.read(offset, length, what))[0]
        return value

    def run(self) -> None:
        offset = self.number(self.first, *self.word, "TIFF header")
        if offset == 0:
            raise _Short("TIFF directory")  # writers put the first offset in last of all
        seen: set[int] = set()
        while offset and offset not in seen and len(seen) < _MAX_DIRECTORIES:
            seen.add(offset)
            offset = self.directory(offset)

    def directory(self, offset: int) -> int:
        code, length = ("Q", 8) if self.is_big else ("H", 2)
        entry_bytes = 20 if self.is_big else 12
        count = self.number(offset, code, length, "TIFF directory")
        start = offset + length
        raw = self.read(start, count * entry_bytes, "TIFF directory")
        entries = {}
        for at in range(0, len(raw), entry_bytes):
            tag, kind = struct.unpack_from(self.order + "HH", raw, at)
            entries[tag] = (kind, raw[at + 4 : at + entry_bytes])
        for offsets_tag, counts_tag in _OFFSET_TAGS.items():
            if offsets_tag in entries and counts_tag in entries:
                self.strips(entries[offsets_tag], entries[counts_tag])
        return self.number(start + len(raw), *self.word, "TIFF directory")

    def strips(self, offsets: tuple[int, bytes], counts: tuple[int, bytes]) -> None:
        pairs = zip(self.values(offsets), self.values(counts), strict=False)
        if any(offset + count > self.size_bytes for offset, count in pairs):
            raise _Short("TIFF picture data")

    def values(self, entry: tuple[int, bytes]) -> tuple[int, ...]:
        kind, rest = entry
        if kind not in _SIZES:
            return ()
        code, length = _SIZES[kind]
        word_code, word_bytes = self.word
        count: int = struct.unpack_from(self.order + word_code, rest)[0]
        if count > _MAX_VALUES:
            return ()
        if count * length <= word_bytes:
            data = rest[word_bytes : word_bytes + count * length]
        else:
            at = struct.unpack_from(self.order + word_code, rest, word_bytes)[0]
            data = self.read(at, count * length, "TIFF picture data")
        return struct.unpack(f"{self.order}{count}{code}", data)
