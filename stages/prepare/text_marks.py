"""Marks on a page that can be letters.

They are told by their size, so that frames, photographs, seals, borders and dust take no part when
the tilt of a page is judged.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from stages.prepare.reduced import Reduced

_MIN_SIDE_MM = 0.9
"""Shorter marks are dots and dust."""
_MAX_SIDE_MM = 9.0
"""Longer marks are lines, frames, pictures and borders (joined italic words stay)."""
_MAX_LENGTH_MM = 28.0
"""Words whose letters touch at low resolution are this long at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TextMarks:
    """Letters-to-be of a page."""

    mask: NDArray[np.uint8]
    """(height, width) of the reduced page: 255 on letters, else 0."""
    count: int
    """How many marks."""
    ink_share: float
    """Their share of the page's area, 0–1."""


def find_text_marks(page: Reduced) -> TextMarks:
    """Return the marks of a reduced page that have the size of letters, upright or lying."""
    _count, labels, stats, _ = cv2.connectedComponentsWithStats(page.ink, connectivity=8)
    per_mm = page.dpi / 25.4
    width, height = stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT]
    short, long = np.minimum(width, height), np.maximum(width, height)
    is_letter = (long >= max(3.0, _MIN_SIDE_MM * per_mm)) & (long <= _MAX_LENGTH_MM * per_mm)
    is_letter &= short <= _MAX_SIDE_MM * per_mm
    fill = stats[:, cv2.CC_STAT_AREA] / np.maximum(1, width * height)
    is_rule = (fill > 0.9) & (long > 8 * short)
    is_letter &= ~is_rule
    is_letter[0] = False
    mask = np.asarray(is_letter.astype(np.uint8) * 255)[labels]
    area = float(stats[is_letter, cv2.CC_STAT_AREA].sum())
    share = area / max(1, page.ink.size)
    return TextMarks(mask=mask, count=int(is_letter.sum()), ink_share=share)
