"""Who may open what: one table of rights, asked before every route, and the record of it.

Without sign-in three things answer: `/healthz`, which says that the process lives and nothing else
(a supervisor has no account), the form of the sign-in itself, and the files that it is drawn with.
Everything else has a `Right`; `prove` refuses to start a page that has a route without one. Figures
for Prometheus need a token even from this machine: behind a proxy every request comes from there.

A changing request of a browser must carry what only a page of ours knows: the form's token, made of
the session's key (OWASP, CSRF: HMAC-based token), on top of the origin that `guards` looks at.
Programs with a token of their own need neither: no browser sends an `Authorization` by itself. A
token changes nothing of the account that it belongs to: neither its password nor its tokens.
"""

from __future__ import annotations

import enum
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass

from fastapi import APIRouter, Depends, Request, params
from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pipeline.access.door import Door
from pipeline.access.records import Deed, Person, Role
from pipeline.model.errors import InputError

SESSION_COOKIE = "sohoa_session"
FORM_FIELD = "csrf"
FORM_HEADER = "x-csrf"
FORM_FIELDS_MAX = 60
FACT_CHARS_MAX = 200
"""Characters of one fact in the record: an address may have 64 KiB, the record keeps for years."""
_STATE = "gate"
_BEARER = "bearer "
_MARK = "right_of_sohoa"


class Right(enum.Enum):
    """What a page is for."""

    OWN = "own"
    """One's own account."""
    READ = "read"
    """Search, and documents of one's units with their files."""
    LIST = "list"
    """What came and how far it is."""
    WORK = "work"
    """Send in, review, try again, ask for another scan."""
    REGISTER = "register"
    """Look at the register and its statistics, export and print them."""
    ENTER = "enter"
    """Correct entries, hand over, sign for, set statuses."""
    BATCH = "batch"
    """Batches of the backlog: add, check, accept, deliver."""
    KEEP = "keep"
    """Health, settings, accounts and the record."""
    FIGURES = "figures"
    """Figures for Prometheus."""


_CLERK, _ARCHIVIST = Role.CLERK, Role.ARCHIVIST
RIGHTS: Mapping[Right, frozenset[Role]] = {
    Right.OWN: frozenset(Role),
    Right.READ: frozenset({_CLERK, _ARCHIVIST, Role.SEARCHER}),
    Right.LIST: frozenset({_CLERK, _ARCHIVIST}),
    Right.WORK: frozenset({_CLERK}),
    Right.REGISTER: frozenset({_CLERK, _ARCHIVIST}),
    Right.ENTER: frozenset({_CLERK}),
    Right.BATCH: frozenset({_ARCHIVIST}),
    Right.KEEP: frozenset({Role.KEEPER}),
    Right.FIGURES: frozenset({Role.KEEPER, Role.MONITOR}),
}
"""Roles of which one is enough."""
WHOLE_AGENCY = frozenset({Right.REGISTER, Right.ENTER, Right.BATCH})
"""Register and batches speak of all units: these are for people of the whole agency only."""
OPEN = frozenset({"/healthz", "/signin"})
"""Routes that need no sign-in."""


def may(person: Person | None, right: Right) -> bool:
    """Return whether a person may do something."""
    if person is None or not person.roles & RIGHTS[right]:
        return False
    return person.units is None or right not in WHOLE_AGENCY


def person_of(request: Request) -> Person | None:
    """Return who asks, None where nobody has been let in."""
    return getattr(request.state, "person", None)


def signed_in(request: Request) -> Person:
    """Return who asks, on a route that has a right.

    Raises:
        InputError: INPUT-SIGNIN-WANTED.
    """
    person = person_of(request)
    if person is None:
        raise InputError("INPUT-SIGNIN-WANTED")
    return person


