"""The archivist's pages: batches, one batch, its structure. Rounds of acceptance: `round_pages`."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, unquote

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from pipeline.model.errors import InputError
from pipeline.structure.records import Place
from pipeline.web import asked
from pipeline.web.answers import plain
from pipeline.web.backlog_api import AddWish, Backlog
from pipeline.web.gate import Gate, Right, also_note
from pipeline.web.register_pages import XLSX, sent_file
from pipeline.web.site import Site

DOSSIERS_A_PAGE = 40
_TABLES = {"report": "bao-cao", "sheet": "bang-46-cot"}
_NOTES = frozenset({"made", "paused", "resumed", "begun", "drawn", "changed"})


@dataclass(frozen=True, slots=True)
class BatchPages:
    """Hands what people ask and do to the backlog."""

    backlog: Backlog
    site: Site
    gate: Gate

    def router(self) -> APIRouter:
        """Return the routes for people."""
        router = APIRouter(default_response_class=HTMLResponse)
        for method, path, do, deed in (
            ("GET", "/batches", self.batches, ""),
            ("POST", "/batches", self.make, "batch.make"),
            ("GET", "/batches/{batch}", self.batch, ""),
            ("POST", "/batches/{batch}", self.act, "batch.act"),
            ("GET", "/batches/{batch}/structure", self.structure, ""),
            ("POST", "/batches/{batch}/structure", self.change, "batch.structure"),
            ("GET", "/batches/{batch}/{kind}.xlsx", self.table, "batch.export"),
        ):
            needs = self.gate.needs(Right.BATCH, deed)
            router.add_api_route(path, do, methods=[method], dependencies=needs)
        needs = self.gate.needs(Right.BATCH, by_itself=True)
        live = "/live/batches/{batch}"
        router.add_api_route(live, self.live, methods=["GET"], dependencies=needs)
        router.add_api_route(live + "/stamp", self.stamp, methods=["GET"], dependencies=needs)
        return router

    def api_router(self) -> APIRouter:
        """Return the routes for programs."""
        router = APIRouter(prefix="/api", default_response_class=JSONResponse)
        needs = self.gate.needs(Right.BATCH)
        router.add_api_route("/batches", self.all_plain, methods=["GET"], dependencies=needs)
        router.add_api_route(
            "/batches/{batch}", self.one_plain, methods=["GET"], dependencies=needs
        )
        return router

    def all_plain(self) -> Response:
        """Return every batch with its progress, the first one first."""
        return JSONResponse(plain(self.backlog.batches()))

    def one_plain(self, batch: str) -> Response:
        """Return the progress of one batch."""
        return JSONResponse(plain(self.backlog.batch(batch).progress))

    def batches(self, request: Request) -> Response:
        """Show the batches, and the form for a new one."""
        return self._list(request)

    async def make(self, request: Request) -> Response:
        """Make a batch."""
        typed = await asked.form(request)
        name = typed.get("name", "").strip()
        also_note(request, name=name[:60])
        try:
            await run_in_threadpool(self.backlog.create, name, typed)
        except InputError as error:
            return await run_in_threadpool(self._list, request, fault=error, typed=typed)
        return RedirectResponse(f"/batches/{name}?note=made", 303)

    def _list(self, request: Request, **more: Any) -> Response:
        context = {"fault": None, "typed": {}, **more}
        return self.site.page(
            request,
            "batches.html",
            status_code=422 if context["fault"] else 200,
            batches=self.backlog.batches(),
            profiles=self.backlog.profiles(),
            **context,
        )

    def batch(self, request: Request, batch: str) -> Response:
        """Show one batch."""
        return self._page(request, batch)

    def live(self, request: Request, batch: str) -> Response:
        """Return the changing part of a batch's page."""
        return self.site.page(request, "_batch.html", view=self.backlog.batch(batch))

    def stamp(self, request: Request, batch: str) -> Response:
        """Tell whether the changing part, as it is shown, changed."""
        shown = self.site.text(request, "_batch.html", view=self.backlog.batch(batch))
        stamp = hashlib.sha256(shown.encode("utf-8", "replace")).hexdigest()[:16]
        return JSONResponse({"stamp": stamp})

    async def act(self, request: Request, batch: str) -> Response:
        """Do what a form of the batch's page asks; show it again where it cannot be done."""
        typed = await asked.form(request)
        also_note(request, deed=typed.get("deed", "")[:40])
        try:
            place = await run_in_threadpool(self._do, batch, typed, asked.person(request))
        except InputError as error:
            if error.code == "INPUT-BATCH":
                raise
            return await run_in_threadpool(self._page, request, batch, fault=error, typed=typed)
        return RedirectResponse(place, 303)

    def _do(self, batch: str, typed: dict[str, str], person: str) -> str:
        """Do one deed; return where to go then."""

        def said(name: str) -> str:
            return typed.get(name, "")

        here = f"/batches/{batch}?note="
        match said("deed"):
            case "pause" | "resume":
                self.backlog.pause(batch, is_paused=said("deed") == "pause")
                return here + f"{said('deed')}d"
            case "add":
                wanted = AddWish(
                    source=said("source"),
                    inside=said("inside"),
                    levels=said("levels"),
                    is_folder_document=bool(said("as-document")),
                    is_growing=bool(said("growing")),
                    is_stacks=bool(said("stacks")),
                    piles=said("piles"),
                )
                self.backlog.add(batch, wanted)
            case "check":
                self.backlog.check(batch)
            case "deliver":
                self.backlog.deliver(
                    batch,
                    form=said("form"),
                    is_supplement=bool(said("supplement")),
                    is_partial=bool(said("partial")),
                    replaced=tuple(
                        one.strip() for one in said("replace").split(",") if one.strip()
                    ),
                )
            case "draw":
                lot = self.backlog.draw(batch, typed, person=person)
                return f"/batches/{batch}/rounds/{lot.id}?note=drawn"
            case _:
                raise HTTPException(400)
        return here + "begun"

    def _page(self, request: Request, batch: str, **more: Any) -> Response:
        context = {"fault": None, "typed": {}, **more}
        return self.site.page(
            request,
            "batch.html",
            status_code=422 if context["fault"] else 200,
            view=self.backlog.batch(batch),
            sources=self.backlog.sources(),
            choices=self.backlog.choices(),
            note=noted(request),
            **context,
        )

    def table(self, batch: str, kind: str) -> Response:
        """Send the report of every paper, or the sheet of 46 columns, as XLSX."""
        if kind not in _TABLES:
            raise HTTPException(404)
        return sent_file(self.backlog.table(batch, kind), XLSX, f"{batch}-{_TABLES[kind]}.xlsx")

    def structure(self, request: Request, batch: str) -> Response:
        """Show the dossiers of a batch, to be changed many at once."""
        return self._structure(request, batch)

    async def change(self, request: Request, batch: str) -> Response:
        """Set a value in the dossiers that are marked; name every cell that cannot be."""
        typed = await asked.form(request)
        keys = [unquote(value) for name, value in typed.items() if name.startswith("row-")]
        field, value = typed.get("field", ""), typed.get("value", "")
        also_note(request, field=field[:40], value=value[:200], count=str(len(keys)))
        person = asked.person(request)
        try:
            wrong = await run_in_threadpool(
                self.backlog.change, batch, keys, field, value, person=person
            )
        except InputError as error:
            if error.code == "INPUT-BATCH":
                raise
            return await run_in_threadpool(
                self._structure, request, batch, fault=error, typed=typed
            )
        if wrong:
            return await run_in_threadpool(
                self._structure, request, batch, wrong=wrong, typed=typed
            )
        offset = asked.count(request, "offset", default=0)
        return RedirectResponse(f"/batches/{batch}/structure?note=changed&offset={offset}", 303)

    def _structure(self, request: Request, batch: str, **more: Any) -> Response:
        context = {"fault": None, "typed": {}, "wrong": (), **more}
        offset = asked.count(request, "offset", default=0)
        rows = self.backlog.dossiers(batch, limit=DOSSIERS_A_PAGE + 1, offset=offset)
        return self.site.page(
            request,
            "structure.html",
            status_code=422 if context["fault"] or context["wrong"] else 200,
            batch=batch,
            rows=[(quote(row.key), Place.of_key(row.key), row) for row in rows[:DOSSIERS_A_PAGE]],
            fields=self.backlog.fields(batch),
            offset=offset,
            size=DOSSIERS_A_PAGE,
            has_more=len(rows) > DOSSIERS_A_PAGE,
            note=noted(request),
            **context,
        )


def noted(request: Request) -> str:
    """Return the note that the address asks to be shown; empty for an unknown one."""
    note = request.query_params.get("note", "")
    return note if note in _NOTES else ""
