"""An archivist's way through a batch: sample by keys, protocol, delivery, structure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from pipeline.web.words import LANGUAGES, word
from tests.acceptance.web.conftest import VIEWS, House, chromium, sign_in  # noqa: F401 - a fixture
from tests.acceptance.web.test_walk import fits
from tests.acceptance.web.tour import running

ARCHIVIST = "tran.v.c"


@pytest.fixture(scope="module")
def toured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Serve the page with a batch of four scans."""
    with running(tmp_path_factory.mktemp("batches")) as house:
        yield house


@pytest.fixture(params=LANGUAGES)
def walked(
    request: pytest.FixtureRequest,
    chromium: Browser,  # noqa: F811
    toured: House,
) -> Iterator[tuple[Page, str]]:
    """Give a page of the archivist in each language; a fault of script or server fails."""
    view = VIEWS["desk" if request.param == "vi" else "phone"]
    context = chromium.new_context(viewport=view, accept_downloads=True)  # type: ignore[arg-type]
    sign_in(context, toured.door, toured.address, ARCHIVIST)
    page = context.new_page()
    said: list[str] = []
    page.on("response", lambda answer: said.append(answer.url) if answer.status >= 500 else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(f"{toured.address}/batches?lang={request.param}")
    yield page, request.param
    context.close()
    assert said == []


@pytest.mark.timeout(300)
def test_a_sample_a_protocol_and_a_delivery(
    walked: tuple[Page, str], toured: House, tmp_path: Path
) -> None:
    """One key a verdict, the next unit at once; Ac decides; a delivery goes on by itself."""
    page, language = walked

    def said(key: str) -> str:
        return word(key, language)

    page.get_by_role("link", name="bench", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("bench")
    rounds = page.get_by_role("link", name=re.compile(re.escape(said("batch.round_2"))))
    if rounds.count() and said("round.open") in page.locator("main").inner_text():
        rounds.last.click()
    else:
        page.get_by_label(said("batch.aql")).select_option("10")
        page.get_by_role("button", name=said("batch.draw")).click()
    page.get_by_role("link", name=said("round.go_on")).click()
    count = int(page.get_by_role("heading", level=1).inner_text().split("/")[1])
    for number in range(1, count + 1):
        expect(page).to_have_url(re.compile(f"/units/{number}$"))
        expect(page.locator(".pair img")).to_have_count(2)
        for image in page.locator(".pair img").all():
            assert image.evaluate("one => one.decode().then(() => one.naturalWidth)") > 500
        assert fits(page)
        page.keyboard.press("4" if number == 2 else "d")
        page.wait_for_url(lambda url, at=number: not url.endswith(f"/units/{at}"))  # type: ignore[misc]
    page.get_by_role("button", name=said("round.close")).click()
    expect(page.locator(".verdict-big")).to_have_text(said("round.accepted"))
    for name, ending in ((said("round.protocol") + " PDF", "pdf"), (said("round.rescan"), "xlsx")):
        with page.expect_download() as got:
            page.get_by_role("link", name=name).click()
        saved = tmp_path / f"saved.{ending}"
        got.value.save_as(saved)
        assert saved.read_bytes()[:2] in {b"%P", b"PK"}
    page.goto(f"{toured.address}/batches/bench")
    page.get_by_label(said("batch.form")).select_option("plain")
    page.get_by_role("button", name=said("batch.deliver")).click()
    expect(page.locator(".note")).to_have_text(said("batch.note.begun"))
    done = page.locator(".works li").first
    expect(done).to_contain_text(re.compile(r"bench-\d"), timeout=30_000)
    expect(done).to_contain_text(said("result.deliver"))
    assert fits(page)


def test_many_dossiers_get_a_value(walked: tuple[Page, str], toured: House) -> None:
    """All on the page marked at once; a wrong value is told of each, a right one is taken."""
    page, language = walked
    page.goto(f"{toured.address}/batches/bench/structure")
    page.get_by_label(word("structure.all", language)).check()
    page.get_by_label(word("structure.field", language)).select_option("retention")
    page.get_by_label(word("structure.value", language)).fill("mãi mãi")
    page.get_by_role("button", name=word("structure.set", language)).click()
    expect(page.get_by_role("alert")).to_contain_text("mãi mãi")
    page.get_by_label(word("structure.value", language)).fill("20 năm")
    page.get_by_role("button", name=word("structure.set", language)).click()
    expect(page.locator(".note")).to_have_text(word("batch.note.changed", language))
    expect(page.locator("tbody tr").first).to_contain_text("20 năm")
    assert fits(page)
