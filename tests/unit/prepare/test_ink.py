"""Ink planes."""

from __future__ import annotations

import numpy as np

from stages.prepare.ink import part_inks

WHITE, BLACK = (250, 250, 246), (30, 28, 32)
SEAL, SEAL_ON_BLACK, BLUE = (205, 45, 60), (48, 18, 22), (40, 60, 160)


def page(*colours: tuple[int, int, int]) -> np.ndarray:
    """Return a picture of one row of blocks in these colours."""
    return np.repeat(np.array([colours], np.uint8), 8, axis=0)


def test_red_ink_vanishes_from_the_reading_picture() -> None:
    """A seal fades towards paper, print stays, also under the seal."""
    planes = part_inks(page(WHITE, BLACK, SEAL, SEAL_ON_BLACK))
    paper, black, seal, both = planes.reading[0].tolist()
    assert paper > 240
    assert black < 40
    assert seal > 180
    assert both < 90


def test_blue_ink_is_read_as_ink() -> None:
    """A blue pen is dark for the reader."""
    assert int(part_inks(page(BLUE)).reading[0, 0]) < 80


def test_each_ink_has_its_mask() -> None:
    """Red and blue are told apart; black and paper are neither."""
    planes = part_inks(page(WHITE, BLACK, SEAL, BLUE))
    assert planes.red_ink.dtype == np.bool_
    assert planes.red_ink[0].tolist() == [False, False, True, False]
    assert planes.blue_ink[0].tolist() == [False, False, False, True]
