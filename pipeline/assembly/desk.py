"""The page's Desk over the real ledger, store, index and register."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from pipeline.assembly.confirming import Confirming
from pipeline.assembly.health import HealthCheck
from pipeline.assembly.pictures import PagePictures
from pipeline.assembly.registry import register_row
from pipeline.assembly.searching import Searching
from pipeline.engine.tray import Tray
from pipeline.ledger.history import History, Summary
from pipeline.ledger.ledger import Ledger, Move
from pipeline.ledger.rows import EventRow, JobRow
from pipeline.model.catalogue import CATALOGUE, Family
from pipeline.model.codec import pages_from_json
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
    RegisterRow,
    SettingView,
    Trouble,
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
_REVIEW = "review"


class Doubts(Protocol):
    """Says which fields of a waiting document a person must look at."""

    def __call__(self, job: JobRow) -> tuple[str, ...]:
        """Return names of fields."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseDesk:
    """Port `pipeline.web.api.Desk`; thread-safe because everything it asks is."""

    ledger: Ledger
    history: History
    store: Store
    index: SearchIndex
    register: BookKeeper
    pictures: PagePictures
    health_check: HealthCheck
    tray: Tray
    folder_names: tuple[str, ...]
    doubts: Doubts
    confirming: Confirming
    wake: Callable[[], None]
    """Tells the document threads that a job may go on."""
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
        summaries = self.history.summaries([row.id for row in rows])
        return [_view(row, summaries[row.id]) for row in rows]

    def totals(self, *, folder: str | None = None) -> Mapping[JobState, int]:
        """Return the number of jobs in each state."""
        return self.history.counts(folder=folder, scope=self.scope)

    def folders(self) -> Sequence[str]:
        """Return the names of the watched folders."""
        if self.scope is None:
            return self.folder_names
        return tuple(name for name in self.folder_names if name in self.scope.folders)

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
            doubtful=self.doubts(row) if _waits_for_person(row) else (),
            pages=self._pages(job_id),
            events=self._events(job_id),
        )

    def open_file(self, job_id: str, kind: FileKind) -> FileView | None:
        """Return a file of a job, or None; never one of a quarantined document."""
        row = self._seen(job_id)
        if row is None or kind not in _files(row, frozenset(self.history.artifacts(job_id))):
            return None
        stem = row.source_name.rsplit(".", 1)[0] or row.id[:12]
        if kind is FileKind.ORIGINAL:
            return FileView(
                path=self.store.path(row.id),
                media_type=row.document.media_type.value,
                download_name=stem + _SUFFIXES[row.document.media_type],
            )
        artifacts = self.history.artifacts(job_id)
        if kind is FileKind.TEXT:
            path = self.store.path(artifacts["text"].digest)
            return FileView(
                path=path, media_type="text/plain; charset=utf-8", download_name=f"{stem}.txt"
            )
        best = artifacts.get("sealed") or artifacts["pdfa"]
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
        if row is None or not _waits_for_person(row):
            return False
        self.confirming.confirm(job_id, values, person=person)
        return self.retry(job_id)

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

    def settings(self) -> Sequence[SettingView]:
        """Return the settings in force."""
        return self.setting_views()

    def _seen(self, job_id: str) -> JobRow | None:
        """Return a job, None when there is no such or it is not in scope."""
        row = self.history.job(job_id)
        if row is None or self.scope is None:
            return row
        return row if self.scope.holds(folder=row.folder, document_id=row.id) else None

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


def _waits_for_person(row: JobRow) -> bool:
    return row.state is JobState.WAITING and row.stage == _REVIEW


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
