"""What the register's own pages ask of the house: one protocol, `Registry`, and its views.

What cannot be done raises InputError with a code of the catalogue and leaves nothing behind.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from pipeline.web.api import RegisterRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """Where an entry stands."""

    book: str
    year: int
    arrival_number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One corrected value."""

    at: dt.datetime
    person: str
    field: str
    before: str
    after: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Handing:
    """One hand-over."""

    id: int
    at: dt.datetime
    person: str
    unit: str
    receiver: str
    handed_on: str
    """ISO 8601."""
    due_date: str
    """ISO 8601, or empty."""
    note: str
    received_by: str
    """Empty while nobody has signed for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One status."""

    at: dt.datetime
    person: str
    code: str
    """01–06."""
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryView:
    """All that the page of one entry shows."""

    spot: Spot
    row: RegisterRow
    values: Mapping[str, str]
    """Fields that may be corrected → value now."""
    seen: int
    """To be handed back with a correction."""
    status: str
    next_statuses: tuple[str, ...]
    due_date: str
    """ISO 8601, or empty."""
    is_overdue: bool
    changes: Sequence[Change]
    handings: Sequence[Handing]
    steps: Sequence[Step]


@dataclass(frozen=True, slots=True, kw_only=True)
class CountView:
    """What one group came to; times in hours."""

    name: str
    arrived: int
    digitised: int
    waiting: int
    overdue: int
    hours_median: float | None
    hours_p90: float | None


DUE_SOON_DAYS = 3
"""How long before its due date an entry is shown as due."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DueView:
    """One entry that waits for an answer by its due date."""

    spot: Spot
    holder: str
    """Unit or person that has it; empty when it was never handed over."""
    due_date: str
    """ISO 8601."""
    is_overdue: bool
    """Whether that day has passed."""
    code: str
    """Number and notation."""
    subject: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StatisticsView:
    """What a period came to."""

    first: dt.date
    last: dt.date
    at: dt.datetime
    """Moment of the figures, aware: of large registers a while ago."""
    total: CountView
    groups: Mapping[str, Sequence[CountView]]
    """`unit`, `folder`, `type`, `month`."""
    overdue: Sequence[DueView]
    """The longest first; at most 200."""
    due_soon: Sequence[DueView]
    """Of any time: what is due today or within DUE_SOON_DAYS, the first due first."""
    unregistered: Mapping[str, int]
    """State of the ledger → documents that came and are not registered yet, of any time."""


class Registry(Protocol):
    """Everything people can see and do at the register; thread-safe."""

    def title(self, book: str) -> str:
        """Return what a book is called."""

    def entry(self, spot: Spot) -> EntryView:
        """Return one entry; raises INPUT-REGISTER-ENTRY."""

    def correct(
        self, spot: Spot, values: Mapping[str, str], *, person: str, reason: str, seen: int
    ) -> int:
        """Correct fields; return how many changed; raises INPUT-REGISTER-…."""

    def hand_over(
        self,
        spot: Spot,
        *,
        unit: str,
        receiver: str,
        handed_on: str,
        due_date: str,
        note: str,
        person: str,
    ) -> None:
        """Note a hand-over; raises INPUT-REGISTER-…."""

    def receive(self, spot: Spot, handing: int, *, by: str) -> None:
        """Note who signed for a hand-over; raises INPUT-REGISTER-…."""

    def set_status(self, spot: Spot, code: str, *, person: str, note: str) -> None:
        """Note how far the work is; raises INPUT-REGISTER-…."""

    def statistics(self, first: dt.date, last: dt.date) -> StatisticsView:
        """Return what the Vietnamese days from `first` to `last` came to."""

    def statistics_xlsx(self, first: dt.date, last: dt.date) -> bytes:
        """Return the same as XLSX."""

    def statistics_pdf(self, first: dt.date, last: dt.date) -> bytes:
        """Return the same as PDF; raises SYS-TOOL-MISSING when no face is installed."""

    def reminders(self, days: int) -> Sequence[DueView]:
        """Return what waits and is overdue or due within so many days, the longest first."""

    def register_xlsx(self, book: str, year: int) -> bytes:
        """Return a book and year as XLSX: ten columns, fields of Phụ lục VI."""

    def register_pdf(
        self,
        book: str,
        year: int,
        first: int | None,
        last: int | None,
        *,
        is_sealed: bool = False,
    ) -> bytes:
        """Return the printed form (Phụ lục IV) of a book and year, or of a part of it.

        Args:
            book: its name.
            year: of the series.
            first: least arrival number; the first when None.
            last: greatest arrival number; the last when None.
            is_sealed: sign it with the agency's key (NĐ 30/2020, Đ22.3).

        Raises:
            OperatorError: SYS-TOOL-MISSING when no face is installed; SIGN-….
            TransientError: SIGN-….
        """
