"""Snippets."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from stages.index.language import read_question
from stages.index.snippet import WORDS_MAX, snippet


def test_the_closest_stretch_is_shown() -> None:
    """Words together win over a single word before."""
    text = "số đầu " + "chữ " * 80 + "kế hoạch số hóa tài liệu" + " sau" * 80
    shown = snippet(text, read_question("số hóa tài liệu"))
    assert "<mark>số hóa tài liệu</mark>" in shown
    assert shown.startswith("… ")
    assert shown.endswith(" …")
    assert len(shown.split()) <= WORDS_MAX + 2


def test_only_exact_tones_are_marked_when_typed_and_there() -> None:
    """`số` does not mark `so` beside it; without the exact word the folded one is marked."""
    assert snippet("so sánh số", read_question("số")) == "so sánh <mark>số</mark>"
    assert snippet("so sánh", read_question("số")) == "<mark>so</mark> sánh"


def test_starts_of_words_are_marked() -> None:
    """A star marks the whole word."""
    assert snippet("một quyết định", read_question("quy*")) == "một <mark>quyết</mark> định"


def test_without_a_match_the_start_is_shown() -> None:
    """A hit in another field still shows what the page is."""
    assert snippet("một hai", read_question("ba")) == "một hai"
    assert snippet("", read_question("ba")) == ""


@given(st.text(alphabet="ab<>&\"'\n\u0301 đế", max_size=120), st.text(alphabet='ab*"- đế'))
def test_nothing_unescaped_comes_out(text: str, question: str) -> None:
    """Only <mark> is markup, whatever the page says."""
    shown = snippet(text, read_question(question))
    bare = shown.replace("<mark>", "").replace("</mark>", "")
    assert not set("<>\"'") & set(bare)
    assert not re.search(r"&(?!(amp|lt|gt|quot|#x27);)", bare)
