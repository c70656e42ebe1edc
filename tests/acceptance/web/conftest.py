"""The page in a real server on the loopback, walked by a real Chromium."""

from __future__ import annotations

import os
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import uvicorn
from fastapi import FastAPI
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from pipeline.access.door import Door
from pipeline.web.app import create_app
from pipeline.web.gate import SESSION_COOKIE
from tests.unit.web.conftest import EVERYTHING, PASSWORD, QUICK
from tests.unit.web.memory_desk import MemoryDesk

_START_S = 20.0
CLERK = "le.thi.b"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
VIEWS = {"desk": {"width": 1366, "height": 768}, "phone": {"width": 390, "height": 844}}


@dataclass(frozen=True)
class House:
    """A running page and what stands behind it."""

    desk: MemoryDesk
    door: Door
    address: str


@contextmanager
def serving(app: FastAPI) -> Iterator[str]:
    """Serve a page on a free port of the loopback; give its address."""
    config = uvicorn.Config(app, log_level="error", lifespan="off", timeout_graceful_shutdown=2)
    server = uvicorn.Server(config)
    listener = socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    deadline = time.monotonic() + _START_S
    while not server.started:
        assert time.monotonic() < deadline, "the page did not start"
        time.sleep(0.02)
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    thread.join(_START_S)
    listener.close()


@contextmanager
def open_door(folder: Path) -> Iterator[Door]:
    """Give a door at which one person may do everything."""
    with Door.open(folder, hasher=QUICK) as door:
        door.accounts.add(
            CLERK, full_name="Lê Thị B", roles=EVERYTHING, units=None, password=PASSWORD
        )
        yield door


def sign_in(context: BrowserContext, door: Door, address: str, name: str = CLERK) -> None:
    """Give a browser the key of a session."""
    key = door.sessions.begin(door.accounts.one(name))
    context.add_cookies([{"name": SESSION_COOKIE, "value": key, "url": address}])


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """Serve the page over made-up documents."""
    desk = MemoryDesk(tmp_path)
    with open_door(tmp_path) as door, serving(create_app(desk, door=door)) as address:
        yield House(desk, door, address)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Give Debian's Chromium; absent: skip at home, fail in CI.

    No longer than a module: Playwright keeps an event loop in the thread, and tests elsewhere
    could then not run their own.
    """
    path = shutil.which("chromium")
    if path is None:
        reason = "chromium is not installed"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(params=sorted(VIEWS))
def page(request: pytest.FixtureRequest, chromium: Browser, house: House) -> Iterator[Page]:
    """Give a fresh page of each size; a word in the browser's console fails the test.

    It needs the house, so that the house still stands when the page is closed.
    """
    context = chromium.new_context(viewport=VIEWS[request.param])
    sign_in(context, house.door, house.address)
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("response", lambda answer: said.append(answer.url) if answer.status >= 500 else None)
    yield page
    context.close()
    assert said == []
