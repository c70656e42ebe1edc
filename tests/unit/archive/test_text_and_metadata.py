"""Words to operators and facts to XMP, for any text."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.model.records import Box, Field, FieldSource, Page, Quality, Verdict, Word
from stages.archive.glyphless import LetterCodes, font_program
from stages.archive.metadata import facts_of, information, xmp_packet
from stages.archive.srgb import srgb_profile
from stages.archive.text_layer import clean, letters_of, text_operators

CREATED = dt.datetime(2026, 11, 22, 14, 3, 27, tzinfo=dt.timezone(dt.timedelta(hours=7)))


def _page(*words: Word) -> Page:
    return Page(
        number=1,
        width_mm=210,
        height_mm=297,
        dpi=300,
        skew_deg=0,
        rotation_deg=0,
        is_blank=False,
        quality=Quality(verdict=Verdict.GOOD),
        words=words,
    )


def _word(text: str, x0: float, x1: float, *, line: int = 0, y0: float = 100) -> Word:
    return Word(text=text, box=Box(x0=x0, y0=y0, x1=x1, y1=y0 + 10), confidence=1, line=line)


def _facts(**values: str):  # type: ignore[no-untyped-def]
    fields = {
        name: Field(name=name, value=value, confidence=1, source=FieldSource.PRINTED)
        for name, value in values.items()
    }
    return facts_of(
        fields,
        source_name="quét 1.pdf",
        source_digest="ab" * 32,
        created=CREATED,
        is_derivative=False,
    )


@given(st.text())
def test_cleaned_text_is_nfc_without_controls(text: str) -> None:
    """ISO 19005-2, 6.2.11.7.2: no U+0000, U+FEFF, U+FFFE; and nothing that is no letter."""
    cleaned = clean(text)
    assert cleaned == unicodedata.normalize("NFC", cleaned)
    assert not any(unicodedata.category(c)[0] == "C" for c in cleaned)
    cleaned.encode()


@given(st.lists(st.text(min_size=1, max_size=6), max_size=8))
def test_any_words_give_operators(texts: list[str]) -> None:
    """Every letter has a code, every word a width, whatever was read."""
    words = [_word(text, 10.0 * n, 10.0 * n + 9, line=n // 3) for n, text in enumerate(texts)]
    page = _page(*words)
    operators = text_operators(page, LetterCodes(letters_of((page,))))
    assert operators.count(b"BT") == operators.count(b"ET") <= 1
    assert b"nan" not in operators
    assert b"inf" not in operators


def test_a_line_has_one_baseline_and_words_advance_along_it() -> None:
    """One Tm a line; a word and its space together reach the next word."""
    page = _page(
        _word("ab", 100, 120), _word("cd", 124, 150), _word("ef", 100, 130, line=1, y0=130)
    )
    operators = text_operators(page, LetterCodes(letters_of((page,)))).decode()
    assert operators.startswith("BT 3 Tr")
    assert len(re.findall(r" Tm", operators)) == 2
    widths = [float(percent) for percent in re.findall(r"([\d.]+) Tz", operators)]
    size = float(re.findall(r"/F0 ([\d.]+) Tf", operators)[0])
    assert size == pytest.approx(10)
    em = size * 0.5 / 100
    assert 2 * widths[0] * em + widths[1] * em == pytest.approx(24, abs=0.05)


def test_columns_are_placed_afresh() -> None:
    """A gap as wide as a column is no stretched space."""
    page = _page(_word("trái", 50, 80), _word("phải", 400, 440))
    operators = text_operators(page, LetterCodes(letters_of((page,)))).decode()
    assert operators.count(" Tm") == 2


def test_letter_codes_name_every_letter() -> None:
    """The CMap tells each code's letter, also beyond the first plane, 100 a block."""
    letters = [chr(0x1EA0 + n) for n in range(90)] + [chr(0x61 + n) for n in range(26)] + ["😀"]
    codes = LetterCodes(letters)
    cmap = codes.to_unicode_cmap().decode()
    assert cmap.count("beginbfchar") == 2
    assert "<d83dde00>" in cmap
    assert len(codes.cid_to_gid_map()) == 2 * (len(set(letters)) + 2)
    assert codes.encode("a") != codes.encode("b")


def test_font_and_profile_are_the_same_every_time() -> None:
    """Constant parts of every file are constant."""
    font_program.cache_clear()
    first = font_program()
    font_program.cache_clear()
    assert font_program() == first
    assert len(first) < 1000
    assert len(srgb_profile()) < 1000


@given(st.text(), st.text())
def test_xmp_is_xml_for_any_text(subject: str, issuer: str) -> None:
    """Whatever stands in the fields, the packet parses and says PDF/A-2u."""
    packet = xmp_packet(_facts(subject=subject, issuer=issuer))
    tree = ET.fromstring(packet)  # noqa: S314 - our own
    parts = [node.text for node in tree.iter("{http://www.aiim.org/pdfa/ns/id/}part")]
    assert parts == ["2"]


@pytest.mark.parametrize(
    ("values", "title"),
    [
        ({"subject": "Về việc A", "type": "Công văn"}, "Về việc A"),
        ({"type": "Quyết định", "code": "1/QĐ"}, "Quyết định 1/QĐ"),
        ({}, "quét 1.pdf"),
    ],
)
def test_title_is_the_best_known(values: dict[str, str], title: str) -> None:
    """Subject, else type and code, else the name it came under."""
    assert _facts(**values).title == title


def test_information_is_in_step_with_xmp() -> None:
    """The same time and title in both places (ISO 19005-2, 6.6.3)."""
    facts = _facts(subject="Về việc A", issuer="Sở B")
    entries = information(facts)
    assert entries["/CreationDate"] == "D:20261122140327+07'00'"
    packet = xmp_packet(facts).decode()
    assert "<xmp:CreateDate>2026-11-22T14:03:27+07:00</xmp:CreateDate>" in packet
    assert entries["/Title"] in packet
    assert entries["/Author"] in packet
