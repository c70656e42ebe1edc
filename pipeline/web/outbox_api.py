"""What the keeper's page of the outbox asks of the house: one protocol, `Sending`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from pipeline.ledger.outbox import CallRow, ParcelRow
from pipeline.outbox.reconcile import Reconciliation
from pipeline.web.api import HealthLine
from pipeline.web.backlog_api import WorkView

PARCELS_SHOWN = 50
"""Of each state, the last changed first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetView:
    """One target: how far its parcels are, and what is wrong."""

    name: str
    adapter: str
    alarm: HealthLine
    """The same line as on the page of health."""
    counts: Mapping[str, int]
    """Parcels by state."""
    told: Mapping[str, int]
    """Statuses for senders of messages, by state; empty where the target takes no messages."""
    parcels: Sequence[ParcelRow]
    """What is not sent: given up, refused, waiting; at most `PARCELS_SHOWN` of each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedView:
    """What the last comparison with a target found."""

    at: dt.datetime
    found: Reconciliation


class Sending(Protocol):
    """The outbox; thread-safe."""

    def targets(self) -> Sequence[TargetView]:
        """Return every target, in the order of the configuration."""

    def stamp(self) -> str:
        """Return what changes with the numbers of parcels and with comparisons; asked often."""

    def works(self, target: str) -> Sequence[WorkView]:
        """Return the comparisons since the process began, the newest first."""

    def compared(self, target: str) -> ComparedView | None:
        """Return what the last comparison found; None before the first."""

    def calls(self, target: str, document_id: str) -> Sequence[CallRow]:
        """Return intent, call and receipt of one document, oldest first.

        Raises:
            InputError: INPUT-OUTBOX-TARGET.
        """

    def replay(self, target: str, what: str) -> int:
        """Let parcels be tried again; the target is asked first. Return how many.

        Args:
            target: its name.
            what: `poison`, `refused`, `missing` (of the last comparison), or a document's id.

        Raises:
            InputError: INPUT-OUTBOX-TARGET; INPUT-OUTBOX-REPLAY, nothing was named.
        """

    def compare(self, target: str) -> None:
        """Begin to compare both sides, unless it is under way; `works` tells how it ends.

        Raises:
            InputError: INPUT-OUTBOX-TARGET.
        """
