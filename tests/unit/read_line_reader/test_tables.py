"""Ruled tables: found on the page and read by cells."""

from __future__ import annotations

import cv2
import numpy as np

from stages.read.line_reader.records import Box
from stages.read.line_reader.tables import find_tables, order_lines


def ruled_page() -> np.ndarray:
    """Draw a table of two rows and two columns at 200 dpi."""
    page = np.full((1600, 1200), 255, np.uint8)
    for y in (400, 600, 800):
        cv2.line(page, (100, y), (1100, y), 0, 3)
    for x in (100, 600, 1100):
        cv2.line(page, (x, 400), (x, 800), 0, 3)
    return page


def line(x0: float, y0: float, x1: float) -> Box:
    """Return a line 30 px high."""
    return Box(x0=x0, y0=y0, x1=x1, y1=y0 + 30)


def test_cells_are_read_whole_before_the_next_cell() -> None:
    """Two lines in a cell are not torn apart by the line beside them."""
    boxes = [
        line(100, 200, 1100),  # 0 above
        line(120, 420, 550),  # 1 first cell
        line(120, 460, 550),  # 2 first cell, second line
        line(620, 440, 1050),  # 3 second cell
        line(120, 620, 500),  # 4 third cell
        line(620, 620, 1000),  # 5 fourth cell
        line(620, 660, 1000),  # 6 fourth cell, second line
        line(100, 900, 1100),  # 7 below
    ]
    shuffled = [boxes[k] for k in (7, 3, 5, 1, 0, 6, 2, 4)]
    tables = find_tables(ruled_page())
    assert len(tables) == 1
    ordered = [shuffled[k] for k in order_lines(shuffled, tables)]
    assert ordered == boxes


def test_blank_page_has_no_table() -> None:
    """Nothing ruled, nothing found."""
    assert find_tables(np.full((1600, 1200), 255, np.uint8)) == []
