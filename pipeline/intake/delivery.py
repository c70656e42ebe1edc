"""Putting files where people look: durable, never over another file, safe to repeat.

A file that is there already with the same bytes counts as delivered: after a crash between writing
and the ledger row the second attempt finds the first one's file and makes no second copy.
"""

from __future__ import annotations

import contextlib
import fcntl
import filecmp
import hashlib
import os
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

from pipeline.intake.names import numbered
from pipeline.store import Disk, make_folder, sync_folder, translated

_CHUNK_BYTES = 1 << 20
_TEMP_PREFIX, _TEMP_SUFFIX = ".sohoa-", ".tmp"
_MODE = 0o666  # before the umask: results are for everybody who may read the folder


def deliver(
    source: Path, folder: Path, name: str, *, suffix: str = "", disk: Disk | None = None
) -> Path:
    """Copy a file into a results folder.

    Args:
        source: a file of the store or a claimed file; stays.
        folder: where to; made when absent.
        name: wanted name (`names.safe_name`).
        suffix: what stays behind a counter when the name is taken; its last suffix when empty.
        disk: the writing port.

    Returns:
        Where it lies: the wanted name or one with ` (2)`.

    Raises:
        OperatorError: SYS-DISK-FULL, SYS-PERMISSION.
        TransientError: IO-BUSY.
    """

    def pour(descriptor: int) -> None:
        with source.open("rb") as stream:
            while chunk := stream.read(_CHUNK_BYTES):
                write_all(disk or Disk(), descriptor, chunk)

    def is_same(path: Path) -> bool:
        return filecmp.cmp(source, path, shallow=False)

    return _put(pour, is_same, folder, numbered(name, suffix=suffix), disk or Disk())


def deliver_bytes(
    data: bytes, folder: Path, name: str, *, suffix: str = "", disk: Disk | None = None
) -> Path:
    """Write bytes into a results folder; see `deliver`."""

    def pour(descriptor: int) -> None:
        write_all(disk or Disk(), descriptor, data)

    def is_same(path: Path) -> bool:
        if path.stat().st_size != len(data):
            return False
        with path.open("rb") as stream:
            there = hashlib.file_digest(stream, "sha256").digest()
        return there == hashlib.sha256(data).digest()

    return _put(pour, is_same, folder, numbered(name, suffix=suffix), disk or Disk())


def withdraw(path: Path) -> None:
    """Take a delivered note away again; absent is fine.

    Raises:
        OperatorError: SYS-PERMISSION.
        TransientError: IO-BUSY.
    """
    with translated(doing="withdraw"):
        if path.parent.is_dir():
            path.unlink(missing_ok=True)
            sync_folder(path.parent)


def sweep_temporaries(folder: Path) -> int:
    """Remove what dead processes left half written in a results folder; return how many."""
    count = 0
    for path in folder.glob(f"{_TEMP_PREFIX}*{_TEMP_SUFFIX}"):
        with contextlib.suppress(OSError):
            descriptor = os.open(path, os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)  # its writer is dead
                path.unlink()
                count += 1
            finally:
                os.close(descriptor)
    return count


def _put(
    pour: Callable[[int], None],
    is_same: Callable[[Path], bool],
    folder: Path,
    names: Iterator[str],
    disk: Disk,
) -> Path:
    with translated(doing="deliver"):
        make_folder(folder)
        names = iter(_unlike(folder, names, is_same))
        target = folder / next(names)
        if target.exists():
            sync_folder(folder)
            return target
        with temporary(folder) as (temp, descriptor):
            pour(descriptor)
            disk.fsync(descriptor)
            while True:
                try:
                    disk.place(temp, target)
                except FileExistsError:  # somebody was quicker
                    target = folder / next(names)
                else:
                    break
        sync_folder(folder)
        return target


def _unlike(folder: Path, names: Iterator[str], is_same: Callable[[Path], bool]) -> Iterator[str]:
    """Yield names that are free, or that bear the same bytes already."""
    for name in names:
        path = folder / name
        if not os.path.lexists(path) or (path.is_file() and is_same(path)):
            yield name


@contextlib.contextmanager
def temporary(folder: Path) -> Iterator[tuple[Path, int]]:
    """Give (path, descriptor) of a new hidden file; what is left of it at the end is removed."""
    temp = folder / f"{_TEMP_PREFIX}{uuid.uuid4().hex}{_TEMP_SUFFIX}"
    descriptor = os.open(temp, os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_CLOEXEC, _MODE)
    try:
        with contextlib.suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield temp, descriptor
    finally:
        os.close(descriptor)
        temp.unlink(missing_ok=True)


def write_all(disk: Disk, descriptor: int, data: bytes) -> None:
    """Write all of the bytes."""
    rest = memoryview(data)
    while rest:
        rest = rest[disk.write(descriptor, rest) :]
