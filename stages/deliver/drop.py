"""A folder to put documents into, here or elsewhere: what the drop target asks of it."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

from pipeline.model.errors import OperatorError, TransientError

_MEANINGS = {
    errno.ENOSPC: "SYS-DISK-FULL",
    errno.EDQUOT: "SYS-DISK-FULL",
    errno.EACCES: "SYS-PERMISSION",
    errno.EPERM: "SYS-PERMISSION",
    errno.EROFS: "SYS-PERMISSION",
    errno.ENOTDIR: "SYS-FOLDER-GONE",
    errno.ENOENT: "SYS-FOLDER-GONE",
}


class Files(Protocol):
    """Files below a drop folder while somebody is at it; names are relative, parted by `/`."""

    def exists(self, name: str) -> bool:
        """Return whether there is such a file."""

    def read(self, name: str) -> bytes:
        """Return a small file."""

    def write(self, content: BinaryIO, name: str) -> None:
        """Write a file anew; durable as far as the other side can promise it."""

    def rename(self, name: str, to: str) -> None:
        """Rename in one step; what stood there goes."""

    def make_folder(self, name: str) -> None:
        """Make a folder if there is none."""

    def listing(self, name: str) -> list[str]:
        """Return the names in a folder, in order; none when there is no such folder."""

    def settle(self, name: str) -> None:
        """Make what was renamed in a folder durable; `""` is the drop folder itself."""


class Drop(Protocol):
    """A drop folder, which must exist: an unmounted share is not made anew."""

    @property
    def name(self) -> str:
        """Name of the adapter: `folder`, `sftp`."""

    @property
    def address(self) -> str:
        """Where it is, without any key."""

    def at_work(self) -> AbstractContextManager[Files]:
        """Lend the files for one question or deed.

        Raises:
            OperatorError: SYS-FOLDER-GONE, SYS-PERMISSION, SYS-DISK-FULL, DELIVER-LOGIN.
            TransientError: IO-BUSY, PORT-DOWN.
        """


@dataclass(frozen=True, slots=True)
class LocalDrop:
    """A folder of this machine, or a share mounted on it."""

    path: Path

    @property
    def name(self) -> str:
        """Name of the adapter."""
        return "folder"

    @property
    def address(self) -> str:
        """Path of the folder."""
        return str(self.path)

    @contextmanager
    def at_work(self) -> Iterator[Files]:
        """Lend the files; see `Drop`."""
        if not self.path.is_dir():
            raise OperatorError("SYS-FOLDER-GONE", detail=str(self.path))
        try:
            if not os.access(self.path, os.W_OK | os.X_OK):
                raise OperatorError("SYS-PERMISSION", detail=str(self.path))
            yield _LocalFiles(self.path)
        except OSError as error:
            detail = f"{self.path}: {error.strerror}"
            code = _MEANINGS.get(error.errno or 0)
            if code is not None:
                raise OperatorError(code, detail=detail) from error
            raise TransientError("IO-BUSY", detail=detail) from error


@dataclass(frozen=True, slots=True)
class _LocalFiles:
    """Port `Files` over a folder of this machine."""

    path: Path

    def exists(self, name: str) -> bool:
        """Return whether there is such a file."""
        return (self.path / name).is_file()

    def read(self, name: str) -> bytes:
        """Return a small file."""
        return (self.path / name).read_bytes()

    def write(self, content: BinaryIO, name: str) -> None:
        """Write a file and wait until it is durable."""
        with (self.path / name).open("wb") as file:
            shutil.copyfileobj(content, file)
            file.flush()
            os.fsync(file.fileno())

    def rename(self, name: str, to: str) -> None:
        """Rename in one step."""
        (self.path / name).rename(self.path / to)

    def make_folder(self, name: str) -> None:
        """Make a folder if there is none."""
        (self.path / name).mkdir(exist_ok=True)

    def listing(self, name: str) -> list[str]:
        """Return the names in a folder."""
        folder = self.path / name
        return sorted(one.name for one in folder.iterdir()) if folder.is_dir() else []

    def settle(self, name: str) -> None:
        """Make names durable."""
        handle = os.open(self.path / name, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
