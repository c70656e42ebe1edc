"""Readers of PDF as people have them: poppler, PDFium (Chromium's viewer), pdf.js (Firefox's).

What text they take out of a page, and where they mark a word that is searched for. pdf.js runs in
Debian's Chromium with its own viewer and find controller; its package comes by Maven (WebJar).
"""

from __future__ import annotations

import shutil
import subprocess
import unicodedata
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pypdfium2 as pdfium
from playwright.sync_api import Page, Route, sync_playwright

from tests.judges.verapdf import absent, fetched

PDFJS = "4.10.38"
Rectangle = tuple[float, float, float, float]
"""x0, y0, x1, y1 in points from the page's top left."""
_VIEWER = Path(__file__).with_name("viewer.html")
_INSIDE = f"META-INF/resources/webjars/pdfjs-dist/{PDFJS}/"
_ADDRESS = "http://viewer.test/"
_KINDS = {".mjs": "text/javascript", ".css": "text/css", ".pdf": "application/pdf"}
_READY_MS = 60_000


def poppler_text(path: Path) -> str:
    """Return the text of the first page in the order in which it stands in the file."""
    if shutil.which("pdftotext") is None:
        absent("no pdftotext (poppler-utils)")
    command = ["pdftotext", "-enc", "UTF-8", "-raw", "-l", "1", str(path), "-"]
    return subprocess.run(command, check=True, capture_output=True, timeout=60).stdout.decode()


def pdfium_text(path: Path) -> str:
    """Return the text of the first page."""
    document = pdfium.PdfDocument(path)
    try:
        return str(document[0].get_textpage().get_text_bounded())
    finally:
        document.close()


def pdfium_marks(path: Path, word: str) -> list[Rectangle]:
    """Return what Chromium's viewer marks when a word is searched for on the first page."""
    document = pdfium.PdfDocument(path)
    try:
        page = document[0]
        height = page.get_height()
        text = page.get_textpage()
        searcher = text.search(word, match_case=True)
        found: list[Rectangle] = []
        while (match := searcher.get_next()) is not None:
            for number in range(text.count_rects(*match)):
                left, bottom, right, top = text.get_rect(number)
                found.append((left, height - top, right, height - bottom))
        return found
    finally:
        document.close()


class Viewer:
    """pdf.js with a document."""

    def __init__(self, page: Page) -> None:
        """Take the page of the browser that shows it."""
        self._page = page

    def text(self) -> str:
        """Return the text of the first page."""
        return str(self._page.evaluate("wordsOf(1)"))

    def marks(self, word: str) -> list[Rectangle]:
        """Return what the viewer marks when a word is searched for on the first page."""
        return [tuple(box) for box in self._page.evaluate("word => find(word)", word)]


@contextmanager
def viewer(path: Path) -> Iterator[Viewer]:
    """Show a document in pdf.js; skips or fails where browser or package cannot be had."""
    program = shutil.which("chromium")
    if program is None:
        absent("chromium is not installed")
    with zipfile.ZipFile(fetched(f"pdfjs-dist-{PDFJS}.jar")) as package, sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=program, args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page(viewport={"width": 1000, "height": 1400})

        def answer(route: Route) -> None:
            name = route.request.url.removeprefix(_ADDRESS)
            body = {"": _VIEWER, "document.pdf": path}.get(name)
            try:
                data = package.read(_INSIDE + name) if body is None else body.read_bytes()
            except KeyError:
                route.fulfill(status=404)
                return
            kind = _KINDS.get(Path(name).suffix, "text/html")
            route.fulfill(status=200, body=data, content_type=kind)

        page.route(f"{_ADDRESS}**", answer)
        page.goto(_ADDRESS)
        page.wait_for_function("globalThis.isReady", timeout=_READY_MS)
        yield Viewer(page)
        browser.close()


def words_of(text: str) -> list[str]:
    """Return the words of a text, which must be NFC."""
    assert unicodedata.is_normalized("NFC", text)
    return text.split()
