"""From an arrival to a job: bytes durable in the store, then the ledger row.

Used by the watcher and by `sohoa run`; what differs between them is what happens to the file that
was dropped, which is the caller's business, after this has returned.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from pipeline.engine.observer import CommitObserver, Deaf
from pipeline.intake.arrivals import Arrival, Received, RefusedError
from pipeline.intake.receive import receive
from pipeline.ledger.history import History
from pipeline.ledger.ledger import Ledger
from pipeline.ledger.requests import RECEIVED, Requests
from pipeline.model.inward import Unpacker
from pipeline.model.records import JobState, Remark
from pipeline.model.stacks import stacks_named
from pipeline.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """An arrival that has its row."""

    received: Received
    is_new: bool
    """False: the same bytes came before."""

    @property
    def document_id(self) -> str:
        """Id of the document."""
        return self.received.document.id


@dataclass(frozen=True, slots=True, kw_only=True)
class Receiving:
    """Takes arrivals in; safe to repeat after a crash at any point."""

    ledger: Ledger
    history: History
    store: Store
    max_bytes: int
    unpacker: Unpacker | None = None
    """Opens messages that carry a document."""
    observer: CommitObserver = field(default_factory=Deaf)

    def enter(self, arrival: Arrival, *, priority: int, remarks: Sequence[Remark] = ()) -> Entered:
        """Make the bytes durable, then the row with what is to be remarked of it.

        Raises:
            RefusedError, OperatorError, TransientError: see `intake.receive`.
        """
        received = receive(arrival, self.store, max_bytes=self.max_bytes, unpacker=self.unpacker)
        self.observer.reached("intake.stored")
        is_new = self.ledger.receive(
            received.document,
            folder=arrival.folder,
            source_name=arrival.source_name,
            arrival_id=arrival.id,
            at=arrival.arrived_at,
            priority=priority,
            remarks=(*received.remarks, *remarks),
            artifacts=received.enclosed,
        )
        for remark in received.remarks:
            if remark.code == RECEIVED:
                Requests(self.ledger.engine).note(received.document.id, remark.facts)
        self.observer.reached("intake.noted")
        self._keep_secret_out(received, remarks)
        return Entered(received=received, is_new=is_new)

    def refuse(self, arrival: Arrival, error: RefusedError) -> None:
        """Note an arrival that becomes no document."""
        self.ledger.refuse(
            folder=arrival.folder,
            source_name=arrival.source_name,
            arrival_id=arrival.id,
            code=error.code,
            detail=error.detail,
            at=arrival.arrived_at,
        )

    def _keep_secret_out(self, received: Received, remarks: Sequence[Remark]) -> None:
        # A quarantined document dropped again has just been stored again: its bytes lie in
        # quarantine already and must not lie among the others.
        job = self.history.job(received.document.id)
        if job is not None and job.state is JobState.QUARANTINED:
            for digest in (received.document.id, *(one.digest for one in received.enclosed)):
                self.store.remove(digest)
            for digest in stacks_named(remarks):
                self.store.quarantine(digest)
