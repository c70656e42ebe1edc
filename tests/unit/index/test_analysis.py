"""Text to search words."""

from __future__ import annotations

import itertools
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stages.index.analysis import (
    cited_codes,
    code_tokens,
    forms,
    normal,
    places,
    streams,
    tokens,
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("hòa", "hoà"),
        ("khỏe", "khoẻ"),
        ("thủy", "thuỷ"),
        ("quý", "qúy"),
        ("SỐ", "số"),
        ("Đà", "Ðà"),
        (unicodedata.normalize("NFD", "tượng"), "tượng"),
    ],
)
def test_ways_of_writing_one_syllable_are_one(one: str, other: str) -> None:
    """Place of the tone, case, composition and the look-alike of Đ do not matter."""
    assert streams(one) == streams(other)


@pytest.mark.parametrize(("one", "other"), [("ma", "mà"), ("cô", "co"), ("đa", "da"), ("ó", "ò")])
def test_tones_and_letters_part_exact_words_only(one: str, other: str) -> None:
    """Different syllables differ in the exact stream and meet in the folded one."""
    assert streams(one)[0] != streams(other)[0]
    assert streams(one)[1] == streams(other)[1]


def test_every_tone_of_every_vowel_stays_apart() -> None:
    """No two of the 72 toned vowels share an exact form, all fold to their plain letter."""
    vowels = [
        unicodedata.normalize("NFC", vowel + tone)
        for vowel, tone in itertools.product(
            "aăâeêioôơuưy", ["", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323"]
        )
    ]
    exact = {streams(vowel)[0] for vowel in vowels}
    assert len(exact) == 72
    assert {streams(vowel)[1] for vowel in vowels} == set("aeiouy")


def test_a_code_is_one_token_in_any_order() -> None:
    """Order, punctuation and leading zeros go; the notation stands alone too."""
    assert code_tokens("05/QĐ-UBND") == code_tokens("QĐ-UBND 5") == ("_5_qd_ubnd", "_qd_ubnd")
    assert code_tokens("") == ()


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("theo Quyết định số 123/QĐ-UBND ngày 1/2/2024", ("_123_qd_ubnd",)),
        ("Số: 12 /UBND - VX", ("_12_ubnd_vx",)),
        ("Nghị định 30/2020/NĐ-CP và 05/TTr-SNV", ("_2020_30_cp_nd", "_5_snv_ttr")),
        ("ngày 22/11/2024, tỉ lệ 1/2", ()),
    ],
)
def test_codes_are_found_in_running_text(text: str, keys: tuple[str, ...]) -> None:
    """The codes a text cites are told from dates and fractions."""
    assert cited_codes(text) == keys


@given(st.text(max_size=200))
def test_any_text_gives_clean_words(text: str) -> None:
    """Words never hold a space, a quote or the mark of structured tokens, and places fit."""
    source = normal(text)
    found = list(tokens(source))
    assert [(word.exact, word.folded) for word in found] == forms(source)
    assert [(word.start, word.end) for word in found] == places(source, 0, len(source))
    for word in found:
        assert word.exact
        assert word.folded
        assert not set(f"{word.exact}{word.folded}") & set(' "_\n\t*-')
    cited_codes(text)
    code_tokens(text)
