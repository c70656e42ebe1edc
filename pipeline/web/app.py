"""The page of sohoa as an ASGI application.

It shows what a `Desk` tells and hands what people do to it. No asset comes from elsewhere, nothing
is kept between requests but three cookies of the browser (language, name, nothing secret).
There is no sign-in yet: it is meant to be bound to the loopback address.
"""

from __future__ import annotations

from collections.abc import Iterable

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException

from pipeline.model.errors import InputError, SohoaError
from pipeline.web.actions import Actions
from pipeline.web.answers import Answers, fault_body
from pipeline.web.api import Desk, Trouble
from pipeline.web.files import Files
from pipeline.web.guards import LOCAL_HOSTS, Guard
from pipeline.web.pages import Pages
from pipeline.web.register_api import Registry
from pipeline.web.register_pages import RegisterPages
from pipeline.web.searching import Searching
from pipeline.web.site import STATIC, Site


def create_app(
    desk: Desk, *, registry: Registry | None = None, hosts: Iterable[str] = LOCAL_HOSTS
) -> FastAPI:
    """Return the application.

    Args:
        desk: what is shown and done.
        registry: what is done at the register; without it the register can only be looked at.
        hosts: names under which it may be asked, without port.
    """
    app = FastAPI(title="sohoa", docs_url=None, redoc_url=None, openapi_url="/api/openapi.json")
    site = Site(has_registry=registry is not None)
    pages = Pages(desk, site)
    app.add_middleware(Guard, hosts=tuple(hosts))
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    app.include_router(pages.router(), include_in_schema=False)
    app.include_router(Actions(desk, site).router(), include_in_schema=False)
    if registry is not None:
        pages_of_register = RegisterPages(desk, registry, site)
        app.include_router(pages_of_register.router(), include_in_schema=False)
    app.include_router(Files(desk).router())
    app.include_router(Answers(desk).router())
    searching = Searching(desk, site)
    app.include_router(searching.router(), include_in_schema=False)
    app.include_router(searching.api_router())

    async def on_fault(request: Request, error: Exception) -> Response:
        if not isinstance(error, SohoaError):
            raise error
        if _is_program(request):
            body = fault_body(Trouble(code=error.code, detail=error.detail, page=error.page))
            return JSONResponse({"error": body}, _status(error))
        return pages.fault(request, error, status_code=_status(error))

    async def on_refusal(request: Request, error: Exception) -> Response:
        code = error.status_code if isinstance(error, HTTPException) else 400
        if _is_program(request):
            return JSONResponse({"error": code}, code)
        return pages.refusal(request, code)

    app.add_exception_handler(SohoaError, on_fault)
    app.add_exception_handler(HTTPException, on_refusal)
    return app


def _status(error: SohoaError) -> int:
    return 404 if isinstance(error, InputError) else 503


def _is_program(request: Request) -> bool:
    return request.url.path.startswith("/api/")
