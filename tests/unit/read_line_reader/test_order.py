"""The order of reading, from boxes alone."""

from __future__ import annotations

import pytest

from stages.read.line_reader.order import reading_order, rows_of
from stages.read.line_reader.records import Box


def box(x0: float, y0: float, x1: float, height: float = 30) -> Box:
    """Return a box of one line."""
    return Box(x0=x0, y0=y0, x1=x1, y1=y0 + height)


def test_head_is_read_issuer_first_then_motto() -> None:
    """Two columns above a full line: the left one first, though both stand on the same rows."""
    head = [
        box(100, 100, 420),  # 0 parent
        box(520, 102, 1000),  # 1 quốc hiệu
        box(90, 140, 430),  # 2 issuer
        box(600, 141, 920),  # 3 tiêu ngữ
        box(150, 200, 380),  # 4 số
        box(560, 203, 980),  # 5 ngày
        box(120, 240, 400),  # 6 V/v
        box(120, 275, 400),  # 7 V/v, second line
    ]
    body = [box(100, 340, 1000), box(100, 380, 1000), box(100, 420, 500)]
    assert reading_order(head + body) == [0, 2, 4, 6, 7, 1, 3, 5, 8, 9, 10]


def test_number_far_below_the_issuer_stays_in_the_left_column() -> None:
    """A one-line issuer, then a wide space: number and date stand side by side, one lower."""
    head = [
        box(100, 100, 420),  # 0 issuer
        box(520, 100, 1000),  # 1 quốc hiệu
        box(600, 141, 920),  # 2 tiêu ngữ
        box(150, 200, 380),  # 3 số
        box(560, 220, 980),  # 4 ngày
        box(450, 300, 700),  # 5 title
    ]
    assert reading_order(head) == [0, 3, 1, 2, 4, 5]


def test_foot_is_read_recipients_first_then_signer() -> None:
    """A signer's title above the first line of Nơi nhận still belongs to the right column."""
    body = [box(100, 100, 1000), box(100, 140, 600)]
    foot = [
        box(650, 200, 950),  # 2 TM.
        box(100, 222, 250),  # 3 Nơi nhận
        box(660, 240, 940),  # 4 CHỦ TỊCH
        box(100, 255, 300),  # 5 - Như trên
        box(100, 290, 280),  # 6 - Lưu
        box(680, 420, 900),  # 7 name
    ]
    assert reading_order(body + foot) == [0, 1, 3, 5, 6, 2, 4, 7]


def test_short_last_line_of_a_paragraph_stays_before_the_foot() -> None:
    """A short line at the left margin is no start of the left column."""
    boxes = [box(100, 100, 1000), box(100, 140, 330), box(100, 230, 250), box(650, 232, 950)]
    boxes += [box(100, 265, 300), box(660, 268, 940)]
    assert reading_order(boxes) == [0, 1, 2, 4, 3, 5]


def test_more_than_two_columns_are_read_row_by_row() -> None:
    """A table without rules."""
    cells = [box(x, y, x + 120) for y in (100, 150, 200) for x in (100, 400, 700)]
    shuffled = [cells[k] for k in (8, 0, 4, 2, 6, 1, 5, 3, 7)]
    wanted = [shuffled.index(cell) for cell in cells]
    assert reading_order(shuffled) == wanted


def test_column_of_figures_is_read_beside_its_text() -> None:
    """A list of contents: the page number follows its line."""
    boxes = [box(100, 100, 700), box(900, 100, 940), box(100, 140, 600), box(900, 140, 940)]
    assert reading_order(boxes) == [0, 1, 2, 3]


def test_rows_join_boxes_whose_middles_are_near() -> None:
    """A raised box on the same row joins it, the next line does not."""
    boxes = [box(100, 100, 200), box(300, 92, 400), box(100, 135, 400)]
    assert rows_of(boxes) == [[0, 1], [2]]


@pytest.mark.parametrize("count", [0, 1, 2])
def test_few_boxes_come_back_once_each(count: int) -> None:
    """No box is lost or doubled on nearly empty pages."""
    boxes = [box(100, 100 + 50 * k, 300) for k in range(count)]
    assert sorted(reading_order(boxes)) == list(range(count))
