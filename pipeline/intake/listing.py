"""The folder listing is the truth: what lies in a drop folder now, seen without opening anything.

Regular files and folders are candidates. Links, pipes, sockets and devices are candidates of the
kind OTHER: they are answered (DOC-NOT-A-FILE) and never followed or opened. Everything here works
on `lstat`, so a hostile entry cannot block or redirect the watcher.
"""

from __future__ import annotations

import contextlib
import enum
import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pipeline.intake.formats import missing_part
from pipeline.intake.names import is_ignored, is_litter, is_unfinished, natural_key

_MAX_DEPTH = 16
"""Folders in folders that are looked into; a deeper one counts as a member that is no page."""


class Kind(enum.Enum):
    """What a directory entry is."""

    FILE = "file"
    FOLDER = "folder"
    OTHER = "other"
    """A link, pipe, socket or device."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """What tells whether an entry is still the same: its size, time of change and inode."""

    name: str
    """Path within the candidate; empty for the candidate itself."""
    kind: Kind
    size_bytes: int
    mtime_ns: int
    inode: int
    """0 where inodes cannot be trusted (SMB, NFS)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """Something in a drop folder that wants to become a document."""

    path: Path
    kind: Kind
    fingerprint: tuple[Mark, ...]
    """One mark for a file; one for each member of a folder but litter, in natural order."""

    @property
    def size_bytes(self) -> int:
        """Bytes of all members."""
        return sum(mark.size_bytes for mark in self.fingerprint if mark.kind is Kind.FILE)


def candidates(folder: Path, *, has_inodes: bool = True) -> list[Candidate]:
    """List what lies in a drop folder, in natural order of names.

    Args:
        folder: the drop folder.
        has_inodes: whether inodes take part in the fingerprint.

    Raises:
        OSError: the folder itself cannot be listed.
    """
    names = [name for name in os.listdir(folder) if not is_ignored(name)]  # noqa: PTH208 - names
    found = []
    for name in sorted(names, key=natural_key):
        candidate = look(folder / name, has_inodes=has_inodes)
        if candidate is not None:
            found.append(candidate)
    return found


def look(path: Path, *, has_inodes: bool = True) -> Candidate | None:
    """Return what lies at a path now, or None when nothing does (any more).

    A folder that cannot be listed is a candidate without members: whoever takes it says why.
    """
    try:
        status = path.lstat()
    except OSError:
        return None  # gone, or not to be seen by us: the next listing tells
    kind = kind_of(status)
    marks: tuple[Mark, ...] = (_mark("", status, has_inodes=has_inodes),)
    if kind is Kind.FOLDER:
        with contextlib.suppress(OSError):
            marks = tuple(_members(path, "", has_inodes=has_inodes))
    return Candidate(path=path, kind=kind, fingerprint=marks)


def kind_of(status: os.stat_result) -> Kind:
    """Return the kind that an lstat result tells."""
    if stat.S_ISREG(status.st_mode):
        return Kind.FILE
    return Kind.FOLDER if stat.S_ISDIR(status.st_mode) else Kind.OTHER


def what_is_missing(candidate: Candidate) -> str | None:
    """Say what part of a candidate has not arrived yet, or None; unreadable ones miss nothing."""
    if candidate.kind is Kind.OTHER:
        return None
    for mark in candidate.fingerprint:
        missing = _missing_of_member(candidate, mark) if mark.kind is Kind.FILE else None
        if missing is not None:
            return f"{mark.name}: {missing}" if mark.name else missing
    if candidate.kind is Kind.FOLDER and not candidate.fingerprint:
        return "page images"
    return None


def _missing_of_member(candidate: Candidate, mark: Mark) -> str | None:
    if mark.name and is_unfinished(mark.name.rpartition("/")[2]):
        return "end of copying"
    try:
        return missing_part(candidate.path / mark.name)
    except OSError:
        return None  # whoever takes it will say why it cannot be read


def walk(paths: Iterable[Path], *, as_document: bool = False) -> Iterator[Path]:
    """Yield the documents that `sohoa run` was given, in natural order.

    Args:
        paths: files, taken as they are, and folders, searched recursively.
        as_document: each named folder is one document of page images.

    Litter of operating systems is passed over in folders; links inside them are yielded and not
    followed.

    Raises:
        OSError: a folder cannot be listed.
    """
    for path in paths:
        if path.is_dir() and not as_document:
            yield from _files_below(path)
        else:
            yield path


def _files_below(folder: Path) -> Iterator[Path]:
    waiting = [folder]  # not recursive: the depth of a folder is the sender's choice
    while waiting:
        path = waiting.pop()
        if path == folder or stat.S_ISDIR(path.lstat().st_mode):
            inside = sorted(path.iterdir(), key=lambda inner: natural_key(inner.name))
            waiting.extend(reversed(inside))
        elif not is_litter(path.name):
            yield path


def _members(folder: Path, prefix: str, *, has_inodes: bool) -> Iterator[Mark]:
    names = [name for name in os.listdir(folder) if not is_litter(name)]  # noqa: PTH208 - names
    for name in sorted(names, key=natural_key):
        path = folder / name
        try:
            status = path.lstat()
        except FileNotFoundError:
            continue  # the next look sees the folder without it
        is_shallow = prefix.count("/") < _MAX_DEPTH
        if kind_of(status) is Kind.FOLDER and is_shallow:
            yield from _members(path, f"{prefix}{name}/", has_inodes=has_inodes)
        else:
            yield _mark(prefix + name, status, has_inodes=has_inodes)


def _mark(name: str, status: os.stat_result, *, has_inodes: bool) -> Mark:
    return Mark(
        name=name,
        kind=kind_of(status),
        size_bytes=status.st_size,
        mtime_ns=status.st_mtime_ns,
        inode=status.st_ino if has_inodes else 0,
    )
