"""Marks on a page: connected pieces of ink, told apart by size and place.

Letters tell the tilt; frames, photographs, seals, borders and dust do not. What is neither dust nor
border must stay on the page when it is turned, and a page without any of it is blank.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from stages._pieces import pieces_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

_MIN_LETTER_MM = 0.9
"""Shorter marks are dots and dust."""
_MAX_LETTER_MM = 9.0
"""Marks of a larger short side are pictures, seals and borders."""
_MAX_WORD_MM = 28.0
"""Words whose letters touch at low resolution are this long at most."""
_RULE_FILL = 0.9
"""A mark that fills its box so much and is eight times as long as wide is a rule."""
_BORDER_MM = 12.0
"""A mark that touches the edge and is longer belongs to the scanner's lid."""
_EDGE_MM = 1.0
_MARGIN_MM = 4.0
"""Marks that lie wholly so near to an edge are dirt where they are small or a border is there."""
_CRUMB_MM = 1.6
_MIN_MARK_MM = 1.2
"""Shorter marks are dust when a page is tested for emptiness."""
_MIN_MARKS = 4
_MIN_INK_MM2 = 4.0
"""Fewer marks or less ink is dirt: one word of 14 points has 8 mm² in 5 marks."""
_MUCH_INK_MM2 = 30.0
"""So much ink is no dirt, be it in one piece (a drawing, a photograph)."""
_HOLE_MM = (3.5, 9.0)
"""A punch hole is so wide (6 mm, and its shadow)."""
_HOLE_MARGIN_MM = 25.0
"""Punch holes lie this near to an edge."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """The marks of a reduced page."""

    letters: NDArray[np.uint8]
    """(height, width) 255 on marks of the size of letters, else 0."""
    count: int
    """How many of them."""
    content: NDArray[np.float32]
    """(n, 4) boxes x0, y0, x1, y1 in pixels of everything that is neither dust nor border."""
    ink_mm2: float
    """Ink of the content without holes, square millimetres."""
    content_count: int
    """Marks of the content without holes."""

    @property
    def is_nothing(self) -> bool:
        """Whether so little is there that the page is blank."""
        if self.content_count < _MIN_MARKS:
            return self.ink_mm2 < _MUCH_INK_MM2
        return self.ink_mm2 < _MIN_INK_MM2


def find_marks(ink: NDArray[np.uint8], dpi: float) -> Marks:
    """Tell the marks of a picture of ink apart.

    Args:
        ink: (height, width), 255 on ink, else 0.
        dpi: its resolution.
    """
    labels, stats, _ = pieces_of(ink)
    stats[0] = 0
    per_mm = dpi / 25.4
    wide, high = stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT]
    short_mm, long_mm = np.minimum(wide, high) / per_mm, np.maximum(wide, high) / per_mm
    fill = stats[:, cv2.CC_STAT_AREA] / np.maximum(1, wide * high)
    is_letter = (long_mm >= max(_MIN_LETTER_MM, 3 / per_mm)) & (long_mm <= _MAX_WORD_MM)
    is_letter &= (short_mm <= _MAX_LETTER_MM) & ~((fill > _RULE_FILL) & (long_mm > 8 * short_mm))
    is_border = _is_near_edge(stats, ink.shape, _EDGE_MM * per_mm) & (long_mm > _BORDER_MM)
    is_letter &= ~is_border
    is_content = (long_mm >= _MIN_MARK_MM) & ~is_border
    is_counted = is_content & ~_is_hole(stats, ink.shape, per_mm)
    area_px = float(stats[is_counted, cv2.CC_STAT_AREA].sum())
    return Marks(
        letters=np.take(is_letter.astype(np.uint8) * np.uint8(255), labels, mode="clip"),
        count=int(is_letter.sum()),
        content=_boxes(
            stats[(is_content | is_letter) & ~_is_at_border(stats, is_border, ink, per_mm)]
        ),
        ink_mm2=area_px / per_mm**2,
        content_count=int(is_counted.sum()),
    )


def _boxes(stats: NDArray[np.int32]) -> NDArray[np.float32]:
    left, top = stats[:, cv2.CC_STAT_LEFT], stats[:, cv2.CC_STAT_TOP]
    right = left + stats[:, cv2.CC_STAT_WIDTH]
    bottom = top + stats[:, cv2.CC_STAT_HEIGHT]
    return np.stack([left, top, right, bottom], axis=1).astype(np.float32)


def _is_near_edge(
    stats: NDArray[np.int32], shape: tuple[int, ...], reach_px: float
) -> NDArray[np.bool_]:
    """Say of each mark whether it begins within `reach_px` of the picture's edge."""
    height, width = shape[:2]
    boxes = _boxes(stats)
    is_near = (boxes[:, 0] <= reach_px) | (boxes[:, 1] <= reach_px)
    is_near |= (boxes[:, 2] >= width - reach_px) | (boxes[:, 3] >= height - reach_px)
    return np.asarray(is_near, np.bool_)


def _is_at_border(
    stats: NDArray[np.int32], is_border: NDArray[np.bool_], ink: NDArray[np.uint8], per_mm: float
) -> NDArray[np.bool_]:
    """Say of each mark whether it is dirt of the page's edge, or a crumb of a border there."""
    height, width = ink.shape
    boxes, reach = _boxes(stats), _MARGIN_MM * per_mm
    within = np.stack([boxes[:, 2], boxes[:, 3], width - boxes[:, 0], height - boxes[:, 1]]) < reach
    edge = _EDGE_MM * per_mm
    borders = boxes[is_border]
    has_border = np.array(
        [
            (borders[:, 0] <= edge).any(),
            (borders[:, 1] <= edge).any(),
            (borders[:, 2] >= width - edge).any(),
            (borders[:, 3] >= height - edge).any(),
        ]
    )
    is_small = (boxes[:, 2:] - boxes[:, :2]).max(axis=1) < _CRUMB_MM * per_mm
    return np.asarray((within & (has_border[:, None] | is_small[None])).any(axis=0), np.bool_)


def _is_hole(stats: NDArray[np.int32], shape: tuple[int, ...], per_mm: float) -> NDArray[np.bool_]:
    wide_mm = stats[:, cv2.CC_STAT_WIDTH] / per_mm
    high_mm = stats[:, cv2.CC_STAT_HEIGHT] / per_mm
    area_mm2 = stats[:, cv2.CC_STAT_AREA] / per_mm**2
    low, high = _HOLE_MM
    is_round = (np.abs(wide_mm - high_mm) < 1.5) & (area_mm2 > 0.3 * wide_mm * high_mm)
    is_sized = (wide_mm > low) & (wide_mm < high) & (high_mm > low) & (high_mm < high)
    is_beside = _is_near_edge(stats, shape, _HOLE_MARGIN_MM * per_mm)
    return np.asarray(is_round & is_sized & is_beside, np.bool_)
