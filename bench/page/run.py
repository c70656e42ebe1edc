"""`python -m bench page`: time of every page over 100,000 documents, asked as a browser asks.

Before each look at statistics an entry of the register is corrected, as somebody always does.
"""

from __future__ import annotations

import argparse
import contextlib
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from urllib.parse import quote

import httpx

from bench.page.filling import CONFIG, PASSWORD, document_id, fill_house
from bench.search.collection import letters
from pipeline.assembly.house import House
from pipeline.assembly.standing import Standing
from stages.register import BookKeeper, Place

_GOAL_MS = 150.0
_COMMON = ("số hóa tài liệu", "ke hoach", "quyết định phê duyệt")
"""Words that a large part of the letters hold: every one of them is counted for the facets."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--documents", type=int, default=100_000)
    parser.add_argument("--times", type=int, default=40, help="requests of each page")
    parser.add_argument("--data", type=Path, help="folder to fill, or filled before")


def main(options: argparse.Namespace) -> int:
    """Measure and print; exit 1 when a page is slower than 150 ms p95."""
    with contextlib.ExitStack() as stack:
        folder = options.data or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        folder.mkdir(parents=True, exist_ok=True)
        config = folder / "bench.toml"
        config.write_text(CONFIG + "[web]\nport = 0\n", encoding="utf-8")
        started = time.perf_counter()
        fill_house(folder / "data", config, options.documents)
        print(f"{options.documents} documents, made in {time.perf_counter() - started:.0f} s")
        house = stack.enter_context(House.open(folder / "data", config=config, environment={}))
        standing = stack.enter_context(Standing(house))
        address = f"http://{standing.serve()}"
        slow = []
        asked = [*_known(options.times)]
        for who, pages in (
            ("chung", _pages(options.documents, asked, house.register)),
            ("don.vi", _pages_of_unit(options.documents, asked)),
        ):
            with signed_in(address, who) as browser:
                print(f"\n| {who} | p50 ms | p95 ms | processor ms |\n|---|---|---|---|")
                slow += [
                    name
                    for name, ask in pages.items()
                    if _timed(browser, name, ask, options.times) > _GOAL_MS
                ]
    print(f"\nslower than {_GOAL_MS:.0f} ms p95: {', '.join(slow) or 'none'}")
    return 1 if slow else 0


@contextlib.contextmanager
def signed_in(address: str, name: str) -> Iterator[httpx.Client]:
    """Give a browser of somebody who has signed in."""
    with httpx.Client(base_url=address, headers={"Origin": address}, timeout=60) as browser:
        form = {"name": name, "password": PASSWORD}
        if browser.post("/signin", data=form).status_code != httpx.codes.SEE_OTHER:
            raise SystemExit("sign-in failed")
        yield browser


def _known(count: int) -> Iterator[str]:
    """Yield what people type who look for one letter: its code, or its subject in quotes."""
    for number, item in enumerate(letters(count, first=1)):
        fields = item.entry.fields
        yield quote(fields["code"] if number % 2 else f'"{fields["subject"]}"')


def _pages(
    documents: int, asked: Sequence[str], register: BookKeeper
) -> Mapping[str, Callable[[int], str]]:
    middle = documents // 2

    def after_a_correction(path: str) -> str:
        place = Place(book="den", year=2026, arrival_number=1)
        row = register.row(place)
        values = {"doc_ordinal": str(row.entry.doc_ordinal % 100 + 1)}
        register.correct(place, values, person="bench", reason="bench", seen=row.seen)
        return path

    def done(at: int) -> str:
        return document_id((at * 100 + 1) % documents)

    return {
        "list": lambda _: "/",
        "list, one state": lambda _: "/?state=waiting",
        "list, one folder": lambda _: "/?folder=noi-vu",
        "list, in the middle": lambda at: f"/?offset={middle + at}",
        "list, the part that changes": lambda _: "/live/jobs",
        "pulse": lambda _: "/api/pulse",
        "document": lambda at: f"/jobs/{done(at)}",
        "document that waits": lambda at: f"/jobs/{document_id((at * 100 + 93) % documents)}",
        "page with words boxed": lambda at: f"/jobs/{done(at)}/view/1?q=ke+hoach",
        "picture of a page": lambda at: f"/jobs/{done(at)}/pages/1.png",
        "search for one letter": lambda at: f"/search?q={asked[at % len(asked)]}",
        "search for common words": lambda at: f"/search?q={_COMMON[at % len(_COMMON)]}",
        "register": lambda _: "/register",
        "register, in the middle": lambda at: f"/register?offset={middle + at}",
        "entry": lambda at: (
            f"/register/entry?book=den&year=2026&number={at * 90 % (documents - 1) + 1}"
        ),
        "statistics of a month": lambda _: after_a_correction(
            "/statistics?from=1/3/2026&to=31/3/2026"
        ),
        "statistics of the year": lambda _: after_a_correction(
            "/statistics?from=1/1/2026&to=31/12/2026"
        ),
        "progress": lambda _: "/work",
        "health": lambda _: "/health",
        "accounts": lambda _: "/users",
        "record": lambda _: "/audit",
        "record of one deed": lambda _: "/audit?action=search&account=chung",
        "settings": lambda _: "/settings",
        "own account": lambda _: "/account",
        "figures": lambda _: "/metrics",
    }


def _pages_of_unit(documents: int, asked: Sequence[str]) -> Mapping[str, Callable[[int], str]]:
    return {
        "list, of a unit": lambda _: "/",
        "list, of a unit, one state": lambda _: "/?state=waiting",
        "document, of a unit": lambda at: f"/jobs/{document_id((at * 400 + 1) % documents)}",
        "search for one letter, of a unit": lambda at: f"/search?q={asked[at % len(asked)]}",
        "progress, of a unit": lambda _: "/work",
    }


def _timed(browser: httpx.Client, name: str, ask: Callable[[int], str], times: int) -> float:
    """Print a line; return the p95 in milliseconds.

    The first request, which fills caches, counts for nothing; the processor's time holds that of
    the asking side too.
    """
    taken: list[float] = []
    cpu = 0.0
    for at in range(times + 1):
        if at == 1:
            cpu = time.process_time()
        path = ask(at)
        started = time.perf_counter()
        answer = browser.get(path)
        taken.append(1000 * (time.perf_counter() - started))
        if answer.status_code != httpx.codes.OK:
            raise SystemExit(f"{name}: {path} answered {answer.status_code}")
    cpu_ms = 1000 * (time.process_time() - cpu) / times
    p95_ms = statistics.quantiles(taken[1:], n=20)[18]
    print(
        f"| {name} | {statistics.median(taken[1:]):.0f} | {p95_ms:.0f} | {cpu_ms:.0f} |", flush=True
    )
    return p95_ms
