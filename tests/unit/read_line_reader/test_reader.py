"""The reader with its shipped models on drawn pages."""

from __future__ import annotations

import numpy as np
import pytest

from stages.read.line_reader import LineReader
from tests.unit.read_line_reader.drawing import DPI, draw_page


@pytest.fixture(scope="module")
def reader() -> LineReader:
    """Return one reader for the module: opening the networks is the slow part."""
    return LineReader(threads=1)


LETTER = [
    (30.0, 30.0, "BỘ TÀI CHÍNH"),
    (95.0, 30.0, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
    (28.0, 42.0, "Số: 123/BTC-QLCS"),
    (110.0, 42.0, "Hà Nội, ngày 05 tháng 3 năm 2024"),
    (40.0, 70.0, "Kính gửi: Ủy ban nhân dân các tỉnh, thành phố trực thuộc Trung ương"),
    (30.0, 80.0, "Thực hiện nhiệm vụ được giao, đề nghị các đơn vị khẩn trương báo cáo kết quả."),
]


def test_drawn_letter_is_read_in_order(reader: LineReader) -> None:
    """Every line comes out as drawn, the left column of the head first."""
    lines = reader.read_page(draw_page(LETTER))
    wanted = [LETTER[k][2] for k in (0, 2, 1, 3, 4, 5)]
    assert [line.text for line in lines] == wanted


def test_words_have_places_and_confidence(reader: LineReader) -> None:
    """Words stand from left to right inside their line, and a clean page is read with trust."""
    lines = reader.read_page(draw_page(LETTER))
    line = lines[-1]
    assert [word.text for word in line.words] == LETTER[-1][2].split()
    edges = [edge for word in line.words for edge in (word.x0, word.x1)]
    assert edges == sorted(edges)
    assert line.x0 <= edges[0]
    assert edges[-1] <= line.x1
    assert abs(edges[0] - 30 / 25.4 * DPI) < 6
    assert all(0 <= word.confidence <= 1 for word in line.words)
    assert line.confidence > 0.5


def test_blank_page_has_no_lines(reader: LineReader) -> None:
    """White paper gives nothing."""
    assert reader.read_page(np.full((1600, 1200), 255, np.uint8)) == []


def test_batch_size_does_not_change_the_reading() -> None:
    """A line reads the same alone and beside others."""
    page = draw_page(LETTER)
    alone, together = (LineReader(batch=batch).read_page(page) for batch in (1, 32))
    assert [line.text for line in alone] == [line.text for line in together]
