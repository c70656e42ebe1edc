"""Writing that survives a power cut, and the border where the disk's errors become ours.

The order is always the same: a temporary file in the same file system, its bytes fsynced, its
final name given without overwriting, the folder fsynced. Nothing here ever replaces a file that
already bears the final name. Sources: rename(2), link(2), fsync(2).
"""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Callable, Iterator
from pathlib import Path

from pipeline.model.errors import OperatorError, TransientError

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_FORBIDDEN = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})
# Some file systems (FAT, some SMB and FUSE mounts) know no hard links; the kernel also refuses
# links to other people's files (fs.protected_hardlinks).
_NO_LINKS = frozenset({errno.EPERM, errno.ENOTSUP, errno.EMLINK, errno.EXDEV, errno.ENOSYS})
_NO_FOLDER_SYNC = frozenset({errno.EINVAL, errno.ENOTSUP, errno.EBADF, errno.EACCES})


class Disk:
    """The writing calls of the operating system: a port, so that tests can let each one fail."""

    def write(self, descriptor: int, data: bytes | memoryview) -> int:
        """Write some of the bytes and return how many were written."""
        return os.write(descriptor, data)

    def fsync(self, descriptor: int) -> None:
        """Force a file's bytes to the medium."""
        os.fsync(descriptor)

    def place(self, source: Path, target: Path) -> None:
        """Give a file its final name; see `place`."""
        place(source, target)


@contextlib.contextmanager
def translated(*, doing: str) -> Iterator[None]:
    """Turn the disk's errors into errors of ours.

    Args:
        doing: what was being done, for the keeper.

    Raises:
        OperatorError: SYS-DISK-FULL (no space, quota), SYS-PERMISSION (not writable, read-only).
        TransientError: IO-BUSY for whatever else the disk says.
    """
    try:
        yield
    except OSError as error:
        detail = f"{doing}: {error.strerror or error}"
        if error.errno in _FULL:
            raise OperatorError("SYS-DISK-FULL", detail=detail) from error
        if error.errno in _FORBIDDEN:
            raise OperatorError("SYS-PERMISSION", detail=detail) from error
        raise TransientError("IO-BUSY", detail=detail) from error


def sync_folder(path: Path) -> None:
    """Make the names in a folder durable; file systems that cannot are passed over.

    Raises:
        OSError: the folder is gone or the medium failed.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in _NO_FOLDER_SYNC:
            raise
    finally:
        os.close(descriptor)


def make_folder(path: Path, *, mode: int = 0o755) -> None:
    """Make a folder and its parents durably; an existing one is left as it is.

    Args:
        path: the folder.
        mode: permissions of what is newly made, before the umask.

    Raises:
        OSError: it cannot be made, or a file bears its name.
    """
    if path.is_dir():
        return
    make_folder(path.parent)
    try:
        path.mkdir(mode=mode)
    except FileExistsError:
        if not path.is_dir():
            raise
        return
    sync_folder(path.parent)


def place(source: Path, target: Path, *, link: Callable[..., None] = os.link) -> None:
    """Move a file to a name in the same file system, never over another file.

    By hard link where the file system knows them; else the name is first reserved with an empty
    file of ours, which the rename then replaces. Links, pipes and sockets are moved themselves.

    Args:
        source: what is moved.
        target: its name to be.
        link: how a hard link is made.

    Raises:
        FileExistsError: the name is taken.
        OSError: the move is not possible (EXDEV: another file system).
    """
    try:
        link(source, target, follow_symlinks=False)
    except FileExistsError:
        raise
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        _place_by_rename(source, target)
    else:
        source.unlink()


def _place_by_rename(source: Path, target: Path) -> None:
    flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC
    os.close(os.open(target, flags, 0o600))
    try:
        source.rename(target)
    except OSError:
        target.unlink(missing_ok=True)
        raise
