"""Equal digits side by side: what two stretched readings may change, and what not."""

from __future__ import annotations

import numpy as np
import pytest

from stages.read.line_reader.doubled import may_be_doubled, stretched, with_doubled
from stages.read.line_reader.records import ReadLine, ReadWord


def line(text: str) -> ReadLine:
    """A line as read."""
    words = tuple(
        ReadWord(text=part, x0=0.0, y0=0.0, x1=9.0, y1=9.0, confidence=0.9) for part in text.split()
    )
    return ReadLine(words=words, x0=0, y0=0, x1=99, y1=9, confidence=0.9, alternatives=())


@pytest.mark.parametrize(
    ("read", "stretched_readings", "meant"),
    [
        ("Số: 173/TB-BTC", ("Số: 1173/TB-BTC", "Sổ: 1173/TB-BTC"), "Số: 1173/TB-BTC"),
        ("Số: 16/QĐ-UBND", ("Số: 1116/QĐ-UBND", "Số: 1116/QĐUBND"), "Số: 1116/QĐ-UBND"),
        ("Huế, ngày 1 tháng 1 năm 2024", ("Huế, ngày 11 tháng 1 năm 2024",) * 2,
         "Huế, ngày 11 tháng 1 năm 2024"),
        ("Số: 715/KH", ("Số: 7715/KH", "Số: 715/KH"), "Số: 715/KH"),
        ("Số: 715/KH", ("Số: 775/KH", "Số: 775/KH"), "Số: 715/KH"),
        ("Số: 115/TB", ("Số: 15/TB", "Số: 15/TB"), "Số: 115/TB"),
        ("Số: 115/TB", ("Số: T15/TB 2", "Số: T15/TB 2"), "Số: 115/TB"),
        ("Số: 1/121/BC", ("Số: 1121/BC", "Số: 1121/BC"), "Số: 1/121/BC"),
    ],
)  # fmt: skip
def test_only_doubled_digits_are_taken(
    read: str, stretched_readings: tuple[str, ...], meant: str
) -> None:
    better = with_doubled(line(read), stretched_readings)
    assert better.text == meant
    assert [word.confidence for word in better.words] == [0.9] * len(better.words)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Số: 173/TB-BTC", True),
        ("Hà Nội, ngày 21 tháng 3 năm 2024", True),
        ("Số: 273/TB-BTC", False),
        ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", False),
        ("Căn cứ Quyết định số 11/QĐ-UBND ngày 21 tháng 3 năm 2024 của Ủy ban tỉnh", False),
        ("Điều 11. Quyết định này", False),
    ],
)  # fmt: skip
def test_only_headings_are_read_again(text: str, wanted: bool) -> None:
    assert may_be_doubled(line(text)) is wanted


def test_stretching_keeps_the_height() -> None:
    assert stretched(np.zeros((96, 40), np.float32), 1.5).shape == (96, 60)
