"""The pages that people read."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from pipeline.access.records import Person
from pipeline.model.errors import InputError, SohoaError
from pipeline.model.records import JobState
from pipeline.web import asked
from pipeline.web.api import Desk, DropView, JobDetail, JobView, Level
from pipeline.web.gate import Gate, Right, may, signed_in
from pipeline.web.present import detail_without_secrets, field_order, without_secrets
from pipeline.web.site import Site

JOBS_A_PAGE = 50
ENTRIES_A_PAGE = 100
_DROPS_SHOWN = 10
_NOTES = frozenset(
    {
        "review.done",
        "review.late",
        "job.retried",
        "job.not_retried",
        "job.answered",
        "job.sent_back",
    }
)


@dataclass(frozen=True, slots=True)
class Pages:
    """Everything the pages lean on."""

    desk: Desk
    site: Site
    gate: Gate

    def router(self) -> APIRouter:
        """Return the routes."""
        router = APIRouter(default_response_class=HTMLResponse)
        for path, show, right, deed in (
            ("/", self.home, Right.OWN, ""),
            ("/live/jobs", self.live_jobs, Right.LIST, ""),
            ("/api/pulse", self.pulse, Right.READ, ""),
            ("/jobs/{job_id}", self.job, Right.READ, "document.view"),
            ("/register", self.register, Right.REGISTER, ""),
            ("/register.csv", self.register_csv, Right.REGISTER, "register.export"),
            ("/health", self.health, Right.KEEP, ""),
        ):
            by_itself = show in {self.live_jobs, self.pulse}
            needs = self.gate.needs(right, deed, by_itself=by_itself)
            router.add_api_route(path, show, methods=["GET"], dependencies=needs)
        return router

    def home(self, request: Request) -> Response:
        """Show what was dropped and where it is; whom that does not concern is led on."""
        if not may(signed_in(request), Right.LIST):
            return RedirectResponse(_first_page(signed_in(request)), 303)
        return self.site.page(request, "home.html", **self._listing(request))

    def live_jobs(self, request: Request) -> Response:
        """Return the changing part of the first page."""
        return self.site.page(request, "_jobs.html", **self._listing(request))

    def pulse(self, request: Request) -> Response:
        """Tell whether anything changed: a stamp of what the first page, or a job, would show."""
        if "job" in request.query_params:
            shown: object = self._detail(request, request.query_params["job"])
        elif may(signed_in(request), Right.LIST):
            shown = sorted(self._listing(request).items())
        else:
            raise InputError("INPUT-RIGHTS")
        stamp = hashlib.sha256(repr(shown).encode("utf-8", "replace")).hexdigest()[:16]
        return JSONResponse({"stamp": stamp})

    def job(self, request: Request, job_id: str) -> Response:
        """Show one document."""
        detail = self._detail(request, job_id)
        note = request.query_params.get("note", "")
        return self.site.page(
            request,
            "job.html",
            detail=detail,
            typed={},
            faults={},
            note=note if note in _NOTES else "",
        )

    def register(self, request: Request) -> Response:
        """Show the register of incoming documents, a book and a year at a time."""
        books = list(self.desk.books())
        book = self._chosen_book(request, books)
        years = list(self.desk.years(book)) if book else []
        year = asked.count(request, "year", default=0)
        year = year if year in years else next(iter(years), 0)
        offset = asked.count(request, "offset", default=0)
        rows = self.desk.register_rows(book, year, limit=ENTRIES_A_PAGE + 1, offset=offset)
        return self.site.page(
            request,
            "register.html",
            books=books,
            book=book,
            years=years,
            year=year,
            rows=rows[:ENTRIES_A_PAGE],
            offset=offset,
            size=ENTRIES_A_PAGE,
            has_more=len(rows) > ENTRIES_A_PAGE,
        )

    def register_csv(self, request: Request) -> Response:
        """Send a book and year as CSV."""
        book = self._chosen_book(request, list(self.desk.books()))
        year = asked.count(request, "year", default=0)
        if not book or year not in self.desk.years(book):
            raise HTTPException(404)
        name = f"so-van-ban-{year}.csv"
        return Response(
            self.desk.register_csv(book, year),
            media_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )

    def health(self, request: Request) -> Response:
        """Show what the keeper should know."""
        lines = self.desk.health()
        levels = {line.level for line in lines}
        worst = next((one for one in (Level.BAD, Level.WARN) if one in levels), Level.OK)
        return self.site.page(request, "health.html", lines=lines, worst=worst.value)

    def fault(self, request: Request, error: SohoaError, *, status_code: int = 503) -> Response:
        """Show a fault of the house in its own words."""
        return self.site.page(request, "fault.html", status_code=status_code, code=error.code)

    def refusal(self, request: Request, status_code: int) -> Response:
        """Show that there is no such page, or that it may not be asked for."""
        key = f"error.{status_code if status_code in {403, 404} else 400}"
        return self.site.page(request, "refusal.html", status_code=status_code, key=key)

    def _chosen_book(self, request: Request, books: Sequence[str]) -> str:
        wanted = request.query_params.get("book", "")
        return wanted if wanted in books else next(iter(books), "")

    def _detail(self, request: Request, job_id: str) -> JobDetail:
        detail = asked.desk(request, self.desk).job(asked.job_id(job_id))
        if detail is None:
            raise HTTPException(404)
        detail = detail_without_secrets(detail)
        return replace(
            detail, fields=tuple(sorted(detail.fields, key=lambda item: field_order(item.name)))
        )

    def _listing(self, request: Request) -> dict[str, Any]:
        state, folder = asked.state(request), asked.folder(request)
        offset = asked.count(request, "offset", default=0)
        desk = asked.desk(request, self.desk)
        jobs: list[JobView] = [
            without_secrets(job)
            for job in desk.jobs(limit=JOBS_A_PAGE + 1, offset=offset, state=state, folder=folder)
        ]
        totals = desk.totals(folder=folder)
        drops: Sequence[DropView] = ()
        if state in {None, JobState.REJECTED} and not offset:
            drops = desk.drops(limit=_DROPS_SHOWN, folder=folder)
        return {
            "jobs": jobs[:JOBS_A_PAGE],
            "totals": [(one.value, totals.get(one, 0)) for one in JobState],
            "total": sum(totals.values()),
            "state": "" if state is None else state.value,
            "folder": folder or "",
            "folders": list(desk.folders()),
            "drops": list(drops),
            "offset": offset,
            "size": JOBS_A_PAGE,
            "has_more": len(jobs) > JOBS_A_PAGE,
        }


def _first_page(person: Person) -> str:
    """Return where somebody begins whom the list of documents does not concern."""
    pages = ((Right.READ, "/search"), (Right.KEEP, "/health"))
    return next((page for right, page in pages if may(person, right)), "/account")
