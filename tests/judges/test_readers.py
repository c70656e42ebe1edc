"""What people's readers take out of a delivered page, and where they mark what is searched for.

poppler, PDFium (the engine of Chromium's viewer) and pdf.js must agree on the text, NFC, in reading
order; PDFium's search must mark the word that is printed there.
"""

from __future__ import annotations

import statistics
from pathlib import Path

import pytest

from bench.pki import Pki
from bench.trust.cases import sealed, stage_of
from bench.trust.reading import delivered, distance_mm, sought
from tests.judges.readers import (
    pdfium_marks,
    pdfium_text,
    poppler_text,
    viewer,
    words_of,
)
from tests.stages.archive.drawn import LINES, Sheet
from tests.stages.sign.sealing_bench import pdfa_of

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
_SEEDS = (2, 4)


def test_text_and_marks_of_a_sealed_letter(tmp_path: Path, pki: Pki) -> None:
    """With true boxes: every reader gives the words as written, every search marks its word."""
    sheet = Sheet(dpi=100).letter()
    paper = pdfa_of(tmp_path / "a", sheet)
    path = sealed(stage_of(pki, "RSA 2048", "B-LT"), paper, tmp_path / "sealed.pdf")
    written = " ".join(LINES).split()
    assert words_of(pdfium_text(path)) == written
    taken = words_of(poppler_text(path))
    # poppler takes what the signature shows too, behind the page's own text.
    assert (taken[: len(written)], taken[len(written) : len(written) + 2]) == (
        written,
        ["SAO", "Y"],
    )
    toned = [word for word in sheet.words if not word.text.isascii()]
    assert len(toned) > 30
    with viewer(path) as shown:
        assert words_of(shown.text()) == written
        for word in toned:
            box = word.box
            ink = (box.x0, box.y0, box.x1, box.y1)
            marks = pdfium_marks(path, word.text)
            assert min(distance_mm([mark], ink) for mark in marks) <= 1.0, word.text
            # pdf.js lays a line's text out anew in a font of the browser: it marks the line.
            assert any(
                y0 - 3 <= box.y0 and box.y1 <= y1 + 3 for _, y0, _, y1 in shown.marks(word.text)
            )


def test_text_and_marks_of_generated_letters(tmp_path: Path) -> None:
    """Scanned, read and written by sohoa: readers agree; marks stand on the ink."""
    misses: list[float] = []
    for page in delivered(tmp_path, _SEEDS):
        text = pdfium_text(page.path)
        with viewer(page.path) as shown:
            assert words_of(text) == words_of(poppler_text(page.path)) == words_of(shown.text())
        words = [*sought(page, text)]
        assert len(words) > 50
        misses += [distance_mm(pdfium_marks(page.path, word), ink) for word, ink in words]
    print(f"{len(misses)} words, median {statistics.median(misses):.2f} mm, max {max(misses):.2f}")
    assert max(misses) <= 1.0