def form_token(request: Request) -> str:
    """Return what the forms of this session carry; empty without a session."""
    key = request.cookies.get(SESSION_COOKIE, "")
    if not key:
        return ""
    return hmac.new(key.encode("utf-8", "replace"), b"form", hashlib.sha256).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Gate:
    """Lets people in, or not."""

    door: Door

    def needs(
        self, right: Right, deed: str = "", *, by_itself: bool = False
    ) -> list[params.Depends]:
        """Return the dependencies of a route.

        Args:
            right: what the route is for.
            deed: name under which each answer is put on record; empty for what shows no document
                and changes nothing.
            by_itself: whether an open page asks for it without a person's doing.
        """

        async def let_in(request: Request) -> None:
            person = await run_in_threadpool(self._person, request, is_used=not by_itself)
            if deed:
                _note(request, deed, person)
            if person is None:
                raise InputError("INPUT-SIGNIN-WANTED")
            request.state.person = person
            if not may(person, right):
                raise InputError("INPUT-RIGHTS")
            if request.method not in {"GET", "HEAD"}:
                await _check_change(request, person, right)

        setattr(let_in, _MARK, right)
        return [Depends(let_in)]

    def _person(self, request: Request, *, is_used: bool) -> Person | None:
        given = request.headers.get("authorization", "")
        if given[: len(_BEARER)].lower() == _BEARER:
            return self.door.tokens.person(given[len(_BEARER) :].strip())
        key = request.cookies.get(SESSION_COOKIE, "")
        return self.door.sessions.person(key, is_used=is_used) if key else None


async def _check_change(request: Request, person: Person, right: Right) -> None:
    if not person.token_id:
        await _check_form(request)
    elif right is Right.OWN:
        # Else a token of one role could make itself another of all its owner's.
        raise InputError("INPUT-RIGHTS")


async def _check_form(request: Request) -> None:
    wanted = form_token(request)
    given: object = request.headers.get(FORM_HEADER)
    if given is None and "form" in request.headers.get("content-type", ""):
        form = await request.form(max_files=0, max_fields=FORM_FIELDS_MAX)
        given = form.get(FORM_FIELD)
    is_ours = isinstance(given, str) and hmac.compare_digest(given.encode(), wanted.encode())
    if not wanted or not is_ours:
        raise InputError("INPUT-FORM-STALE")


def _note(request: Request, deed: str, person: Person | None) -> None:
    facts = {name: str(value)[:FACT_CHARS_MAX] for name, value in request.path_params.items()}
    document_id = facts.pop("job_id", None)
    if person is not None and person.token_id:
        facts["token"] = person.token_id
    request.scope[_STATE]["deed"] = Deed(
        account="" if person is None else person.name,
        action=deed,
        document_id=None if document_id is None else document_id[:64],
        facts=facts,
    )


def also_note(request: Request, **facts: str) -> None:
    """Add facts to what is put on record of this request."""
    state = request.scope[_STATE]
    deed: Deed = state["deed"]
    state["deed"] = Deed(
        account=deed.account,
        action=deed.action,
        document_id=deed.document_id,
        facts={**(deed.facts or {}), **facts},
    )


class Recorder:
    """ASGI middleware: what a route notes is on record before its answer leaves.

    When the record cannot be written, nothing leaves: the error takes the answer's place.
    """

    def __init__(self, app: ASGIApp, *, door: Door) -> None:
        """Record what an application does."""
        self._app = app
        self._door = door

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        state: dict[str, Deed] = {}
        scope[_STATE] = state

        async def send_recorded(message: Message) -> None:
            if message["type"] == "http.response.start" and "deed" in state:
                noted = state.pop("deed")
                client = scope.get("client") or ("", 0)
                deed = Deed(
                    account=noted.account,
                    action=noted.action,
                    document_id=noted.document_id,
                    facts=noted.facts,
                    address=str(client[0])[:60],
                    status=message["status"],
                )
                await run_in_threadpool(self._door.audit.write, deed)
            await send(message)

        await self._app(scope, receive, send_recorded)


def prove(router: APIRouter) -> APIRouter:
    """Return a router of which every route has a right, or needs none by name.

    Raises:
        RuntimeError: a route has none (a fault of ours).
    """
    for route in router.routes:
        path, dependencies = getattr(route, "path", ""), getattr(route, "dependencies", ())
        has_right = any(hasattr(one.dependency, _MARK) for one in dependencies)
        if not has_right and path not in OPEN:
            raise RuntimeError(f"no right stands before {path}")
    return router
