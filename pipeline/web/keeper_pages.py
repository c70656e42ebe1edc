"""The keeper's pages: accounts, the record of what was seen, settings as they were read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from pipeline.access.accounts import generated_password
from pipeline.access.door import Door
from pipeline.access.records import ACCOUNT_ROLES, Account
from pipeline.model.errors import InputError
from pipeline.web import asked
from pipeline.web.answers import limit_of, plain
from pipeline.web.api import Desk
from pipeline.web.gate import Gate, Right, also_note
from pipeline.web.site import Site
from pipeline.web.words import WORDS

LINES_A_PAGE = 100
DEEDS = tuple(key.partition(".")[2] for key in WORDS if key.startswith("deed."))
"""What stands in the record, by name."""
_PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8"
_NOTES = frozenset({"added", "changed", "disabled", "enabled"})


@dataclass(frozen=True, slots=True)
class KeeperPages:
    """What the keeper sees and does."""

    desk: Desk
    door: Door
    site: Site
    gate: Gate

    def router(self) -> APIRouter:
        """Return the routes."""
        router = APIRouter(default_response_class=HTMLResponse)
        for method, path, do, deed in (
            ("GET", "/users", self.users, ""),
            ("POST", "/users", self.act, "account.change"),
            ("GET", "/audit", self.audit, "audit.view"),
            ("GET", "/settings", self.settings, "settings.view"),
        ):
            needs = self.gate.needs(Right.KEEP, deed)
            router.add_api_route(path, do, methods=[method], dependencies=needs)
        needs = self.gate.needs(Right.FIGURES)
        router.add_api_route("/metrics", self.figures, methods=["GET"], dependencies=needs)
        return router

    def api_router(self) -> APIRouter:
        """Return the routes for programs."""
        router = APIRouter(prefix="/api", default_response_class=JSONResponse)
        for path, answer, deed in (
            ("/users", self.accounts, ""),
            ("/audit", self.lines, "audit.view"),
            ("/settings", self.values, "settings.view"),
        ):
            needs = self.gate.needs(Right.KEEP, deed)
            router.add_api_route(path, answer, methods=["GET"], dependencies=needs)
        return router

    def users(self, request: Request) -> Response:
        """Show the accounts."""
        note = request.query_params.get("note", "")
        return self._users(request, note=note if note in _NOTES else "")

    async def act(self, request: Request) -> Response:
        """Add an account, change its rights or password, shut it, open it."""
        typed = await asked.form(request)
        roles = [role.value for role in ACCOUNT_ROLES if typed.get(f"role-{role.value}")]
        deed, name = typed.get("deed", ""), typed.get("name", "").strip()
        also_note(request, deed=deed[:20], name=name[:40], roles=" ".join(roles))
        return await run_in_threadpool(self._act, request, deed, name, typed)

    def audit(self, request: Request) -> Response:
        """Show the record, newest first."""
        offset = asked.count(request, "offset", default=0)
        lines = self.door.audit.lines(limit=LINES_A_PAGE + 1, offset=offset, **_wanted(request))
        return self.site.page(
            request,
            "audit.html",
            lines=lines[:LINES_A_PAGE],
            deeds=DEEDS,
            accounts=[account.name for account in self.door.accounts.all()],
            wanted=_wanted(request),
            offset=offset,
            size=LINES_A_PAGE,
            has_more=len(lines) > LINES_A_PAGE,
        )

    def settings(self, request: Request) -> Response:
        """Show the settings in force and where each one comes from."""
        return self.site.page(request, "settings.html", settings=self.desk.settings())

    def figures(self) -> Response:
        """Return the figures for Prometheus."""
        return Response(self.desk.figures(), media_type=_PROMETHEUS)

    def accounts(self) -> Response:
        """Return the accounts."""
        return JSONResponse(plain(self.door.accounts.all()))

    def lines(self, request: Request) -> Response:
        """Return lines of the record, newest first."""
        offset = asked.count(request, "offset", default=0)
        found = self.door.audit.lines(limit=limit_of(request), offset=offset, **_wanted(request))
        return JSONResponse(plain(found))

    def values(self) -> Response:
        """Return the settings in force; secrets are not told."""
        return JSONResponse(plain(self.desk.settings()))

    def _act(self, request: Request, deed: str, name: str, typed: Mapping[str, str]) -> Response:
        try:
            note, password = self._do(deed, name, typed)
        except InputError as error:
            return self._users(request, fault=error, typed=typed, status_code=422)
        if password:
            return self._users(request, note=note, shown=(name, password))
        return RedirectResponse(f"/users?note={note}", 303)

    def _do(self, deed: str, name: str, typed: Mapping[str, str]) -> tuple[str, str]:
        """Return (note, password to be shown once)."""
        accounts = self.door.accounts
        roles = [role for role in ACCOUNT_ROLES if typed.get(f"role-{role.value}")]
        units = None if typed.get("all-units") else typed.get("units", "").split(";")
        match deed:
            case "add":
                password = generated_password()
                full_name = typed.get("full-name", "")
                accounts.add(name, full_name=full_name, roles=roles, units=units, password=password)
                return "added", password
            case "rights":
                accounts.set_rights(name, roles=roles, units=units)
                return "changed", ""
            case "password":
                password = generated_password()
                accounts.set_password(name, password)
                return "changed", password
            case "disable":
                accounts.disable(name)
                return "disabled", ""
            case "enable":
                accounts.enable(name)
                return "enabled", ""
            case _:
                raise HTTPException(400)

    def _users(
        self,
        request: Request,
        *,
        note: str = "",
        shown: tuple[str, str] | None = None,
        fault: InputError | None = None,
        typed: Mapping[str, str] | None = None,
        status_code: int = 200,
    ) -> Response:
        accounts: tuple[Account, ...] = self.door.accounts.all()
        return self.site.page(
            request,
            "users.html",
            status_code=status_code,
            accounts=accounts,
            roles=ACCOUNT_ROLES,
            note=note,
            shown_password=shown,
            fault=fault,
            typed=typed or {},
        )


def _wanted(request: Request) -> dict[str, str]:
    names = ("account", "action", "document_id")
    return {name: request.query_params.get(name, "")[:64] for name in names}
