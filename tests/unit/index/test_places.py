"""Which words of a page a question boxes."""

from __future__ import annotations

import pytest

from stages.index.language import read_question
from stages.index.places import matching

PAGE = ["Về", "việc", "số", "hóa", "tài", "liệu;", "so", "hoa", "12/QĐ-UBND", "hoá", "đơn"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("số hóa", [2, 3]),
        ("so hoa", [2, 3, 6, 7]),
        ("tài liệu", [4, 5]),
        ("liệu hóa", [3, 5, 9]),
        ("tai*", [4]),
        ("12/qđ", [8]),
        ("so:12", [8]),
        ("coquan:hoa", [3, 7, 9]),
        ("-số", []),
        ("tu:2024", []),
        ("xyz", []),
        ("", []),
    ],
)
def test_rows_are_boxed_as_rows_and_words_as_words(query: str, found: list[int]) -> None:
    """Side by side where they stand so, with their tones where they were typed."""
    assert matching(PAGE, read_question(query)) == found


def test_an_empty_page_has_no_places() -> None:
    """Nothing read, nothing boxed."""
    assert matching([], read_question("số")) == []
