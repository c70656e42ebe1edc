"""What the page asks of the house: one protocol, `Desk`, and the views that cross it.

The page shows what `Desk` tells and does nothing else: it opens no ledger, no store, no search
index and no register. `pipeline.assembly` gives it a Desk over the real ones; tests give it one in
memory. Every method is called from a pool of threads and must be thread-safe; a method answers in
some ten milliseconds, `page_picture` in some hundred.

Job ids are opaque text of letters, digits, `-` and `_` (at most 128): the page refuses others
before the Desk sees them. Faults are codes of `pipeline.model.catalogue`, which has the words.
"""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from pipeline.model.records import Box, Field, JobState, Page, Remark
from pipeline.model.search import SearchRequest
from pipeline.web.search_api import PageMarks, Results


class FileKind(enum.Enum):
    """Files of a document that people may open."""

    PDF = "pdf"
    """The delivered, searchable, signed PDF/A."""
    TEXT = "text"
    """Its UTF-8 text."""
    ORIGINAL = "original"
    """The bytes as received."""


class Level(enum.Enum):
    """How a line of the health page, or an event, is to be taken."""

    OK = "ok"
    WARN = "warn"
    BAD = "bad"


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """Place of a document in the register."""

    book: str
    year: int
    arrival_number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """Why a job waits, failed or stopped."""

    code: str
    """Code of the error catalogue."""
    detail: str = ""
    """Facts for the keeper; never document text."""
    page: int | None = None
    """Page concerned, from 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JobView:
    """One line of the list of jobs."""

    id: str
    document_id: str
    """sha-256 of the received bytes."""
    source_name: str
    """Name of the dropped file; may hold any character."""
    folder: str
    state: JobState
    stage: str
    """Stage at work or to come next; empty when there is none."""
    received_at: dt.datetime
    changed_at: dt.datetime
    """Time of the last event."""
    page_count: int = 0
    """0 while unknown."""
    pages_read: int = 0
    fields: Mapping[str, str] = field(default_factory=dict)
    """Values by name (FIELD_NAMES); for the list `code`, `type`, `subject`, `issuer`,
    `issued_date` are enough."""
    trouble: Trouble | None = None
    remarks: tuple[Remark, ...] = ()
    arrival: Arrival | None = None
    duplicate_of: str | None = None
    """Id of the job that received the same bytes first."""
    next_try_at: dt.datetime | None = None
    """When sohoa tries again by itself."""
    files: frozenset[FileKind] = frozenset()
    """What `open_file` can open now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EventView:
    """One line of a document's life."""

    at: dt.datetime
    name: str
    """Constant name, e.g. `received`, `stage-done`, `retry`, `delivered`."""
    stage: str = ""
    duration_s: float | None = None
    code: str = ""
    """Catalogue code where the event tells of a fault or a remark."""
    facts: Mapping[str, str] = field(default_factory=dict)
    level: Level = Level.OK


@dataclass(frozen=True, slots=True, kw_only=True)
class JobDetail:
    """All that the page of one document shows."""

    job: JobView
    fields: tuple[Field, ...] = ()
    doubtful: tuple[str, ...] = ()
    """Names of the fields a person must confirm; not empty only while the job waits for review."""
    pages: tuple[Page, ...] = ()
    """The words may be left out."""
    signature: str = ""
    """`sealed` (by this agency), `development` (with the test key), or of a document that came
    signed the verdict: `valid`, `invalid`, `unknown`; empty while there is none."""
    events: tuple[EventView, ...] = ()
    """Oldest first."""
    asks: bool = False
    """Whether its sender asks to revoke or update an earlier document, and waits for an answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileView:
    """A file to send."""

    path: Path
    media_type: str
    download_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DropView:
    """A drop that made no job of its own: it was refused, or its bytes were known already."""

    at: dt.datetime
    folder: str
    source_name: str
    trouble: Trouble
    job_id: str | None = None
    """Of a duplicate: the job that received the same bytes first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterRow:
    """One line of the register of incoming documents: the ten printed columns (PL IV)."""

    arrival_date: dt.date
    """Column 1, Vietnamese calendar."""
    arrival_number: int
    """Column 2."""
    organ_name: str
    code: str
    issued_date: str
    """ISO 8601, or empty."""
    type_name: str
    """First half of column 6."""
    subject: str
    to_places: str
    handed_over: str = ""
    """Column 8, date of hand-over."""
    received_by: str = ""
    """Column 9, who signed for it."""
    description: str = ""
    job_id: str | None = None
    """The job to open, if it is still known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthLine:
    """One line of the health page."""

    name: str
    """`disk`, `engine`, `certificate`, `index`, `register`, `queue` … (words in `words.py`)."""
    level: Level
    message: str
    """Facts: free space, version, days left; not translated."""
    code: str = ""
    """Catalogue code that holds message and remedy when the line is not OK."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FailureView:
    """How often something did not go through for one cause."""

    code: str
    """Catalogue code."""
    state: str
    """State of the jobs, or `drop` for what was refused before it became a document."""
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgressView:
    """How far the work is."""

    counts: Mapping[JobState, int]
    open_count: int
    """Documents that sohoa works on, or will."""
    documents_last_hour: int
    """Came to an end, or to a person, within the last hour."""
    pages_last_hour: int
    ends_at: dt.datetime | None
    """When what is open will be done at the speed of the last hour; None when it cannot be told."""
    failures: tuple[FailureView, ...]
    """The most frequent first."""


