"""The register's own pages: one entry, its corrections and hand-overs, statistics, print, XLSX."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from pipeline.model.errors import InputError
from pipeline.web import asked
from pipeline.web.api import Desk
from pipeline.web.gate import Gate, Right, also_note
from pipeline.web.present import VIETNAM, iso_date
from pipeline.web.register_api import Registry, Spot
from pipeline.web.site import Site

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_DATES = frozenset({"issued_date", "due_date", "handed_on"})
_NOTES = frozenset({"corrected", "unchanged", "handed", "received", "status"})
_DAYS_MAX = 366 * 5
"""A period of the statistics is no longer: more rows would be read than a page may wait for."""


@dataclass(frozen=True, slots=True)
class RegisterPages:
    """Hands what people ask and do to the registry."""

    desk: Desk
    registry: Registry
    site: Site
    gate: Gate

    def router(self) -> APIRouter:
        """Return the routes."""
        router = APIRouter(default_response_class=HTMLResponse)
        for method, path, do, right, deed in (
            ("GET", "/register/entry", self.entry, Right.REGISTER, "register.view"),
            ("POST", "/register/entry", self.act, Right.ENTER, "register.act"),
            ("GET", "/register.xlsx", self.xlsx, Right.REGISTER, "register.export"),
            ("GET", "/register.pdf", self.pdf, Right.REGISTER, "register.export"),
            ("POST", "/register-signed.pdf", self.sealed_pdf, Right.ENTER, "register.sign"),
            ("GET", "/statistics.pdf", self.statistics_pdf, Right.REGISTER, "register.export"),
            ("GET", "/statistics", self.statistics, Right.REGISTER, ""),
            ("GET", "/statistics.xlsx", self.statistics_xlsx, Right.REGISTER, "register.export"),
        ):
            needs = self.gate.needs(right, deed)
            router.add_api_route(path, do, methods=[method], dependencies=needs)
        return router

    def entry(self, request: Request) -> Response:
        """Show one entry with all that happened to it."""
        note = request.query_params.get("note", "")
        also_note(request, **_place_of(_spot(request)))
        return self._page(request, _spot(request), note=note if note in _NOTES else "")

    async def act(self, request: Request) -> Response:
        """Do what a form of the entry's page asks; show it again where it cannot be done."""
        spot = _spot(request)
        typed = await asked.form(request)
        person = asked.person(request)
        also_note(request, **_place_of(spot), deed=typed.get("deed", "")[:40])
        try:
            note = await run_in_threadpool(self._do, spot, _read(typed), person)
        except InputError as error:
            return await run_in_threadpool(
                self._page, request, spot, fault=error, typed=typed, status_code=422
            )
        place = {"book": spot.book, "year": spot.year, "number": spot.arrival_number}
        return RedirectResponse(f"/register/entry?{urlencode(place | {'note': note})}", 303)

    def _do(self, spot: Spot, typed: Mapping[str, str], person: str) -> str:
        """Do one deed; return the note that tells of it."""

        def said(name: str) -> str:
            return typed.get(name, "")

        match said("deed"):
            case "correct":
                values = {
                    name.removeprefix("value-"): value
                    for name, value in typed.items()
                    if name.startswith("value-")
                }
                changed = self.registry.correct(
                    spot, values, person=person, reason=said("reason"), seen=_number(said("seen"))
                )
                return "corrected" if changed else "unchanged"
            case "hand-over":
                names = ("unit", "receiver", "handed_on", "due_date", "note")
                self.registry.hand_over(spot, **{n: said(n) for n in names}, person=person)
                return "handed"
            case "receive":
                self.registry.receive(spot, _number(said("handing")), by=said("received_by"))
                return "received"
            case "status":
                code = said("code")
                self.registry.set_status(spot, code, person=person, note=said("note"))
                return "status"
            case _:
                raise HTTPException(400)

    def _page(
        self,
        request: Request,
        spot: Spot,
        *,
        note: str = "",
        fault: InputError | None = None,
        typed: Mapping[str, str] | None = None,
        status_code: int = 200,
    ) -> Response:
        return self.site.page(
            request,
            "register_entry.html",
            status_code=status_code,
            entry=self.registry.entry(spot),
            title=self.registry.title(spot.book),
            note=note,
            fault=fault,
            typed=typed or {},
            today=_today().isoformat(),
        )

    def xlsx(self, request: Request) -> Response:
        """Send a book and year as XLSX."""
        book, year = self._series(request)
        return sent_file(
            self.registry.register_xlsx(book, year), XLSX, f"so-van-ban-den-{year}.xlsx"
        )

    def pdf(self, request: Request) -> Response:
        """Send the printed form of a book and year; `from`, `to` are arrival numbers."""
        return self._printed(request, is_sealed=False)

    def sealed_pdf(self, request: Request) -> Response:
        """Send the same, signed with the agency's key."""
        return self._printed(request, is_sealed=True)

    def _printed(self, request: Request, *, is_sealed: bool) -> Response:
        book, year = self._series(request)
        first, last = (asked.count(request, name, default=0) or None for name in ("from", "to"))
        made = self.registry.register_pdf(book, year, first, last, is_sealed=is_sealed)
        name = f"so-van-ban-den-{year}{'-da-ky' if is_sealed else ''}.pdf"
        return sent_file(made, "application/pdf", name)

    def statistics(self, request: Request) -> Response:
        """Show what a period came to."""
        first, last, is_valid = _period(request)
        return self.site.page(
            request,
            "statistics.html",
            status_code=200 if is_valid else 422,
            found=self.registry.statistics(first, last),
            is_valid=is_valid,
        )

    def statistics_xlsx(self, request: Request) -> Response:
        """Send what a period came to as XLSX."""
        first, last, name = _named_period(request)
        also_note(request, period=f"{first} – {last}")
        return sent_file(self.registry.statistics_xlsx(first, last), XLSX, f"{name}.xlsx")

    def statistics_pdf(self, request: Request) -> Response:
        """Send what a period came to as PDF."""
        first, last, name = _named_period(request)
        also_note(request, period=f"{first} – {last}")
        return sent_file(
            self.registry.statistics_pdf(first, last), "application/pdf", f"{name}.pdf"
        )

    def _series(self, request: Request) -> tuple[str, int]:
        book = request.query_params.get("book", "")
        year = asked.count(request, "year", default=0)
        if book not in self.desk.books() or year not in self.desk.years(book):
            raise HTTPException(404)
        also_note(request, book=f"{book[:60]} {year}")
        return book, year


