"""Connected pieces: the same ones whether their numbers fit 16 bits or not."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from stages._pieces import pieces_of


@pytest.mark.parametrize("connectivity", [4, 8])
@pytest.mark.parametrize("share", [0.02, 0.4])
def test_pieces_are_those_of_opencv(connectivity: int, share: float) -> None:
    ink = np.random.default_rng(3).random((120, 170)) < share
    labels, stats, middles = pieces_of(ink, connectivity=connectivity)
    _, wanted, boxes, centres = cv2.connectedComponentsWithStats(
        ink.view(np.uint8), connectivity=connectivity
    )
    assert np.array_equal(labels, wanted)
    assert np.array_equal(stats, boxes)
    assert np.allclose(middles, centres)


def test_more_pieces_than_16_bits_hold_are_told_apart_all_the_same() -> None:
    """A halftone at 300 dpi has hundreds of thousands."""
    ink = np.zeros((600, 600), np.uint8)
    ink[::2, ::2] = 255
    labels, stats, _ = pieces_of(ink)
    assert len(stats) == 300 * 300 + 1
    assert int(labels.max()) == 300 * 300
