"""Whether anything stands on a page.

Dust, punch holes, dark borders and what shines through from the back do not count.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from stages.prepare.reduced import Reduced

_MIN_MARK_MM = 1.2
"""Marks shorter than this are dust."""
_MIN_MARKS = 4
"""Fewer marks are dirt."""
_MIN_INK_MM2 = 6.0
"""Less ink altogether is dirt: one word of 14 points has 8 mm²."""
_HOLE_MM = (3.5, 9.0)
"""A punch hole is so wide (6 mm, and its shadow)."""
_HOLE_MARGIN_MM = 25.0
"""Punch holes lie this near to an edge."""
_EDGE_MM = 3.0
"""Borders of the scanner's bed begin this near to an edge."""


def is_blank(page: Reduced) -> bool:
    """Say whether a page bears nothing."""
    count, _labels, stats, _ = cv2.connectedComponentsWithStats(page.ink, connectivity=8)
    if count <= 1:
        return True
    per_mm = page.dpi / 25.4
    marks: NDArray[np.int32] = np.asarray(stats[1:], np.int32)
    side_mm = np.maximum(marks[:, cv2.CC_STAT_WIDTH], marks[:, cv2.CC_STAT_HEIGHT]) / per_mm
    counted = side_mm >= _MIN_MARK_MM
    counted &= ~touches_edge(marks, page.ink.shape, _EDGE_MM * per_mm)
    counted &= ~_is_hole(marks, page.ink.shape, per_mm)
    area_mm2 = float(marks[counted, cv2.CC_STAT_AREA].sum()) / per_mm**2
    return bool(counted.sum() < _MIN_MARKS or area_mm2 < _MIN_INK_MM2)


def touches_edge(
    stats: NDArray[np.int32], shape: tuple[int, ...], reach_px: float
) -> NDArray[np.bool_]:
    """Say of each component whether it begins within `reach_px` of the picture's edge."""
    height, width = shape[:2]
    left, top = stats[:, cv2.CC_STAT_LEFT], stats[:, cv2.CC_STAT_TOP]
    right = left + stats[:, cv2.CC_STAT_WIDTH]
    bottom = top + stats[:, cv2.CC_STAT_HEIGHT]
    near = (left <= reach_px) | (top <= reach_px)
    return np.asarray(near | (right >= width - reach_px) | (bottom >= height - reach_px))


def _is_hole(stats: NDArray[np.int32], shape: tuple[int, ...], per_mm: float) -> NDArray[np.bool_]:
    wide_mm = stats[:, cv2.CC_STAT_WIDTH] / per_mm
    high_mm = stats[:, cv2.CC_STAT_HEIGHT] / per_mm
    fill = stats[:, cv2.CC_STAT_AREA] / (wide_mm * high_mm * per_mm**2)
    is_round = (np.abs(wide_mm - high_mm) < 1.5) & (fill > 0.3)
    low, high = _HOLE_MM
    is_sized = (wide_mm > low) & (wide_mm < high) & (high_mm > low) & (high_mm < high)
    return np.asarray(is_round & is_sized & touches_edge(stats, shape, _HOLE_MARGIN_MM * per_mm))
