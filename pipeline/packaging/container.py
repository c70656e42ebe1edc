"""A package's ZIP, written once from front to back; every entry is hashed as it goes by.

PDFs are stored as they are (they are compressed inside), XML is deflated. Nothing is held but the
ZIP's own directory. The file bears its final name only when it is whole and durable.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, BinaryIO

from pipeline.model.errors import OperatorError
from pipeline.packaging.records import VIETNAM, Consignment
from pipeline.store.durable import place, sync_folder, translated

_CHUNK_BYTES = 1 << 20
_IN_MEMORY_BYTES = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One file of a package."""

    path: str
    """Relative to the package's root folder, with `/`."""
    size_bytes: int
    digest: str
    media_type: str


class Container:
    """An open package."""

    def __init__(self, file: BinaryIO, *, root: str, consignment: Consignment) -> None:
        self._zip = zipfile.ZipFile(file, "w", allowZip64=True)
        self._root = root
        self._time = consignment.created_at.astimezone(VIETNAM).timetuple()[:6]

    def add_file(self, path: str, source: Path, *, digest: str, media_type: str) -> Entry:
        """Add a file that must have this sha-256.

        Raises:
            OperatorError: PACKAGE-SOURCE, it is gone or has other bytes now.
            TransientError: IO-BUSY.
        """
        try:
            stream = source.open("rb")
        except FileNotFoundError as error:
            raise OperatorError("PACKAGE-SOURCE", detail=digest) from error
        with stream, translated(doing="packing"):
            entry = self._add(path, stream, media_type, zipfile.ZIP_STORED)
        if entry.digest != digest:
            raise OperatorError("PACKAGE-SOURCE", detail=f"{digest}: other bytes")
        return entry

    def add_bytes(self, path: str, data: bytes, *, media_type: str) -> Entry:
        """Add a small file."""
        return self._add(path, io.BytesIO(data), media_type, zipfile.ZIP_DEFLATED)

    def add_written(
        self, path: str, write: Callable[[IO[bytes]], None], *, media_type: str
    ) -> Entry:
        """Add a file of any size that is written by a function."""
        with tempfile.SpooledTemporaryFile(_IN_MEMORY_BYTES) as stream:
            write(stream)
            stream.seek(0)
            return self._add(path, stream, media_type, zipfile.ZIP_DEFLATED)

    def __enter__(self) -> Container:
        """Return the container."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Write the ZIP's directory."""
        self._zip.close()

    def _add(self, path: str, stream: IO[bytes], media_type: str, method: int) -> Entry:
        info = zipfile.ZipInfo(f"{self._root}/{path}", date_time=self._time)
        info.compress_type = method
        info.external_attr = 0o644 << 16
        hasher, size_bytes = hashlib.sha256(), 0
        with self._zip.open(info, "w", force_zip64=True) as out:
            while chunk := stream.read(_CHUNK_BYTES):
                hasher.update(chunk)
                size_bytes += len(chunk)
                out.write(chunk)
        return Entry(
            path=path, size_bytes=size_bytes, digest=hasher.hexdigest(), media_type=media_type
        )


@contextlib.contextmanager
def appearing(target: Path) -> Iterator[BinaryIO]:
    """Yield a file that bears its name only once it is whole and durable; never over another.

    A rest of an earlier attempt (`.NAME.part`) is written anew.

    Raises:
        FileExistsError: the name is taken.
        OperatorError: SYS-DISK-FULL, SYS-PERMISSION.
        TransientError: IO-BUSY.
    """
    part = _part(target)
    if target.exists():
        forget_twin(target)
        raise FileExistsError(target)
    try:
        with translated(doing="delivery"):
            with part.open("wb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            place(part, target)
            sync_folder(target.parent)
    finally:
        part.unlink(missing_ok=True)


def forget_twin(target: Path) -> None:
    """Remove the other name of a whole file, which a kill between link and unlink left."""
    part = _part(target)
    with translated(doing="delivery"):
        if part.exists() and part.samefile(target):
            part.unlink()


def _part(target: Path) -> Path:
    return target.with_name(f".{target.name}.part")
