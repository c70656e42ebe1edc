"""Scratch: a fresh folder for each attempt, gone afterwards, whatever happens.

Nothing in scratch is ever needed after a crash: what a stage made is durable only once it lies in
the store. Folders of dead processes are swept when a scratch is opened.
"""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType

from pipeline.store.durable import translated
from pipeline.store.session import Session, take_over


class Scratch:
    """Short-lived folders below one root; thread-safe; also a context manager that closes it."""

    def __init__(self, root: Path) -> None:
        """Sweep what dead processes left and open a session.

        Args:
            root: the folder of all scratch; made when absent.

        Raises:
            OperatorError: SYS-DISK-FULL, SYS-PERMISSION.
            TransientError: IO-BUSY.
        """
        with translated(doing="scratch"):
            self.swept = take_over(root, _remove)
            """Sessions of dead processes that were removed."""
            self._session = Session(root)

    @contextlib.contextmanager
    def attempt(self) -> Iterator[Path]:
        """Yield an empty folder (0700) and remove it with all it holds on leaving.

        Raises:
            OperatorError: SYS-DISK-FULL, SYS-PERMISSION.
            TransientError: IO-BUSY.
        """
        with translated(doing="scratch"):
            folder = self._session.new_folder()
        try:
            yield folder
        finally:
            _remove(folder)

    def close(self) -> None:
        """Remove the session and all it holds."""
        _remove(self._session.folder)
        self._session.close()

    def __enter__(self) -> Scratch:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _remove(folder: Path) -> None:
    # What cannot be removed now (a child that still writes) is swept at the next start.
    shutil.rmtree(folder, ignore_errors=True)
