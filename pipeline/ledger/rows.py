"""What the ledger gives back: frozen rows."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from pipeline.model.records import Document, JobState, MediaType


@dataclass(frozen=True, slots=True, kw_only=True)
class JobRow:
    """A job as it stands now."""

    document: Document
    folder: str
    source_name: str
    """Empty once the document is quarantined."""
    received_at: dt.datetime
    state: JobState
    stage: str
    """Stage it stands at, empty before the first."""
    code: str | None
    """Catalogue code of why it waits or failed."""
    detail: str
    page: int | None
    tries: int
    next_try_at: dt.datetime | None
    priority: int
    delivered_path: str | None
    page_count: int | None
    book: str | None
    year: int | None
    arrival_number: int | None
    updated_at: dt.datetime

    @property
    def id(self) -> str:
        """The document's id."""
        return self.document.id


@dataclass(frozen=True, slots=True, kw_only=True)
class ArrivalRow:
    """One drop, whatever came of it."""

    id: int
    at: dt.datetime
    folder: str
    source_name: str
    document_id: str | None
    outcome: str
    """`new`, `duplicate` or `rejected`."""
    code: str | None
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRow:
    """One thing that happened."""

    at: dt.datetime
    action: str
    facts: dict[str, str]

    @property
    def is_remark(self) -> bool:
        """Whether it tells people something about the document."""
        return self.action == "remark"


def stamp(moment: dt.datetime) -> str:
    """Return an aware time as sortable UTC text."""
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%f+00:00")


def moment(text: str) -> dt.datetime:
    """Return the aware time that `stamp` wrote."""
    return dt.datetime.fromisoformat(text)


def job_row(row: dict[str, object]) -> JobRow:
    """Build a JobRow from a joined row of `jobs` and `documents`."""
    next_try = row["next_try_at"]
    return JobRow(
        document=Document(
            id=str(row["document_id"]),
            media_type=MediaType(row["media_type"]),
            size_bytes=int(str(row["size_bytes"])),
        ),
        received_at=moment(str(row["received_at"])),
        updated_at=moment(str(row["updated_at"])),
        next_try_at=None if next_try is None else moment(str(next_try)),
        state=JobState(row["state"]),
        **{name: row[name] for name in _PLAIN},  # type: ignore[arg-type]
    )


_PLAIN = (
    "folder",
    "source_name",
    "stage",
    "code",
    "detail",
    "page",
    "tries",
    "priority",
    "delivered_path",
    "page_count",
    "book",
    "year",
    "arrival_number",
)
