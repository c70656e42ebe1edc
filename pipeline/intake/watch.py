"""Watching drop folders: the listing is the truth, events only say when to look.

Each folder has a thread of its own, so that a share that hangs does not stop the others; whoever
is told of an arrival returns at once, so that nothing stops a loop.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence

from pipeline.intake.folder_loop import FolderLoop, OnAlarm, OnArrival, OnClear, WatchedFolder
from pipeline.model.errors import ContractError

_LOOK_S = 0.2
_JOIN_S = 5.0


class FolderWatcher:
    """Watches one or several drop folders until it is told to stop."""

    def __init__(
        self, folders: Sequence[WatchedFolder], *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Name the folders; nothing is touched before `watch`.

        Args:
            folders: what is watched; their arrangement was checked (`safety.check_folders`).
            clock: monotonic seconds.
        """
        self._folders = tuple(folders)
        self._clock = clock
        self._loops: tuple[FolderLoop, ...] = ()

    def watch(
        self,
        stop: threading.Event,
        on_arrival: OnArrival,
        on_alarm: OnAlarm,
        on_clear: OnClear | None = None,
    ) -> None:
        """Watch until `stop` is set; blocks.

        Args:
            stop: set by anybody to end the watch; claims not yet handled stay claimed and are
                taken up at the next start.
            on_arrival: takes an arrival over and returns at once; called from the folder's thread.
            on_alarm: hears of trouble (SYS-FOLDER-GONE, SYS-PERMISSION, SYS-DISK-FULL, IO-BUSY),
                once while it lasts; the watch goes on trying.
            on_clear: hears that a trouble is over.

        Raises:
            ContractError: BUG-STAGE, a folder's thread ended by itself (its trace is in the log).
        """
        self._loops = tuple(
            FolderLoop(
                folder,
                on_arrival=on_arrival,
                on_alarm=on_alarm,
                on_clear=on_clear or _ignore,
                clock=self._clock,
            )
            for folder in self._folders
        )
        # Daemons: a thread that hangs on a dead share must not keep the process from ending.
        threads = [
            threading.Thread(target=loop.run, name=f"watch-{loop.folder.name}", daemon=True)
            for loop in self._loops
        ]
        for thread in threads:
            thread.start()
        try:
            while not stop.wait(_LOOK_S):
                for thread in threads:
                    if not thread.is_alive():
                        raise ContractError("BUG-STAGE", detail=f"{thread.name} ended")
        finally:
            for loop in self._loops:
                loop.stop()
            deadline_s = time.monotonic() + _JOIN_S
            for thread in threads:
                thread.join(max(0.0, deadline_s - time.monotonic()))

    def unsettled(self) -> Mapping[str, Mapping[str, str]]:
        """Return what is waited for: folder → name → what has not arrived yet."""
        return {loop.folder.name: loop.unsettled for loop in self._loops}


def _ignore(folder: str, code: str) -> None:
    """Hear of an end of trouble that nobody asked for."""
    del folder, code
