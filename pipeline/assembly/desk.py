"""The page's Desk over the real ledger, store, index and register."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from pipeline.assembly.confirming import Confirming
from pipeline.assembly.health import HealthCheck
from pipeline.assembly.holding import REVIEW, waits_for_person
from pipeline.assembly.pictures import PagePictures
from pipeline.assembly.progress import progress_view
from pipeline.assembly.registry import register_row
from pipeline.assembly.searching import Searching
from pipeline.assembly.stage_times import StageTimes
from pipeline.engine.tray import Tray
from pipeline.intake.uploads import uploading
from pipeline.ledger.history import History, Summary
from pipeline.ledger.ledger import Ledger, Move
from pipeline.ledger.requests import AGREED, DECLINED, Requests, asks_for_answer
from pipeline.ledger.rows import EventRow, JobRow
from pipeline.model.catalogue import CATALOGUE, Family
from pipeline.model.codec import pages_from_json
from pipeline.model.delivered import best_pdf
from pipeline.model.errors import DocumentError, InputError
from pipeline.model.evidence import read_evidence
from pipeline.model.moves import is_legal
from pipeline.model.ports import SearchIndex
from pipeline.model.records import FIELD_NAMES, Box, JobState, MediaType, Page
from pipeline.model.scope import Scope, plain_unit
from pipeline.model.search import SearchRequest
from pipeline.store import Store
from pipeline.web.api import (
    Arrival,
    DropView,
    EventView,
    FileKind,
    FileView,
    HealthLine,
    JobDetail,
    JobView,
    Level,
    ProgressView,
    RegisterRow,
    SettingView,
    Trouble,
    Upload,
)
from pipeline.web.search_api import PageMarks, Results
from stages.register import BookKeeper
from stages.register.journal import csv_bytes

_SUFFIXES = {
    MediaType.PDF: ".pdf",
    MediaType.TIFF: ".tif",
    MediaType.JPEG: ".jpg",
    MediaType.PNG: ".png",
    MediaType.IMAGE_FOLDER: ".zip",
}


_LISTED = ("code", "type", "subject", "issuer", "issued_date")
"""Fields that a list shows."""


class Doubts(Protocol):
    """Says which fields of a waiting document a person must look at."""

    def __call__(self, job: JobRow) -> tuple[str, ...]:
        """Return names of fields."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseDesk:
    """Port `pipeline.web.api.Desk`; thread-safe because everything it asks is."""

    ledger: Ledger
    history: History
    requests: Requests
    store: Store
    index: SearchIndex
    register: BookKeeper
    pictures: PagePictures
    health_check: HealthCheck
    tray: Tray
    drop_paths: Mapping[str, Path]
    """Drop folder by name."""
    max_bytes: int
    """Largest file that may be sent in."""
    doubts: Doubts
    confirming: Confirming
    wake: Callable[[], None]
    """Tells the document threads that a job may go on."""
    times: StageTimes
    """How long stages took."""
    units_of: Mapping[str, frozenset[str]]
    """Drop folder → units that see all its documents, as `plain_unit` gives them."""
    setting_views: Callable[[], Sequence[SettingView]]
    scope: Scope | None = None
    """What the person who asks may see; None for all."""

    def within(self, units: frozenset[str] | None) -> HouseDesk:
        """Return the desk of somebody of these units."""
        if units is None:
            return self
        mine = frozenset(map(plain_unit, units))
        typed = [unit for unit in self.register.handed_units() if plain_unit(unit) in mine]
        folders = frozenset(name for name, owners in self.units_of.items() if owners & mine)
        return replace(
            self, scope=Scope(folders=folders, document_ids=self.register.handed_to(typed))
        )

    def jobs(
        self,
        *,
        limit: int = 50,
        offset: int = 0,
        state: JobState | None = None,
        folder: str | None = None,
    ) -> Sequence[JobView]:
        """Return jobs, the last changed first."""
        rows = self.history.jobs(
            limit=limit, offset=offset, state=state, folder=folder, scope=self.scope
        )
        summaries = self.history.summaries([row.id for row in rows], names=_LISTED)
        return [_view(row, summaries[row.id]) for row in rows]

    def totals(self, *, folder: str | None = None) -> Mapping[JobState, int]:
        """Return the number of jobs in each state."""
        return self.history.counts(folder=folder, scope=self.scope)

    def folders(self) -> Sequence[str]:
        """Return the names of the watched folders."""
        if self.scope is None:
            return tuple(self.drop_paths)
        return tuple(name for name in self.drop_paths if name in self.scope.folders)

    def drops(self, *, limit: int = 20, folder: str | None = None) -> Sequence[DropView]:
        """Return refused and duplicate drops, newest first."""
        rows = self.history.odd_arrivals(limit=limit, folder=folder, scope=self.scope)
        return [
            DropView(
                at=row.at,
                folder=row.folder,
                source_name=row.source_name,
                trouble=Trouble(code=row.code or "BUG-STAGE", detail=row.detail),
                job_id=row.document_id,
            )
            for row in rows
        ]

    def job(self, job_id: str) -> JobDetail | None:
        """Return one job, or None when there is no such."""
        row = self._seen(job_id)
        if row is None:
            return None
        summary = self.history.summaries([job_id])[job_id]
        if row.state is JobState.QUARANTINED:
            return JobDetail(job=_view(row, summary), events=self._events(job_id))
        fields = summary.fields
        return JobDetail(
            job=_view(row, summary),
            fields=tuple(fields[name] for name in FIELD_NAMES if name in fields),
            doubtful=self.doubts(row) if waits_for_person(row) else (),
            pages=self._pages(job_id),
            signature=self._signature(job_id, summary),
            events=self._events(job_id),
            asks=asks_for_answer(self.requests, job_id, summary),
        )

    def open_file(self, job_id: str, kind: FileKind) -> FileView | None:
        """Return a file of a job, or None; never one of a quarantined document."""
        row = self._seen(job_id)
        artifacts = {} if row is None else self.history.artifacts(job_id)
        if row is None or kind not in _files(row, frozenset(artifacts)):
            return None
        stem = row.source_name.rsplit(".", 1)[0] or row.id[:12]
        if kind is FileKind.ORIGINAL:
            return FileView(
                path=self.store.path(row.id),
                media_type=row.document.media_type.value,
                download_name=stem + _SUFFIXES[row.document.media_type],
            )
        if kind is FileKind.TEXT:
            path = self.store.path(artifacts["text"].digest)
            return FileView(
                path=path, media_type="text/plain; charset=utf-8", download_name=f"{stem}.txt"
            )
        best = best_pdf(artifacts)
        if best is None:
            return None
        return FileView(
            path=self.store.path(best.digest),
            media_type="application/pdf",
            download_name=f"{stem}.pdf",
        )

    def page_picture(self, job_id: str, page: int, box: Box | None = None) -> bytes | None:
        """Return a PNG of a page (from 1), or of a box on it with some margin."""
        row = self._seen(job_id)
        if row is None or row.state is JobState.QUARANTINED:
            return None
        return self.pictures.of_document(self.history.artifacts(job_id), page, box)

    def confirm(self, job_id: str, values: Mapping[str, str], *, person: str) -> bool:
        """Take a person's values for the doubtful fields and let the job go on."""
        row = self._seen(job_id)
        if row is None or not waits_for_person(row):
            return False
        self.confirming.confirm(job_id, values, person=person)
        return self.retry(job_id)

    def rescan(self, job_id: str, *, reason: str, person: str) -> bool:
        """Send a waiting document back: original and note into `loi/`, then the ledger's row."""
        row = self._seen(job_id)
        if row is None or not waits_for_person(row):
            return False
        error = DocumentError("DOC-RESCAN", detail=reason)
        self.tray.reject(row, error, original=self.store.path(row.id))
        if not self.ledger.send_back(job_id, stage=REVIEW, person=person, reason=reason):
            return False
        self.tray.release(row)
        return True

    def answer(self, job_id: str, *, is_agreed: bool, reason: str, person: str) -> bool:
        """Note what the sender who asks is to be told."""
        detail = self.job(job_id)
        if detail is None or not detail.asks:
            return False
        status = AGREED if is_agreed else DECLINED
        return bool(self.requests.answer(job_id, status, reason=reason, person=person))

    def upload(self, folder: str, name: str, *, size_bytes: int) -> AbstractContextManager[Upload]:
        """Begin to send a file into a drop folder."""
        if folder not in self.folders():
            raise InputError("INPUT-UPLOAD-FOLDER", detail=folder[:80])
        return uploading(
            self.drop_paths[folder], name, size_bytes=size_bytes, max_bytes=self.max_bytes
        )

    def progress(self) -> ProgressView:
        """Return how far the work is and what failed."""
        return progress_view(self.history, scope=self.scope)

    def retry(self, job_id: str) -> bool:
        """Try a rejected, halted or waiting job again; False when it may not move."""
        row = self._seen(job_id)
        if row is None or row.state is JobState.RUNNING:
            return False
        if not is_legal(row.state, JobState.RUNNING):
            return False
        self.ledger.move(job_id, Move(to=JobState.RUNNING, stage=row.stage))
        self.wake()
        return True

    @property
    def searching(self) -> Searching:
        """Who asks the index."""
        return Searching(index=self.index, history=self.history, store=self.store)

    def search(self, request: SearchRequest, *, state: JobState | None = None) -> Results:
        """Search the index, in one state of jobs or in all."""
        return self.searching.search(replace(request, scope=self.scope), state=state)

    def page_marks(self, job_id: str, page: int, query: str) -> PageMarks | None:
        """Return where the words of a question stand on a page."""
        row = self._seen(job_id)
        return None if row is None else self.searching.page_marks(job_id, page, query)

    def books(self) -> Sequence[str]:
        """Return the names of the books of the register."""
        return self.register.books()

    def years(self, book: str) -> Sequence[int]:
        """Return the years that have entries in a book, newest first."""
        return self.register.years(book)

    def register_rows(
        self, book: str, year: int, *, limit: int = 100, offset: int = 0
    ) -> Sequence[RegisterRow]:
        """Return entries, the last arrival number first."""
        return [
            register_row(row) for row in self.register.rows(book, year, limit=limit, offset=offset)
        ]

    def register_csv(self, book: str, year: int) -> bytes:
        """Return the ten columns of a book and year as CSV (UTF-8 with BOM)."""
        return csv_bytes(self.register.rows(book, year, limit=-1))

    def health(self) -> Sequence[HealthLine]:
        """Return what the keeper should know."""
        return self.health_check.lines()

    def figures(self) -> bytes:
        """Return the figures for Prometheus."""
        from pipeline.assembly.figures import Figures  # a library that few runs need

        check = self.health_check
        return Figures(
            data_dir=check.data_dir,
            history=self.history,
            index=self.index,
            register=self.register,
            seal=check.seal,
            times=self.times,
        ).text()

    def settings(self) -> Sequence[SettingView]:
        """Return the settings in force."""
        return self.setting_views()

    def _seen(self, job_id: str) -> JobRow | None:
        """Return a job, None when there is no such or it is not in scope."""
        row = self.history.job(job_id)
        if row is None or self.scope is None:
            return row
        return row if self.scope.holds(folder=row.folder, document_id=row.id) else None

    def _signature(self, job_id: str, summary: Summary) -> str:
        """Return what the digital signature of a document is worth, in one word."""
        report = self.history.artifacts(job_id).get("report")
        if report is not None:
            return read_evidence(self.store.path(report.digest)).verdict
        if "sealed" not in summary.kinds:
            return ""
        is_test = any(remark.code == "SIGN-DEVELOPMENT" for remark in summary.remarks)
        return "development" if is_test else "sealed"

    def _pages(self, job_id: str) -> tuple[Page, ...]:
        artifact = self.history.artifacts(job_id).get("pages")
        if artifact is None:
            return ()
        return pages_from_json(self.store.path(artifact.digest).read_bytes())

    def _events(self, job_id: str) -> tuple[EventView, ...]:
        return tuple(_event_view(event) for event in self.history.events(job_id))


