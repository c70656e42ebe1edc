"""Where a process can die: before each file below a folder changes, each row is written or commits.

Audit events (PEP 578) tell of files, SQLAlchemy of rows, so that the product needs no mark for it.
"""

from __future__ import annotations

import os
import signal
import sys
import traceback
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import sqlalchemy as sa

_CHANGES = frozenset({"os.rename", "os.link", "os.remove", "os.mkdir", "os.rmdir", "shutil.rmtree"})
_WRITES = ("INSERT", "UPDATE", "DELETE")


class Deaths:
    """Counts the points of this process, writes their names down, and dies (SIGKILL) at one."""

    def __init__(self, below: Path, *, kill_at: int | None, record: Path) -> None:
        """Begin to count; for ever: an audit hook cannot be taken away.

        Args:
            below: folder whose changes are points, but for its `scratch/`, which holds no state.
            kill_at: the point to die at, from 0; None for none.
            record: outside of `below`; gets the names of the points, one a line.
        """
        self._below, self._scratch = str(below), str(below / "scratch")
        self._kill_at = kill_at
        self._count = 0
        self._out = os.open(record, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        sys.addaudithook(self._audited)
        sa.event.listen(sa.Engine, "before_cursor_execute", self._executed)
        sa.event.listen(sa.Engine, "commit", lambda _: self._reached("commit"))

    def _audited(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open":
            path, mode, flags = arguments
            is_change = bool(flags & (os.O_WRONLY | os.O_RDWR)) or mode in {"w", "wb", "xb", "a"}
        else:
            path, is_change = (arguments or ("",))[0], event in _CHANGES
        if is_change and isinstance(path, str | os.PathLike):
            name = str(os.fspath(path))
            if name.startswith(self._below) and not name.startswith(self._scratch):
                self._reached(f"{event} {Path(name).suffix}")

    def _executed(self, _connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.startswith(_WRITES):
            self._reached(" ".join(statement.split()[:3]))

    def _reached(self, point: str) -> None:
        os.write(self._out, f"{point}\n".encode())
        if self._count == self._kill_at:
            os.kill(os.getpid(), signal.SIGKILL)
        self._count += 1


def in_child(call: Callable[[], int]) -> int:
    """Run a call in a forked process; return its exit code, negative when it was killed."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            status = call()
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def told_apart(points: Sequence[str]) -> list[tuple[int, str]]:
    """Return number and name of the points that are worth a death.

    The same write after the same one says nothing new: of several files alike the first is enough.
    """
    pairs = list(pairwise(["", *points]))
    return [(at, pair[1]) for at, pair in enumerate(pairs) if pairs.index(pair) == at]
