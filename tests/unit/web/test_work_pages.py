"""Sending files in, asking for another scan, progress, figures, and the description of it all."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from pipeline.access.door import Door
from pipeline.web.words import LANGUAGES
from scripts.documents import INTERFACE, interface
from tests.unit.web.conftest import ORIGIN, Visitor
from tests.unit.web.memory_desk import MemoryDesk

Address = Callable[[str], str]
WAITING = "công văn sở tài chính.pdf"


def send(visitor: Visitor, query: str, body: bytes, **headers: str) -> Any:
    """Send a body as the page's script does."""
    given = {"origin": ORIGIN, "x-csrf": visitor.csrf, **headers}
    return visitor._ask("POST", f"/api/send?{query}", given, content=body)


def test_a_file_sent_in_lies_in_the_drop_folder(
    visitor: Visitor, desk: MemoryDesk, door: Door
) -> None:
    """Byte for byte, under its name or the next free one; who sent it is on record."""
    body = b"%PDF-1.7 " + b"x" * 1_500_000
    first = send(visitor, "folder=den&name=quy%E1%BA%BFt.pdf", body)
    assert (first.status_code, first.json()) == (201, {"folder": "den", "name": "quyết.pdf"})
    again = send(visitor, "folder=den&name=quy%E1%BA%BFt.pdf", b"y")
    assert again.json()["name"] == "quyết (2).pdf"
    assert (desk.folder / "quyết.pdf").read_bytes() == body
    assert not [path for path in desk.folder.iterdir() if path.name.startswith(".")]
    deed = door.audit.lines(action="document.send")[0].deed
    assert (deed.account, deed.facts) == ("le.thi.b", {"folder": "den", "name": "quyết.pdf"})


@pytest.mark.parametrize(
    ("query", "body", "code"),
    [
        ("folder=nope&name=a.pdf", b"x", "INPUT-UPLOAD-FOLDER"),
        ("folder=..&name=a.pdf", b"x", "INPUT-UPLOAD-FOLDER"),
        ("name=a.pdf", b"x", "INPUT-UPLOAD-FOLDER"),
        ("folder=den", b"x", "INPUT-UPLOAD-NAME"),
        ("folder=den&name=..%2Fa.pdf", b"x", "INPUT-UPLOAD-NAME"),
        ("folder=den&name=a%00.pdf", b"x", "INPUT-UPLOAD-NAME"),
        ("folder=den&name=.hidden", b"x", "INPUT-UPLOAD-NAME"),
        ("folder=den&name=a.part", b"x", "INPUT-UPLOAD-NAME"),
        ("folder=den&name=a.pdf", b"", "INPUT-UPLOAD-SIZE"),
        ("folder=den&name=a.pdf", b"x" * 2_000_001, "INPUT-UPLOAD-SIZE"),
    ],
)
def test_what_cannot_be_sent_in(
    visitor: Visitor, desk: MemoryDesk, query: str, body: bytes, code: str
) -> None:
    """Words for each, and nothing of it stays."""
    before = set(desk.folder.iterdir())
    answer = send(visitor, query, body)
    assert answer.status_code == 422
    assert answer.json()["error"]["code"] == code
    assert set(desk.folder.iterdir()) == before


def test_more_than_the_limit_is_refused_unread(visitor: Visitor) -> None:
    """By its length alone; and a foreign page sends nothing in."""
    assert send(visitor, "folder=den&name=a.pdf", b"x" * 3_000_001).status_code == 413
    assert send(visitor, "folder=den&name=a.pdf", b"x", origin="http://evil").status_code == 403
    answer = send(visitor, "folder=den&name=a.pdf", b"x", **{"x-csrf": "no"})
    assert answer.json()["error"]["code"] == "INPUT-FORM-STALE"


def test_another_scan_is_asked_for(visitor: Visitor, desk: MemoryDesk, path_of: Address) -> None:
    """With a reason and a name; of a document that waits, once."""
    assert f"{path_of(WAITING)}/rescan" in visitor.get(path_of(WAITING)).text
    answer = visitor.post(f"{path_of(WAITING)}/rescan", {"reason": "  mờ   quá "})
    assert answer.headers["location"].endswith("?note=job.sent_back")
    assert desk.sent_back == [(desk.job_id(WAITING), "mờ quá", "Lê Thị B")]
    again = visitor.post(f"{path_of(WAITING)}/rescan", {"reason": "x"})
    assert again.headers["location"].endswith("?note=review.late")
    assert visitor.post("/jobs/none/rescan", {"reason": "x"}).status_code == 404


@pytest.mark.parametrize("language", LANGUAGES)
def test_progress_tells_speed_end_and_causes(
    visitor: Visitor, desk: MemoryDesk, language: str
) -> None:
    """Numbers, the time by which it is done, each cause with what to do."""
    text = visitor.get(f"/work?lang={language}").text
    for shown in ("<b>12</b>", "<b>37</b>", "<b>112</b>", "13:30", "DOC-TRUNCATED", "DOC-EMPTY"):
        assert shown in text
    desk.open_count = 0
    assert "13:30" not in visitor.get("/work").text


def test_figures_are_for_a_token(visitor: Visitor, door: Door) -> None:
    """Also from this machine: behind a proxy everybody comes from there."""
    _, key = door.tokens.make("le.thi.b", label="đo", roles=list(door_monitor()), days=None)
    visitor.leave()
    assert visitor.get("/metrics").status_code == 401
    answer = visitor.get("/metrics", authorization=f"Bearer {key}")
    assert answer.text == "sohoa_pages 7\n"
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert visitor.get("/api/jobs", authorization=f"Bearer {key}").status_code == 403


def door_monitor() -> tuple[Any, ...]:
    """Return the one role of such a token."""
    from pipeline.access.records import Role

    return (Role.MONITOR,)


def test_what_is_described_is_what_is_answered(visitor: Visitor, desk: MemoryDesk) -> None:
    """Each GET of the description answers as its schema says; each route of /api is described."""
    document = visitor.get("/api/openapi.json").json()
    assert document["components"]["securitySchemes"]["token"]["scheme"] == "bearer"
    assert visitor.get("/api/openapi.json").json() == document, "asked again, the same"
    asked = {
        "/api/jobs": "?limit=200",
        "/api/jobs/{job_id}": "",
        "/api/register": "?book=den&year=2026",
        "/api/search": "?q=hoa+tu:x&facets=1",
    }
    visitor.get("/search?q=x")
    seen = 0
    for path, methods in document["paths"].items():
        if "get" not in methods or not path.startswith("/api"):
            continue
        address = path.replace("{job_id}", desk.job_id("scan_0412.pdf")) + asked.get(path, "")
        answer = visitor.get(address)
        content = methods["get"]["responses"]["200"]["content"]["application/json"]
        schema = {**content["schema"], "components": document["components"]}
        jsonschema.validate(answer.json(), schema)
        assert answer.json() != [], path
        seen += 1
    assert seen == 10


def test_the_description_is_kept_in_the_documents() -> None:
    """`make docs` writes it; every address and parameter of it is there."""
    assert Path(INTERFACE).read_text(encoding="utf-8") == interface()