def _named_period(request: Request) -> tuple[dt.date, dt.date, str]:
    first, last, is_valid = _period(request)
    if not is_valid:
        raise HTTPException(400)
    return first, last, f"thong-ke-van-ban-den-{first:%Y%m%d}-{last:%Y%m%d}"


def sent_file(content: bytes, media_type: str, name: str) -> Response:
    """Return a file to be saved under a name of ASCII letters."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=media_type, headers=headers)


def _spot(request: Request) -> Spot:
    return Spot(
        book=request.query_params.get("book", ""),
        year=asked.count(request, "year", default=0),
        arrival_number=asked.count(request, "number", default=0),
    )


def _place_of(spot: Spot) -> dict[str, str]:
    return {"entry": f"{spot.book[:60]} {spot.arrival_number}/{spot.year}"}


def _read(typed: Mapping[str, str]) -> dict[str, str]:
    """Return what was typed with its dates as ISO 8601; what is no date stays and is refused."""

    def value(name: str, text: str) -> str:
        if name.removeprefix("value-") not in _DATES:
            return text
        found = iso_date(text)
        return text if found is None else found

    return {name: value(name, text) for name, text in typed.items()}


def _number(text: str) -> int:
    """Return a number of a form; -1, which nothing has, for junk."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else -1


def _today() -> dt.date:
    return dt.datetime.now(VIETNAM).date()


def _period(request: Request) -> tuple[dt.date, dt.date, bool]:
    """Return the period asked for, this year so far by default, and whether it is one."""
    today = _today()
    default = (dt.date(today.year, 1, 1), today)
    texts = [request.query_params.get(name, "") for name in ("from", "to")]
    days: list[dt.date] = []
    for text, fallback in zip(texts, default, strict=True):
        iso = iso_date(text)
        if iso is None:
            return *default, False
        days.append(dt.date.fromisoformat(iso) if iso else fallback)
    first, last = days
    if not 0 <= (last - first).days <= _DAYS_MAX:
        return *default, False
    return first, last, True
