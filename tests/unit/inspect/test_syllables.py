"""Whether a text layer is made of words."""

from __future__ import annotations

import pytest

from stages.inspect.syllables import is_usable

SOUND = (
    "Căn cứ Luật Tổ chức chính quyền địa phương ngày 19 tháng 6 năm 2015; theo đề nghị của "
    "Giám đốc Sở Nội vụ tại Tờ trình số 123/TTr-SNV, Ủy ban nhân dân tỉnh quyết định:"
)
SPLIT = (
    "C ông b áo s ố 1 2 3 ng ày 1 5 th áng 0 1 n ăm 2 0 2 5 v ăn b ản qu y ph ạm ph áp l u ật c ủa "
    "Th ủ t ư ớng Ch ính ph ủ"
)
LEGACY = "Céng hßa x· héi chñ nghÜa ViÖt Nam §éc lËp - Tù do - H¹nh phóc QuyÕt ®Þnh cña Thñ t­íng"
UNMAPPED = "\ufffd\ufffd\ufffd \ue001\ue002 \ufffd\ufffd\ufffd\ufffd abc"


def test_prose_is_usable() -> None:
    """Running text with tones, codes and numbers is taken."""
    assert is_usable(SOUND)


def test_foreign_words_are_usable() -> None:
    """English text in the Latin alphabet is no reason to read the picture."""
    assert is_usable(
        "The quick brown fox jumps over the lazy dog and runs through the woods at dawn"
    )


@pytest.mark.parametrize("text", [SPLIT, LEGACY, UNMAPPED, "", "   ", "12 345"])
def test_broken_layers_are_not_usable(text: str) -> None:
    """Spaces inside words, letters of another alphabet, symbols and nothing at all are refused."""
    assert not is_usable(text)


def test_a_short_text_must_be_sound_throughout() -> None:
    """Few words prove something only when every one of them is sound."""
    assert is_usable("QUYẾT ĐỊNH")
    assert not is_usable("QUYẾT ÐÞNH cña")
