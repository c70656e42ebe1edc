"""Rounds of acceptance: the units of a sample side by side, one key a verdict; the protocol."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from pipeline.acceptance.sampling import CRITERIA
from pipeline.model.errors import InputError
from pipeline.web import asked
from pipeline.web.backlog_api import Backlog
from pipeline.web.batch_pages import noted
from pipeline.web.gate import Gate, Right, also_note
from pipeline.web.register_pages import XLSX, sent_file
from pipeline.web.site import Site

_TABLES = {"rescan": "quet-lai", "protocol": "bien-ban-nghiem-thu"}


@dataclass(frozen=True, slots=True)
class RoundPages:
    """Hands what people say of units to the backlog."""

    backlog: Backlog
    site: Site
    gate: Gate

    def router(self) -> APIRouter:
        """Return the routes."""
        router = APIRouter(default_response_class=HTMLResponse)
        here = "/batches/{batch}/rounds/{lot}"
        for method, path, do, deed in (
            ("GET", here, self.round, ""),
            ("POST", here, self.close, "batch.close"),
            ("GET", here + "/protocol.pdf", self.protocol, "batch.export"),
            ("GET", here + "/{kind}.xlsx", self.table, "batch.export"),
            ("GET", here + "/units/{ordinal}", self.unit, "batch.look"),
            ("POST", here + "/units/{ordinal}", self.judge, "batch.judge"),
            ("GET", "/scans/{job_id}/{number}.png", self.scan, "document.page"),
        ):
            needs = self.gate.needs(Right.BATCH, deed)
            router.add_api_route(path, do, methods=[method], dependencies=needs)
        return router

    def round(self, request: Request, batch: str, lot: str) -> Response:
        """Show how far a round is, what was bad, and how it ended."""
        return self._round(request, batch, _number(lot))

    def _round(
        self, request: Request, batch: str, lot: int, *, fault: InputError | None = None
    ) -> Response:
        return self.site.page(
            request,
            "round.html",
            status_code=422 if fault else 200,
            view=self.backlog.lot(batch, lot),
            fault=fault,
            note=noted(request),
        )

    async def close(self, request: Request, batch: str, lot: str) -> Response:
        """End a round by its plan."""
        try:
            await run_in_threadpool(
                self.backlog.close, batch, _number(lot), person=asked.person(request)
            )
        except InputError as error:
            if error.code == "INPUT-ACCEPT-LOT":
                raise
            return await run_in_threadpool(self._round, request, batch, _number(lot), fault=error)
        return RedirectResponse(f"/batches/{batch}/rounds/{lot}", 303)

    def table(self, batch: str, lot: str, kind: str) -> Response:
        """Send the rescan list or the protocol as XLSX."""
        if kind not in _TABLES:
            raise HTTPException(404)
        name = f"{batch}-{_TABLES[kind]}-{_number(lot)}.xlsx"
        return sent_file(self.backlog.table(batch, kind, _number(lot)), XLSX, name)

    def protocol(self, batch: str, lot: str) -> Response:
        """Send the protocol of a closed round as PDF."""
        made = self.backlog.protocol_pdf(batch, _number(lot))
        name = f"{batch}-{_TABLES['protocol']}-{_number(lot)}.pdf"
        return sent_file(made, "application/pdf", name)

    def unit(self, request: Request, batch: str, lot: str, ordinal: str) -> Response:
        """Show a unit: scan and result side by side, and the keys of the verdicts."""
        return self._unit(request, batch, _number(lot), _number(ordinal))

    def _unit(
        self,
        request: Request,
        batch: str,
        lot: int,
        ordinal: int,
        *,
        fault: InputError | None = None,
    ) -> Response:
        view = self.backlog.unit(batch, lot, ordinal)
        also_note(request, document=view.unit.document_id)
        page = view.unit.page or asked.count(request, "page", default=1, most=view.page_count) or 1
        return self.site.page(
            request,
            "unit.html",
            status_code=422 if fault else 200,
            view=view,
            page=page,
            criteria=CRITERIA,
            fault=fault,
        )

    async def judge(self, request: Request, batch: str, lot: str, ordinal: str) -> Response:
        """Take a verdict and go on to the next unit at once."""
        typed = await asked.form(request)
        verdict = typed.get("verdict", "")
        marked = [one for one in CRITERIA if typed.get(f"fault-{one}")]
        faults = marked if verdict == "marked" else [] if verdict == "good" else [verdict]
        if verdict == "marked" and not marked:
            raise HTTPException(400)
        also_note(request, verdict=",".join(faults)[:80] or "good")
        number, at = _number(lot), _number(ordinal)
        try:
            following = await run_in_threadpool(
                self.backlog.judge, batch, number, at, faults, person=asked.person(request)
            )
        except InputError as error:
            if error.code == "INPUT-ACCEPT-LOT":
                raise
            return await run_in_threadpool(self._unit, request, batch, number, at, fault=error)
        here = f"/batches/{batch}/rounds/{number}"
        return RedirectResponse(here if following is None else f"{here}/units/{following}", 303)

    def scan(self, job_id: str, number: str) -> Response:
        """Send the picture of a page as it was received."""
        picture = self.backlog.scan(asked.job_id(job_id), _number(number))
        if picture is None:
            raise HTTPException(404)
        headers = {"Cache-Control": "private, max-age=300"}
        return Response(picture, media_type="image/png", headers=headers)


def _number(text: str) -> int:
    """Return a number of an address.

    Raises:
        HTTPException: 404 for anything else.
    """
    if not (text.isascii() and text.isdecimal() and len(text) < 19):
        raise HTTPException(404)
    return int(text)
