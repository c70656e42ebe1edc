"""The page of the searcher."""

from __future__ import annotations

import dataclasses
import html
from collections.abc import Callable

import pytest

from pipeline.model.catalogue import CATALOGUE
from pipeline.model.records import JobState
from pipeline.model.search import SortOrder
from pipeline.web.words import LANGUAGES, word
from tests.unit.web.conftest import Visitor
from tests.unit.web.memory_desk import MemoryDesk

Address = Callable[[str], str]
SIGNATURES = ("sealed", "development", "valid", "invalid", "unknown")


def test_facets_lead_to_a_narrower_answer(visitor: Visitor, desk: MemoryDesk) -> None:
    """Each value is a link with its count; what is chosen can be taken away again."""
    text = visitor.get("/search?q=hoa+trang&offset=20").text
    assert "issuer=s%E1%BB%9F+n%E1%BB%99i+v%E1%BB%A5" in text
    assert "Sở &lt;Tài&gt; chính" in text
    assert "state=waiting" in text
    assert "year=2026" not in text, "a facet of one value narrows nothing"
    narrowed = visitor.get("/search?q=hoa&issuer=s%E1%BB%9F+n%E1%BB%99i+v%E1%BB%A5&state=waiting")
    request, state = desk.asked[-1]
    assert request.narrowed == {"issuer": "sở nội vụ"}
    assert state is JobState.WAITING
    assert "Cơ quan: Sở Nội vụ ×" in narrowed.text
    assert 'type="hidden" name="issuer"' in narrowed.text


def test_pages_of_an_answer_belong_together(visitor: Visitor, desk: MemoryDesk) -> None:
    """Next and previous carry the point in time of the first page, and the order."""
    text = visitor.get("/search?q=hoa+trang&order=newest").text
    assert "offset=20" in text
    assert "as_of=77" in text
    visitor.get("/search?q=hoa+trang&order=newest&offset=20&as_of=77")
    request, _ = desk.asked[-1]
    assert (request.as_of, request.offset, request.order) == (77, 20, SortOrder.NEWEST)


@pytest.mark.parametrize(
    "address",
    [
        "/search?q=hoa&as_of=x&order=best&state=quarantined&offset=-1&year=%00",
        "/search?q=hoa&as_of=99999999999999999999999",
        "/search?q=" + "a" * 5000,
        "/search?q=%00%ff",
        "/search?q=tu:2024-13-45",
        "/api/search?q=tu:x&limit=x",
        "/api/search",
    ],
)
def test_junk_in_an_address_is_never_a_fault(visitor: Visitor, address: str) -> None:
    """What is no value is the default."""
    assert visitor.get(address).status_code == 200


def test_mistakes_are_told_beside_the_answer(visitor: Visitor) -> None:
    """Message, what was typed, remedy; programs get the code."""
    text = visitor.get("/search?q=hoa+tu:x").text
    assert CATALOGUE["INPUT-QUERY-DATE"].message_vi in text
    assert "tu:&lt;b&gt;" in text
    body = visitor.get("/api/search?q=hoa+tu:x&facets").json()
    assert body["mistakes"][0]["code"] == "INPUT-QUERY-DATE"
    assert body["facets"]["issuer"][0] == {"value": "sở nội vụ", "label": "Sở Nội vụ", "count": 3}
    assert body["facets"]["state"][0]["count"] == 3
    assert body["hits"][0]["state"] == "done"


def test_a_page_is_shown_with_the_words_boxed(visitor: Visitor, path_of: Address) -> None:
    """The scan is the picture, each word found a rectangle in the page's own points."""
    address = path_of("scan_0412.pdf")
    text = visitor.get("/search?q=so+hoa").text
    assert f"{address}/view/2?q=so+hoa" in text.replace("%20", "+")
    page = visitor.get(f"{address}/view/2?q=so+hoa")
    assert page.status_code == 200
    assert 'viewBox="0 0 595.00 841.00"' in page.text
    assert page.text.count('class="met"') == 2
    assert '<rect class="met" x="271.00" y="169.00" width="21.00" height="18.00"' in page.text
    assert f"{address}/pages/2.png" in page.text
    assert "style=" not in page.text, "the page's policy forbids styles in place"


@pytest.mark.parametrize("number", ["0", "99", "x", "1.png", "-1", "999999"])
def test_pages_that_are_not_there_are_not_found(
    visitor: Visitor, path_of: Address, number: str
) -> None:
    """No page, no fault."""
    assert visitor.get(f"{path_of('scan_0412.pdf')}/view/{number}?q=a").status_code == 404


def test_secrets_have_no_view(visitor: Visitor, desk: MemoryDesk) -> None:
    """A quarantined document shows no page and no box."""
    secret = next(
        one.job.id for one in desk.details.values() if one.job.state is JobState.QUARANTINED
    )
    assert visitor.get(f"/jobs/{secret}/view/1?q=a").status_code == 404


@pytest.mark.parametrize("signature", [*SIGNATURES, ""])
def test_the_signature_is_told_beside_the_document(
    visitor: Visitor, desk: MemoryDesk, signature: str
) -> None:
    """On its page and on each scanned page, in both languages; nothing where there is none."""
    job_id = desk.job_id("scan_0412.pdf")
    desk.details[job_id] = dataclasses.replace(desk.details[job_id], signature=signature)
    for language in LANGUAGES:
        for path in (f"/jobs/{job_id}", f"/jobs/{job_id}/view/1"):
            text = html.unescape(visitor.get(f"{path}?lang={language}").text)
            told = [one for one in SIGNATURES if word(f"signature.{one}", language) in text]
            assert told == ([signature] if signature else [])
    assert f"/jobs/{job_id}/files/text" in visitor.get(f"/jobs/{job_id}/view/1").text
