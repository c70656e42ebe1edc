"""Prepared pages without a file."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pipeline.model.prepared import PreparedPage
from pipeline.model.records import Quality, Verdict, Word


def page_of(
    reading: NDArray[np.uint8],
    *,
    dpi: float = 300.0,
    is_blank: bool = False,
    text_layer: tuple[Word, ...] | None = None,
) -> PreparedPage:
    """Return a gray page."""
    return PreparedPage(
        number=1,
        width_mm=reading.shape[1] / dpi * 25.4,
        height_mm=reading.shape[0] / dpi * 25.4,
        dpi=dpi,
        colour=None,
        gray=reading,
        reading=reading,
        is_bitonal=False,
        red_ink=None,
        blue_ink=None,
        skew_deg=0.0,
        rotation_deg=0,
        is_blank=is_blank,
        quality=Quality(verdict=Verdict.GOOD),
        text_layer=text_layer,
    )
