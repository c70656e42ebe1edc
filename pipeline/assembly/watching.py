"""Arrivals of the watched folders into the ledger, and what becomes of the dropped file.

Order: bytes durable in the store → ledger row → claim removed. What is refused keeps its original
in `loi/` with a note; a duplicate gets a note that points to the first. What cannot be taken in now
(disk full, share gone) stays claimed and is tried again; a restart takes it up too.
"""

from __future__ import annotations

import datetime as dt
import logging
import queue
import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from pipeline.assembly.house import House
from pipeline.assembly.receiving import Entered
from pipeline.engine.retry import Backoff
from pipeline.intake.arrivals import Arrival, RefusedError
from pipeline.intake.claim import put_back
from pipeline.intake.closing import close_received, close_refused, refuse
from pipeline.intake.delivery import sweep_temporaries
from pipeline.intake.folder_loop import WatchedFolder
from pipeline.intake.notes import Paper
from pipeline.intake.options import IntakeOptions
from pipeline.intake.results import Results
from pipeline.intake.safety import check_folders
from pipeline.intake.watch import FolderWatcher
from pipeline.model.errors import OperatorError, SohoaError, TransientError
from pipeline.model.records import JobState, Remark
from pipeline.store import make_folder, translated

_log = logging.getLogger("sohoa.watch")
_LOOK_S = 0.5


@dataclass(order=True)
class _Due:
    at_s: float
    """Monotonic time before which it is not tried."""
    ordinal: int
    tries: int = field(compare=False)
    arrival: Arrival = field(compare=False)


class Watching:
    """Watches every configured folder and takes in what arrives."""

    def __init__(self, house: House, *, wake: Callable[[], None]) -> None:
        """Name the house.

        Args:
            house: everything of one data folder.
            wake: tells the document threads that something has come.
        """
        self._house = house
        self._wake = wake
        self._queue: queue.PriorityQueue[_Due] = queue.PriorityQueue()
        self._ordinals = 0
        self._backoff = Backoff(base_s=1.0, cap_s=60.0)
        self._chance = random.Random()

    def prepare(self) -> None:
        """Make the drop folders and prove that they lie where they may.

        Raises:
            OperatorError: SYS-CONFIG, SYS-PERMISSION.
        """
        house = self._house
        drops = {name: one.drop_path(house.layout) for name, one in house.folders.items()}
        check_folders(
            drops,
            results={name: one.results_root(house.layout) for name, one in house.folders.items()},
            data_dir=house.layout.data_dir,
            state_dirs=(house.layout.store, house.layout.scratch, house.layout.output),
            code_dirs=house.layout.code_dirs,
        )
        with translated(doing="drop folders"):
            for path in drops.values():
                make_folder(path)
                sweep_temporaries(path)

    def run(self, stop: threading.Event) -> None:
        """Watch and take in until `stop` is set."""
        taker = threading.Thread(target=self._take, args=(stop,), name="intake")
        taker.start()
        watcher = FolderWatcher([self._watched(name) for name in self._house.folders])
        try:
            watcher.watch(stop, self._on_arrival, _on_alarm, _on_clear)
        finally:
            stop.set()
            taker.join()

    def _watched(self, name: str) -> WatchedFolder:
        options = self._house.settings.section("intake", IntakeOptions)
        folder = self._house.folders[name]
        return WatchedFolder(
            name=name,
            path=folder.drop_path(self._house.layout),
            mode=folder.mode,
            quiet_s=options.quiet_s if folder.quiet_s is None else folder.quiet_s,
            give_up_s=options.give_up_s if folder.give_up_s is None else folder.give_up_s,
            rescan_s=options.rescan_s,
            poll_s=options.poll_s,
        )

    def _on_arrival(self, arrival: Arrival) -> None:
        self._put(arrival, delay_s=0.0, tries=0)

    def _put(self, arrival: Arrival, *, delay_s: float, tries: int) -> None:
        self._ordinals += 1
        at_s = time.monotonic() + delay_s
        self._queue.put(_Due(at_s=at_s, ordinal=self._ordinals, tries=tries, arrival=arrival))

    def _take(self, stop: threading.Event) -> None:
        while not stop.is_set():
            try:
                due = self._queue.get(timeout=_LOOK_S)
            except queue.Empty:
                continue
            wait_s = due.at_s - time.monotonic()
            if wait_s > 0:
                self._queue.put(due)
                stop.wait(min(wait_s, _LOOK_S))
                continue
            try:
                self._take_in(due.arrival)
            except (TransientError, OperatorError) as error:
                tries = due.tries + 1
                _on_alarm(due.arrival.folder, error)
                delay_s = self._backoff.delay_s(tries, chance=self._chance)
                self._put(due.arrival, delay_s=delay_s, tries=tries)

    def _take_in(self, arrival: Arrival) -> None:
        house = self._house
        results = house.tray.results(arrival.folder)
        house.observer.reached("intake.claimed")
        try:
            entered = house.receiving.enter(
                arrival, priority=house.folders[arrival.folder].priority
            )
        except RefusedError as error:
            self._refuse(arrival, error, results)
            return
        if not entered.is_new:
            self._note_duplicate(entered, results)
        close_received(entered.received, results)
        house.observer.reached("intake.closed")
        self._wake()

    def _refuse(self, arrival: Arrival, error: RefusedError, results: Results) -> None:
        if error.code == "DOC-CHANGED":
            put_back(arrival)  # it was still being written: it settles anew
            return
        refusal = refuse(arrival, error, results)
        self._house.observer.reached("refuse.written")
        self._house.receiving.refuse(arrival, error)
        self._house.observer.reached("refuse.noted")
        close_refused(arrival, refusal)

    def _note_duplicate(self, entered: Entered, results: Results) -> None:
        first = self._house.history.job(entered.document_id)
        arrival = entered.received.arrival
        if first is None:
            return
        if first.state is JobState.QUARANTINED:
            results.quarantine(document_id=first.id, folder=arrival.folder, at=arrival.arrived_at)
            return
        facts = {
            "first": first.source_name,
            "received_at": f"{first.received_at.astimezone(dt.UTC):%Y-%m-%d %H:%M:%SZ}",
            "document": first.id,
        }
        results.note_duplicate(
            Paper(
                source_name=arrival.source_name,
                folder=arrival.folder,
                arrived_at=arrival.arrived_at,
                document_id=first.id,
            ),
            Remark(code="DOC-DUPLICATE", facts=facts),
            first=first.delivered_path or first.state.value,
        )


def _on_alarm(folder: str, error: SohoaError) -> None:
    _log.error("%s: %s", folder, error, extra={"action": "alarm", "code": error.code})


def _on_clear(folder: str, code: str) -> None:
    _log.warning("%s: %s is over", folder, code, extra={"action": "clear", "code": code})
