"""The watch over one drop folder: rounds of recover, list, settle, claim, hand over.

Runs in a thread of its own. It opens no more of a file than its head and tail, and no single file
stops it: what cannot be claimed is an alarm, raised once while it lasts, and the next is tried.
"""

from __future__ import annotations

import contextlib
import logging
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pipeline.intake.arrivals import Arrival
from pipeline.intake.claim import ClaimDesk
from pipeline.intake.events import heard
from pipeline.intake.listing import Candidate, candidates, what_is_missing
from pipeline.intake.mounts import is_shared
from pipeline.intake.settle import SettleGate, Verdict
from pipeline.model.errors import OperatorError, SohoaError

_log = logging.getLogger(__name__)
_BURST_S = 0.1
"""Least time between two rounds: a file that is being written makes hundreds of events a second."""
_SHORTEST_S = 0.02

OnArrival = Callable[[Arrival], None]
"""Takes an arrival over; returns at once (puts it into a queue)."""
OnAlarm = Callable[[str, SohoaError], None]
"""Hears of trouble with a folder, once while it lasts."""
OnClear = Callable[[str, str], None]
"""Hears that the trouble with a folder is over: name and code."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchedFolder:
    """A drop folder and how it is looked at."""

    name: str
    path: Path
    mode: Literal["auto", "events", "polling"] = "auto"
    """`auto`: events, unless the folder lies on a share whose events are not heard."""
    quiet_s: float = 2.0
    """Seconds without change before something is taken."""
    give_up_s: float = 30.0
    """Seconds without change after which an incomplete file is taken too."""
    rescan_s: float = 10.0
    """Seconds between two listings when nothing seems to happen."""
    poll_s: float = 1.0
    """Seconds between two listings while something settles, and where events are not heard."""


class FolderLoop:
    """Watches one folder until stopped; `run` in a thread, `stop` from any."""

    def __init__(
        self,
        folder: WatchedFolder,
        *,
        on_arrival: OnArrival,
        on_alarm: OnAlarm,
        on_clear: OnClear,
        clock: Callable[[], float],
    ) -> None:
        """Name the folder and who is told what; nothing is touched before `run`."""
        self.folder = folder
        self.unsettled: Mapping[str, str] = {}
        """What lies there and is waited for: name → what is missing. Replaced, never changed."""
        self._on_arrival, self._on_alarm, self._on_clear = on_arrival, on_alarm, on_clear
        self._gate = SettleGate(quiet_s=folder.quiet_s, give_up_s=folder.give_up_s, clock=clock)
        self._has_events = False
        self._alarms: dict[str, SohoaError] = {}
        self._stopping, self._wake = threading.Event(), threading.Event()

    def run(self) -> None:
        """Watch until stopped; a folder that is gone is waited for."""
        with contextlib.closing(ClaimDesk(self.folder.name, self.folder.path)) as desk:
            while not self._stopping.is_set():
                identity = self._identity()
                if identity is None:
                    gone = OperatorError("SYS-FOLDER-GONE", detail=str(self.folder.path))
                    self._tell({gone.code: gone})
                    self._pause(self.folder.poll_s)
                else:
                    self._watch(desk, identity)

    def stop(self) -> None:
        """Ask the loop to end; it does so after the present round."""
        self._stopping.set()
        self._wake.set()

    def _watch(self, desk: ClaimDesk, identity: tuple[int, int]) -> None:
        """Watch this very folder; when another one lies there, events must be asked for anew."""
        is_polled = self._is_polled()
        with self._events(is_polled=is_polled) as self._has_events:
            while not self._stopping.is_set() and self._identity() == identity:
                troubles = self._round(desk, has_inodes=not is_polled)
                self._tell(troubles)
                self._pause(self.folder.poll_s if troubles else self._wait_s())

    def _round(self, desk: ClaimDesk, *, has_inodes: bool) -> dict[str, SohoaError]:
        """Look once; return what went wrong, by code."""
        troubles: dict[str, SohoaError] = {}
        try:
            for arrival in desk.recover(has_inodes=has_inodes):
                self._hand_over(arrival)
            found = candidates(self.folder.path, has_inodes=has_inodes)
        except SohoaError as error:
            return {error.code: error}
        except OSError as error:
            gone = OperatorError("SYS-FOLDER-GONE", detail=f"listing: {error.strerror}")
            return {gone.code: gone}
        self._gate.keep_only(candidate.path.name for candidate in found)
        for candidate in found:
            if self._stopping.is_set():
                break
            try:
                self._consider(desk, candidate)
            except SohoaError as error:
                troubles[error.code] = error
        self.unsettled = self._gate.missing()
        return troubles

    def _consider(self, desk: ClaimDesk, candidate: Candidate) -> None:
        name = candidate.path.name
        verdict = self._gate.look(name, candidate.fingerprint, lambda: what_is_missing(candidate))
        if verdict is Verdict.READY:
            arrival = desk.claim(candidate)
            self._gate.forget(name)
            if arrival is not None:
                self._hand_over(arrival)

    def _hand_over(self, arrival: Arrival) -> None:
        facts = {"folder": arrival.folder, "arrival": arrival.id, "size": len(arrival.fingerprint)}
        _log.info("intake.claimed %s", arrival.id, extra={"action": "intake.claimed", **facts})
        self._on_arrival(arrival)

    def _tell(self, troubles: dict[str, SohoaError]) -> None:
        for code, error in troubles.items():
            if code not in self._alarms:
                self._on_alarm(self.folder.name, error)
        for code in self._alarms:
            if code not in troubles:
                self._on_clear(self.folder.name, code)
        self._alarms = troubles

    def _wait_s(self) -> float:
        due_s = self._gate.next_due_s()
        if due_s is not None:
            return min(max(due_s, _SHORTEST_S), self.folder.poll_s)
        return self.folder.rescan_s if self._has_events else self.folder.poll_s

    def _pause(self, wait_s: float) -> None:
        if self._wake.wait(wait_s):
            self._stopping.wait(_BURST_S)
        self._wake.clear()

    def _is_polled(self) -> bool:
        if self.folder.mode == "auto":
            return is_shared(self.folder.path)
        return self.folder.mode == "polling"

    @contextlib.contextmanager
    def _events(self, *, is_polled: bool) -> Iterator[bool]:
        if is_polled:
            yield False
            return
        with heard(self.folder.path, self._wake.set) as has_events:
            yield has_events

    def _identity(self) -> tuple[int, int] | None:
        try:
            status = self.folder.path.stat()
        except OSError:
            return None
        return (status.st_dev, status.st_ino) if self.folder.path.is_dir() else None
