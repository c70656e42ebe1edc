"""TIFF and BigTIFF files: the chain of image directories walked by hand, with bounds and loops.

Libraries differ in what they do with a broken chain (one hangs, another drops pages in silence);
a paper must not lose pages unseen. TIFF 6.0, section 2.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

from pipeline.model.errors import DocumentError
from pipeline.model.records import Inspection, PageEntry, Route
from stages.inspect.bounds import check_count, checked, picture_fault

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from stages.inspect.options import Options

MAGICS = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
_WIDTH, _HEIGHT, _OFFSETS, _TILE_OFFSETS = 256, 257, 273, 324
_X_RESOLUTION, _RESOLUTION_UNIT = 282, 296
_WANTED = frozenset({_WIDTH, _HEIGHT, _OFFSETS, _X_RESOLUTION, _RESOLUTION_UNIT, _TILE_OFFSETS})
_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4}
_SIZES |= {16: 8, 17: 8, 18: 8}
_NUMBERS = {1: "B", 3: "H", 4: "I", 13: "I", 16: "Q"}
_RATIONAL = 5
_MAX_ENTRIES = 4096
_MAX_VALUES = 2_000_000
_CENTIMETRE = 3


@dataclass(frozen=True, slots=True)
class _Form:
    """How numbers stand in the file."""

    order: str
    is_big: bool

    @property
    def offset(self) -> str:
        return self.order + ("Q" if self.is_big else "I")

    @property
    def count(self) -> str:
        return self.order + ("Q" if self.is_big else "H")

    @property
    def entry_bytes(self) -> int:
        return 20 if self.is_big else 12


def inspect_tiff(path: Path, options: Options) -> Inspection:
    """Inspect a TIFF file.

    Raises:
        DocumentError: DOC-FORMAT, DOC-TIFF-CHAIN, DOC-TRUNCATED, DOC-DAMAGED, DOC-NO-PAGES,
            DOC-TOO-LARGE, DOC-IMAGE-CORRUPT.
    """
    with path.open("rb") as stream:
        faults = page_faults(stream, options)
    entries = [PageEntry(number=n, fault=fault) for n, fault in enumerate(faults, start=1)]
    return Inspection(route=Route.SCAN, pages=checked(entries, options))


def page_faults(stream: BinaryIO, options: Options) -> list[str | None]:
    """Return for each page of a TIFF the code of what forbids it, or None.

    Raises:
        DocumentError: as `inspect_tiff`.
    """
    size_bytes = stream.seek(0, 2)
    form, offset = _head(stream)
    seen: set[int] = set()
    faults: list[str | None] = []
    while offset:
        if offset in seen:
            raise DocumentError("DOC-TIFF-CHAIN", detail=f"loop after {len(faults)} pages")
        if offset + 2 > size_bytes:
            code = "DOC-TIFF-CHAIN" if faults else "DOC-TRUNCATED"
            raise DocumentError(code, detail=f"chain leaves the file after {len(faults)} pages")
        seen.add(offset)
        check_count(len(faults) + 1, options)
        tags, offset = _directory(stream, form, offset, page=len(faults) + 1)
        faults.append(_fault(tags, size_bytes, options))
    return faults


def _head(stream: BinaryIO) -> tuple[_Form, int]:
    stream.seek(0)
    head = stream.read(16)
    if head[:4] not in MAGICS:
        raise DocumentError("DOC-FORMAT", detail="not a TIFF")
    form = _Form(order="<" if head[:2] == b"II" else ">", is_big=head[2:4] in {b"+\0", b"\0+"})
    place = head[8:16] if form.is_big else head[4:8]
    if len(place) < struct.calcsize(form.offset):
        raise DocumentError("DOC-TRUNCATED", detail="TIFF header cut")
    return form, int(struct.unpack(form.offset, place)[0])


def _directory(
    stream: BinaryIO, form: _Form, offset: int, *, page: int
) -> tuple[Mapping[int, tuple[float, ...]], int]:
    """Return the wanted tags of one image directory and the place of the next one (0 = last)."""
    stream.seek(offset)
    count_bytes = struct.calcsize(form.count)
    raw_count = stream.read(count_bytes)
    if len(raw_count) < count_bytes:
        raise DocumentError("DOC-TIFF-CHAIN", detail="directory cut", page=page)
    (count,) = struct.unpack(form.count, raw_count)
    if not 0 < count <= _MAX_ENTRIES:
        raise DocumentError("DOC-TIFF-CHAIN", detail=f"directory of {count} tags", page=page)
    table = stream.read(count * form.entry_bytes)
    raw_next = stream.read(struct.calcsize(form.offset))
    if len(table) < count * form.entry_bytes:
        raise DocumentError("DOC-TIFF-CHAIN", detail="directory cut", page=page)
    tags = {}
    for place in range(0, len(table), form.entry_bytes):
        tag, values = _entry(stream, form, table[place : place + form.entry_bytes])
        if tag in _WANTED:
            tags[tag] = values
    # Some writers leave the last pointer out: the file ends there, and so does the chain.
    is_last = len(raw_next) < struct.calcsize(form.offset)
    return tags, 0 if is_last else int(struct.unpack(form.offset, raw_next)[0])


def _entry(stream: BinaryIO, form: _Form, entry: bytes) -> tuple[int, tuple[float, ...]]:
    """Return a tag and its values; no values where they cannot be read."""
    tag, kind = struct.unpack(form.order + "HH", entry[:4])
    count = int(
        struct.unpack(form.order + ("Q" if form.is_big else "I"), entry[4 : -_room(form)])[0]
    )
    length = _SIZES.get(kind, 0) * count
    if tag not in _WANTED or not 0 < count <= _MAX_VALUES or not length:
        return tag, ()
    data = entry[-_room(form) :]
    if length > len(data):
        (offset,) = struct.unpack(form.offset, data)
        stream.seek(min(offset, 2**62))
        data = stream.read(length)
    if len(data) < length:
        return tag, ()
    if kind == _RATIONAL:
        pairs = struct.unpack(form.order + "I" * (2 * count), data[:length])
        return tag, tuple(a / b if b else 0.0 for a, b in zip(*[iter(pairs)] * 2, strict=True))
    if kind in _NUMBERS:
        return tag, struct.unpack(f"{form.order}{count}{_NUMBERS[kind]}", data[:length])
    return tag, ()


def _room(form: _Form) -> int:
    """Return how many bytes of an entry hold its value or the value's place."""
    return struct.calcsize(form.offset)


def _fault(tags: Mapping[int, tuple[float, ...]], size_bytes: int, options: Options) -> str | None:
    width, height = tags.get(_WIDTH, ()), tags.get(_HEIGHT, ())
    places = tags.get(_OFFSETS) or tags.get(_TILE_OFFSETS) or ()
    if not width or not height or not places:
        return "PAGE-CORRUPT"
    if min(places) >= size_bytes:
        raise DocumentError("DOC-TRUNCATED", detail="picture lies beyond the file's end")
    resolution, unit = tags.get(_X_RESOLUTION, ()), tags.get(_RESOLUTION_UNIT, (2,))
    dpi = None
    if resolution and unit and unit[0] in {2, _CENTIMETRE}:
        dpi = resolution[0] * (2.54 if unit[0] == _CENTIMETRE else 1.0)
    return picture_fault(int(width[0]), int(height[0]), options, dpi=dpi)
