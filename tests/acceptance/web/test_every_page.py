"""Every page, role by role: it fits, nothing comes from elsewhere, axe finds nothing serious."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from fastapi import Request
from playwright.sync_api import Browser, Page, expect

from pipeline.web.site import TEMPLATES, Site
from pipeline.web.words import LANGUAGES, word
from tests.acceptance.web.conftest import VIEWS, House, chromium  # noqa: F401 - a fixture
from tests.acceptance.web.test_walk import fits
from tests.acceptance.web.tour import CLERK, STOPS, WAITING, arrive, running
from tests.unit.web.conftest import PASSWORD

_TOLD = frozenset({"serious", "critical"})
FRAMES = {"base.html", "keeper.html"}
"""Templates that others stand in."""
_MARKED = """() => Object.fromEntries(
  [...document.querySelectorAll("a[href], button, input, select, textarea, summary")]
    .filter(one => one.checkVisibility() && !one.disabled && one.tabIndex >= 0
      && one.type !== "hidden" && (one.type !== "radio" || one.checked))
    .map((one, at) => {
      one.dataset.reached = String(at + 1);
      return [one.dataset.reached, one.outerHTML.slice(0, 200)];
    })
)"""
"""What can be used on a page, numbered; of radio buttons the chosen one: arrows do the rest."""


@pytest.fixture(scope="module")
def toured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Serve the page of the tour."""
    with running(tmp_path_factory.mktemp("tour")) as house:
        yield house


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:  # noqa: F811
    """Give a fresh page of a desk's screen."""
    context = chromium.new_context(viewport=VIEWS["desk"])
    yield context.new_page()
    context.close()


def faults(page: Page) -> list[object]:
    """Return what axe finds serious on a page."""
    found = Axe().run(page).response["violations"]
    return [
        (one["id"], [node["html"][:200] for node in one["nodes"]])
        for one in found
        if one["impact"] in _TOLD
    ]


@pytest.mark.timeout(400)
@pytest.mark.parametrize("view", sorted(VIEWS))
def test_no_page_has_a_serious_fault(
    toured: House,
    chromium: Browser,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
    view: str,
) -> None:
    """In both languages each fits the screen, has one first heading, and is open to everybody.

    The tour leaves no page out: each template is drawn.
    """
    drawn = set()

    def text(site: Site, request: Request, template: str, **context: Any) -> str:
        drawn.add(template)
        return as_before(site, request, template, **context)

    as_before = Site.text
    monkeypatch.setattr(Site, "text", text)
    context = chromium.new_context(viewport=VIEWS[view])  # type: ignore[arg-type]
    page = context.new_page()
    said: list[str] = []
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on(
        "request",
        lambda asked: None if asked.url.startswith(toured.address) else said.append(asked.url),
    )
    for stop, language in itertools.product(STOPS, LANGUAGES):
        arrive(page, toured, stop, language)
        assert page.locator("html").get_attribute("lang") == language
        assert page.locator("h1").count() == 1, stop.name
        assert fits(page), stop.name
        assert faults(page) == [], f"{stop.name} {language}"
    context.close()
    assert said == []
    assert {one.name for one in TEMPLATES.glob("[!_]*.html")} - drawn == FRAMES


