"""Names: odd ones survive, safe ones are safe everywhere, order is as people count."""

from __future__ import annotations

import itertools
import os

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pipeline.intake.names import (
    NAME_MAX_BYTES,
    is_ignored,
    is_litter,
    is_unfinished,
    natural_key,
    numbered,
    safe_name,
)

any_name = st.binary(min_size=1, max_size=255).map(os.fsdecode)


@pytest.mark.parametrize(
    "name",
    [
        ".x",
        ".sohoa",
        "~$thu.docx",
        "a.TMP",
        "a.part",
        "a.crdownload",
        "Thumbs.db",
        "desktop.ini",
        "readme.MD",
    ],
)
def test_what_is_ignored_in_a_drop_folder(name: str) -> None:
    """By rule, and nothing else."""
    assert is_ignored(name)


@pytest.mark.parametrize(
    "name", ["a.pdf", "a", "tmp", "~a.pdf", "a.tmp.pdf", "README.pdf", "readme"]
)
def test_what_is_not_ignored(name: str) -> None:
    """Everything else is somebody's paper."""
    assert not is_ignored(name)


def test_litter_and_unfinished_files_are_told_apart() -> None:
    """One is passed over, the other is waited for."""
    assert is_litter("._a.pdf")
    assert is_litter("THUMBS.DB")
    assert not is_litter(".hidden.pdf")
    assert is_unfinished("a.PART")
    assert not is_unfinished("Thumbs.db")


def test_people_count_ten_after_nine() -> None:
    """Digits are numbers, letters have no case, ties are broken for ever the same way."""
    names = ["p10", "p2", "P1", "p1", "2", "a", "p01", "10 b", "²"]
    assert sorted(names, key=natural_key) == ["2", "10 b", "a", "P1", "p01", "p1", "p2", "p10", "²"]


@given(st.lists(any_name, max_size=5))
@example(["1", "a", "1a", "a1", "\udcff1", "²", "9" * 255])
def test_any_names_can_be_ordered(names: list[str]) -> None:
    """No comparison fails, and order does not depend on the order before."""
    backwards = names[::-1]
    assert sorted(names, key=natural_key) == sorted(backwards, key=natural_key)


@pytest.mark.parametrize(
    ("name", "suffix", "safe"),
    [
        ("công văn.pdf", "", "công văn.pdf"),
        ("a\nb\t:c?.pdf", "", "a_b__c_.pdf"),
        ("quét \udcff.pdf", "", "quét %FF.pdf"),
        ("\ud800.pdf", "", "_.pdf"),
        ("..", "", "_"),
        (".an", "", "_.an"),
        ("CON.pdf", "", "_CON.pdf"),
        ("con", "", "_con"),
        ("co\u0302ng.pdf", "", "công.pdf"),
        ("a. . ", "", "a"),
        ("a.pdf", ".LOI.txt", "a.pdf.LOI.txt"),
        ("🖨️.pdf", "", "🖨️.pdf"),
    ],
)
def test_safe_names(name: str, suffix: str, safe: str) -> None:
    """Readable on Windows, too."""
    assert safe_name(name, suffix=suffix) == safe


@given(any_name, st.sampled_from(["", ".LOI.txt", ".bien-nhan.json"]))
@example("a" * 251 + ".pdf", ".LOI.txt")
@example("đ" * 127, ".LOI.txt")
@example("a." + "b" * 253, "")
def test_safe_names_fit_with_their_counter(name: str, suffix: str) -> None:
    """Never longer than 255 bytes, never empty, never hidden, plain UTF-8."""
    safe = safe_name(name, suffix=suffix)
    assert safe.endswith(suffix)
    assert not safe.startswith(".")
    assert safe == os.fsencode(safe).decode("utf-8")
    for one in itertools.islice(numbered(safe, suffix=suffix), 3):
        assert 0 < len(one.encode()) <= NAME_MAX_BYTES
        assert "/" not in one


def test_a_long_name_keeps_its_suffix() -> None:
    """A PDF stays a PDF."""
    assert safe_name("đ" * 200 + ".pdf").endswith("đ.pdf")


@pytest.mark.parametrize(
    ("name", "suffix", "second"),
    [
        ("a.pdf", "", "a (2).pdf"),
        ("a", "", "a (2)"),
        ("a.pdf.LOI.txt", ".LOI.txt", "a.pdf (2).LOI.txt"),
        ("QĐ 12. so hoa", "", "QĐ 12. so hoa (2)"),
        ("x" * 251 + ".pdf", "", "x" * 247 + " (2).pdf"),
    ],
)
def test_the_counter_stands_before_the_suffix(name: str, suffix: str, second: str) -> None:
    """And the stem gives way where the name is full."""
    names = list(itertools.islice(numbered(name, suffix=suffix), 3))
    assert names[:2] == [name, second]
    assert "(3)" in names[2]
