"""What the search is measured with."""

from __future__ import annotations

import random

import pytest
from rapidfuzz.distance import Levenshtein

from bench.search.collection import letters, misread
from bench.search.noise import noisy, without_tones, wrong_tones
from bench.search.questions import ANSWERS_MAX, Holders, pieces_of_codes, remembered

TEXT = "Về việc số hóa tài liệu lưu trữ của các cơ quan nhà nước trên địa bàn tỉnh năm 2024. " * 30


@pytest.mark.parametrize("cer", [0.0, 0.01, 0.05, 0.2])
def test_noise_is_as_strong_as_it_says(cer: float) -> None:
    """The distance to the clean text is the share asked for, within a tenth of it."""
    read = noisy(TEXT, cer, random.Random(1))
    measured = Levenshtein.distance(TEXT, read) / len(TEXT)
    assert measured == pytest.approx(cer, rel=0.12)
    same = Levenshtein.distance(without_tones(TEXT), without_tones(read)) / len(TEXT)
    assert same == pytest.approx(cer / 2, rel=0.35), "half of the errors are tones and marks"


def test_wrong_tones_change_tones_alone() -> None:
    """Every question differs, and only by its tones."""
    chance = random.Random(2)
    for text in ("số hóa tài liệu", "đất đai"):
        changed = wrong_tones(text, chance)
        assert changed != text
        assert len(changed) == len(text)
    assert wrong_tones("12 QD", chance) == "12 QD"


def test_questions_can_be_answered() -> None:
    """Every question's words stand in its target and in at most ten documents."""
    items = list(letters(120))
    texts = {
        item.entry.document_id: "\n".join((*item.entry.fields.values(), *item.entry.pages))
        for item in items
    }
    holders = Holders(texts.values())
    asked = remembered(items, 30)
    assert len(asked) == 30
    for one in asked:
        assert holders.count(one.text.split()) in range(1, ANSWERS_MAX + 1)
        assert all(word in texts[one.target] for word in one.text.split())
    codes = pieces_of_codes(items, 30)
    assert len({one.target for one in codes}) == 30


def test_misread_documents_keep_their_identity() -> None:
    """Only words and values change, never id or date; the same every time."""
    items = list(letters(2))
    first, again = (list(misread(items, 0.2)) for _ in range(2))
    assert first == again
    assert [one.document_id for one in first] == [item.entry.document_id for item in items]
    assert first[0].pages != items[0].entry.pages
    assert first[0].fields["issued_date"] == items[0].entry.fields["issued_date"]
