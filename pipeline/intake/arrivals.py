"""Records of the intake: what arrived, and what was received of it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from pipeline.intake.listing import Kind, Mark
from pipeline.model.errors import DocumentError
from pipeline.model.records import Artifact, Document, Remark
from pipeline.store import Stored


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """Something to be received: claimed out of a drop folder, or named to `sohoa run`."""

    id: str
    """32 hex digits. The same arrival, taken up again after a crash, has the same id; another copy
    of the same bytes has another one: so a duplicate is told from a repetition."""
    folder: str
    """Name of the watched folder, or `run`."""
    source_name: str
    """Name as dropped (may hold any character, also lone surrogates); for people only."""
    path: Path
    """Where it lies now."""
    kind: Kind
    fingerprint: tuple[Mark, ...]
    """What it looked like when it was taken."""
    arrived_at: dt.datetime
    """Aware UTC; of a claim: when it was claimed, also after a crash."""
    drop: Path | None = None
    """The drop folder it was claimed from; None when it stays where it is."""
    is_recovered: bool = False
    """Whether an earlier process claimed it and did not end its work."""

    @property
    def is_claimed(self) -> bool:
        """Whether it lies in our claim folder (else it is left in place)."""
        return self.drop is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """An arrival whose bytes are durable in the store."""

    arrival: Arrival
    document: Document
    stored: Stored
    remarks: tuple[Remark, ...] = ()
    enclosed: tuple[Artifact, ...] = ()
    """What came with it in one message, durable too (`pipeline.model.inward`)."""


class RefusedError(DocumentError):
    """An arrival that becomes no document; `stored` holds its bytes where they could be kept."""

    stored: Stored | None = None
