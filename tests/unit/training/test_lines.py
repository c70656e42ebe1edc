"""Training lines: labels, degraded pages, handwriting, shards."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from stages._networks import open_network
from stages.read.line_reader.reader import MODEL_DIR
from stages.read.line_reader.records import Box
from training import heading_texts
from training.alphabet import as_label, for_score
from training.composed import Composer
from training.degrade import degrade
from training.make_lines import SENTENCES, LineMaker, Shares, full_alphabet
from training.pages import KnownPage, PageWord, text_of, words_in
from training.pen_digits import SHAPES, DigitArtist
from training.shards import Shard
from training.typefaces import find_fonts
from training.written_pages import Scribe, targets

SHARES = Shares(pages=0.0, headings=0.5, written=0.0, marks=0.0)


@pytest.fixture(scope="module")
def maker() -> LineMaker:
    """Return a maker with free fonts and built-in sentences only, or skip."""
    try:
        fonts = find_fonts(Path("/usr/share/fonts"))
    except FileNotFoundError as missing:
        pytest.skip(str(missing))
    artist = DigitArtist(None)
    composer = Composer(fonts, artist, SENTENCES)
    detector = open_network(MODEL_DIR / "det.onnx", keeps_memory=False)
    scribe = Scribe(artist, fonts.regular[0], fonts.sans)
    return LineMaker([], composer, scribe, detector, full_alphabet(list(ALPHABET)))


ALPHABET = sorted(set("".join(SENTENCES)) | set("0123456789/-:.,ABCDĐEGHIKLMNOPQRSTUƯVXY "))


def word(text: str, x0: float, x1: float, *, is_glued: bool = False) -> PageWord:
    """Return a word on one line."""
    return PageWord(text=text, box=Box(x0=x0, y0=100, x1=x1, y1=130), is_glued=is_glued)


def test_words_of_a_box_make_its_label() -> None:
    """A number by hand stands glued to the notation behind it."""
    words = [word("/QĐ-UBND", 200, 300, is_glued=True), word("Số:", 100, 140), word("15", 150, 190)]
    inside = words_in(Box(x0=95, y0=98, x1=310, y1=133), words)
    assert inside is not None
    assert text_of(inside) == "Số: 15/QĐ-UBND"


def test_box_that_cuts_a_word_is_not_used() -> None:
    """Half a word would teach the reader to invent the other half."""
    assert words_in(Box(x0=95, y0=98, x1=250, y1=133), [word("/QĐ-UBND", 200, 300)]) is None


def test_unknown_characters_drop_the_line_and_look_alikes_fold() -> None:
    """A label holds characters of the alphabet only."""
    known = set("a–° ")
    assert as_label("a  — º", known) == "a – °"
    assert as_label("aз", known) is None
    assert for_score("“a – b”…") == '"a-b"...'


def test_targets_are_days_months_and_codes() -> None:
    """What a clerk writes by hand on a letter is what is wiped and rewritten."""
    texts = ["Số:", "12/QĐ-UBND", "ngày", "5", "tháng", "10", "năm", "2024", "khoản", "3"]
    assert [texts[k] for k in targets(texts)] == ["12/QĐ-UBND", "5", "10"]


def test_each_digit_has_ways_and_leaves_ink() -> None:
    """Ten digits, several shapes each; a drawn number is dark somewhere and wider when longer."""
    assert sorted(SHAPES) == list("0123456789")
    rng = np.random.default_rng(3)
    artist = DigitArtist(None)
    widths = [artist.number(text, 40.0, rng).shape[1] for text in ("1", "2024")]
    assert widths[1] > widths[0] > 2


def test_headings_are_well_formed() -> None:
    """Number and date headings hold their anchors, whatever chance says."""
    rng = np.random.default_rng(1)
    for _ in range(50):
        number = [token.text for token in heading_texts.number_heading(rng)]
        assert number[0].startswith("Số")
        date = [token.text for token in heading_texts.date_heading(rng)]
        assert {"ngày", "tháng", "năm"} <= set(date)


@pytest.mark.parametrize("seed", range(6))
def test_degraded_page_keeps_its_words_in_place(seed: int) -> None:
    """However the page is turned and enlarged, ink stays under its word box."""
    gray = np.full((600, 500), 255, np.uint8)
    gray[290:310, 200:300] = 0
    page = KnownPage(
        gray=gray,
        words=[PageWord(text="x", box=Box(x0=200, y0=290, x1=300, y1=310))],
        dpi=200.0,
    )
    dirty = degrade(page, np.random.default_rng(seed))
    box = dirty.words[0].box
    inside = dirty.gray[round(box.y0) + 2 : round(box.y1) - 2, round(box.x0) + 2 : round(box.x1)]
    assert float(inside.mean()) < float(dirty.gray.mean()) - 40


def test_shard_is_repeatable_and_comes_back_whole(maker: LineMaker, tmp_path: Path) -> None:
    """The same seed makes the same lines; a shard read back equals what was written."""
    first, second = (maker.shard(np.random.default_rng(5), SHARES, 12) for _ in range(2))
    assert [line.text for line in first] == [line.text for line in second]
    shard = Shard(folder=tmp_path, number=0)
    shard.write(first)
    for old, new in zip(first, shard.read(), strict=True):
        assert old.text == new.text
        assert np.array_equal(old.ink, new.ink)
