"""What keeps foreign pages and names out."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.unit.web.conftest import ORIGIN, Visitor
from tests.unit.web.memory_desk import MemoryDesk

Address = Callable[[str], str]


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example:8080", "", "localhost@evil", "[::1].evil"]
)
def test_foreign_names_are_not_answered(visitor: Visitor, host: str) -> None:
    """A name that was pointed at this machine reaches nothing."""
    assert visitor.get("/", host=host).status_code == 400


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.1:8080", "LOCALHOST:1", "[::1]:8080"])
def test_local_names_are_answered(visitor: Visitor, host: str) -> None:
    """Any port of the loopback names."""
    assert visitor.get("/", host=host).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"origin": ""},
        {"origin": "http://127.0.0.1:9090"},
    ],
)
def test_foreign_pages_cannot_write(
    visitor: Visitor, desk: MemoryDesk, path_of: Address, headers: dict[str, str]
) -> None:
    """A form on another page changes nothing."""
    answer = visitor.post(f"{path_of('ban_do.png')}/retry", **headers)
    assert answer.status_code == 403
    assert desk.retried == []


def test_requests_without_an_origin_must_show_they_mean_it(
    visitor: Visitor, desk: MemoryDesk, path_of: Address
) -> None:
    """A browser says where it comes from; a program sends `X-Sohoa` or its token."""
    address = f"{path_of('ban_do.png')}/retry"
    form = {"csrf": visitor.csrf}
    ask = visitor._ask
    assert ask("POST", address, {}, form).status_code == 403
    assert ask("POST", address, {"sec_fetch_site": "cross-site"}, form).status_code == 403
    assert desk.retried == []
    assert ask("POST", address, {"sec_fetch_site": "same-origin"}, form).status_code == 303
    assert ask("POST", address, {"x_sohoa": "1"}, form).status_code == 303
    assert len(desk.retried) == 2


def test_large_and_endless_bodies_are_refused(visitor: Visitor, path_of: Address) -> None:
    """No form of the page is that long."""
    address = f"{path_of('ban_do.png')}/confirm"
    assert visitor.post(address, {"person": "x" * 300_000}).status_code == 413
    assert visitor.post(address, None, content_length="x").status_code == 411


@pytest.mark.parametrize("path", ["/", "/nope", "/api/jobs", "/static/sohoa.css", "/api/nope"])
def test_every_answer_carries_the_guards(visitor: Visitor, path: str) -> None:
    """Foreign scripts, frames and guesses of the type are forbidden everywhere."""
    headers = visitor.get(path).headers
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["cache-control"] == ("no-cache" if path.startswith("/static") else "no-store")


def test_refusals_carry_the_guards_too(visitor: Visitor) -> None:
    """An answer to a foreign name is guarded as well."""
    assert visitor.get("/", host="evil").headers["x-frame-options"] == "DENY"


@pytest.mark.parametrize(
    "part",
    [
        "files/sealed",
        "files/..%2f..%2foriginal",
        "files/original/../pdf2",
        "pages/0.png",
        "pages/9.png",
        "pages/-1.png",
        "pages/1e3.png",
        "pages/٣.png",
        "pages/999999.png",
        "fields/place.png",
        "fields/..%2fx.png",
        "fields/addressee.png",
    ],
)
def test_only_known_files_are_sent(visitor: Visitor, path_of: Address, part: str) -> None:
    """No path, kind or number leads anywhere else."""
    assert visitor.get(f"{path_of('scan_0412.pdf')}/{part}").status_code == 404


@pytest.mark.parametrize(
    "path", ["/static/../app.py", "/static/%2e%2e/app.py", "/static/..%2fapi.py"]
)
def test_static_files_stay_in_their_folder(visitor: Visitor, path: str) -> None:
    """The code beside them is not served."""
    assert visitor.get(path).status_code == 404


def test_files_are_sent_with_their_name_and_type(visitor: Visitor, path_of: Address) -> None:
    """PDF and text to look at, the original only to save; any name fits into the header."""
    for name in ("scan_0412.pdf", "hop dong <b>mới</b>\n2026.pdf"):
        answer = visitor.get(f"{path_of(name)}/files/original")
        assert answer.status_code == 200
        assert answer.headers["content-disposition"].startswith("attachment")
        assert "\n" not in answer.headers["content-disposition"]
    pdf = visitor.get(f"{path_of('scan_0412.pdf')}/files/pdf")
    assert pdf.headers["content-type"] == "application/pdf"
    assert pdf.headers["content-disposition"].startswith("inline")
    assert "frame-ancestors 'none'" in pdf.headers["content-security-policy"]
    text = visitor.get(f"{path_of('scan_0412.pdf')}/files/text")
    assert text.headers["content-type"] == "text/plain; charset=utf-8"
    assert visitor.get(f"{path_of('thư mời.jpg')}/files/original").status_code == 404


def test_names_of_any_bytes_can_be_saved(visitor: Visitor, desk: MemoryDesk) -> None:
    """Half a surrogate pair and 255 bytes of emoji still make a header."""
    for name in ("\udcff.pdf", "😀" * 63 + ".pdf", "ế" * 300):
        desk.change("scan_0412.pdf", source_name=name)
        answer = visitor.get(f"/jobs/{desk.job_id('scan_0412.pdf')}/files/original")
        assert answer.status_code == 200
        assert visitor.get("/").status_code == visitor.get("/api/jobs").status_code == 200


def test_pictures_are_sent(visitor: Visitor, path_of: Address) -> None:
    """A page, and the piece of paper behind a field."""
    for part in ("pages/1.png", "fields/code.png"):
        answer = visitor.get(f"{path_of('scan_0412.pdf')}/{part}")
        assert answer.headers["content-type"] == "image/png"
        assert answer.content.startswith(b"\x89PNG")


def test_programs_learn_the_same(visitor: Visitor, path_of: Address) -> None:
    """The API tells jobs, one job, hits, entries and health as JSON."""
    jobs = visitor.get("/api/jobs?limit=3").json()
    assert len(jobs["jobs"]) == 3
    assert jobs["totals"]["waiting"] == 2
    one = visitor.get(f"/api{path_of('scan_0412.pdf')}").json()
    assert one["status"] == "registered"
    assert one["arrival"] == {"book": "den", "year": 2026, "arrival_number": 412}
    assert one["pages"][1]["quality"]["verdict"] == "bad"
    assert one["field_details"][0]["box"]["x0"] == 70
    rejected = visitor.get(f"/api{path_of('hop dong <b>mới</b>' + chr(10) + '2026.pdf')}").json()
    assert rejected["trouble"]["code"] == "DOC-TRUNCATED"
    assert visitor.get("/api/search?q=hoa").json()["hits"][0]["page"] == 2
    assert (
        visitor.get("/api/register?book=den&year=2026&limit=2").json()[1]["arrival_number"] == 411
    )
    assert visitor.get("/api/health").json()[0]["name"] == "disk"
    assert visitor.get("/api/drops").json()[0]["trouble"]["code"] == "DOC-EMPTY"
    assert "/api/jobs" in visitor.get("/api/openapi.json").json()["paths"]
    assert ORIGIN.startswith("http://127.0.0.1")
