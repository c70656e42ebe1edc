"""Stacks that wait: their list, the strip of one, its pictures, and what a person confirms."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from pipeline.model import strip_plan
from pipeline.model.errors import InputError
from pipeline.web import asked
from pipeline.web.gate import Gate, Right
from pipeline.web.site import Site
from pipeline.web.strip_api import Strips, StripView


@dataclass(frozen=True, slots=True)
class StripPages:
    """Shows strips and hands on what people confirm."""

    strips: Strips
    site: Site
    gate: Gate

    def router(self) -> APIRouter:
        """Return the routes."""
        router = APIRouter(default_response_class=HTMLResponse)
        for method, path, do, deed in (
            ("GET", "/stacks", self.list, ""),
            ("GET", "/stacks/{stack_id}", self.strip, "stack.view"),
            ("GET", "/stacks/{stack_id}/{number}.jpg", self.picture, "stack.page"),
            ("POST", "/stacks/{stack_id}", self.confirm, "stack.confirm"),
        ):
            needs = self.gate.needs(Right.BATCH, deed)
            router.add_api_route(path, do, methods=[method], dependencies=needs)
        return router

    def list(self, request: Request) -> Response:
        """Show which stacks wait."""
        is_confirmed = request.query_params.get("note") == "confirmed"
        return self.site.page(
            request, "stacks.html", stacks=self.strips.waiting(), is_confirmed=is_confirmed
        )

    def strip(self, request: Request, stack_id: str) -> Response:
        """Show the pages of a stack."""
        view = self.strips.strip(_id(stack_id))
        return self._page(request, view, plan=strip_plan.written(view.plan))

    def picture(self, request: Request, stack_id: str, number: str) -> Response:
        """Send the small picture of a page."""
        del request
        found = self.strips.picture(_id(stack_id), _id(number))
        if found is None:
            raise HTTPException(404)
        return Response(found, media_type="image/jpeg", headers={"Cache-Control": "no-store"})

    async def confirm(self, request: Request, stack_id: str) -> Response:
        """Take what a person says; show it again where it cannot be done."""
        typed = await asked.form(request)
        plan, number = typed.get("plan", ""), _id(stack_id)
        try:
            await run_in_threadpool(self.strips.confirm, number, plan, person=asked.person(request))
        except InputError as error:
            if error.code != "INPUT-STACK-PLAN":
                raise
            view = await run_in_threadpool(self.strips.strip, number)
            return self._page(request, view, plan=plan, fault=error)
        return RedirectResponse("/stacks?note=confirmed", 303)

    def _page(
        self, request: Request, view: StripView, *, plan: str, fault: InputError | None = None
    ) -> Response:
        return self.site.page(
            request,
            "strip.html",
            status_code=200 if fault is None else 422,
            stack=view,
            plan=plan,
            fault=fault,
        )


def _id(given: str) -> int:
    if not (given.isascii() and given.isdecimal() and len(given) < 10):
        raise HTTPException(404)
    return int(given)
