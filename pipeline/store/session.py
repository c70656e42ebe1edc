"""Folders that belong to a living process, told from those a dead one left behind.

A session is a folder `<root>/<id>/` whose lock file `<root>/<id>.lock` its owner keeps locked
(flock) for as long as it lives; the kernel lets go of the lock however the process ends. Process
numbers would not do: they are reused, and containers that share a disk each count from 1. Where a
file system knows no locks, sessions of others count as left behind: taking something up twice is
noticed by the ledger, never taking it up would lose a paper.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import uuid
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path

from pipeline.store.durable import make_folder

_NO_LOCKS = frozenset({errno.ENOLCK, errno.ENOTSUP, errno.EINVAL, errno.ENOSYS})
_OPEN = os.O_CREAT | os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW


class Session:
    """A folder of our own below a root; thread-safe, since it only makes new names."""

    def __init__(self, root: Path, *, mode: int = 0o700) -> None:
        """Open a new session.

        Args:
            root: the folder of all sessions of one kind; made when absent.
            mode: permissions of the folders made.

        Raises:
            OSError: the root cannot be made or written.
        """
        make_folder(root, mode=mode)
        self.root = root
        self.id = uuid.uuid4().hex
        self.folder = root / self.id
        with _guard(root):
            descriptor = os.open(_lock_path(self.folder), _OPEN, 0o600)
            self._release = weakref.finalize(self, os.close, descriptor)
            _try_lock(descriptor)
            self.folder.mkdir(mode=mode)
        _SESSIONS.add(self)

    @property
    def is_there(self) -> bool:
        """Whether the folder still exists (a share may have been unmounted)."""
        return self.folder.is_dir()

    def new_folder(self) -> Path:
        """Make a fresh empty folder in the session.

        Raises:
            OSError: the disk refuses.
        """
        path = self.folder / uuid.uuid4().hex
        path.mkdir(mode=0o700)
        return path

    def new_path(self) -> Path:
        """Return a name in the session that nothing bears."""
        return self.folder / uuid.uuid4().hex

    def disown(self) -> None:
        """Forget the lock without removing anything (in a forked child, which is not the owner)."""
        self._release()

    def close(self) -> None:
        """Let go; an empty folder is removed, a full one is left for whoever takes over."""
        with contextlib.suppress(OSError):
            if self.folder.exists():
                self.folder.rmdir()
            _lock_path(self.folder).unlink()
        self._release()


_SESSIONS: weakref.WeakSet[Session] = weakref.WeakSet()
"""Open sessions of this process, so that a forked worker does not keep them alive."""


def _disown_in_child() -> None:
    # A page worker that outlives a killed parent must not hold its locks.
    for session in list(_SESSIONS):
        session.disown()


os.register_at_fork(after_in_child=_disown_in_child)


def take_over(root: Path, adopt: Callable[[Path], None], *, mine: Path | None = None) -> int:
    """Hand every folder that a dead process left to `adopt`; return how many there were.

    Only one process does this at a time. `adopt` empties or removes the folder; when it has, the
    session's lock file goes too.

    Args:
        root: the folder of all sessions of one kind.
        adopt: takes over what lies in a dead session's folder.
        mine: the caller's own session, whose lock may be lost with a share that went and came back.

    Raises:
        OSError: from `adopt`, or when the root cannot be read.
    """
    if not root.is_dir():
        return 0
    count = 0
    with _guard(root):
        for folder in sorted(path for path in root.iterdir() if path.is_dir() and path != mine):
            count += _adopt_if_dead(folder, adopt)
        for lock in root.glob("*.lock"):
            if not lock.with_suffix("").exists():
                _drop_if_dead(lock)
    return count


def _adopt_if_dead(folder: Path, adopt: Callable[[Path], None]) -> int:
    lock = _lock_path(folder)
    descriptor = os.open(lock, _OPEN, 0o600)
    try:
        if not _try_lock(descriptor):
            return 0
        adopt(folder)
        if folder.exists():
            folder.rmdir()
        lock.unlink(missing_ok=True)
        return 1
    finally:
        os.close(descriptor)


def _drop_if_dead(lock: Path) -> None:
    descriptor = os.open(lock, _OPEN, 0o600)
    try:
        if _try_lock(descriptor):
            lock.unlink(missing_ok=True)
    finally:
        os.close(descriptor)


def _lock_path(folder: Path) -> Path:
    return folder.with_name(f"{folder.name}.lock")


def _try_lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        return error.errno in _NO_LOCKS
    return True


@contextlib.contextmanager
def _guard(root: Path) -> Iterator[None]:
    """One at a time: between making a lock file and locking it, nobody may judge it."""
    descriptor = os.open(root / ".guard", _OPEN, 0o600)
    try:
        with contextlib.suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
