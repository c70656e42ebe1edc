"""People walk the page: a clerk, a searcher, an archivist, a keeper, in both languages."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from pipeline.model.records import JobState
from pipeline.web.words import LANGUAGES, word
from tests.acceptance.web.conftest import House
from tests.unit.web.made_up import SECRET_TEXT

WAITING = "công văn sở tài chính.pdf"


def fits(page: Page) -> bool:
    """Return whether nothing sticks out to the right."""
    page.wait_for_load_state("load")  # before the style sheet is there nothing fits
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_reached_by_the_menu(page: Page, house: House, language: str) -> None:
    """Each page has its heading, fits the screen and asks nothing of other machines."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{house.address}/?lang={language}")
    for name, heading in (
        ("nav.search", "search.title"),
        ("nav.register", "register.title"),
        ("nav.keeper", "health.title"),
        ("nav.home", "home.title"),
    ):
        page.get_by_role("link", name=word(name, language), exact=True).click()
        expect(page.get_by_role("heading", level=1)).to_contain_text(word(heading, language))
        assert page.locator("html").get_attribute("lang") == language
        assert fits(page), name
    assert [url for url in asked if not url.startswith(house.address)] == []


def test_the_language_switch_keeps_the_place(page: Page, house: House) -> None:
    """The same search in the other language, and it stays so."""
    page.goto(f"{house.address}/search?q=so+hoa")
    page.get_by_role("link", name="English").click()
    expect(page.get_by_role("searchbox")).to_have_value("so hoa")
    expect(page.get_by_role("link", name="Open PDF at page 2").first).to_be_visible()
    page.goto(house.address)
    expect(page.get_by_role("heading", level=1)).to_have_text("Documents")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_clerk_confirms_with_the_keyboard_alone(page: Page, house: House, language: str) -> None:
    """Enter accepts box after box; at the last one the document goes on."""
    page.goto(f"{house.address}/?lang={language}")
    page.get_by_role("link", name=word("job.review", language), exact=True).click()
    first = page.locator("#value-code")
    expect(first).to_be_focused()
    page.wait_for_load_state("load")
    assert page.locator(".checking .evidence").first.evaluate("one => one.naturalWidth") > 100
    assert fits(page)
    first.press("Enter")
    page.locator("#value-issued_date").press("Enter")
    page.locator("#value-signer_name").fill("Nguyễn Văn An")
    page.locator("#value-signer_name").press("Enter")
    expect(page.get_by_role("status")).to_have_text(word("review.done", language))
    values = {"code": "84/STC-QLNS", "issued_date": "2026-05-04", "signer_name": "Nguyễn Văn An"}
    assert house.desk.confirmed == [(house.desk.job_id(WAITING), values, "Lê Thị B")]


def test_another_reading_is_one_click_away(page: Page, house: House) -> None:
    """The reader's second best goes into the box."""
    page.goto(f"{house.address}/jobs/{house.desk.job_id(WAITING)}")
    page.get_by_role("button", name="34/STC-QLNS").click()
    expect(page.locator("#value-code")).to_have_value("34/STC-QLNS")


def test_the_list_follows_the_work_by_itself(page: Page, house: House) -> None:
    """A document that ends while people look moves without a reload, and keeps the focus."""
    page.goto(house.address)
    row = page.get_by_role("listitem").filter(has_text="bao_cao_quy_1.tif")
    expect(row).to_contain_text("Đang xử lý")
    page.get_by_role("link", name="bao_cao_quy_1.tif").focus()
    page.evaluate("window.isSame = true")
    with page.expect_response(re.compile("/api/pulse")):
        pass
    house.desk.change("bao_cao_quy_1.tif", state=JobState.DONE, pages_read=24)
    expect(row).to_contain_text("Xong", timeout=15_000)
    expect(page.get_by_role("link", name="bao_cao_quy_1.tif")).to_be_focused()
    assert page.evaluate("window.isSame")


