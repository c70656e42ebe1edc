"""A file that comes in by the page, into a drop folder as if a scanner had put it there.

Its bytes are written under a hidden name, fsynced, and then given their name in one step: the
watcher sees the whole file or none, and takes it by the same settling and claim as any other. What
a dead process left half written is removed by `sweep_temporaries` at the next start.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pipeline.intake.delivery import temporary, write_all
from pipeline.intake.moving import move_beside
from pipeline.intake.names import is_ignored, safe_name
from pipeline.model.errors import InputError, OperatorError
from pipeline.store import Disk, translated


@dataclass(slots=True)
class Upload:
    """One file on its way; used by one thread at a time."""

    folder: Path
    name: str
    size_bytes: int
    """What the sender said it would be."""
    _temp: Path
    _descriptor: int
    _written: int = 0

    def write(self, chunk: bytes) -> None:
        """Take some of the bytes.

        Raises:
            InputError: INPUT-UPLOAD-SIZE: more came than was said.
            OperatorError: SYS-DISK-FULL, SYS-PERMISSION.
            TransientError: IO-BUSY.
        """
        self._written += len(chunk)
        if self._written > self.size_bytes:
            raise InputError("INPUT-UPLOAD-SIZE")
        with translated(doing="upload"):
            write_all(Disk(), self._descriptor, chunk)

    def finish(self) -> str:
        """Let the file be seen; return the name it got, the wanted one or one with ` (2)`.

        Raises:
            InputError: INPUT-UPLOAD-SIZE: less came than was said.
            OperatorError: SYS-DISK-FULL, SYS-PERMISSION.
            TransientError: IO-BUSY.
        """
        if self._written != self.size_bytes:
            raise InputError("INPUT-UPLOAD-SIZE")
        with translated(doing="upload"):
            os.fsync(self._descriptor)
            return move_beside(self._temp, self.folder, self.name).name


@contextlib.contextmanager
def uploading(folder: Path, name: str, *, size_bytes: int, max_bytes: int) -> Iterator[Upload]:
    """Begin an upload; without `finish` nothing of it stays.

    Args:
        folder: a drop folder.
        name: the file's name as the sender has it; a path in it is refused.
        size_bytes: how long it will be.
        max_bytes: how long it may be.

    Raises:
        InputError: INPUT-UPLOAD-NAME, INPUT-UPLOAD-SIZE.
        OperatorError: SYS-FOLDER-GONE, SYS-DISK-FULL, SYS-PERMISSION.
        TransientError: IO-BUSY.
    """
    if not name.strip() or {"/", "\\", "\0"} & set(name) or is_ignored(name):
        raise InputError("INPUT-UPLOAD-NAME", detail=name[:80])
    if not 0 < size_bytes <= max_bytes:
        raise InputError("INPUT-UPLOAD-SIZE", detail=f"{size_bytes} / {max_bytes} bytes")
    if not folder.is_dir():
        raise OperatorError("SYS-FOLDER-GONE", detail=str(folder))
    with contextlib.ExitStack() as stack:
        with translated(doing="upload"):
            temp, descriptor = stack.enter_context(temporary(folder))
        yield Upload(folder, safe_name(name), size_bytes, temp, descriptor)
