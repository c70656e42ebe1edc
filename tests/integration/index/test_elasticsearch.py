"""What only Elasticsearch does: it is elsewhere, so it is down, refuses, or is of old words."""

from __future__ import annotations

import base64
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from bench.servers.elasticsearch import ElasticServer
from pipeline.model.errors import OperatorError, TransientError
from pipeline.model.search import IndexEntry, SearchRequest
from stages.index import elastic_mapping
from stages.index.elastic import ElasticIndex
from stages.index.options import Options
from tests.contract.indexes import elastic_place

ENTRY = IndexEntry(
    document_id="a" * 64,
    fields={"subject": "Về số hóa"},
    pages=("một hai",),
    folder="den",
    source_name="a.pdf",
    pdf="/xong/a.pdf",
)


class _Refuser(BaseHTTPRequestHandler):
    status = 401
    seen: list[str]

    def _refuse(self) -> None:
        type(self).seen.append(self.headers.get("Authorization", ""))
        body = b'{"error":{"type":"security_exception","reason":"secret text"},"status":401}'
        self.send_response(self.status)
        self.send_header("X-Elastic-Product", "Elasticsearch")
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = do_PUT = _refuse  # noqa: N815 - named by http.server

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def refusing(status: int) -> Iterator[tuple[str, list[str]]]:
    """Serve refusals on the loopback; gives the address and what was shown as credentials."""
    seen: list[str] = []
    handler = type("Handler", (_Refuser,), {"status": status, "seen": seen})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", seen
    server.shutdown()
    server.server_close()
    thread.join(10)


def test_credentials_come_from_the_secret_and_a_refusal_is_the_keepers() -> None:
    """User and password, or an API key; what the server says of a text is not repeated."""
    with refusing(401) as (url, seen):
        index = ElasticIndex(Options(url=url, user="sohoa"), secret=lambda: "mật khẩu")
        with pytest.raises(OperatorError, match="SYS-INDEX-REFUSED") as caught:
            index.put(ENTRY)
        assert "secret text" not in str(caught.value)
        wanted = base64.b64encode("sohoa:mật khẩu".encode()).decode()
        assert seen == [f"Basic {wanted}"]
        index.close()
        index = ElasticIndex(Options(url=url), secret=lambda: "a2V5")
        with pytest.raises(OperatorError, match="SYS-INDEX-REFUSED"):
            index.search(SearchRequest(query="một"))
        assert seen[-1] == "ApiKey a2V5"
        index.close()


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_server_in_need_is_waited_for(status: int) -> None:
    """A full queue or disk and a broken server are matters of time."""
    with refusing(status) as (url, _):
        index = ElasticIndex(Options(url=url))
        with pytest.raises(TransientError, match="PORT-DOWN"):
            index.put(ENTRY)
        index.close()


def test_unreadable_certificates_are_the_keepers(tmp_path: Path) -> None:
    """A file that is not there is told when the index is asked, not before."""
    index = ElasticIndex(Options(url="https://127.0.0.1:9", ca_file=tmp_path / "none"))
    with pytest.raises(OperatorError, match="SYS-INDEX-REFUSED"):
        index.ping()
    index.close()


@pytest.mark.parametrize(
    "wish", [{"url": "ftp://x"}, {"url": "http://u:p@x"}, {"alias": "A B"}, {"alias": ""}]
)
def test_unusable_options_are_refused(wish: dict[str, str]) -> None:
    """Credentials have no place in an address, and names are those of the server."""
    with pytest.raises(ValueError, match=r"url|alias"):
        Options(**wish)  # type: ignore[arg-type]


def test_an_index_of_another_revision_is_not_asked(
    elastic_server: ElasticServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Old words would hide documents: it is refused until it is made anew."""
    with elastic_place(elastic_server) as place:
        with place.open() as index:
            index.put(ENTRY)
        monkeypatch.setattr(elastic_mapping.document, "REVISION", 999)
        with place.open() as index:
            for ask in (lambda: index.search(SearchRequest(query="một")), lambda: index.put(ENTRY)):
                with pytest.raises(OperatorError, match="SYS-INDEX-OLD"):
                    ask()
            rebuild = index.rebuild()
            rebuild.put_many([ENTRY], cursor="x")
            rebuild.switch()
            assert index.search(SearchRequest(query="hai")).total == 1


def test_an_index_that_vanishes_is_not_made_under_the_name_of_the_alias(
    elastic_server: ElasticServer,
) -> None:
    """A put after somebody deleted the index goes into a mapped index behind the alias."""
    with elastic_place(elastic_server) as place, place.open() as index:
        index.put(ENTRY)
        assert not isinstance(index, type(None))
        client = index.client  # type: ignore[union-attr]
        client.indices.delete(index=f"{place.name}-000001")
        with pytest.raises((OperatorError, TransientError)):
            index.put(ENTRY)
        index.put(ENTRY)
        assert index.search(SearchRequest(query="hai")).total == 1
        assert client.indices.get_alias(name=place.name)


@pytest.mark.timeout(300)
def test_a_server_that_went_away_keeps_what_it_had(elastic_server: ElasticServer) -> None:
    """Killed and started again: PORT-DOWN in between, then everything that was acknowledged."""
    with elastic_place(elastic_server) as place, place.open() as index:
        index.put(ENTRY)
        elastic_server.stop()
        try:
            with pytest.raises(TransientError, match="PORT-DOWN"):
                index.put(ENTRY)
            with pytest.raises(TransientError, match="PORT-DOWN"):
                index.search(SearchRequest(query="hai"))
        finally:
            elastic_server.start()
        assert index.search(SearchRequest(query="hai")).total == 1
