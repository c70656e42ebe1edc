"""Cuts text lines out of a page and turns them into the ink maps that the network reads.

A line is cut with what stands above and below it (a window of three line heights), because the
network was trained to see its neighbours, and is not squeezed to a greatest width: squeezing long
lines to 768 px cost 0.3 points of CER on real letters.

Modified from trueocr 0.1.1 (Apache-2.0), `preprocess.py`; see models/NOTICE.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from stages.read.line_reader.records import Box

LINE_HEIGHT_PX = 32
"""Height of one line in the ink map."""
WINDOW = 3
"""Line heights that the ink map spans: the line, one above, one below."""
PAD_Y = 0.2
"""Margin above and below a detected line, as a share of its height."""
PAD_X = 0.3
"""Margin left and right of a detected line, as a share of its height."""
WIDTH_MULTIPLE = 8
"""Widths of a batch are padded to a multiple of this: the step of the network's context branch."""
CONTEXT_HALO_PX = 8
"""Empty columns behind the widest line, so that a line reads the same alone and in a batch."""
MAX_WIDTH_PX = 4096
"""Bound on one ink map's width; a line of 128 times its height does not occur on paper."""


def is_dark_line(pixels: NDArray[np.uint8]) -> bool:
    """Tell whether light text stands on dark ground: its bright tail is the longer one.

    Every second pixel of every second row is enough to know, at a quarter of the cost.
    """
    pixels = pixels[::2, ::2]
    if not pixels.size:
        return False
    total = pixels.size
    cumulative = np.cumsum(np.bincount(pixels.ravel(), minlength=256))
    low, middle, high = (int(np.searchsorted(cumulative, q * total)) for q in (0.02, 0.5, 0.98))
    return high - middle > 2 * (middle - low) + 8


def cut_span(box: Box) -> tuple[int, int, int, int]:
    """Return the pixels that the ink map of a line covers: x0, y0, x1, y1, maybe off the page."""
    height = max(1.0, box.height_px)
    pad_y = (WINDOW * (1 + 2 * PAD_Y) - 1) / 2 * height
    pad_x = PAD_X * height
    return (
        math.floor(box.x0 - pad_x),
        math.floor(box.y0 - pad_y),
        math.ceil(box.x1 + pad_x),
        math.ceil(box.y1 + pad_y),
    )


def crop_line(gray: NDArray[np.uint8], box: Box) -> NDArray[np.float32]:
    """Cut one line and its surroundings as an ink map.

    Args:
        gray: page image, shape (height, width), 0 black to 255 white.
        box: the line, pixels of that image.

    Returns:
        Ink, shape (96, width), 0 paper to 1 ink; off the page there is paper.
    """
    left, top, right, bottom = cut_span(box)
    page_height, page_width = gray.shape
    inner = gray[
        max(0, int(box.y0)) : min(page_height, int(box.y1) + 1),
        max(0, int(box.x0)) : min(page_width, int(box.x1) + 1),
    ]
    is_dark = is_dark_line(inner)
    width, height = max(1, right - left), max(1, bottom - top)
    cut = np.full((height, width), 0 if is_dark else 255, np.uint8)
    x0, y0, x1, y1 = max(0, left), max(0, top), min(page_width, right), min(page_height, bottom)
    if x1 > x0 and y1 > y0:
        cut[y0 - top : y1 - top, x0 - left : x1 - left] = gray[y0:y1, x0:x1]
    out_height = LINE_HEIGHT_PX * WINDOW
    out_width = max(WIDTH_MULTIPLE, min(MAX_WIDTH_PX, round(width * out_height / height)))
    method = cv2.INTER_AREA if height > out_height else cv2.INTER_LINEAR
    ink = np.asarray(cv2.resize(cut, (out_width, out_height), interpolation=method), np.float32)
    ink /= 255.0
    return ink if is_dark else 1.0 - ink


def pad_batch(
    maps: Sequence[NDArray[np.float32]],
) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Stack ink maps of one height, padded with paper on the right.

    Returns:
        Ink of shape (lines, 1, 96, width) and the maps' own widths, shape (lines,).
    """
    widest = max(ink.shape[1] for ink in maps)
    width = math.ceil(widest / WIDTH_MULTIPLE) * WIDTH_MULTIPLE + CONTEXT_HALO_PX
    batch = np.zeros((len(maps), 1, maps[0].shape[0], width), np.float32)
    for row, ink in zip(batch, maps, strict=True):
        row[0, :, : ink.shape[1]] = ink
    return batch, np.array([ink.shape[1] for ink in maps], np.int64)


def width_batches(
    widths: Sequence[int], *, most_lines: int, widest_ratio: float = 1.3
) -> list[list[int]]:
    """Group lines of similar width, so that little work goes into padding.

    Args:
        widths: width of each ink map, px.
        most_lines: lines in a batch at most.
        widest_ratio: widest over narrowest line of a batch.

    Returns:
        Positions in `widths`, narrowest batch first.
    """
    batches: list[list[int]] = []
    for position in sorted(range(len(widths)), key=widths.__getitem__):
        last = batches[-1] if batches else None
        if (
            last is not None
            and len(last) < most_lines
            and widths[position] <= widest_ratio * max(64, widths[last[0]])
        ):
            last.append(position)
        else:
            batches.append([position])
    return batches
