"""The feeder: takes papers of open batches in, a few at a time, and holds those of paused ones.

Paper → document: bytes durable in the store, job row, then the paper's row; killed anywhere, the
next feeder does the same once more and comes to the same document. Only `window` jobs are open at a
time, so that a batch of 100,000 pages costs rows and no memory, and a pause leaves little behind.
"""

from __future__ import annotations

import datetime as dt
import logging
import shutil
import threading
import time
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Protocol

from pipeline.backlog.hours import works_now
from pipeline.backlog.scanning import draft
from pipeline.intake.arrivals import Arrival, RefusedError
from pipeline.intake.listing import candidates, what_is_missing
from pipeline.intake.receive import in_place
from pipeline.intake.settle import SettleGate, Verdict
from pipeline.ledger.batch_rows import BATCH_FOLDER, ItemRow, SourceRow
from pipeline.ledger.batches import Batches
from pipeline.ledger.stacks import Stacks
from pipeline.model.errors import OperatorError, TransientError
from pipeline.model.records import Remark

_log = logging.getLogger("sohoa.backlog")


class TakesIn(Protocol):
    """Makes a job of an arrival."""

    def take_in(
        self, arrival: Arrival, *, priority: int, remarks: Sequence[Remark]
    ) -> tuple[str, bool]:
        """Return the document's id, and whether it is new; durable on return.

        Raises:
            RefusedError: it becomes no document.
            OperatorError, TransientError: it stays as it is.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class FeederOptions:
    """How a feeder feeds."""

    window: int
    """Jobs of batches that are open at the same time."""
    priority: int
    """Of their pages; clerks have 0."""
    poll_s: float = 1.0
    """Seconds between two looks at the ledger: a pause is seen within this time."""
    rescan_s: float = 10.0
    """Seconds between two listings of a growing folder."""
    quiet_s: float = 2.0
    give_up_s: float = 30.0


@dataclass(slots=True)
class Feeder:
    """Feeds all open batches of a data folder; one a process."""

    batches: Batches
    takes_in: TakesIn
    options: FeederOptions
    wake: Callable[[], None]
    """Is called when a job was made."""
    hold: Callable[[frozenset[str]], None]
    """Is told the documents that must stand still; their pages wait from now on."""
    clock: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC)
    only: str | None = None
    """Feed this batch alone."""
    parts_dir: Path = Path()
    """Where files of papers lie that were cut out of stacks."""
    _gates: dict[str, SettleGate] = field(default_factory=dict)
    _seen: dict[str, dict[str, Hashable]] = field(default_factory=dict)
    """Growing folder → name → how it looked when it was added."""
    _scanned_at: dict[str, float] = field(default_factory=dict)

    def run(self, stop: threading.Event) -> None:
        """Feed until told to stop."""
        while not stop.is_set():
            try:
                fed = self.step()
            except (TransientError, OperatorError) as error:
                _log.warning("the feeder cannot work: %s", error, extra={"action": "feeder-down"})
                fed = 0
            if not fed:
                stop.wait(self.options.poll_s)

    def step(self) -> int:
        """Hold what is paused, look at growing folders, take papers in; return how many."""
        rows = self.batches.all()
        now = self.clock()
        working = [row.name for row in rows if works_now(row, now, self.only)]
        under_way = self.batches.open_documents()
        still = [ids for name, ids in under_way.items() if name not in working]
        self.hold(frozenset().union(*still))
        self._grow(working)
        room = self.options.window - sum(len(under_way.get(name, ())) for name in working)
        if room <= 0 or not working:
            return 0
        items = self.batches.waiting(working, limit=room)
        for item in items:
            self._feed(item)
        return len(items)

    def is_settling(self) -> bool:
        """Return whether something in a growing folder was seen and has not settled yet."""
        return any(gate.next_due_s() is not None for gate in self._gates.values())

    def _feed(self, item: ItemRow) -> None:
        path = Path(item.path) if item.file is None else self.parts_dir / item.file
        arrival = in_place(path, folder=BATCH_FOLDER)
        try:
            document_id, is_new = self.takes_in.take_in(
                arrival, priority=self.options.priority, remarks=_provenance(item)
            )
        except RefusedError as error:
            self.batches.refused(item.id, code=error.code, detail=error.detail)
            return
        self.batches.entered(item.id, document_id, is_new=is_new)
        if item.file is not None:
            remove_part(path)
        self.wake()

    def _grow(self, working: list[str]) -> None:
        for source in self.batches.growing():
            due_s = self._scanned_at.get(source.path, 0.0) + self._pause_s(source.path)
            if source.batch in working and time.monotonic() >= due_s:
                self._scanned_at[source.path] = time.monotonic()
                self._look(source)

    def _pause_s(self, path: str) -> float:
        gate = self._gates.get(path)
        due_s = None if gate is None else gate.next_due_s()
        return self.options.rescan_s if due_s is None else min(due_s, self.options.rescan_s)

    def _look(self, source: SourceRow) -> None:
        gate = self._gates.setdefault(
            source.path,
            SettleGate(
                quiet_s=self.options.quiet_s,
                give_up_s=self.options.give_up_s,
                clock=time.monotonic,
            ),
        )
        root = Path(source.path)
        try:
            found = candidates(root)
        except OSError as error:
            _log.warning("%s: %s", root, error.strerror, extra={"action": "source-gone"})
            return
        names = {one.path.name for one in found}
        before = self._seen.get(source.path, {})
        seen = {name: look for name, look in before.items() if name in names}
        changed = [one for one in found if seen.get(one.path.name) != one.fingerprint]
        gate.keep_only(one.path.name for one in changed)
        ready = []
        for one in changed:
            verdict = gate.look(one.path.name, one.fingerprint, partial(what_is_missing, one))
            if verdict is Verdict.READY:
                seen[one.path.name] = one.fingerprint
                gate.forget(one.path.name)
                ready.append(one.path)
        self._seen[source.path] = seen
        levels = [level for level in source.levels.split(",") if level]
        made = (draft(path, (), levels) for path in ready)
        if source.is_stacks:
            Stacks(self.batches.engine).add(source.batch, made, piles=source.piles)
        else:
            self.batches.add(source.batch, made)


def remove_part(path: Path) -> None:
    """Remove the file, or folder of page images, of a part; absent is fine."""
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _provenance(item: ItemRow) -> tuple[Remark, ...]:
    """Return where a paper that was cut out of a stack came from, and what it lacks."""
    part = item.part
    if part is None or item.stack_digest is None:
        return ()
    facts = {
        "stack": item.stack_digest,
        "pages": ", ".join(map(str, part.pages)),
        "confidence": f"{part.confidence:.3f}",
    }
    remarks = [Remark(code="STACK-PART", facts=facts)]
    if part.missing:
        lacking = ", ".join(map(str, part.missing))
        remarks.append(Remark(code="STACK-GAP", facts={"missing": lacking}))
    return tuple(remarks)
