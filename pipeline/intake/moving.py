"""Moving whole entries between folders without overwriting: files, folders, links, pipes alike."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from collections.abc import Iterator
from pathlib import Path

from pipeline.intake.names import numbered
from pipeline.store import place, sync_folder


def move_beside(source: Path, folder: Path, name: str) -> Path:
    """Move an entry into a folder of the same file system under the first free name.

    Args:
        source: a file, folder, link, pipe or device; moved itself, never followed.
        folder: where to.
        name: wanted name; ` (2)` and so on is put before its suffix when it is taken.

    Returns:
        The name it got.

    Raises:
        OSError: the move is not possible (EXDEV: another file system).
    """
    for candidate in _free_names(folder, name):
        with contextlib.suppress(FileExistsError):
            _move(source, folder / candidate)
            sync_folder(folder)
            return folder / candidate
    raise AssertionError("numbered() never ends")


def _free_names(folder: Path, name: str) -> Iterator[str]:
    return (one for one in numbered(name) if not os.path.lexists(folder / one))


def _move(source: Path, target: Path) -> None:
    if not stat.S_ISDIR(source.lstat().st_mode):
        place(source, target)
        return
    try:
        source.rename(target)  # a folder takes the name of nothing but an empty folder: rename(2)
    except OSError as error:
        if error.errno in {errno.ENOTEMPTY, errno.ENOTDIR}:
            raise FileExistsError(errno.EEXIST, error.strerror) from error
        raise
