"""Light that fell unevenly."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from stages.prepare.light import evened

SHAPE = (1170, 827)


def page(paper: NDArray[np.float64]) -> NDArray[np.uint8]:
    """Return a page of that paper with bars of ink at a fifth of its light."""
    ink = np.ones(SHAPE)
    ink[100:1100:40, 80:740] = 0.2
    return np.asarray(np.broadcast_to(paper, SHAPE) * ink, np.uint8)


def test_paper_becomes_white_and_ink_stays_dark() -> None:
    """Light that falls to half from left to right leaves no trace."""
    out = evened(page(np.linspace(245.0, 120.0, SHAPE[1])), 100.0)
    assert int(out[50].min()) > 245
    assert int(out[100, 100:700].max()) < 75
    assert int(np.ptp(out[100, 100:700])) < 12


def test_white_paper_is_left_alone() -> None:
    """No pixel is touched, and no time spent."""
    white = page(np.full(SHAPE[1], 255.0))
    assert evened(white, 100.0) is white
