"""Doubtful tones are settled by the neighbours; names, numbers and codes stay."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from stages.read.line_reader.language import (
    NAME_WEIGHT,
    SyllablePairs,
    is_name,
    letters_of,
    may_be_settled,
    without_marks,
)
from stages.read.line_reader.reader import MODEL_DIR
from stages.read.line_reader.recognise import LineAnswer, Recogniser
from training.make_language import count, write_table


@pytest.fixture(scope="module")
def pairs() -> SyllablePairs:
    """Return the table that ships."""
    return SyllablePairs.load(MODEL_DIR / "language.npz")


def test_neighbours_settle_a_hook(pairs: SyllablePairs) -> None:
    """tố chức is tổ chức; tố cáo stays."""
    rivals = [("tố", 0.6), ("tổ", 0.4)]
    assert pairs.choose("Luật", rivals, "chức")[0] == "tổ"
    assert pairs.choose("Luật", rivals, "cáo")[0] == "tố"


def test_readings_with_other_letters_are_no_rivals(pairs: SyllablePairs) -> None:
    """The table changes marks, never letters."""
    assert pairs.choose("ủy", [("bam", 0.9), ("ban", 0.1)], "nhân") == ("bam", 0.9)


def test_what_the_network_is_sure_of_stays(pairs: SyllablePairs) -> None:
    """A strange but clear word is not bent to what is usual."""
    assert pairs.choose("Luật", [("tố", 0.9999), ("tổ", 0.00001)], "chức")[0] == "tố"


@pytest.mark.parametrize("name", ["Mẫn", "Bẩy", "Đoàn", "Ksor", "Vỹ", "Thuỷ"])
def test_names_are_not_corrected(pairs: SyllablePairs, name: str) -> None:
    """A name read with fair certainty stays, whatever stands beside it."""
    assert is_name(name, 3)
    plain = without_marks(name)
    rivals = [(name, 0.85), (plain, 0.1), (plain.capitalize(), 0.05)]
    assert pairs.choose("ông", rivals, "Văn", weight=NAME_WEIGHT)[0] == name


@pytest.mark.parametrize("code", ["15/QĐ-UBND", "299", "12/2024", "BTC-QLCS", "m²", "25.000"])
def test_codes_and_numbers_are_not_looked_at(code: str) -> None:
    """No table knows a number."""
    assert not may_be_settled(code)


def test_signs_around_a_word_are_no_letters() -> None:
    """The word is compared without its punctuation, lower case."""
    assert letters_of("“Luật;") == "luật"
    assert letters_of("A1") == ""


def test_table_is_counted_from_texts(tmp_path: Path) -> None:
    """Pairs are counted within a text and written with their probabilities."""
    alone, pairs = count(["tổ chức lại tổ chức", "tổ 5 chức"])
    assert pairs == Counter({("tổ", "chức"): 2, ("chức", "lại"): 1, ("lại", "tổ"): 1})
    write_table(alone, pairs, tmp_path / "t.npz", fewest=1)
    table = SyllablePairs.load(tmp_path / "t.npz")
    assert table.after("tổ", "chức") > table.after("chức", "lại") > table.after("lại", "chức")


@pytest.mark.parametrize(
    ("before", "word", "behind", "odd"),
    [
        ("tìm", "kiểm", "cứu", True),
        ("tìm", "kiếm", "cứu", False),
        ("đoàn", "kiểm", "tra", False),
        ("tìm", "Kiểm", "cứu", False),
        ("Zơrâm", "kiểm", "cứu", False),
        ("số", "12", "cứu", False),
    ],
)
def test_a_word_is_odd_where_it_was_never_seen_beside_its_neighbours(
    pairs: SyllablePairs, before: str, word: str, behind: str, odd: bool
) -> None:
    """Names, numbers and words beside what the table does not know are left alone."""
    assert pairs.is_odd(before, word, behind) is odd


def test_siblings_differ_in_marks_alone(pairs: SyllablePairs) -> None:
    """Each is a syllable of the table."""
    found = pairs.siblings("kiểm")
    assert "kiếm" in found
    assert "kiểm" not in found
    assert {without_marks(other) for other in found} == {"kiem"}


def test_a_sure_word_is_thought_over_where_only_another_is_ever_written() -> None:
    """What the network leaves to kiếm decides; a thousandth of it does not."""
    recogniser = Recogniser(MODEL_DIR, threads=1, batch=1)
    for left, meant in ((0.01, "tìm kiếm cứu nạn"), (1e-5, "tìm kiểm cứu nạn")):
        answer = answer_of("tìm kiểm cứu nạn", recogniser.charset, ("ể", "ế", left))
        assert recogniser.text_of(answer) == meant


def answer_of(text: str, charset: tuple[str, ...], rival: tuple[str, str, float]) -> LineAnswer:
    """The network's answer that reads so, sure but for one character's rival."""
    classes = [k for char in text for k in (charset.index(char) + 1, 0)]
    shares = np.full((len(classes), len(charset) + 1), 1e-9)
    shares[np.arange(len(classes)), classes] = 1.0
    read, other, share = rival
    at = classes.index(charset.index(read) + 1)
    shares[at, charset.index(other) + 1] = share
    logits = np.log(shares).astype(np.float32)
    ink = np.zeros((96, 4 * len(classes)), np.float32)
    ids = np.array(classes, np.int64)
    return LineAnswer(ids=ids, peaks=np.full(len(ids), 0.995, np.float32), logits=logits, ink=ink)
