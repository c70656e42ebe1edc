"""Work as a whole: how far it is and what failed; and files that people send in by the page."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from pipeline.web import asked
from pipeline.web.answers import plain
from pipeline.web.api import Desk
from pipeline.web.gate import Gate, Right, also_note
from pipeline.web.site import Site

SEND_PATH = "/api/send"
_CHUNK_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class WorkPages:
    """Shows the work and takes files in."""

    desk: Desk
    site: Site
    gate: Gate

    def router(self) -> APIRouter:
        """Return the routes for people."""
        router = APIRouter(default_response_class=HTMLResponse)
        needs = self.gate.needs(Right.LIST)
        router.add_api_route("/work", self.work, methods=["GET"], dependencies=needs)
        return router

    def api_router(self) -> APIRouter:
        """Return the routes for programs, and for the script of the page."""
        router = APIRouter(default_response_class=JSONResponse)
        needs = self.gate.needs(Right.LIST)
        router.add_api_route("/api/work", self.progress, methods=["GET"], dependencies=needs)
        needs = self.gate.needs(Right.WORK, "document.send")
        router.add_api_route(SEND_PATH, self.send, methods=["POST"], dependencies=needs)
        return router

    def work(self, request: Request) -> Response:
        """Show how far the work is."""
        progress = asked.desk(request, self.desk).progress()
        return self.site.page(request, "work.html", progress=progress)

    def progress(self, request: Request) -> Response:
        """Return how far the work is: open documents, speed, end, failures by cause."""
        return JSONResponse(plain(asked.desk(request, self.desk).progress()))

    async def send(self, request: Request) -> Response:
        """Take one file, the body of the request, into a drop folder.

        `folder` and `name` in the address; the answer tells the name it got there.
        """
        folder, name = (request.query_params.get(key, "") for key in ("folder", "name"))
        also_note(request, folder=folder[:80], name=name[:200])
        size_bytes = int(request.headers["content-length"])  # `guards` lets no other pass
        desk = await run_in_threadpool(asked.desk, request, self.desk)
        upload = desk.upload(folder, name, size_bytes=size_bytes)
        file = await run_in_threadpool(upload.__enter__)
        try:
            chunk = bytearray()
            async for part in request.stream():
                chunk += part
                if len(chunk) >= _CHUNK_BYTES:
                    await run_in_threadpool(file.write, bytes(chunk))
                    chunk.clear()
            await run_in_threadpool(file.write, bytes(chunk))
            given = await run_in_threadpool(file.finish)
        except ClientDisconnect:
            raise HTTPException(400) from None
        finally:
            await run_in_threadpool(upload.__exit__, None, None, None)
        return JSONResponse({"folder": folder, "name": given}, 201)
