"""What the archivist's pages ask of the house: one protocol, `Backlog`, and its views.

`pipeline.assembly` gives the real one. Every method is thread-safe; what takes longer than a page
may wait (adding a tree, machine checks, a delivery) is begun here and told by `works`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from pipeline.backlog.progress import Progress
from pipeline.ledger.deliveries import DeliveryRow
from pipeline.ledger.dossiers import DossierRow
from pipeline.ledger.lot_rows import CheckRow, LotRow, LotTally, UnitRow, VerdictRow
from pipeline.model.records import Field


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkView:
    """Something that goes on behind the page, or ended."""

    batch: str
    kind: str
    """`add`, `check` or `deliver`."""
    begun_at: dt.datetime
    done: int
    """Papers, findings or packages so far."""
    result: str = ""
    """What it came to; empty while it goes on."""
    code: str = ""
    """Why it failed."""
    detail: str = ""
    is_over: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchView:
    """All that the page of one batch shows."""

    progress: Progress
    options: Mapping[str, str]
    last_check: CheckRow | None
    lots: Sequence[LotRow]
    deliveries: Sequence[DeliveryRow]
    answers: Mapping[int, Mapping[str, int]]
    """Delivery → what the archive last said → packages; the empty word: nothing yet."""
    works: Sequence[WorkView]
    """The newest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LotView:
    """One round of acceptance."""

    lot: LotRow
    tally: LotTally
    next_unit: int | None
    bad: Sequence[UnitRow]


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitView:
    """One unit that a person looks at."""

    lot: LotRow
    unit: UnitRow
    tally: LotTally
    history: Sequence[VerdictRow]
    page_count: int
    fields: Sequence[Field]


@dataclass(frozen=True, slots=True, kw_only=True)
class WrongDossier:
    """A cell that cannot be set."""

    dossier: str
    heading: str
    value: str
    expected_vi: str
    expected_en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChoice:
    """A field of dossiers that can be set."""

    name: str
    label: str
    terms: Sequence[str] = ()
    """Values that there are; empty: any text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AddWish:
    """What a person wants to add."""

    source: str
    """One of the folders that the keeper allows."""
    inside: str
    """Folder below it, or a list (.xlsx, .csv); empty: all of it."""
    levels: str = ""
    """What the levels of folders are, by commas."""
    is_folder_document: bool = False
    is_growing: bool = False
    is_stacks: bool = False
    piles: str = ""


class Backlog(Protocol):
    """Everything that the archivist's pages can see and do."""

    def batches(self) -> Sequence[Progress]:
        """Return the batches, first one first."""

    def batch(self, name: str) -> BatchView:
        """Return a batch; raises INPUT-BATCH."""

    def create(self, name: str, values: Mapping[str, str]) -> None:
        """Make a batch; raises INPUT-BATCH-NAME, INPUT-BATCH-HOURS, INPUT-PROFILE."""

    def pause(self, name: str, *, is_paused: bool) -> None:
        """Pause or resume a batch; raises INPUT-BATCH."""

    def sources(self) -> Sequence[str]:
        """Return the folders that the keeper lets people add from."""

    def profiles(self) -> Sequence[str]:
        """Return the names of the circulars' profiles."""

    def add(self, name: str, wanted: AddWish) -> None:
        """Begin to add a folder or a list, or note one that grows.

        Raises INPUT-BATCH-FOLDER for what the keeper does not allow, INPUT-BATCH-SOURCE for what is
        not there, INPUT-BATCH-LEVELS, INPUT-BATCH-STACKS.
        """

    def check(self, name: str) -> None:
        """Begin the machine checks."""

    def deliver(
        self,
        name: str,
        *,
        form: str,
        is_supplement: bool,
        is_partial: bool,
        replaced: Sequence[str] = (),
    ) -> None:
        """Begin a delivery into a folder of its own, or go on with one that was cut short.

        Args:
            name: of the batch.
            form: `sip` or `plain`.
            is_supplement: only what was not delivered.
            is_partial: although papers are unfinished.
            replaced: dossiers that are delivered once more, whole; all others are left out. Such a
                delivery always begins anew.

        Raises:
            InputError: INPUT-BATCH-DELIVER, also for a supplement that replaces.
        """

    def draw(self, name: str, choice: Mapping[str, str], *, person: str) -> LotRow:
        """Draw a round of acceptance; see `accepting.draw` for the errors."""

    def choices(self) -> Mapping[str, Sequence[str]]:
        """Return what a sample can be drawn by: `level`, `aql`, `severity`, `unit`."""

    def lot(self, name: str, lot: int) -> LotView:
        """Return a round; raises INPUT-ACCEPT-LOT."""

    def unit(self, name: str, lot: int, ordinal: int) -> UnitView:
        """Return a unit; raises INPUT-ACCEPT-LOT."""

    def judge(
        self, name: str, lot: int, ordinal: int, faults: Sequence[str], *, person: str
    ) -> int | None:
        """Add a verdict; return the next unit that nobody has looked at."""

    def close(self, name: str, lot: int, *, person: str) -> None:
        """End a round; raises INPUT-ACCEPT-OPEN, INPUT-ACCEPT-CLOSED."""

    def scan(self, document_id: str, page: int) -> bytes | None:
        """Return a PNG of a page as it was received; None when absent or quarantined."""

    def table(self, name: str, kind: str, lot: int | None = None) -> bytes:
        """Return XLSX: `report`, `sheet`; of a round `rescan`, `protocol`."""

    def protocol_pdf(self, name: str, lot: int) -> bytes:
        """Return the protocol of a closed round."""

    def dossiers(self, name: str, *, limit: int, offset: int) -> Sequence[DossierRow]:
        """Return dossiers in order of their first paper."""

    def fields(self, name: str) -> Sequence[FieldChoice]:
        """Return the fields of dossiers that can be set."""

    def change(
        self, name: str, keys: Sequence[str], field: str, value: str, *, person: str
    ) -> Sequence[WrongDossier]:
        """Set a value in dossiers, or say of each why it cannot be; then nothing is changed."""
