"""A clerk works at the register in a real Chromium: corrects, hands over, signs, counts."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from pipeline.assembly.registry import HouseRegistry
from pipeline.ledger.history import History
from pipeline.ledger.ledger import Ledger
from pipeline.web.app import create_app
from pipeline.web.words import LANGUAGES, word
from stages.register import BookKeeper, EmbeddedRegister
from tests.acceptance.web.conftest import (
    VIEWS,
    House,
    chromium,  # noqa: F401 - a fixture
    open_door,
    serving,
    sign_in,
)
from tests.unit.register.test_embedded import ENTRY
from tests.unit.web.test_register_pages import ONE, RegisterDesk


@pytest.fixture
def keeper(tmp_path: Path) -> Iterator[BookKeeper]:
    """Give a register with three entries."""
    made = EmbeddedRegister(tmp_path / "register.sqlite")
    for number in range(3):
        made.enter(dataclasses.replace(ENTRY, document_id=f"d{number}"), key=f"k{number}")
    yield made
    made.close()


@pytest.fixture
def house(keeper: BookKeeper, tmp_path: Path) -> Iterator[House]:
    """Serve the page over that register."""
    ledger = Ledger.open(tmp_path / "ledger.sqlite")
    desk = RegisterDesk(tmp_path)
    desk.keeper = keeper
    registry = HouseRegistry(
        register=keeper,
        history=History(ledger.engine),
        titles={"den": "Sổ đăng ký văn bản đến"},
        agency="Ủy ban nhân dân xã An Bình",
        seal=lambda pdf: pdf + b"% sealed",
    )
    with open_door(tmp_path) as door:
        app = create_app(desk, door=door, registry=registry)
        with serving(app) as made:
            yield House(desk, door, made)
    ledger.close()


@pytest.fixture
def address(house: House) -> str:
    """Give the page's address."""
    return house.address


@pytest.fixture
def page(chromium: Browser, house: House, request: pytest.FixtureRequest) -> Iterator[Page]:  # noqa: F811
    """Give a fresh page; a word in the browser's console fails the test."""
    view = VIEWS[getattr(request, "param", "desk")]
    context = chromium.new_context(viewport=view)
    sign_in(context, house.door, house.address)
    page = context.new_page()
    said: list[str] = []
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("response", lambda answer: said.append(answer.url) if answer.status >= 500 else None)
    yield page
    context.close()
    assert said == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_paper_from_the_list_to_its_answer(
    page: Page, address: str, keeper: BookKeeper, language: str
) -> None:
    """Correct, hand over, sign for it, end it; the history tells all of it."""
    page.goto(f"{address}/register?lang={language}")
    page.locator("table.register tbody tr").last.get_by_role("link").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("1/2026")
    card = page.locator("section.card").filter(has_text=word("entry.values", language)).first
    card.locator("[name=value-subject]").fill("Về việc khác")
    card.locator("[name=reason]").fill("đọc nhầm")
    page.get_by_role("button", name=word("entry.correct", language)).click()
    expect(page.get_by_role("status")).to_have_text(word("entry.corrected", language))
    expect(page.locator(".plain-table")).to_contain_text("Về việc số hóa")
    page.locator("[name=unit]").fill("Phòng Tổng hợp")
    page.locator("[name=due_date]").fill("31/12/2030")
    page.get_by_role("button", name=word("entry.hand_over", language), exact=True).click()
    expect(page.get_by_role("status")).to_have_text(word("entry.handed", language))
    page.locator("[name=received_by]").fill("Lê Văn Cường")
    page.get_by_role("button", name=word("entry.sign", language)).click()
    page.locator("[name=code]").select_option("06")
    page.get_by_role("button", name=word("entry.set_status", language)).click()
    expect(page.locator(".pill")).to_contain_text(word("step.06", language))
    row = keeper.row(ONE)
    assert (row.entry.subject, row.unit, row.received_by, row.status) == (
        "Về việc khác", "Phòng Tổng hợp", "Lê Văn Cường", "06",
    )  # fmt: skip


@pytest.mark.parametrize("page", sorted(VIEWS), indirect=True)
def test_the_pages_fit_and_the_counts_show(page: Page, address: str) -> None:
    """Entry and statistics on a desk's screen and on a phone; the printed form downloads."""
    for path in ("/register/entry?book=den&year=2026&number=1", "/statistics?from=1/1/2026"):
        page.goto(f"{address}{path}")
        page.wait_for_load_state("load")
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), path
    expect(page.get_by_role("heading", level=1)).to_have_text(word("statistics.title", "vi"))
    page.goto(f"{address}/register")
    with page.expect_download() as download:
        page.get_by_role("link", name=word("register.pdf", "vi")).click()
    assert download.value.suggested_filename == "so-van-ban-den-2026.pdf"
