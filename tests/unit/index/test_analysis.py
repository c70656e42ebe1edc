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
    pairs,
    places,
    plain,
    streams,
    tokens,
)

_OPENS = "b c ch d g gh gi h k kh l m n ng ngh nh p ph qu r s t th tr v x"
_RHYMES = (
    "a ac ach ai am an ang anh ao ap at au ay e ec em en eng eo ep et eu i ia ich iec iem ien ieng "
    "iep iet ieu im in inh ip it iu o oa oac oai oan oang oat oc oe oi om on ong oo op ot u ua uan "
    "uat uc ui um un ung uoc uoi uom uon uong uot uou up ut uu uy uyen uyet uynh y yen"
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
    """Order, punctuation and leading zeros go; notation and number stand alone too."""
    assert code_tokens("05/QĐ-UBND") == ("_5_qd_ubnd", "_qd_ubnd", "_n_5")
    assert code_tokens("QĐ-UBND 5") == ("_5_qd_ubnd", "_qd_ubnd")
    assert code_tokens("") == ()


@pytest.mark.parametrize(
    ("read", "written"),
    [
        ("kể hoạch", "kế hoạch"),
        ("v1ệc", "việc"),
        ("vlệc", "việc"),
        ("Iợi ích", "lợi ích"),
        ("1àm", "làm"),
        ("h0à", "hòa"),
        ("rnới", "mới"),
        ("clanh", "danh"),
        ("2O24", "2024"),
        ("l23", "123"),
        ("vvebsite", "website"),
    ],
)
def test_what_readers_confuse_is_forgiven(read: str, written: str) -> None:
    """ế/ể, rn/m, 0/O, l/1/I, cl/d, vv/w meet in the folded stream and stay apart in the exact."""
    assert streams(read)[1] == streams(written)[1]
    assert streams(read)[0] != streams(written)[0]


def test_forgiving_keeps_vietnamese_syllables_apart() -> None:
    """Of the plain syllables of the language no two that differ by a look-alike become one."""
    opens, rhymes = (line.split() for line in (_OPENS, _RHYMES))
    syllables = {start + rhyme for start in opens for rhyme in rhymes}
    assert len({streams(one)[1] for one in syllables}) == len(syllables)


def test_pairs_are_close_words_once() -> None:
    """Each pair of words side by side or with one between, without doubles, over no border."""
    assert pairs(["so", "hoa", "tai"]) == ["so_hoa", "hoa_tai", "so_tai"]
    assert pairs(["so", "hoa", "so", "hoa"]) == ["so_hoa", "hoa_so", "so_so", "hoa_hoa"]
    assert pairs(["so", "_", "hoa", "tai"]) == ["hoa_tai", "so_hoa"]
    assert pairs(["so"]) == pairs([]) == []


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("theo Quyết định số 123/QĐ-UBND ngày 1/2/2024", ("_123_qd_ubnd",)),
        ("Số: 12 /UBND - VX", ("_12_ubnd_vx",)),
        ("Nghị định 30/2020/NĐ-CP và 05/TTr-SNV", ("_2020_30_cp_nd", "_5_snv_ttr")),
        ("theo số l23/QĐ-UBND", ("_123_qd_ubnd",)),
        ("số 1O5/QÐ-UBND", ("_105_qd_ubnd",)),
        ("ngày 22/11/2024, tỉ lệ 1/2, và/hoặc, OI/QĐ", ()),
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


def test_a_quick_look_at_a_text_takes_tones_away() -> None:
    """Small letters without marks, whichever way they are composed."""
    assert plain("Số HÓA Ðất đai, ƯỜ " + unicodedata.normalize("NFD", "tượng")) == (
        "so hoa dat dai, uo tuong"
    )
