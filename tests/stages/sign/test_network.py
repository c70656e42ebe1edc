"""Questions to authorities: which addresses are asked, how much is taken, what a failure says."""

from __future__ import annotations

import contextlib
import http.server
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.pki import Pki
from stages.sign.network import NetworkError, ask


class _Odd(http.server.BaseHTTPRequestHandler):
    """Redirects, floods and breaks off."""

    def _answer(self) -> None:
        if self.path == "/moved":
            self.send_response(302)
            self.send_header("Location", "/here")
            self.end_headers()
        elif self.path == "/file":
            self.send_response(302)
            self.send_header("Location", "file:///etc/hostname")
            self.end_headers()
        elif self.path == "/cut":
            self.send_response(200)
            self.send_header("Content-Length", "100")
            self.end_headers()
            self.wfile.write(b"short")
        elif self.path == "/drip":
            self.send_response(200)
            self.send_header("Content-Length", "100")
            self.end_headers()
            with contextlib.suppress(OSError):  # nobody listens any more
                for _ in range(100):
                    self.wfile.write(b"x")
                    time.sleep(0.1)
        else:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"x" * 5000)

    do_GET = do_POST = _answer  # noqa: N815 - names of the standard library

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def odd() -> Iterator[str]:
    """A server of odd habits."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Odd)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize(
    "url", ["file:///etc/hostname", "ftp://127.0.0.1/x", "data:,x", "ldap://127.0.0.1/", "", "x"]
)
def test_only_http_is_asked(url: str) -> None:
    """Addresses come from certificates: files and other schemes are refused."""
    with pytest.raises(NetworkError):
        ask(url, timeout_s=1, bytes_max=100)


def test_redirects_are_followed_for_lists_and_never_for_questions(odd: str) -> None:
    """A GET may be sent elsewhere, not to a file; a POST is not turned into a GET."""
    assert len(ask(f"{odd}/moved", timeout_s=5, bytes_max=9000)) == 5000
    with pytest.raises(NetworkError):
        ask(f"{odd}/file", timeout_s=5, bytes_max=9000)
    with pytest.raises(NetworkError, match="302"):
        ask(f"{odd}/moved", timeout_s=5, bytes_max=9000, body=b"question")


def test_answers_are_bounded_and_whole(odd: str) -> None:
    """Too much and too little are both no answer."""
    with pytest.raises(NetworkError, match="more than 100 bytes"):
        ask(f"{odd}/big", timeout_s=5, bytes_max=100)
    with pytest.raises(NetworkError):
        ask(f"{odd}/cut", timeout_s=5, bytes_max=9000)


def test_an_answer_that_drips_is_given_up_in_time(odd: str) -> None:
    """Each byte comes in time, and the whole does not."""
    begun_s = time.monotonic()
    with pytest.raises(NetworkError, match="did not end in time"):
        ask(f"{odd}/drip", timeout_s=0.5, bytes_max=9000)
    assert time.monotonic() - begun_s < 5


def test_a_refused_connection_and_an_error_are_told(pki: Pki, tmp_path: Path) -> None:
    """What the keeper reads names the address and the cause."""
    pki.down.add("crls")
    with pytest.raises(NetworkError, match="503"):
        ask(pki.crl_url(), timeout_s=5, bytes_max=9000)
    with pytest.raises(NetworkError, match=r"127\.0\.0\.1:1"):
        ask("http://127.0.0.1:1/", timeout_s=1, bytes_max=10)
