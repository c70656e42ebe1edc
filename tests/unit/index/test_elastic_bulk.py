"""What is sent to Elasticsearch at once: no more than a server takes, and every document."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pipeline.model.search import IndexEntry
from stages.index.elastic import ElasticIndex
from stages.index.options import Options

_SERVER_BYTES_MAX = 100 << 20
"""http.max_content_length of Elasticsearch 8, as it comes."""


class Server:
    """Takes what it is sent, and how large that was."""

    def __init__(self) -> None:
        self.sizes: list[int] = []
        self.taken: list[str] = []

    def bulk(self, *, operations: list[dict[str, Any]], **_: object) -> dict[str, Any]:
        """Take documents."""
        self.sizes.append(sum(len(json.dumps(one, ensure_ascii=False)) for one in operations))
        self.taken += [one["index"]["_id"] for one in operations if "index" in one]
        return {"items": [{"index": {}} for _ in operations[::2]]}


def entry(name: int, *, pages: int) -> IndexEntry:
    """Return a document of so many full pages."""
    text = " ".join(f"chữ{number}" for number in range(500))
    return IndexEntry(
        document_id=f"{name:064x}", fields={}, pages=(text,) * pages, folder="den",
        source_name="x", pdf="p",
    )  # fmt: skip


@pytest.mark.parametrize(("count", "pages", "requests"), [(260, 1, 2), (4, 400, 2), (2, 1250, 2)])
def test_a_request_is_bounded_in_documents_and_in_bytes(
    count: int, pages: int, requests: int
) -> None:
    """Many short ones, some long ones, and one that is over by itself: all arrive, in order."""
    index, server = ElasticIndex(Options()), Server()
    index._client = server  # type: ignore[assignment]
    entries = [entry(number, pages=pages) for number in range(count)]
    index.send(entries, "sohoa-000001", places={})
    assert server.taken == [one.document_id for one in entries]
    assert len(server.sizes) == requests
    assert max(server.sizes) < _SERVER_BYTES_MAX // 3
