"""Pictures reduced by halves, as the stages that look at small copies of a page use it.

Why one place: four stages reduce pages, and OpenCV halves an 8-megapixel page in 1 ms but takes 4
to 18 ms for other ratios or odd sizes. A last odd row or column is left out, which shifts nothing
by more than a pixel of the scan.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_NEARLY_TWICE = 1.9
"""A picture this many times the size asked for is halved: sizes are rounded."""


def halved(picture: NDArray[np.uint8], times: int = 1) -> NDArray[np.uint8]:
    """Return a picture, gray or RGB, reduced 2 ** times each way, never to nothing."""
    for _ in range(times):
        height, width = picture.shape[:2]
        if min(height, width) < 2:
            break
        even = picture[: height // 2 * 2, : width // 2 * 2]
        small = cv2.resize(even, (width // 2, height // 2), interpolation=cv2.INTER_AREA)
        picture = small.astype(np.uint8, copy=False)
    return picture


def halved_towards(picture: NDArray[np.uint8], size: tuple[int, int]) -> NDArray[np.uint8]:
    """Return the picture halved while it is twice that size (width, height), in pixels."""
    width, height = size
    while (
        picture.shape[1] >= _NEARLY_TWICE * width
        and picture.shape[0] >= _NEARLY_TWICE * height
        and min(picture.shape[:2]) >= 2
    ):
        picture = halved(picture)
    return picture
