"""A folder of page images as one file: a ZIP of stored members in natural order, times zeroed.

Members are named by their ordinal (`000001.jpg`): page order is then plain to every reader, no
strange name can do harm inside the archive, and the same pages in the same order are the same
document whatever their files were called. Source: APPNOTE.TXT (ZIP), 4.4.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from typing import IO

from pipeline.intake.arrivals import Arrival
from pipeline.intake.formats import HEAD_BYTES, sniff
from pipeline.intake.listing import Kind, Mark
from pipeline.intake.names import is_ignored
from pipeline.intake.source import DroppedStream, Opener, reading
from pipeline.model.errors import DocumentError
from pipeline.model.records import MediaType
from pipeline.store import Store, Stored, translated

_EPOCH = (1980, 1, 1, 0, 0, 0)
_CHUNK_BYTES = 1 << 20
_SUFFIXES = {MediaType.JPEG: ".jpg", MediaType.PNG: ".png", MediaType.TIFF: ".tif"}
_IMAGE_NAMES = {".jpg": ".jpg", ".jpeg": ".jpg", ".png": ".png", ".tif": ".tif", ".tiff": ".tif"}


def bundle(
    arrival: Arrival, store: Store, opener: Opener, *, confirm: Callable[[], None]
) -> tuple[Stored, dict[str, str]]:
    """Put a folder's page images into the store as one ZIP.

    A member named like an image whose content is none stays a page: it is damaged, and leaving it
    out would make a document with a page less that looks whole.

    Args:
        arrival: the folder.
        store: where the ZIP goes.
        opener: how a member is opened.
        confirm: called after reading and before anything is kept.

    Returns:
        The stored ZIP, and facts on what was left out (empty when nothing was).

    Raises:
        DocumentError: DOC-EMPTY-FOLDER, DOC-UNREADABLE, DOC-VANISHED.
        OperatorError: SYS-DISK-FULL, SYS-PERMISSION, SYS-FOLDER-GONE.
        TransientError: IO-BUSY.
    """
    pages, left_out = _pages(arrival, opener)
    if not pages:
        raise DocumentError("DOC-EMPTY-FOLDER", detail=f"{len(left_out)} other files")
    with store.spool() as temp:
        _write(temp, arrival, opener, pages)
        stored = store.put_file(temp, confirm=confirm)
    facts = {"count": str(len(left_out)), "first": left_out[0]} if left_out else {}
    return stored, facts


def others(arrival: Arrival, opener: Opener) -> list[str]:
    """Return the members of a folder that are no pages, litter of operating systems aside.

    Raises:
        DocumentError, OperatorError, TransientError: as `bundle`.
    """
    return _pages(arrival, opener)[1]


def _pages(arrival: Arrival, opener: Opener) -> tuple[list[tuple[Mark, str]], list[str]]:
    """Tell pages (with their suffix in the ZIP) from other members."""
    pages, left_out = [], []
    for mark in arrival.fingerprint:
        suffix = _page_suffix(arrival, opener, mark)
        if suffix is None:
            left_out.append(mark.name)
        else:
            pages.append((mark, suffix))
    return pages, left_out


def _page_suffix(arrival: Arrival, opener: Opener, mark: Mark) -> str | None:
    if not mark.name and mark.kind is Kind.FOLDER:
        raise DocumentError("DOC-UNREADABLE", detail="the folder cannot be listed")
    name = PurePosixPath(mark.name)
    if mark.kind is not Kind.FILE or is_ignored(name.name):
        return None
    with reading(drop=arrival.drop), opener(arrival.path / mark.name) as stream:
        media_type = sniff(stream.read(HEAD_BYTES))
    if media_type in _SUFFIXES:
        return _SUFFIXES[media_type]
    if media_type is MediaType.PDF:
        return None
    return _IMAGE_NAMES.get(name.suffix.lower())


def _write(temp: Path, arrival: Arrival, opener: Opener, pages: list[tuple[Mark, str]]) -> None:
    with translated(doing="bundle"), zipfile.ZipFile(temp, "x") as archive:
        for ordinal, (mark, suffix) in enumerate(pages, start=1):
            member = zipfile.ZipInfo(f"{ordinal:06d}{suffix}", _EPOCH)
            member.create_system, member.external_attr = 3, 0o600 << 16
            member.file_size = mark.size_bytes
            with archive.open(member, "w") as target:
                _copy(arrival, opener, mark, target)


def _copy(arrival: Arrival, opener: Opener, mark: Mark, target: IO[bytes]) -> None:
    with reading(drop=arrival.drop):
        stream = opener(arrival.path / mark.name)
    with stream:
        source = DroppedStream(stream, drop=arrival.drop)
        while chunk := source.read(_CHUNK_BYTES):
            target.write(chunk)
