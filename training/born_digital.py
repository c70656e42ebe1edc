"""Pages of born-digital PDFs: the real face and the real layout, with exact truth.

pdfium draws the page, pdftotext gives its words with boxes. Whole files are held out for
evaluation by one rule: every fifth of the sorted file names.
"""

from __future__ import annotations

import html
import re
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pypdfium2

from stages.read.line_reader.records import Box
from training.pages import KnownPage, PageWord

if TYPE_CHECKING:
    from pathlib import Path

HELD_OUT_EACH = 5
PAGE = re.compile(r'<page width="([\d.]+)" height="([\d.]+)">(.*?)</page>', re.DOTALL)
WORD = re.compile(
    r'<word xMin="([-\d.]+)" yMin="([-\d.]+)" xMax="([-\d.]+)" yMax="([-\d.]+)">(.*?)</word>'
)
POINTS_PER_INCH = 72.0
ASCENT_SHARE = 0.06
"""pdftotext's word boxes are higher than the print by this share at the top."""


def split_files(folder: Path) -> tuple[list[Path], list[Path]]:
    """Return the PDFs to train on and the ones held out (every fifth of the sorted names)."""
    files = sorted(folder.glob("*.pdf"))
    held_out = files[::HELD_OUT_EACH]
    return [path for path in files if path not in held_out], held_out


@dataclass(frozen=True, slots=True, kw_only=True)
class PdfPage:
    """Where a page is and what stands on it."""

    path: Path
    """The PDF."""
    index: int
    """Page number from 0."""
    width_pt: float
    """Width in points."""
    height_pt: float
    """Height in points."""
    words: tuple[tuple[str, Box], ...]
    """Words with boxes in points."""


def list_pages(files: list[Path], *, fewest_words: int = 25) -> list[PdfPage]:
    """Read the words of all pages; pages with fewer words, or that lie across, are left out."""
    pages = []
    for path in files:
        answer = subprocess.run(
            ["pdftotext", "-bbox", str(path), "-"], capture_output=True, check=True, timeout=120
        )
        found = PAGE.findall(answer.stdout.decode("utf-8", "replace"))
        for index, (width, height, body) in enumerate(found):
            words = tuple(
                (html.unescape(text), Box(x0=float(a), y0=float(b), x1=float(c), y1=float(d)))
                for a, b, c, d, text in WORD.findall(body)
            )
            if len(words) >= fewest_words and float(height) > float(width):
                pages.append(
                    PdfPage(
                        path=path,
                        index=index,
                        width_pt=float(width),
                        height_pt=float(height),
                        words=words,
                    )
                )
    return pages


def draw_page(page: PdfPage, dpi: float) -> KnownPage | None:
    """Draw a page in gray; None when pdfium sees another page size than pdftotext."""
    scale = dpi / POINTS_PER_INCH
    document = pypdfium2.PdfDocument(str(page.path))
    try:
        bitmap = document[page.index].render(scale=scale, grayscale=True)
        gray = np.array(bitmap.to_numpy(), np.uint8).reshape(bitmap.height, bitmap.width)
    finally:
        document.close()
    if abs(gray.shape[1] - page.width_pt * scale) > 3:
        return None
    words = []
    for text, box in page.words:
        top = box.y0 + ASCENT_SHARE * box.height_px
        place = Box(x0=box.x0 * scale, y0=top * scale, x1=box.x1 * scale, y1=box.y1 * scale)
        words.append(PageWord(text=text, box=place))
    return KnownPage(gray=gray, words=words, dpi=dpi)
