"""A visitor who asks the page without a socket."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from pipeline.web.app import create_app
from tests.unit.web.memory_desk import MemoryDesk

ORIGIN = "http://127.0.0.1:8080"


@dataclass
class Visitor:
    """A browser's requests, one after the other."""

    desk: MemoryDesk
    cookies: httpx.Cookies = field(default_factory=httpx.Cookies)

    def __post_init__(self) -> None:
        """Make the page once."""
        self._transport = httpx.ASGITransport(create_app(self.desk))

    def get(self, path: str, **headers: str) -> httpx.Response:
        """Ask for a path."""
        return self._ask("GET", path, headers)

    def post(self, path: str, data: dict[str, str] | None = None, **headers: str) -> httpx.Response:
        """Send a form as the page itself would."""
        return self._ask("POST", path, {"origin": ORIGIN, **headers}, data)

    def _ask(
        self, method: str, path: str, headers: dict[str, str], data: dict[str, str] | None = None
    ) -> httpx.Response:
        async def ask() -> httpx.Response:
            async with httpx.AsyncClient(
                transport=self._transport, base_url=ORIGIN, cookies=self.cookies
            ) as client:
                named = {name.replace("_", "-"): value for name, value in headers.items()}
                answer = await client.request(method, path, headers=named, data=data)
                self.cookies = client.cookies
                return answer

        return asyncio.run(ask())


@pytest.fixture
def desk(tmp_path: Path) -> MemoryDesk:
    """Give a desk with one document of each kind."""
    return MemoryDesk(tmp_path)


@pytest.fixture
def visitor(desk: MemoryDesk) -> Visitor:
    """Give a visitor of that desk."""
    return Visitor(desk)


@pytest.fixture
def path_of(desk: MemoryDesk) -> Callable[[str], str]:
    """Give the address of the document of a file."""
    return lambda name: f"/jobs/{desk.job_id(name)}"
