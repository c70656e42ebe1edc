"""Headings whose gap hides handwriting are joined."""

from __future__ import annotations

import pytest

from stages.read.line_reader.headings import joined_box, split_headings
from stages.read.line_reader.records import Box


def box(x0: float, x1: float, y0: float = 100, height: float = 30) -> Box:
    """Return a box on one row."""
    return Box(x0=x0, y0=y0, x1=x1, y1=y0 + height)


@pytest.mark.parametrize(
    ("texts", "wanted"),
    [
        (["Số:", "/UBND-TTHC"], [[0, 1]]),
        (["Số:", "299", "/UBND-TTHC"], [[0, 1, 2]]),
        (["Số: 12", "-CV/TU"], [[0, 1]]),
        (["Quảng Ngãi, ngày", "tháng 01 năm 2024"], [[0, 1]]),
        (["Hà Nội, ngày", "15", "tháng", "năm 2024"], [[0, 1, 2, 3]]),
        (["Nơi nhận:", "CHỦ TỊCH"], []),
        (["Số lượng", "Đơn giá"], []),
    ],
)
def test_parts_of_a_heading_are_found(texts: list[str], wanted: list[list[int]]) -> None:
    """Number and date are joined over their gap, other neighbours are left alone."""
    boxes = [box(100 + 120 * k, 190 + 120 * k) for k in range(len(texts))]
    assert split_headings(boxes, texts) == wanted


def test_far_boxes_are_not_joined() -> None:
    """The other column is no part of the heading."""
    assert split_headings([box(100, 160), box(700, 900)], ["Số:", "/QĐ-UBND"]) == []


def test_height_is_that_of_the_print() -> None:
    """A hand twice as tall does not blow up the line."""
    parts = [box(100, 160), box(180, 240, y0=70, height=70), box(260, 400, y0=98, height=33)]
    joined = joined_box(parts)
    assert (joined.x0, joined.y0, joined.x1, joined.y1) == (100, 100, 400, 130)
