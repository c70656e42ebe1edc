"""The page of sohoa as an ASGI application.

It shows what a `Desk` tells and hands what people do to it. No asset comes from elsewhere; the
browser keeps two cookies, its language and the key of its session. Who may open what: `gate`.
"""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlencode

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response
from fastapi.staticfiles import StaticFiles
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from pipeline.access.door import Door
from pipeline.model.errors import InputError, SohoaError
from pipeline.web.actions import Actions
from pipeline.web.answers import Answers, fault_body
from pipeline.web.api import Desk, Trouble
from pipeline.web.backlog_api import Backlog
from pipeline.web.batch_pages import BatchPages
from pipeline.web.door_pages import DoorPages
from pipeline.web.files import Files
from pipeline.web.gate import Gate, Recorder, Right, prove
from pipeline.web.guards import LOCAL_HOSTS, Guard
from pipeline.web.keeper_pages import KeeperPages
from pipeline.web.openapi import description
from pipeline.web.outbox_api import Sending
from pipeline.web.outbox_pages import OutboxPages
from pipeline.web.pages import Pages
from pipeline.web.register_api import Registry
from pipeline.web.register_pages import RegisterPages
from pipeline.web.round_pages import RoundPages
from pipeline.web.searching import Searching
from pipeline.web.site import STATIC, Site, language_of
from pipeline.web.strip_api import Strips
from pipeline.web.strip_pages import StripPages
from pipeline.web.work_pages import SEND_PATH, WorkPages


def create_app(
    desk: Desk,
    *,
    door: Door,
    registry: Registry | None = None,
    strips: Strips | None = None,
    backlog: Backlog | None = None,
    sending: Sending | None = None,
    hosts: Iterable[str] = LOCAL_HOSTS,
    upload_bytes_max: int = 0,
) -> FastAPI:
    """Return the application.

    Args:
        desk: what is shown and done.
        door: who may come in, and the record of what they see.
        registry: what is done at the register; without it the register can only be looked at.
        strips: stacks that wait for a person; without it the page has none.
        backlog: the batches; without it the page has none.
        sending: the outbox; without it the page has none.
        hosts: names under which it may be asked, without port.
        upload_bytes_max: largest file that may be sent in.
    """
    app = FastAPI(title="sohoa", docs_url=None, redoc_url=None, openapi_url=None)
    site = Site(
        has_registry=registry is not None,
        has_strips=strips is not None,
        has_backlog=backlog is not None,
        has_sending=sending is not None,
    )
    gate = Gate(door)
    pages = Pages(desk, site, gate)
    app.add_middleware(Recorder, door=door)
    app.add_middleware(Guard, hosts=tuple(hosts), longer={SEND_PATH: upload_bytes_max})
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    working = WorkPages(desk, site, gate)
    searching, keeping = Searching(desk, site, gate), KeeperPages(desk, door, site, gate)
    batching = None if backlog is None else BatchPages(backlog, site, gate)
    sent = None if sending is None else OutboxPages(sending, site, gate)
    for people in (
        pages.router(),
        DoorPages(door, site, gate).router(),
        Actions(desk, site, gate).router(),
        searching.router(),
        working.router(),
        keeping.router(),
        *([] if registry is None else [RegisterPages(desk, registry, site, gate).router()]),
        *([] if strips is None else [StripPages(strips, site, gate).router()]),
        *([] if batching is None else [batching.router()]),
        *([] if backlog is None else [RoundPages(backlog, site, gate).router()]),
        *([] if sent is None else [sent.router()]),
    ):
        app.include_router(prove(people), include_in_schema=False)
    for programs in (
        Files(desk, gate).router(),
        Answers(desk, gate).router(),
        searching.api_router(),
        working.api_router(),
        keeping.api_router(),
        *([] if batching is None else [batching.api_router()]),
        *([] if sent is None else [sent.api_router()]),
    ):
        app.include_router(prove(programs))
    app.include_router(prove(_description(app, gate)), include_in_schema=False)

    async def on_fault(request: Request, error: Exception) -> Response:
        if not isinstance(error, SohoaError):
            raise error
        code = _status(error)
        if _is_program(request):
            body = fault_body(Trouble(code=error.code, detail=error.detail, page=error.page))
            headers = {"WWW-Authenticate": "Bearer"} if code == _UNKNOWN else None
            return JSONResponse({"error": body}, code, headers)
        if code == _UNKNOWN and request.method == "GET":
            place = {"next": _path(request), "lang": language_of(request)}
            return RedirectResponse(f"/signin?{urlencode(place)}", 303)
        return await run_in_threadpool(pages.fault, request, error, status_code=code)

    async def on_refusal(request: Request, error: Exception) -> Response:
        code = error.status_code if isinstance(error, HTTPException) else 400
        if _is_program(request):
            return JSONResponse({"error": code}, code)
        return pages.refusal(request, code)

    app.add_exception_handler(SohoaError, on_fault)
    app.add_exception_handler(HTTPException, on_refusal)
    return app


def _description(app: FastAPI, gate: Gate) -> APIRouter:
    """Return the route of the OpenAPI document."""

    def describe() -> Response:
        return JSONResponse(description(app))

    router = APIRouter()
    needs = gate.needs(Right.OWN)
    router.add_api_route("/api/openapi.json", describe, methods=["GET"], dependencies=needs)
    return router


_STATUS = {
    "INPUT-SIGNIN-WANTED": 401,
    "INPUT-RIGHTS": 403,
    "INPUT-FORM-STALE": 403,
    "INPUT-UPLOAD-FOLDER": 422,
    "INPUT-UPLOAD-NAME": 422,
    "INPUT-UPLOAD-SIZE": 422,
}
_UNKNOWN = 401


def _status(error: SohoaError) -> int:
    return _STATUS.get(error.code, 404 if isinstance(error, InputError) else 503)


def _path(request: Request) -> str:
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")


def _is_program(request: Request) -> bool:
    return request.url.path.startswith(("/api/", "/live/", "/metrics"))
