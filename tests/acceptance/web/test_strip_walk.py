"""A waiting stack on the strip: cut, join, turn, drop, move by keyboard, then confirmed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from pipeline.access.door import Door
from pipeline.ledger.ledger import Ledger
from pipeline.ledger.stacks import Stacks
from pipeline.web.app import create_app
from pipeline.web.words import LANGUAGES, word
from tests.acceptance.web.conftest import chromium, open_door, serving, sign_in  # noqa: F401
from tests.acceptance.web.strips import waiting_strip
from tests.acceptance.web.test_walk import fits
from tests.unit.web.memory_desk import MemoryDesk

_TOLD = frozenset({"serious", "critical"})


@dataclass(frozen=True)
class Waiting:
    """A page over one waiting stack of six sheets."""

    stacks: Stacks
    door: Door
    address: str


@pytest.fixture
def waiting(tmp_path: Path) -> Iterator[Waiting]:
    """Serve it."""
    ledger = Ledger.open(tmp_path / "ledger.sqlite")
    pictures = (Image.new("L", (48, 68), 250 - number) for number in range(5))
    strips = waiting_strip(tmp_path, ledger, pictures)
    with (
        open_door(tmp_path) as door,
        serving(create_app(MemoryDesk(tmp_path), door=door, strips=strips)) as address,
    ):
        yield Waiting(strips.stacks, door, address)
    ledger.close()


@pytest.fixture
def page(chromium: Browser, waiting: Waiting) -> Iterator[Page]:  # noqa: F811
    """Give a signed-in page on which nothing may go wrong."""
    context = chromium.new_context(viewport={"width": 1366, "height": 768})
    sign_in(context, waiting.door, waiting.address)
    made = context.new_page()
    said: list[str] = []
    made.on("pageerror", lambda error: said.append(str(error)))
    yield made
    context.close()
    assert said == []


def _is_clean(page: Page) -> None:
    found = Axe().run(page).response["violations"]
    assert [one["id"] for one in found if one["impact"] in _TOLD] == []
    assert fits(page)


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_archivist_cuts_a_stack_with_the_keyboard(
    page: Page, waiting: Waiting, language: str
) -> None:
    """What the keys did stands in the plan, and is what the ledger holds after confirming."""
    page.goto(f"{waiting.address}/?lang={language}")
    page.get_by_role("link", name=word("nav.stacks", language)).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(word("stacks.title", language))
    expect(page.get_by_role("main")).to_contain_text("STACK-DOUBTFUL")
    _is_clean(page)
    page.get_by_role("link", name="hộp 1.pdf").click()
    expect(page.locator("[data-page]")).to_have_count(6)
    expect(page.locator(".sheet.start")).to_have_count(2)
    expect(page.locator(".no-picture")).to_have_text(word("strip.hidden", language))
    _is_clean(page)
    plan = page.get_by_label(word("strip.plan", language), exact=True)
    page.wait_for_load_state("load")  # the keys listen from then on
    page.locator("[data-page='1'] button").focus()
    for key in ("ArrowRight", "ArrowRight", "Enter", "r", "ArrowRight", "x"):
        page.keyboard.press(key)
    expect(plan).to_have_value("1 2 | 3r90 | 5 6 | -4")
    for key in ("ArrowRight", "Enter", "ArrowRight", "Alt+ArrowLeft"):
        page.keyboard.press(key)
    expect(plan).to_have_value("1 2 | 3r90 6 5 | -4")
    assert not waiting.stacks.counts("kho3").get("planned")
    page.get_by_role("button", name=word("strip.confirm", language)).click()
    expect(page.get_by_role("status")).to_have_text(word("strip.confirmed", language))
    expect(page.get_by_role("main")).to_contain_text(word("stacks.none", language))
    row = waiting.stacks.stack(1)
    assert row.state == "planned"
    assert row.plan is not None
    assert [part.pages for part in row.plan.parts] == [(1, 2), (3, 6, 5)]
    assert row.plan.parts[1].turns_deg == (90, 0, 0)
    assert row.plan.dropped == (4,)


def test_a_plan_that_loses_a_page_is_told_and_kept(page: Page, waiting: Waiting) -> None:
    """The words that were typed stay, nothing is confirmed."""
    page.goto(f"{waiting.address}/stacks/1?lang=vi")
    plan = page.get_by_label(word("strip.plan", "vi"), exact=True)
    plan.fill("1 2 | 3 4 5")
    page.get_by_role("button", name=word("strip.confirm", "vi")).click()
    expect(page.get_by_role("alert")).to_contain_text("6")
    expect(plan).to_have_value("1 2 | 3 4 5")
    assert waiting.stacks.stack(1).state == "waiting"


def test_a_page_under_a_mark_and_a_stack_that_is_gone_are_not_shown(
    page: Page, waiting: Waiting
) -> None:
    """No picture of a page with a mark leaves; what no longer waits says so."""
    assert page.request.get(f"{waiting.address}/stacks/1/1.jpg").status == 200
    assert page.request.get(f"{waiting.address}/stacks/1/6.jpg").status == 404
    assert page.request.get(f"{waiting.address}/stacks/7").status == 404
