"""Headings read several times: what the vote changes, and how sure it is."""

from __future__ import annotations

import numpy as np
import pytest

from stages.read.line_reader.looks import LOOKS, agrees, is_heading, settled, stretched
from stages.read.line_reader.records import Box, ReadLine, ReadWord


def line(text: str, *, y0: float = 0.0, confidence: float = 0.9) -> ReadLine:
    """A line as read."""
    words = tuple(
        ReadWord(text=part, x0=0.0, y0=y0, x1=9.0, y1=y0 + 9, confidence=confidence)
        for part in text.split()
    )
    return ReadLine(
        words=words, x0=0, y0=y0, x1=99, y1=y0 + 9, confidence=confidence, alternatives=()
    )


def looks(*texts: str | None) -> list[ReadLine | None]:
    """Further readings."""
    return [None if text is None else line(text, y0=5.0) for text in texts]


@pytest.mark.parametrize(
    ("read", "again", "meant"),
    [
        ("Số: 173/TB-BTC", ("Số: 1173/TB-BTC",) * 4, "Số: 1173/TB-BTC"),
        ("Số: 173/TB-BTC", ("Số: 1173/TB-BTC", "Số: 173/TB-BTC") * 2, "Số: 173/TB-BTC"),
        ("Số: 13/TB-BTC", ("Số: 173/TB-BTC", None, "Số: 173/TB", None), "Số: 173/TB-BTC"),
        ("Huế, ngày 1 tháng 1 năm 2024",
         ("Huế, ngày 11 tháng 4 năm 2024", "Huế, ngày 11 tháng 1 năm 2024") * 2,
         "Huế, ngày 11 tháng 1 năm 2024"),
        ("Số: /TB-BTC", ("Số: 5/TB-BTC", "Số: /TB-BTC", "Số: /TB-BTC", None), "Số: /TB-BTC"),
        ("Số: 12/TB-BTC", (None, None, None, None), "Số: 12/TB-BTC"),
    ],
)  # fmt: skip
def test_digits_are_as_most_looks_read_them(
    read: str, again: tuple[str | None, ...], meant: str
) -> None:
    assert settled(line(read), looks(*again)).text == meant


def test_what_no_look_reads_whole_changes_nothing() -> None:
    found = settled(
        line("Huế, ngày 1 tháng 1 năm 2024"),
        looks("Huế, ngày 11 tháng 2 năm 2024", "Huế, ngày 11 tháng 3 năm 2024",
              "Huế, ngày 2 tháng 4 năm 2024", "Huế, ngày 3 tháng 4 năm 2024"),
    )  # fmt: skip
    assert found.text == "Huế, ngày 1 tháng 1 năm 2024"


def test_digits_are_as_sure_as_looks_agree_and_words_as_they_were_read() -> None:
    found = settled(line("Số: 173/TB-BTC"), looks(*("Số: 173/TB-BTC", "Số: 113/TB-BTC") * 2))
    assert [word.confidence for word in found.words] == [0.9, pytest.approx(0.9 * 3 / 5)]
    assert found.confidence == pytest.approx(0.54)
    assert found.alternatives == ("Số: 113/TB-BTC",)


def test_a_reading_of_another_look_stands_where_the_line_stands() -> None:
    found = settled(line("Số: 173/TB"), looks(*("Số: 1173/TB",) * 4))
    assert (found.y0, found.y1) == (0.0, 9.0)
    assert {(word.y0, word.y1) for word in found.words} == {(0.0, 9.0)}
    assert "Số: 173/TB" in found.alternatives


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Số: 173/TB-BTC", True),
        ("S2078/B-STC", True),
        ("58Số: 2381/BC-BNV", True),
        ("3156/UBND-NNTN", True),
        ("Hà Nội, ngày 21 tháng 3 năm 2024", True),
        ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", False),
        ("Căn cứ Quyết định số 11/QĐ-UBND ngày 21 tháng 3 năm 2024 của Ủy ban tỉnh", False),
        ("Điều 11. Quyết định này", False),
        ("số: 173/TB-BTC", True),
        ("số 335/TB-VP về quản lý khoáng sản", False),
        ("50 kg/ha - 1.200", False),
        ("Sở Nội vụ", False),
    ],
)
def test_only_headings_are_read_again(text: str, wanted: bool) -> None:
    assert is_heading(line(text)) is wanted


def test_a_look_is_a_share_of_the_height() -> None:
    box = Box(x0=100, y0=50, x1=300, y1=70)
    assert [look.of(box).height_px for look in LOOKS] == pytest.approx([20, 22.4, 16, 28])
    assert LOOKS[-1].of(box).x0 == pytest.approx(94)


def test_looks_agree_where_every_group_of_digits_is_believed() -> None:
    """Only doubt is worth more looks; a heading without digits has not been read."""
    assert agrees(line("Số: 511/QĐ-UBND", confidence=0.83))
    assert not agrees(line("Số: 247/CĐ-UBND", confidence=0.37))
    assert not agrees(line("Số: /CĐ-UBND"))


def test_stretching_keeps_the_height() -> None:
    assert stretched(np.zeros((96, 40), np.float32), 1.5).shape == (96, 60)
