"""A visitor who asks the page without a socket."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest
from argon2 import PasswordHasher

from pipeline.access.door import Door
from pipeline.access.records import Role
from pipeline.web.app import create_app
from pipeline.web.backlog_api import Backlog
from pipeline.web.gate import SESSION_COOKIE
from pipeline.web.outbox_api import Sending
from pipeline.web.register_api import Registry
from tests.unit.web.memory_desk import MemoryDesk

ORIGIN = "http://127.0.0.1:8080"
EVERYTHING = tuple(role for role in Role if role is not Role.MONITOR)


QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
"""Hashes that take no time; what is tried here is not how hard they are."""
PASSWORD = "một mật khẩu tốt"


@dataclass
class Visitor:
    """A browser's requests, one after the other, of somebody who has signed in."""

    desk: MemoryDesk
    door: Door
    registry: Registry | None = None
    backlog: Backlog | None = None
    sending: Sending | None = None
    cookies: httpx.Cookies = field(default_factory=httpx.Cookies)

    def __post_init__(self) -> None:
        """Make the page once, and somebody who may do everything."""
        app = create_app(
            self.desk,
            door=self.door,
            registry=self.registry,
            backlog=self.backlog,
            sending=self.sending,
            upload_bytes_max=3_000_000,
        )
        self._transport = httpx.ASGITransport(app)
        if not self.door.accounts.all():
            self.door.accounts.add(
                "le.thi.b", full_name="Lê Thị B", roles=EVERYTHING, units=None, password=PASSWORD
            )
        self.sign_in("le.thi.b")

    def sign_in(self, name: str) -> None:
        """Go on as somebody else."""
        key = self.door.sessions.begin(self.door.accounts.one(name))
        self.cookies = httpx.Cookies({SESSION_COOKIE: key})

    def leave(self) -> None:
        """Go on as nobody."""
        self.cookies = httpx.Cookies()

    @property
    def csrf(self) -> str:
        """What the forms of this session carry."""
        key = self.cookies.get(SESSION_COOKIE) or ""
        return hmac.new(key.encode(), b"form", hashlib.sha256).hexdigest()[:32]

    def get(self, path: str, **headers: str) -> httpx.Response:
        """Ask for a path."""
        return self._ask("GET", path, headers)

    def post(self, path: str, data: dict[str, str] | None = None, **headers: str) -> httpx.Response:
        """Send a form as the page itself would."""
        filled = {"csrf": self.csrf, **(data or {})}
        return self._ask("POST", path, {"origin": ORIGIN, **headers}, filled)

    def _ask(
        self,
        method: str,
        path: str,
        headers: dict[str, str],
        data: dict[str, str] | None = None,
        content: bytes | None = None,
    ) -> httpx.Response:
        async def ask() -> httpx.Response:
            async with httpx.AsyncClient(
                transport=self._transport, base_url=ORIGIN, cookies=self.cookies
            ) as client:
                named = {name.replace("_", "-"): value for name, value in headers.items()}
                answer = await client.request(
                    method, path, headers=named, data=data, content=content
                )
                self.cookies = client.cookies
                return answer

        return asyncio.run(ask())


@pytest.fixture
def desk(tmp_path: Path) -> MemoryDesk:
    """Give a desk with one document of each kind."""
    return MemoryDesk(tmp_path)


@pytest.fixture
def door(tmp_path: Path) -> Iterator[Door]:
    """Give a door that nobody has an account at."""
    with Door.open(tmp_path, hasher=QUICK) as made:
        yield made


@pytest.fixture
def visitor(desk: MemoryDesk, door: Door) -> Visitor:
    """Give a visitor of that desk."""
    return Visitor(desk, door)


@pytest.fixture
def path_of(desk: MemoryDesk) -> Callable[[str], str]:
    """Give the address of the document of a file."""
    return lambda name: f"/jobs/{desk.job_id(name)}"
