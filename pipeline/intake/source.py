"""Opening a dropped file without trusting it, and noticing when it changes under our hands.

Residual risk, on purpose accepted: a program that keeps the file open and writes to it after it was
deleted from the claim folder writes into nothing. The settle gate, the look after reading and the
look before deleting make that window as small as it can be without locks nobody else honours.
"""

from __future__ import annotations

import contextlib
import errno
import io
import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

from pipeline.model.errors import DocumentError, OperatorError, TransientError

Opener = Callable[[Path], BinaryIO]
"""Opens a dropped file for reading; a port, so that tests can refuse like an operating system."""

_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
_FORBIDDEN = frozenset({errno.EACCES, errno.EPERM})
_NOT_A_FILE = frozenset({errno.ELOOP, errno.ENXIO, errno.ENODEV, errno.EISDIR})
_GONE = frozenset({errno.ENOENT, errno.ENOTDIR})


def open_regular(path: Path) -> BinaryIO:
    """Open a regular file for reading: no link is followed, no pipe or device blocks.

    Raises:
        OSError: as the operating system says; ENODEV for whatever is no regular file.
    """
    descriptor = os.open(path, _FLAGS)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(errno.ENODEV, os.strerror(errno.ENODEV))
    return os.fdopen(descriptor, "rb")


@contextlib.contextmanager
def reading(*, drop: Path | None) -> Iterator[None]:
    """Translate what goes wrong with a dropped file while it is opened and read.

    Args:
        drop: the drop folder it was claimed from, None when it lies in place.

    Raises:
        DocumentError: DOC-UNREADABLE, DOC-NOT-A-FILE, DOC-VANISHED.
        OperatorError: SYS-FOLDER-GONE, the file is gone because its drop folder is.
        TransientError: IO-BUSY.
    """
    try:
        yield
    except OSError as error:
        detail = error.strerror or str(error)
        if drop is not None and not drop.is_dir():
            raise OperatorError("SYS-FOLDER-GONE", detail=detail) from error
        if error.errno in _FORBIDDEN:
            raise DocumentError("DOC-UNREADABLE", detail=detail) from error
        if error.errno in _NOT_A_FILE:
            raise DocumentError("DOC-NOT-A-FILE", detail=detail) from error
        if error.errno in _GONE:
            raise DocumentError("DOC-VANISHED", detail=detail) from error
        raise TransientError("IO-BUSY", detail=detail) from error


class DroppedStream:
    """A dropped file's bytes, what goes wrong with them made ours (see `reading`)."""

    def __init__(self, stream: BinaryIO, *, head: bytes = b"", drop: Path | None) -> None:
        """Wrap an open file.

        Args:
            stream: the open file.
            head: bytes that were read from it already and come first.
            drop: the drop folder it was claimed from, None when it lies in place.
        """
        self._head = io.BytesIO(head)
        self._stream = stream
        self._drop = drop

    def read(self, size: int = -1, /) -> bytes:
        """Return at most `size` bytes; raises as `reading` does."""
        head = self._head.read(size)
        if head:
            return head
        with reading(drop=self._drop):
            return self._stream.read(size)