@pytest.mark.timeout(400)
@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_on_every_page_is_reached_with_the_keyboard(
    page: Page, toured: House, language: str
) -> None:
    """Tab comes to each link, button and box, and is caught nowhere (WCAG 2.1.1, 2.1.2)."""
    for stop in STOPS:
        arrive(page, toured, stop, language)
        wanted = page.evaluate(_MARKED)
        reached = set()
        page.evaluate("document.activeElement.blur()")
        for _ in range(2 * len(wanted) + 5):
            page.keyboard.press("Tab")
            reached.add(page.evaluate("document.activeElement.dataset.reached || ''"))
            if reached >= wanted.keys():
                break
        missed = [html for number, html in wanted.items() if number not in reached]
        assert missed == [], stop.name


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_person_signs_in_and_out_with_the_keyboard(
    page: Page, toured: House, language: str
) -> None:
    """Led to the form, back to what was wanted, and out; a wrong password says so."""
    page.goto(f"{toured.address}/register?lang={language}")
    expect(page.get_by_role("heading", level=1)).to_have_text(word("signin.title", language))
    page.keyboard.type(CLERK)
    page.keyboard.press("Tab")
    page.keyboard.type("sai hoàn toàn")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("INPUT-SIGNIN-WRONG")
    expect(page.get_by_label(word("signin.password", language))).to_be_focused()
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text(word("register.title", language))
    page.get_by_role("link", name="Lê Thị Bình").click()
    page.get_by_role("button", name=word("signin.out", language)).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(word("signin.title", language))
    page.goto(toured.address)
    expect(page).to_have_url(re.compile("/signin"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_clerk_sends_scans_in(page: Page, toured: House, tmp_path: Path, language: str) -> None:
    """Chosen, or dropped on the page; a name that cannot be used is told in words."""
    arrive(page, toured, STOPS[1], language)
    files = [tmp_path / f"quyết định {language}.pdf", tmp_path / "đang chép.part"]
    for file in files:
        file.write_bytes(b"%PDF-1.7 x")
    page.locator("[data-send-files]").set_input_files(files)
    told = page.locator("[data-send-list] li")
    expect(told.nth(0)).to_contain_text(word("send.sent", language))
    expect(told.nth(1)).to_contain_text(
        "Tên tệp này không dùng được" if language == "vi" else "cannot be used"
    )
    assert (toured.desk.folder / files[0].name).read_bytes() == b"%PDF-1.7 x"
    page.evaluate(
        """name => {
          const bag = new DataTransfer();
          bag.items.add(new File(["%PDF-1.7 y"], name));
          document.dispatchEvent(new DragEvent("drop", { dataTransfer: bag, cancelable: true }));
        }""",
        f"thả {language}.pdf",
    )
    expect(told.nth(2)).to_contain_text(word("send.sent", language))
    assert (toured.desk.folder / f"thả {language}.pdf").read_bytes() == b"%PDF-1.7 y"


def test_the_scan_follows_the_box_and_can_be_enlarged(page: Page, toured: House) -> None:
    """Tab goes on and the place on the scan with it; Alt and + makes it larger."""
    arrive(page, toured, STOPS[1], "vi")
    page.goto(f"{toured.address}/jobs/{toured.desk.job_id(WAITING)}")
    marked = page.locator(".met.here")
    expect(page.locator("#value-code")).to_be_focused()
    expect(marked).to_have_attribute("data-of", "value-code")
    page.keyboard.press("Tab")
    expect(marked).to_have_attribute("data-of", "value-issued_date")
    before = page.locator("[data-sheet] svg").first.bounding_box()
    page.keyboard.press("Alt+=")
    after = page.locator("[data-sheet] svg").first.bounding_box()
    assert before is not None
    assert after is not None
    assert after["width"] > 1.4 * before["width"]
    expect(marked).to_be_in_viewport()
    page.get_by_role("button", name=word("review.zoom_out", "vi")).click()
    expect(page.locator("#value-issued_date")).to_have_count(1)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_keeper_adds_a_person_who_comes_in(page: Page, toured: House, language: str) -> None:
    """The password is shown once; with it the new searcher sees the search and nothing else."""
    arrive(page, toured, next(one for one in STOPS if one.name == "health"), language)
    page.get_by_role("link", name=word("users.title", language)).click()
    name = f"moi.{language}"
    form = page.locator("form").filter(has_text=word("users.full_name", language))
    form.get_by_label(word("users.name", language), exact=True).fill(name)
    form.get_by_label(word("role.searcher", language)).check()
    form.get_by_label(word("account.whole", language)).check()
    form.get_by_role("button").click()
    password = page.locator(".key").inner_text()
    page.context.clear_cookies()
    page.goto(f"{toured.address}/signin?lang={language}")
    page.get_by_label(word("signin.name", language)).fill(name)
    page.get_by_label(word("signin.password", language)).fill(password)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/search"))
    places = page.locator("nav.places a")
    expect(places).to_have_count(1)
    expect(places).to_have_text(word("nav.search", language))
