"""Finds the text lines of an upright page with the detector network of trueocr.

The network sees the page at 1,024 px on its long side and answers, for every second pixel, how
sure it is to be inside the core of a line and how far the line's upper and lower edges are.

Modified from trueocr 0.1.1 (Apache-2.0), `page.py`; see models/NOTICE.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import cv2
import numpy as np

from stages._pieces import pieces_of
from stages.read.line_reader.records import Box

if TYPE_CHECKING:
    import onnxruntime as ort
    from numpy.typing import NDArray

LONG_SIDE_PX = 1024
"""Long side of the network's input."""
SMALL_LINE_PX = 9.0
"""When the median line is lower than this in the input, the page is looked at again, larger."""
TARGET_LINE_PX = 12.0
"""Height of the median line in that second look."""
MOST_SIDE_PX = 2048
"""Bound on the second look's long side."""
FEWEST_LINES = 8
"""Below this many lines the median says nothing and there is no second look."""
INPUT_MULTIPLE = 32
OUTPUT_STRIDE = 2
CORE_SHARE = 0.5
"""Probability from which a pixel belongs to a line's core."""
CORE_SHRINK = 0.15
"""A core is shorter than its line by this share of the height at each end."""


def detector_input(gray: NDArray[np.uint8], long_side: int) -> tuple[NDArray[np.float32], float]:
    """Shrink a page to the network's size.

    Returns:
        Ink of shape (1, 1, height, width), padded to a multiple of 32, and input px per page px.
    """
    height, width = gray.shape
    scale = long_side / max(height, width)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    # Not halved first, as elsewhere: the network was trained on means of area, and boxes that lie
    # a pixel off turn a tone here and there (3 subjects of 34 real letters).
    small = np.asarray(cv2.resize(gray, size, interpolation=method), np.float32)
    padded = [math.ceil(side / INPUT_MULTIPLE) * INPUT_MULTIPLE for side in small.shape]
    ink = np.zeros((1, 1, padded[0], padded[1]), np.float32)
    ink[0, 0, : small.shape[0], : small.shape[1]] = 1.0 - small / 255.0
    return ink, scale


def boxes_of(answer: NDArray[np.float32]) -> NDArray[np.float32]:
    """Turn the network's answer into line boxes.

    Args:
        answer: shape (3, height, width): logit of the core, distance up, distance down.

    Returns:
        Shape (lines, 4): x0, y0, x1, y1 in pixels of the network's input.
    """
    core = (answer[0] > math.log(CORE_SHARE / (1 - CORE_SHARE))).astype(np.uint8)
    labels, stats, _ = pieces_of(core, connectivity=4)
    count = len(stats)
    rows, columns = np.nonzero(labels)
    label = labels[rows, columns]
    y = (rows.astype(np.float32) + 0.5) * OUTPUT_STRIDE
    pixels = np.maximum(np.bincount(label, minlength=count), 1)
    top = np.bincount(label, weights=y - answer[1][rows, columns], minlength=count) / pixels
    low = np.bincount(label, weights=y + answer[2][rows, columns], minlength=count) / pixels
    spread = CORE_SHRINK * np.maximum(1.0, low - top)
    left = stats[:, cv2.CC_STAT_LEFT] * OUTPUT_STRIDE - spread
    width = stats[:, cv2.CC_STAT_WIDTH] * OUTPUT_STRIDE
    right = stats[:, cv2.CC_STAT_LEFT] * OUTPUT_STRIDE + width + spread
    keep = stats[1:, cv2.CC_STAT_AREA] >= 2
    found = np.stack([left, top, right, low], axis=1)[1:][keep]
    return np.asarray(found, np.float32)


def find_lines(
    session: ort.InferenceSession, gray: NDArray[np.uint8], *, share: float = 1.0
) -> list[Box]:
    """Find the text lines of an upright, straight page.

    Args:
        session: the detector network.
        gray: page image, shape (height, width), 0 black to 255 white.
        share: how much of a page's long side the picture is; a part is seen as large as in the
            whole.

    Returns:
        Boxes in pixels of `gray`, inside it, in no particular order.
    """
    found, scale = _look(session, gray, round(LONG_SIDE_PX * share))
    if len(found) >= FEWEST_LINES:
        median_px = float(np.median(found[:, 3] - found[:, 1]))
        if median_px < SMALL_LINE_PX:
            wanted = LONG_SIDE_PX * share * TARGET_LINE_PX / max(1.0, median_px)
            found, scale = _look(session, gray, int(min(MOST_SIDE_PX, wanted)) // 32 * 32)
    height, width = gray.shape
    found = found / scale
    found[:, [0, 2]] = found[:, [0, 2]].clip(0, width)
    found[:, [1, 3]] = found[:, [1, 3]].clip(0, height)
    return [
        Box(x0=float(x0), y0=float(y0), x1=float(x1), y1=float(y1))
        for x0, y0, x1, y1 in found
        if x1 - x0 >= 1 and y1 - y0 >= 1
    ]


def _look(
    session: ort.InferenceSession, gray: NDArray[np.uint8], long_side: int
) -> tuple[NDArray[np.float32], float]:
    ink, scale = detector_input(gray, long_side)
    answer = session.run(None, {"x": ink})[0]
    return boxes_of(np.asarray(answer, np.float32)[0]), scale
