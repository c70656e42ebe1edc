"""Words from Tesseract's table, in points; short cuts before an engine."""

from __future__ import annotations

import unicodedata

import numpy as np
import pytest

from pipeline.model.errors import OperatorError
from pipeline.model.prepared import PageText, PreparedPage
from pipeline.model.records import Box, Word
from stages.read import READERS, make_reader
from stages.read.text_layer import TextLayerFirst
from stages.read.tsv import words_of_table
from stages.read.words import clean, page_text
from tests.unit.read.pages import page_of

PAGE = page_of(np.full((1200, 900), 255, np.uint8), dpi=144.0)
TABLE = "\n".join(
    [
        "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext",
        "1\t1\t0\t0\t0\t0\t0\t0\t900\t1200\t-1\t",
        "5\t1\t1\t1\t1\t1\t100\t200\t50\t20\t96.5\tỦY",
        "5\t1\t1\t1\t1\t2\t160\t200\t50\t20\t88\tBAN",
        "5\t1\t1\t1\t2\t1\t100\t240\t50\t20\t-1\t",
        "5\t1\t1\t1\t2\t2\t100\t240\t50\t20\t150\tSố:",
        "5\t1\t2\t1\t1\t1\t880\t240\t50\t20\t40\t\u00a0 ",
        "5\t1\t3\t1\t1\t1\t880\t240\t50\t20\t40\t" + unicodedata.normalize("NFD", "hạn"),
    ]
)


def test_words_lines_and_blocks_of_a_table() -> None:
    """Empty cells are no words; lines and blocks are numbered from 0 in order."""
    words = list(words_of_table(TABLE, PAGE))
    assert [word.text for word in words] == ["ỦY", "BAN", "Số:", "hạn"]
    assert [word.line for word in words] == [0, 0, 1, 2]
    assert [word.block for word in words] == [0, 0, 0, 1]


def test_boxes_are_points_on_the_page() -> None:
    """144 dots an inch are two a point; what leaves the page is cut."""
    words = list(words_of_table(TABLE, PAGE))
    assert words[0].box == Box(x0=50.0, y0=100.0, x1=75.0, y1=110.0)
    assert words[3].box.x1 == 450.0


def test_confidences_lie_between_0_and_1() -> None:
    """Tesseract's percents are bounded."""
    assert [word.confidence for word in words_of_table(TABLE, PAGE)] == [0.965, 0.88, 1.0, 0.4]


def test_text_is_nfc_without_spaces() -> None:
    """Words are composed and hold nothing unprintable."""
    assert clean(unicodedata.normalize("NFD", " Nghị\u00a0định\u200b")) == "Nghịđịnh"


def test_confidence_of_a_page_is_weighed_by_letters() -> None:
    """A long word counts more; a page without words has none."""
    words = list(words_of_table(TABLE, PAGE))[:2]
    assert page_text(words, "x").text_confidence == pytest.approx((2 * 0.965 + 3 * 0.88) / 5)
    assert page_text([], "x").text_confidence == 0.0


class Counting:
    """An engine that counts how often it is asked."""

    name = "counting"
    version = "1"

    def __init__(self) -> None:
        """Count from 0."""
        self.asked = 0

    def read(self, page: PreparedPage) -> PageText:
        """Read nothing."""
        self.asked += 1
        return page_text([], self.name)


def test_own_text_comes_before_the_engine() -> None:
    """A page with its own text, or with nothing on it, never reaches the engine."""
    engine = Counting()
    reader = TextLayerFirst(engine)
    word = Word(text="Số", box=Box(x0=1, y0=1, x1=2, y1=2), confidence=1.0, line=0)
    picture = PAGE.reading
    own = reader.read(page_of(picture, text_layer=(word,)))
    assert (own.words, own.reader, own.text_confidence) == ((word,), "text_layer", 1.0)
    assert reader.read(page_of(picture, is_blank=True)).reader == ""
    assert engine.asked == 0
    assert reader.read(PAGE).reader == "counting"
    assert (engine.asked, reader.name, reader.version) == (1, "counting", "1")


def test_an_unknown_reader_is_a_fault_of_configuration() -> None:
    """The names known are told."""
    with pytest.raises(OperatorError, match="line_reader") as error:
        make_reader("abbyy")
    assert error.value.code == "SYS-CONFIG"
    assert set(READERS) == {"line_reader", "tesseract", "pytesseract"}
