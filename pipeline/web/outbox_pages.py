"""The keeper's page of the outbox: what waits, what was given up, both sides compared."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from pipeline.model.errors import InputError
from pipeline.web import asked
from pipeline.web.answers import plain
from pipeline.web.gate import Gate, Right, also_note
from pipeline.web.outbox_api import PARCELS_SHOWN, Sending
from pipeline.web.site import Site

_NOTES = frozenset({"begun", "replayed"})


@dataclass(frozen=True, slots=True)
class OutboxPages:
    """Shows the outbox and does what its buttons ask."""

    sending: Sending
    site: Site
    gate: Gate

    def router(self) -> APIRouter:
        """Return the routes."""
        router = APIRouter(default_response_class=HTMLResponse)
        for method, path, do, deed in (
            ("GET", "/outbox", self.outbox, ""),
            ("POST", "/outbox/{target}", self.act, "outbox.act"),
            ("GET", "/outbox/{target}/{job_id}", self.calls, "outbox.view"),
        ):
            needs = self.gate.needs(Right.KEEP, deed)
            router.add_api_route(path, do, methods=[method], dependencies=needs)
        needs = self.gate.needs(Right.KEEP, by_itself=True)
        router.add_api_route("/live/outbox", self.stamp, methods=["GET"], dependencies=needs)
        return router

    def api_router(self) -> APIRouter:
        """Return the route for programs."""
        router = APIRouter(prefix="/api", default_response_class=JSONResponse)
        needs = self.gate.needs(Right.KEEP)
        router.add_api_route("/outbox", self.plain, methods=["GET"], dependencies=needs)
        return router

    def plain(self) -> Response:
        """Return every target with its counts, its alarm and what is not sent."""
        return JSONResponse(plain(self.sending.targets()))

    def outbox(self, request: Request) -> Response:
        """Show every target."""
        return self._page(request)

    def stamp(self) -> Response:
        """Tell whether parcels or comparisons changed."""
        return JSONResponse({"stamp": self.sending.stamp()})

    def calls(self, request: Request, target: str, job_id: str) -> Response:
        """Show intent, call and receipt of one document."""
        calls = self.sending.calls(target, asked.job_id(job_id))
        return self.site.page(
            request, "outbox_calls.html", target=target, document_id=job_id, calls=calls
        )

    async def act(self, request: Request, target: str) -> Response:
        """Replay parcels, or begin to compare."""
        typed = await asked.form(request)
        deed, what = typed.get("deed", ""), typed.get("what", "")
        also_note(request, deed=f"{deed} {what}"[:100].strip())
        return await run_in_threadpool(self._act, request, target, deed, what)

    def _act(self, request: Request, target: str, deed: str, what: str) -> Response:
        try:
            match deed:
                case "replay":
                    count = self.sending.replay(target, what)
                    return RedirectResponse(f"/outbox?note=replayed&count={count}", 303)
                case "compare":
                    self.sending.compare(target)
                    return RedirectResponse("/outbox?note=begun", 303)
                case _:
                    raise HTTPException(400)
        except InputError as error:
            if error.code != "INPUT-OUTBOX-REPLAY":
                raise
            return self._page(request, fault=error)

    def _page(self, request: Request, *, fault: InputError | None = None) -> Response:
        note = request.query_params.get("note", "")
        targets = self.sending.targets()
        return self.site.page(
            request,
            "outbox.html",
            status_code=200 if fault is None else 422,
            targets=targets,
            works={one.name: next(iter(self.sending.works(one.name)), None) for one in targets},
            compared={one.name: self.sending.compared(one.name) for one in targets},
            shown=PARCELS_SHOWN,
            note=note if note in _NOTES else "",
            count=asked.count(request, "count", default=0),
            fault=fault,
        )
