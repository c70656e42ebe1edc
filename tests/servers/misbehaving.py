"""Servers that answer too late, twice, with 500, with garbage, half, drop by drop, or never.

A fault is played once and then gone: what a system does on a bad day. `Plan` says which question
meets which fault; every fault tells whether the server did what it was asked before it misbehaved.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import ThreadingHTTPServer
from typing import Any

GARBAGE = "<html>Đăng nhập / Login</html>".encode()

FAULTS = (
    "late",  # does it, answers after the time-out
    "silent-after",  # does it, never answers
    "silent-before",  # does nothing, never answers
    "500-after",  # does it, answers 500
    "500-before",  # does nothing, answers 500
    "garbage-after",  # does it, answers 200 with a login page
    "garbage-before",  # does nothing, answers 200 with a login page
    "other-json",  # does it, answers with well-formed JSON of another kind
    "others-receipt",  # does it, answers as for another document
    "twice",  # does it twice, as a proxy that repeats, and answers twice on one connection
    "cut",  # does it, half an answer, connection closed
    "drip",  # does it, a byte now and then
    "404-page",  # does nothing, 404 with a page of a proxy
    "redirect",  # does nothing, sends elsewhere
    "busy",  # does nothing, 429
)


@dataclass
class Plan:
    """Faults to come, by the beginning of `METHOD path`."""

    faults: list[tuple[str, str]] = field(default_factory=list)
    played: list[str] = field(default_factory=list)
    is_over: threading.Event = field(default_factory=threading.Event)
    """Set when the test ends: silent answers need not wait longer."""
    late_s: float = 1.2

    def next(self, question: str) -> str | None:
        """Return the fault that this question meets, once."""
        for at, (start, fault) in enumerate(self.faults):
            if question.startswith(start):
                del self.faults[at]
                self.played.append(fault)
                return fault
        return None


class Misbehaving:
    """Mixed in before a handler with `respond(body)` and `tell(status, said)`."""

    _fault: str | None = None

    def respond(self, body: bytes) -> None:
        """Answer as the plan wants it."""
        plan: Plan = self.server.plan  # type: ignore[attr-defined]
        fault = plan.next(f"{self.command} {self.path}")  # type: ignore[attr-defined]
        self._fault = fault
        before = {"silent-before": None, "500-before": 500, "garbage-before": 200, "busy": 429,
                  "404-page": 404, "redirect": 302}  # fmt: skip
        if fault == "silent-before":
            plan.is_over.wait(20)
            self.close_connection = True
        elif fault in before:
            self._raw(before[fault] or 200, GARBAGE, location=fault == "redirect")
        else:
            if fault == "twice":
                super().respond(body)  # type: ignore[misc]
            super().respond(body)  # type: ignore[misc]
        self._fault = None

    def tell(self, status: int, said: Any) -> None:
        """Send the answer, or what the fault makes of it."""
        plan: Plan = self.server.plan  # type: ignore[attr-defined]
        match self._fault:
            case "late":
                plan.is_over.wait(plan.late_s)
                with contextlib.suppress(OSError):
                    super().tell(status, said)  # type: ignore[misc]
            case "silent-after":
                plan.is_over.wait(20)
                self.close_connection = True
            case "500-after":
                self._raw(500, GARBAGE)
            case "garbage-after":
                self._raw(200, GARBAGE)
            case "other-json":
                super().tell(200, ["ok", 1])  # type: ignore[misc]
            case "others-receipt":
                other = (
                    {**said, "key": "f" * 64, "DocId": "doc-999"}
                    if isinstance(said, dict)
                    else "khac"
                )
                super().tell(status, other)  # type: ignore[misc]
            case "cut":
                self.send_response(200)  # type: ignore[attr-defined]
                self.send_header("Content-Length", "4000")  # type: ignore[attr-defined]
                self.end_headers()  # type: ignore[attr-defined]
                self.wfile.write(b'{"id": "R-')  # type: ignore[attr-defined]
                self.close_connection = True
            case "drip":
                self._drip(plan)
            case _:
                super().tell(status, said)  # type: ignore[misc]

    def _drip(self, plan: Plan) -> None:
        self.send_response(200)  # type: ignore[attr-defined]
        self.send_header("Content-Length", "4000")  # type: ignore[attr-defined]
        self.end_headers()  # type: ignore[attr-defined]
        ends = time.monotonic() + 20
        with contextlib.suppress(OSError):
            while time.monotonic() < ends and not plan.is_over.wait(0.1):
                self.wfile.write(b" ")  # type: ignore[attr-defined]
        self.close_connection = True

    def _raw(self, status: int, data: bytes, *, location: bool = False) -> None:
        with contextlib.suppress(OSError):
            self.send_response(status)  # type: ignore[attr-defined]
            self.send_header("Content-Type", "text/html")  # type: ignore[attr-defined]
            if location:
                self.send_header("Location", "http://127.0.0.1:9/elsewhere")  # type: ignore[attr-defined]
            self.send_header("Content-Length", str(len(data)))  # type: ignore[attr-defined]
            self.end_headers()  # type: ignore[attr-defined]
            self.wfile.write(data)  # type: ignore[attr-defined]


class QuietServer(ThreadingHTTPServer):
    """A server whose clients may hang up without a word in the test's output."""

    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: hanging up is what clients of bad servers do."""


@contextlib.contextmanager
def serving(server: ThreadingHTTPServer, plan: Plan) -> Iterator[str]:
    """Serve for the length of the block; give the address."""
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        plan.is_over.set()
        server.shutdown()
        server.server_close()
        thread.join(10)
