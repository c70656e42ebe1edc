"""A spot in a round rim is told from one in print or in a frame, even where print crosses it."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from stages._seals import lies_in_seal
from stages.guard.ink import INK_DPI
from tests.stages.guard.stamped import Stamp, page_with

PER_MM = INK_DPI / 25.4
MIDDLE_MM = (70.0, 66.0)


def plane_of(*stamps: Stamp, seal_mm: float | None = None, lines: int = 12) -> NDArray[np.uint8]:
    """Ink of a page of dense print, with a seal set over it where asked for."""
    text = "UBND TỈNH BÁO CÁO KẾT QUẢ THỰC HIỆN NHIỆM VỤ"
    prose = tuple((30.0, 34.0 + 6 * row, text) for row in range(lines))
    page, _ = page_with(*stamps, dpi=100, mode="gray", lines=prose)
    ink = (255.0 - page.gray.astype(np.float32)) / 235
    if seal_mm is not None:
        centre = (round(MIDDLE_MM[0] * PER_MM), round(MIDDLE_MM[1] * PER_MM))
        for radius_mm, thick in ((seal_mm / 2, 3), (seal_mm / 2 - 2, 1)):
            cv2.circle(ink, centre, round(radius_mm * PER_MM), 1.0, thick)
    return np.asarray(255 - np.clip(ink, 0, 1) * 255, np.uint8)


@pytest.mark.parametrize("seal_mm", [28.0, 32.0, 36.0, 41.0])
@pytest.mark.parametrize("away_mm", [0.0, 8.0, 12.0])
@pytest.mark.parametrize("lines", [0, 12])
def test_a_spot_in_a_seal_is_told(seal_mm: float, away_mm: float, lines: int) -> None:
    plane = plane_of(seal_mm=seal_mm, lines=lines)
    x_px, y_px = (MIDDLE_MM[0] + away_mm) * PER_MM, MIDDLE_MM[1] * PER_MM
    assert lies_in_seal(plane, INK_DPI, x_px, y_px)


@pytest.mark.parametrize("tilt_deg", [-15.0, 0.0, 8.0])
@pytest.mark.parametrize("text", ["MẬT", "TUYỆT MẬT"])
def test_a_framed_stamp_over_print_is_no_seal(text: str, tilt_deg: float) -> None:
    stamp = Stamp(text=text, x_mm=MIDDLE_MM[0], y_mm=MIDDLE_MM[1], tilt_deg=tilt_deg)
    plane = plane_of(stamp)
    for away_mm in (-10.0, 0.0, 10.0):
        x_px, y_px = (MIDDLE_MM[0] + away_mm) * PER_MM, MIDDLE_MM[1] * PER_MM
        assert not lies_in_seal(plane, INK_DPI, x_px, y_px)


def test_print_and_black_paper_are_no_seals() -> None:
    plane = plane_of(lines=36)
    for y_mm in range(40, 240, 20):
        assert not lies_in_seal(plane, INK_DPI, MIDDLE_MM[0] * PER_MM, y_mm * PER_MM)
    black = np.zeros((600, 600), np.uint8)
    assert not lies_in_seal(black, INK_DPI, 300, 300)
    assert not lies_in_seal(black, INK_DPI, 0, 599)


def test_beside_a_seal_is_not_in_it() -> None:
    plane = plane_of(seal_mm=36.0, lines=0)
    x_px, y_px = (MIDDLE_MM[0] + 24) * PER_MM, MIDDLE_MM[1] * PER_MM
    assert not lies_in_seal(plane, INK_DPI, x_px, y_px)