def test_keys_lead_to_search_and_along_the_rows(page: Page, house: House) -> None:
    """Slash searches, j and k walk, Enter opens."""
    page.goto(house.address)
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    expect(page.get_by_role("link", name="thư mời.jpg")).to_be_focused()
    page.keyboard.press("/")
    page.keyboard.type("so hoa")
    page.keyboard.press("Enter")
    expect(page.locator("mark").first).to_have_text("số hóa tài liệu")
    page.wait_for_load_state("load")  # the text stands before the keys listen (deferred script)
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("phê duyệt Kế hoạch số hóa")


def test_a_document_shows_its_paper(page: Page, house: House) -> None:
    """Evidence and pages are pictures that load; history stands below."""
    page.goto(f"{house.address}/jobs/{house.desk.job_id('scan_0412.pdf')}")
    pictures = page.locator("main img")
    for at in range(pictures.count()):
        picture = pictures.nth(at)
        picture.scroll_into_view_if_needed()
        expect(picture).to_have_js_property("complete", value=True)
        assert picture.evaluate("one => one.naturalWidth") > 0
    expect(page.get_by_text("Ký số: xong")).to_be_visible()
    assert fits(page)


def test_filters_show_what_went_wrong_and_what_to_do(page: Page, house: House) -> None:
    """Returned files with message and remedy; a retry from the page of the document."""
    page.goto(house.address)
    page.get_by_role("link", name=re.compile(r"^Dừng")).click()
    expect(page.locator("li.job")).to_have_count(1)
    page.get_by_role("link", name="ban_do.png").click()
    expect(page.get_by_text("BUG-PDFA")).to_be_visible()
    page.get_by_role("button", name="Chạy lại").click()
    expect(page.get_by_role("status")).to_have_text("Đã cho chạy lại.")
    assert house.desk.retried == [house.desk.job_id("ban_do.png")]


def test_a_secret_document_has_nothing_to_read(page: Page, house: House) -> None:
    """Hash, time, folder and reason; no picture, no file, no name."""
    page.goto(f"{house.address}/jobs/{house.desk.job_id(f'{SECRET_TEXT}.pdf')}")
    expect(page.get_by_role("heading", level=1)).to_have_text("Văn bản cách ly")
    assert page.locator("main img").count() == page.locator("main a").count() == 0
    assert SECRET_TEXT not in page.content()


def test_the_register_can_be_read_and_saved(page: Page, house: House) -> None:
    """Ten columns of a year; older entries one click away; CSV as a file."""
    page.goto(f"{house.address}/register")
    expect(page.get_by_text("412", exact=True)).to_be_visible()
    assert fits(page)
    with page.expect_download() as saving:
        page.get_by_role("link", name="Tải CSV").click()
    assert saving.value.suggested_filename == "so-van-ban-2026.csv"
    page.get_by_role("link", name=re.compile("Cũ hơn")).click()
    expect(page.get_by_text("312", exact=True)).to_be_visible()
    page.get_by_label("Năm").select_option("2025")
    expect(page.get_by_role("heading", level=1)).to_contain_text("2025")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_searcher_narrows_and_sees_the_words_on_the_scan(
    page: Page, house: House, language: str
) -> None:
    """From a question over a facet to the page, where each word found has its box."""
    page.goto(f"{house.address}/search?q=s%E1%BB%91+h%C3%B3a+tu:x&lang={language}")
    expect(page.get_by_label(word("search.mistakes", language))).to_contain_text("tu:")
    facets = page.get_by_label(word("search.narrow", language))
    facets.get_by_role("link", name="Sở Nội vụ").click()
    expect(page).to_have_url(re.compile(r"issuer=s"))
    expect(page.get_by_role("link", name=re.compile("Sở Nội vụ ×"))).to_be_visible()
    assert fits(page)
    page.get_by_role("link", name=re.compile(word("search.see_page", language))).first.click()
    expect(page.locator(".boxed .met")).to_have_count(3)
    picture = page.locator(".boxed image")
    picture.wait_for()
    width = page.locator(".boxed").bounding_box()
    box = page.locator(".boxed .met").first.bounding_box()
    assert width is not None
    assert box is not None
    assert width["x"] < box["x"] < width["x"] + width["width"], "the box lies on the page"
    assert box["width"] > 10
    fill = page.locator(".boxed .met").first.evaluate("one => getComputedStyle(one).fill")
    assert fill != "rgb(0, 0, 0)", "the style sheet reaches the boxes"
    assert fits(page)
