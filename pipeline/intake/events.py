"""Events of the file system as hints: something may have happened, look.

Nothing is ever read from an event but that it came. Our own reading and claiming makes events too
(opened, closed without writing, moves into the hidden folder); they must not wake the watcher, or
it would wake itself for ever. Sub-folders are not heard: a folder that was made is unsettled, and
what is unsettled is looked at again and again. Source: watchdog 7, inotify(7).
"""

from __future__ import annotations

import contextlib
import logging
import os
from collections.abc import Callable, Iterator
from pathlib import Path

from watchdog.events import (
    DirCreatedEvent,
    DirMovedEvent,
    FileClosedEvent,
    FileCreatedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    FileSystemEvent,
    FileSystemEventHandler,
)
from watchdog.observers import Observer

from pipeline.intake.names import PRIVATE_FOLDER

_log = logging.getLogger(__name__)
_HEARD: list[type[FileSystemEvent]] = [
    FileClosedEvent,
    FileCreatedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    DirCreatedEvent,
    DirMovedEvent,
]


class _Waker(FileSystemEventHandler):
    def __init__(self, folder: Path, wake: Callable[[], None]) -> None:
        self._private = os.fsencode(folder / PRIVATE_FOLDER)
        self._wake = wake

    def on_any_event(self, event: FileSystemEvent) -> None:
        target = os.fsencode(event.dest_path or event.src_path)
        if not target.startswith(self._private):
            self._wake()


@contextlib.contextmanager
def heard(folder: Path, wake: Callable[[], None]) -> Iterator[bool]:
    """Call `wake` from another thread whenever something may have happened in a folder.

    Yields:
        Whether events can be had; where the system refuses them (no watches left), listing again
        and again has to do, and a line in the log says so.
    """
    observer = Observer()
    try:
        observer.schedule(_Waker(folder, wake), str(folder), recursive=False, event_filter=_HEARD)
        observer.start()
    except OSError as error:
        _log.warning("watch.no_events", extra={"action": "watch.no_events", "cause": str(error)})
        yield False
        return
    try:
        yield True
    finally:
        observer.stop()
        observer.join()
