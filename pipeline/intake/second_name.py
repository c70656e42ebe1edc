"""A second name for what must not be lost: a hard link where there can be one, else a copy.

Links cost no space, need no right to read, and work for links and pipes too. An entry that bears
the name already and is the same counts: after a crash nothing is made twice.
"""

from __future__ import annotations

import contextlib
import filecmp
import os
import shutil
import stat
from collections.abc import Sequence
from pathlib import Path

from pipeline.intake.delivery import deliver
from pipeline.intake.listing import Kind, look
from pipeline.intake.names import numbered
from pipeline.intake.source import open_regular
from pipeline.store import sync_folder, translated


def second_name(source: Path, folder: Path, name: str) -> Path | None:
    """Give an entry a second name in a folder; safe to repeat.

    Args:
        source: a file, folder, link or pipe; stays, and is never followed.
        folder: where to.
        name: wanted name; a counter is put before its suffix when it is taken.

    Returns:
        Where it lies, or None when it can have no second name.

    Raises:
        OperatorError: SYS-DISK-FULL, SYS-PERMISSION.
        TransientError: IO-BUSY.
    """
    mode = source.lstat().st_mode
    if stat.S_ISDIR(mode):
        return second_folder(source, folder, name)
    for candidate in numbered(name):
        target = folder / candidate
        try:
            os.link(source, target, follow_symlinks=False)
        except FileExistsError:
            if _is_same(source, target):
                return target
        except OSError:
            break  # another file system, or not ours to link: a copy then
        else:
            sync_folder(folder)
            return target
    if not stat.S_ISREG(mode):
        return None
    try:
        open_regular(source).close()
    except OSError:
        return None
    return deliver(source, folder, name)


def _is_same(source: Path, target: Path) -> bool:
    if source.is_symlink() and target.is_symlink():
        return source.readlink() == target.readlink()
    if target.is_symlink() or not target.is_file():
        return source.lstat().st_ino == target.lstat().st_ino
    with contextlib.suppress(OSError):
        return target.samefile(source) or (
            stat.S_ISREG(source.lstat().st_mode) and filecmp.cmp(source, target, shallow=False)
        )
    return False


def second_folder(
    source: Path, folder: Path, name: str, *, members: Sequence[str] | None = None
) -> Path | None:
    """Give a folder, or some of its members, a second name; safe to repeat.

    Args:
        source: the folder.
        folder: where to.
        name: wanted name.
        members: paths within the folder; everything when None.

    Returns:
        Where it lies, or None when it can have no second name.

    Raises:
        OperatorError: SYS-DISK-FULL, SYS-PERMISSION.
        TransientError: IO-BUSY.
    """
    found = look(source)
    if found is None or any(mark.kind is Kind.FOLDER for mark in found.fingerprint):
        return None  # too deep, or not to be listed
    temp = folder / f".sohoa-{source.parent.name}.tmp"
    shutil.rmtree(temp, ignore_errors=True)
    try:
        _fill(source, temp, members)
    except (OSError, shutil.Error):
        shutil.rmtree(temp, ignore_errors=True)
        return None
    with translated(doing="second name"):
        return _name_folder(temp, folder, name)


def _fill(source: Path, temp: Path, members: Sequence[str] | None) -> None:
    if members is None:
        shutil.copytree(source, temp, symlinks=True, copy_function=_link_or_copy)
        return
    for member in members:
        (temp / member).parent.mkdir(parents=True, exist_ok=True)
        _link_or_copy(str(source / member), str(temp / member))


def _name_folder(temp: Path, folder: Path, name: str) -> Path:
    for candidate in numbered(name):
        target = folder / candidate
        if not os.path.lexists(target):
            temp.rename(target)
            break
        if _is_same_tree(temp, target):
            shutil.rmtree(temp, ignore_errors=True)
            break
    sync_folder(folder)
    return target


def _is_same_tree(one: Path, other: Path) -> bool:
    mine, theirs = look(one), look(other)
    if mine is None or theirs is None:
        return False
    names = [mark.name for mark in mine.fingerprint]
    return names == [mark.name for mark in theirs.fingerprint] and all(
        _is_same(one / name, other / name) for name in names
    )


def _link_or_copy(source: str, target: str) -> str:
    try:
        os.link(source, target, follow_symlinks=False)
    except OSError:
        shutil.copy2(source, target, follow_symlinks=False)
        descriptor = os.open(target, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    return target