class Upload(Protocol):
    """A file on its way in; one thread at a time."""

    def write(self, chunk: bytes) -> None:
        """Take some of its bytes; raises INPUT-UPLOAD-SIZE."""

    def finish(self) -> str:
        """Let it be seen; return the name it got; raises INPUT-UPLOAD-SIZE."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingView:
    """One setting as it was read."""

    key: str
    value: str
    """A secret shows as `***`."""
    origin: str
    """File, environment variable, command line, or `built in`."""
    is_own: bool
    """Whether it was set on this machine, over what is shipped."""


class Desk(Protocol):
    """Everything the page can see and do."""

    def within(self, units: frozenset[str] | None) -> Desk:
        """Return the desk of somebody of these units: of other documents it knows nothing.

        None: the whole agency. The register is not narrowed: it is open to the whole agency only.
        """

    def jobs(
        self,
        *,
        limit: int = 50,
        offset: int = 0,
        state: JobState | None = None,
        folder: str | None = None,
    ) -> Sequence[JobView]:
        """Return jobs, the last changed first."""

    def totals(self, *, folder: str | None = None) -> Mapping[JobState, int]:
        """Return the number of jobs in each state."""

    def folders(self) -> Sequence[str]:
        """Return the names of the watched folders."""

    def drops(self, *, limit: int = 20, folder: str | None = None) -> Sequence[DropView]:
        """Return refused and duplicate drops, newest first."""

    def job(self, job_id: str) -> JobDetail | None:
        """Return one job, or None when there is no such."""

    def open_file(self, job_id: str, kind: FileKind) -> FileView | None:
        """Return a file of a job, or None; never one of a quarantined document."""

    def page_picture(self, job_id: str, page: int, box: Box | None = None) -> bytes | None:
        """Return a PNG of a page (from 1), or of a box on it with some margin; None when absent.

        Cut from the delivered PDF, or from the original while there is none. Never of a
        quarantined document. About 150 dpi for a box, about 1000 px wide for a page.
        """

    def confirm(self, job_id: str, values: Mapping[str, str], *, person: str) -> bool:
        """Take a person's values for the doubtful fields and let the job go on.

        Args:
            job_id: a job that waits for review.
            values: field name → value as the person leaves it; dates are ISO 8601.
            person: who says so.

        Returns:
            False when the job does not wait for review any more; then nothing was changed.
        """

    def rescan(self, job_id: str, *, reason: str, person: str) -> bool:
        """Send a document that waits for review back: its paper is to be scanned again.

        Returns:
            False when the job does not wait for review any more.
        """

    def answer(self, job_id: str, *, is_agreed: bool, reason: str, person: str) -> bool:
        """Let the sender who asks be told 15 (agreed) or 16 (refused); each document keeps.

        Returns:
            False when nobody waits for an answer.
        """

    def upload(self, folder: str, name: str, *, size_bytes: int) -> AbstractContextManager[Upload]:
        """Begin to send a file into a drop folder; it goes the way of every dropped file.

        Raises:
            InputError: INPUT-UPLOAD-FOLDER; on entering INPUT-UPLOAD-NAME, INPUT-UPLOAD-SIZE.
            OperatorError: SYS-FOLDER-GONE, SYS-DISK-FULL, SYS-PERMISSION.
        """

    def progress(self) -> ProgressView:
        """Return how far the work is and what failed."""

    def retry(self, job_id: str) -> bool:
        """Try a rejected, halted or waiting job again; False when it may not move."""

    def search(self, request: SearchRequest, *, state: JobState | None = None) -> Results:
        """Search the index, in one state of jobs or in all; mistakes are told in the answer."""

    def page_marks(self, job_id: str, page: int, query: str) -> PageMarks | None:
        """Return where the words of a question stand on a page (from 1); None when there is none.

        Never of a quarantined document.
        """

    def books(self) -> Sequence[str]:
        """Return the names of the books of the register."""

    def years(self, book: str) -> Sequence[int]:
        """Return the years that have entries in a book, newest first."""

    def register_rows(
        self, book: str, year: int, *, limit: int = 100, offset: int = 0
    ) -> Sequence[RegisterRow]:
        """Return entries, the last arrival number first."""

    def register_csv(self, book: str, year: int) -> bytes:
        """Return the ten columns of a book and year as CSV (UTF-8 with BOM)."""

    def health(self) -> Sequence[HealthLine]:
        """Return what the keeper should know."""

    def figures(self) -> bytes:
        """Return the figures for Prometheus in its text format."""

    def settings(self) -> Sequence[SettingView]:
        """Return the settings in force."""
