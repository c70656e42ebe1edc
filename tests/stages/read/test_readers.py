"""Every reader on the same drawn page."""

from __future__ import annotations

import os
import shutil
import unicodedata
from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from rapidfuzz.distance import Levenshtein

from pipeline.model.errors import OperatorError
from pipeline.model.ports import Reader
from pipeline.model.prepared import PageText
from stages.read import READERS, Options, make_reader
from stages.read.tessdata import find_tessdata
from tests.stages.prepare.paper import LINES, text_page
from tests.unit.read.pages import page_of


def need_tesseract() -> None:
    """Skip where Tesseract or its model is absent, fail there in CI."""
    try:
        find_tessdata("vie", None)
        is_here = shutil.which("tesseract") is not None
    except OperatorError:
        is_here = False
    if not is_here:
        reason = "tesseract-ocr and tesseract-ocr-vie are not installed"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)


@lru_cache(maxsize=4)
def reader_of(name: str) -> Reader:
    """Return a warm reader."""
    if "tesseract" in name:
        need_tesseract()
    return make_reader(name)


@pytest.fixture(scope="module", params=sorted(READERS))
def name(request: pytest.FixtureRequest) -> str:
    """Give the name of each reader."""
    return str(request.param)


@lru_cache(maxsize=4)
def read(name: str) -> PageText:
    """Read a page of five lines."""
    return reader_of(name).read(page_of(np.asarray(text_page(300, lines=5))))


def test_text_is_right_and_composed(name: str) -> None:
    """At most one letter in fifty is wrong on clean print, and everything is NFC."""
    text = " ".join(word.text for word in read(name).words)
    assert Levenshtein.normalized_distance(text, " ".join(LINES)) < 0.02
    assert unicodedata.is_normalized("NFC", text)


def test_words_know_their_lines_and_places(name: str) -> None:
    """Five lines from top to bottom; boxes lie on the ink."""
    words = read(name).words
    assert sorted({word.line for word in words}) == [0, 1, 2, 3, 4]
    picture = np.asarray(text_page(300, lines=5))
    tops = [min(w.box.y0 for w in words if w.line == line) for line in range(5)]
    assert tops == sorted(tops)
    for word in words:
        x0, y0, x1, y1 = (
            round(side * 300 / 72) for side in (word.box.x0, word.box.y0, word.box.x1, word.box.y1)
        )
        assert int(picture[y0:y1, x0:x1].min()) < 100


def test_the_reader_tells_its_name_and_belief(name: str) -> None:
    """Name and version are part of the key; clean print is believed."""
    assert reader_of(name).name == name == read(name).reader
    assert reader_of(name).version
    assert read(name).text_confidence > 0.8


def test_an_empty_picture_has_no_words(name: str) -> None:
    """White paper that was not found blank gives nothing and no error."""
    assert reader_of(name).read(page_of(np.full((800, 600), 255, np.uint8))).words == ()


def test_reading_twice_gives_the_same(name: str) -> None:
    """An engine keeps nothing of the page before."""
    first = read(name)
    reader_of(name).read(page_of(np.asarray(Image.effect_noise((300, 300), 90))))
    again = reader_of(name).read(page_of(np.asarray(text_page(300, lines=5))))
    assert again == first


@pytest.mark.parametrize("name", ["tesseract", "pytesseract"])
def test_a_missing_language_is_for_the_keeper(name: str, tmp_path: Path) -> None:
    """The package to install is named."""
    need_tesseract()
    with pytest.raises(OperatorError, match="tesseract-ocr-tlh") as error:
        make_reader(name, Options(language="tlh"))
    assert error.value.code == "SYS-TOOL-MISSING"
    with pytest.raises(OperatorError):
        make_reader(name, Options(tessdata=tmp_path))


def test_missing_line_models_are_for_the_keeper(tmp_path: Path) -> None:
    """A folder without networks is told."""
    with pytest.raises(OperatorError) as error:
        make_reader("line_reader", Options(line_models=tmp_path))
    assert error.value.code == "SYS-TOOL-MISSING"
