"""One parcel to one target: intent, call, receipt.

    check → (asked before? find) → intent, durable → send → receipt, durable

A process killed anywhere, an answer that comes too late, twice, garbled or never: the next attempt
finds `is_asked` set and asks `find` before it asks for anything to be taken again. What the target
surely does not have is sent again under the same idempotency key.

A failure counts against the parcel only while the target is well otherwise (`ping`). A target that
is down, or does not accept our key, is left alone for longer and longer, with all its parcels, and
so it is while our own register cannot be asked: an outage of a weekend poisons nothing and nobody
hammers at a closed door.
"""

from __future__ import annotations

import datetime as dt
import logging
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from pipeline.ledger.outbox import Outbox, ParcelRow
from pipeline.model.errors import (
    ContractError,
    DocumentError,
    OperatorError,
    SohoaError,
    TransientError,
)
from pipeline.model.onward import Accepted, Parcel, Target

_log = logging.getLogger("sohoa.outbox")

POISON = "poison"
REFUSED = "refused"
_DETAIL_CHARS_MAX = 1000
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How often and how soon a target is asked again."""

    tries_max: int = 10
    """Failures, the target being well otherwise, after which a parcel is poison."""
    base_s: float = 5.0
    """Seconds before the second attempt; doubled each time."""
    cap_s: float = 3600.0
    """Longest wait, seconds."""

    def delay_s(self, tries: int, *, chance: random.Random) -> float:
        """Return seconds to wait after `tries` failures (from 1): half certain, half by chance."""
        ceiling = min(self.cap_s, self.base_s * 2.0 ** min(tries - 1, 30))
        return chance.uniform(ceiling / 2, ceiling)


class Parcels(Protocol):
    """Knows what a finished document is worth now."""

    def __call__(self, document_id: str) -> Parcel:
        """Return the parcel of a finished document.

        Raises:
            ContractError: it is not finished, or its file is not there.
            TransientError, OperatorError: the register cannot be asked.
        """


@dataclass(slots=True)
class Rest:
    """How long a target that is not well is left alone."""

    failures: int = 0
    until: dt.datetime = _EPOCH


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """Delivers the parcels of one target, one at a time."""

    name: str
    """The target's name in the configuration."""
    target: Target
    outbox: Outbox
    parcels: Parcels
    patience: Patience = field(default_factory=Patience)
    chance: random.Random = field(default_factory=random.Random)
    rest: Rest = field(default_factory=Rest)
    unended: list[str] = field(default_factory=list)
    """Documents that this process took and whose end the ledger could not take down; taken first,
    because nobody else takes up what a living process holds."""
    clock: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC)

    def take(self) -> ParcelRow | None:
        """Take the parcel that is due first; None when none is, or the target has a rest."""
        if self.clock() < self.rest.until:
            return None
        if self.unended:
            row = self.outbox.parcel(self.name, self.unended[-1])  # which may raise
            self.unended.pop()
            return row
        return self.outbox.take(self.name, at=self.clock())

    def attempt(self, row: ParcelRow) -> None:
        """Deliver a parcel that was taken.

        Every error of the tree becomes a state of the parcel; faults of ours go through.
        """
        parcel = None
        try:
            parcel = self.parcels(row.document_id)
            accepted = self._deliver(row, parcel)
        except SohoaError as error:
            self._fail(row, error, is_target_asked=parcel is not None)
        else:
            self.rest.failures = 0
            self.outbox.sent(
                row, external_id=accepted.external_id, answer_digest=accepted.answer_digest
            )

    def _deliver(self, row: ParcelRow, parcel: Parcel) -> Accepted:
        self.target.check(parcel)
        if row.is_asked:
            known = self.target.find(parcel)
            if known is not None:
                self.outbox.note(row, "found", known.external_id)
                return known
            self.outbox.note(row, "not-found")
        self.outbox.intend(row)
        return self.target.send(parcel)

    def _fail(self, row: ParcelRow, error: SohoaError, *, is_target_asked: bool) -> None:
        code, detail = error.code, error.detail[:_DETAIL_CHARS_MAX]
        facts = (self.name, row.document_id[:12], code, detail)
        if isinstance(error, DocumentError):
            self.outbox.end(row, REFUSED, code=code, detail=detail, tries=row.tries)
            _log.warning("%s refuses %s: %s %s", *facts, extra={"action": "outbox-refused"})
            return
        if isinstance(error, ContractError):
            self.poison(row, code=code, detail=detail)
            return
        is_outage = (
            isinstance(error, OperatorError)
            or (isinstance(error, TransientError) and not is_target_asked)
            or not self._is_well()
        )
        tries = row.tries + (0 if is_outage else 1)
        if tries >= self.patience.tries_max:
            self.poison(row, code=code, detail=detail)
            return
        if is_outage:
            self.rest.failures += 1
            self.rest.until = self._after(self.rest.failures)
        self.outbox.later(
            row,
            code=code,
            detail=detail,
            next_try_at=self._after(max(1, tries)),
            tries=tries,
        )

    def _is_well(self) -> bool:
        try:
            self.target.ping()
        except (TransientError, OperatorError):
            return False
        return True

    def _after(self, failures: int) -> dt.datetime:
        wait_s = self.patience.delay_s(failures, chance=self.chance)
        return self.clock() + dt.timedelta(seconds=wait_s)

    def poison(self, row: ParcelRow, *, code: str, detail: str) -> None:
        """Try a parcel no more and raise the alarm."""
        self.outbox.end(row, POISON, code=code, detail=detail, tries=row.tries + 1)
        _log.error(
            "OUTBOX-POISON %s %s: %s %s",
            self.name,
            row.document_id[:12],
            code,
            detail,
            extra={"action": "outbox-poison"},
        )
