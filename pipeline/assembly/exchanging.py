"""Messages for us at another system: fetched once each, their senders told what becomes of them.

    fetch → message and document durable, ledger row → row of the message → acknowledge

A process killed anywhere fetches the same message again: its arrival has the same id, so it is the
same arrival and no duplicate; and it is acknowledged only when it is durable here.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import functools
import hashlib
import logging
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from pipeline.assembly.receiving import Receiving
from pipeline.intake import RefusedError, in_place
from pipeline.ledger.inbox import Deed, Inbox, MessageRow, NoticeRow
from pipeline.model.catalogue import CATALOGUE
from pipeline.model.errors import DocumentError, TransientError
from pipeline.model.inward import Source
from pipeline.outbox.delivery import Patience
from pipeline.store import Scratch, Store

_log = logging.getLogger("sohoa.outbox")
_DETAIL_CHARS_MAX = 1000
_REASON_CHARS_MAX = 500
_LOOK_BACK = 1000
"""Deeds looked at again: in PostgreSQL a lower number may appear after a higher one."""


@dataclass(slots=True, kw_only=True)
class Exchange:
    """What goes on with one system that has messages for us; used by one thread at a time."""

    name: str
    """The system's name in the configuration."""
    source: Source
    folder: str
    """Watched folder whose treatment the documents get."""
    receiving: Receiving
    inbox: Inbox
    store: Store
    scratch: Scratch
    deeds_after: Callable[[int], Sequence[Deed]]
    """Statuses that people set in the register, after a number."""
    has_dropped: bool
    """Whether messages that people dropped into folders are answered too."""
    since: dt.datetime | None = None
    patience: Patience = field(default_factory=Patience)
    chance: random.Random = field(default_factory=random.Random)
    clock: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC)
    _looked_at: int = 0

    def run(self) -> int:
        """Take what waits and tell what is to be told; return how much of both there was.

        Raises:
            TransientError, OperatorError: the other system, the ledger or the register cannot be
                asked; the next run goes on.
        """
        return each(self.take, self.tell)

    def take(self) -> int:
        """Take the messages that wait; return how many are new.

        One that cannot be had holds up none behind it as long as the other system answers.

        Raises:
            TransientError, OperatorError: as `run`; of messages that could not be had the first.
        """
        return each(*(functools.partial(self._take, name) for name in self.source.waiting()),
                    between=self._ask)  # fmt: skip

    def _ask(self) -> None:
        """Raise when the other system does not answer at all."""
        next(iter(self.source.waiting()), None)

    def _take(self, name: str) -> int:
        row, is_new = self.inbox.row(self.name, name), 0
        if row is None:
            row, is_new = self._enter(name, self.source.fetch(name)), 1
            self.inbox.enter(row)
        if not row.is_told:
            self.source.acknowledge(name, is_taken=row.code is None)
            self.inbox.told(self.name, name)
        return is_new

    def tell(self) -> int:
        """Tell senders what became of their documents; return how many were told."""
        self.inbox.fill(self.name, has_dropped=self.has_dropped, since=self.since)
        start = max(self._looked_at, self.inbox.last_step(self.name)) - _LOOK_BACK
        deeds = self.deeds_after(max(0, start))
        self.inbox.fill_deeds(self.name, deeds, has_dropped=self.has_dropped)
        self._looked_at = max([self._looked_at, *(deed.step for deed in deeds)])
        return sum(self._told(row) for row in self.inbox.due(self.name, at=self.clock()))

    def _enter(self, name: str, message: bytes) -> MessageRow:
        document_id, code = None, None
        with self.scratch.attempt() as folder:
            path = folder / "message.edxml"
            path.write_bytes(message)
            arrival = dataclasses.replace(
                in_place(path, folder=self.folder),
                id=hashlib.sha256(f"{self.name}\n{name}".encode()).hexdigest()[:32],
                source_name=f"{name}.edxml",
            )
            try:
                document_id = self.receiving.enter(arrival, priority=0).document_id
            except RefusedError as error:
                self.store.put_bytes(message)  # its sender is told by what stands in it
                self.receiving.refuse(arrival, error)
                code = error.code
        return MessageRow(
            source=self.name,
            name=name,
            digest=hashlib.sha256(message).hexdigest(),
            document_id=document_id,
            code=code,
            is_told=False,
        )

    def _told(self, row: NoticeRow) -> int:
        path = self.store.path(row.digest)
        if not path.is_file():  # quarantined since: nothing is told of a secret
            self.inbox.refused(row, code="DELIVER-SECRET", detail="")
            return 0
        try:
            name = self.source.tell(
                path.read_bytes(),
                row.status,
                reason=_words(row.reason),
                at=dt.datetime.fromisoformat(row.at),
            )
        except DocumentError as error:
            self.inbox.refused(row, code=error.code, detail=error.detail[:_DETAIL_CHARS_MAX])
            _log.warning("a status cannot be told: %s", error, extra={"action": "told-refused"})
            return 0
        except TransientError as error:
            wait_s = self.patience.delay_s(row.tries + 1, chance=self.chance)
            self.inbox.later(
                row,
                code=error.code,
                detail=error.detail[:_DETAIL_CHARS_MAX],
                next_try_at=self.clock() + dt.timedelta(seconds=wait_s),
            )
            raise
        self.inbox.sent(self.name, row, external_id=name)
        return 1


def each(*deeds: Callable[[], int], between: Callable[[], object] = lambda: None) -> int:
    """Do every deed, also behind one that time may heal; return the sum.

    Args:
        deeds: to be done in turn.
        between: is called after a deed that failed; what it raises ends all.

    Raises:
        TransientError: the first one, when all deeds were tried.
        OperatorError: at once, as whatever else a deed raises.
    """
    count, failure = 0, None
    for deed in deeds:
        try:
            count += deed()
        except TransientError as error:
            failure = failure or error
            between()
    if failure is not None:
        raise failure
    return count


def _words(reason: str) -> str:
    """Return a reason as the sender reads it: a code's Vietnamese words, or what a person wrote."""
    code, _, more = reason.partition(" ")
    fault = CATALOGUE.get(code)
    told = reason if fault is None else f"{fault.message_vi} {more}".strip()
    return told[:_REASON_CHARS_MAX]