def _view(row: JobRow, summary: Summary) -> JobView:
    is_secret = row.state is JobState.QUARANTINED
    arrival = None
    if row.book is not None and row.year is not None and row.arrival_number is not None:
        arrival = Arrival(book=row.book, year=row.year, arrival_number=row.arrival_number)
    trouble = None
    if row.code is not None:
        trouble = Trouble(code=row.code, detail=row.detail, page=row.page)
    return JobView(
        id=row.id,
        document_id=row.id,
        source_name=row.source_name,
        folder=row.folder,
        state=row.state,
        stage=row.stage,
        received_at=row.received_at,
        changed_at=row.updated_at,
        page_count=row.page_count or 0,
        fields={} if is_secret else {name: one.value for name, one in summary.fields.items()},
        trouble=trouble,
        remarks=() if is_secret else summary.remarks,
        arrival=arrival,
        next_try_at=row.next_try_at,
        files=_files(row, summary.kinds),
    )


def _files(row: JobRow, made: frozenset[str]) -> frozenset[FileKind]:
    if row.state is JobState.QUARANTINED:
        return frozenset()
    kinds = {FileKind.ORIGINAL}
    if "text" in made:
        kinds.add(FileKind.TEXT)
    if made & {"sealed", "pdfa"}:
        kinds.add(FileKind.PDF)
    return frozenset(kinds)


def _event_view(event: EventRow) -> EventView:
    facts = {name: value for name, value in event.facts.items() if value}
    code = facts.pop("code", "")
    stage = facts.pop("stage", "")
    name, _, outcome = event.action.partition(".")
    if outcome:
        stage, name = name, f"stage-{outcome}"
    level = Level.OK
    if code:
        is_remark = CATALOGUE[code].family is Family.REMARK
        level = Level.WARN if is_remark else Level.BAD
    return EventView(at=event.at, name=name, stage=stage, code=code, facts=facts, level=level)
