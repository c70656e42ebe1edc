"""Signing in and out, and one's own account: password and tokens."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from pipeline.access.accounts import PASSWORD_CHARS_MAX, PASSWORD_CHARS_MIN
from pipeline.access.door import Door
from pipeline.access.records import Role
from pipeline.access.tokens import reach
from pipeline.model.errors import InputError
from pipeline.web import asked
from pipeline.web.gate import SESSION_COOKIE, Gate, Right, also_note, signed_in
from pipeline.web.site import Site

_DAYS = {"30": 30, "365": 365, "": None}
"""Terms of a token that the page offers; the empty one has no end."""


@dataclass(frozen=True, slots=True)
class DoorPages:
    """Lets people in and out."""

    door: Door
    site: Site
    gate: Gate

    def router(self) -> APIRouter:
        """Return the routes."""
        router = APIRouter(default_response_class=HTMLResponse)
        router.add_api_route("/healthz", lives, methods=["GET"])
        router.add_api_route("/signin", self.ask, methods=["GET"])
        router.add_api_route("/signin", self.sign_in, methods=["POST"])
        for method, path, do, deed in (
            ("POST", "/signout", self.sign_out, "sign-out"),
            ("GET", "/account", self.account, ""),
            ("POST", "/account/password", self.password, "account.password"),
            ("POST", "/account/tokens", self.make_token, "token.make"),
            ("POST", "/account/tokens/{token}/revoke", self.revoke, "token.revoke"),
        ):
            needs = self.gate.needs(Right.OWN, deed)
            router.add_api_route(path, do, methods=[method], dependencies=needs)
        return router

    def ask(self, request: Request) -> Response:
        """Show the form of the sign-in."""
        return self._form(request, wanted=request.query_params.get("next", ""))

    async def sign_in(self, request: Request) -> Response:
        """Take name and password; the way back leads to a page of ours only."""
        typed = await asked.form(request)
        name, wanted = typed.get("name", ""), typed.get("next", "")
        address = "" if request.client is None else request.client.host[:60]
        try:
            key = await run_in_threadpool(
                self.door.sign_in, name, typed.get("password", ""), address=address
            )
        except InputError as error:
            status = 429 if error.code == "INPUT-SIGNIN-WAIT" else 401
            return self._form(request, wanted=wanted, name=name, fault=error, status_code=status)
        response = RedirectResponse(_own(wanted), 303)
        response.set_cookie(
            SESSION_COOKIE,
            key,
            httponly=True,
            samesite="lax",
            path="/",
            secure=request.url.scheme == "https",
        )
        return response

    def sign_out(self, request: Request) -> Response:
        """End the session."""
        self.door.sessions.end(request.cookies.get(SESSION_COOKIE, ""))
        response = RedirectResponse("/signin", 303)
        response.delete_cookie(SESSION_COOKIE, path="/")
        return response

    def account(self, request: Request) -> Response:
        """Show one's own account."""
        return self._account(request, note=request.query_params.get("note", ""))

    async def password(self, request: Request) -> Response:
        """Change one's own password; every session ends, this one too."""
        typed, name = await asked.form(request), signed_in(request).name
        return await run_in_threadpool(self._change_password, request, name, typed)

    async def make_token(self, request: Request) -> Response:
        """Make a token and show its key, this once."""
        typed = await asked.form(request)
        return await run_in_threadpool(self._make_token, request, typed)

    def revoke(self, request: Request, token: str) -> Response:
        """Refuse a token of one's own from now on."""
        try:
            self.door.tokens.revoke(token, account=signed_in(request).name)
        except InputError as error:
            return self._account(request, fault=error, status_code=404)
        return RedirectResponse("/account?note=revoked", 303)

    def _change_password(self, request: Request, name: str, typed: Mapping[str, str]) -> Response:
        try:
            if typed.get("new", "") != typed.get("again", ""):
                raise InputError("INPUT-ACCOUNT-PASSWORD", detail="≠")
            if self.door.accounts.check(name, typed.get("old", "")) is None:
                raise InputError("INPUT-SIGNIN-WRONG")
            self.door.accounts.set_password(name, typed.get("new", ""))
        except InputError as error:
            return self._account(request, fault=error, status_code=422)
        response = RedirectResponse("/signin?note=changed", 303)
        response.delete_cookie(SESSION_COOKIE, path="/")
        return response

    def _make_token(self, request: Request, typed: Mapping[str, str]) -> Response:
        roles = [role for role in Role if typed.get(f"role-{role.value}")]
        try:
            token, key = self.door.tokens.make(
                signed_in(request).name,
                label=typed.get("label", ""),
                roles=roles,
                days=_DAYS.get(typed.get("days", ""), 30),
            )
        except InputError as error:
            return self._account(request, fault=error, status_code=422)
        also_note(request, token=token.id, roles=" ".join(sorted(one.value for one in token.roles)))
        return self._account(request, key=key)

    def _account(
        self,
        request: Request,
        *,
        note: str = "",
        key: str = "",
        fault: InputError | None = None,
        status_code: int = 200,
    ) -> Response:
        account = self.door.accounts.one(signed_in(request).name)
        return self.site.page(
            request,
            "account.html",
            status_code=status_code,
            account=account,
            tokens=self.door.tokens.of(account.name),
            token_roles=[role for role in Role if role in reach(account.roles)],
            key=key,
            note=note if note == "revoked" else "",
            fault=fault,
            password_chars=(PASSWORD_CHARS_MIN, PASSWORD_CHARS_MAX),
        )

    def _form(
        self,
        request: Request,
        *,
        wanted: str,
        name: str = "",
        fault: InputError | None = None,
        status_code: int = 200,
    ) -> Response:
        return self.site.page(
            request,
            "signin.html",
            status_code=status_code,
            wanted=_own(wanted),
            name=name[:40],
            fault=fault,
            is_changed=request.query_params.get("note") == "changed",
        )


def lives() -> Response:
    """Tell that the process answers; no more than that, because no sign-in is asked for it."""
    return PlainTextResponse("ok")


def _own(wanted: str) -> str:
    """Return a path of this page; anything that could lead elsewhere becomes the first page."""
    is_own = wanted.startswith("/") and not wanted.startswith(("//", "/\\"))
    return wanted if is_own and wanted.isprintable() else "/"
