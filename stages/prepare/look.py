"""What a small copy tells of a page: whether anything is there, which way is up, how it leans."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from stages.prepare.marks import Marks, find_marks
from stages.prepare.reduced import Reduced, find_ink, reduce_page
from stages.prepare.skew import FEW_FEET, Tilt, find_feet, find_tilt

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from stages.prepare.options import Options
    from stages.prepare.orientation import Compass
    from stages.prepare.scan import Scan

_MIN_MARKS = 25
"""Pages of fewer letters are left as they lie."""
_MIN_STRENGTH = 1.15
"""Lines stand out at least so much; pages of text have 1.23 and more, noise 1.07–1.28."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What is known of a page before it is resampled."""

    small: Reduced
    marks: Marks
    is_blank: bool
    rotation_deg: int
    """Quarter turn that makes the page upright, degrees clockwise."""
    skew_deg: float
    """Tilt to take out, degrees clockwise; 0 where there is none worth it."""


def look_at(scan: Scan, options: Options, compass: Compass) -> Look:
    """Look at a scan with square pixels.

    Args:
        scan: the page.
        options: what is to be done.
        compass: tells which way is up.
    """
    small = reduce_page(scan.pixels, scan.dpi)
    marks = find_marks(small.ink, small.dpi)
    nothing = _is_blank(small, marks, is_paper=scan.is_paper)
    rotation_deg, skew_deg = 0, 0.0
    if scan.is_paper and not nothing and marks.count >= _MIN_MARKS:
        direction = compass.direction(small.red)
        if direction.is_sure:
            rotation_deg = direction.rotation_deg if options.is_turned else 0
            is_level = not options.is_deskewed
            skew_deg = 0.0 if is_level else _skew(small, marks, rotation_deg, options)
    return Look(
        small=small, marks=marks, is_blank=nothing, rotation_deg=rotation_deg, skew_deg=skew_deg
    )


def lean_of(pixels: NDArray[np.uint8], dpi: float, *, max_skew_deg: float) -> float | None:
    """Return how a page of text leans, None where too few letters tell it.

    Args:
        pixels: (height, width) gray or (height, width, 3) RGB, upright, square pixels.
        dpi: its resolution.
        max_skew_deg: largest tilt looked for, degrees.

    Returns:
        Degrees clockwise from level, + = the lines fall to the right.
    """
    small = reduce_page(pixels, dpi)
    marks = find_marks(small.ink, small.dpi)
    if marks.count < _MIN_MARKS:
        return None
    tilt = _tilt(small, marks, 0, max_skew_deg)
    return None if tilt is None else tilt.skew_deg


def _is_blank(small: Reduced, marks: Marks, *, is_paper: bool) -> bool:
    if not is_paper:
        return marks.content_count == 0 and not small.ink.any()
    if not marks.is_nothing:
        return False
    # Red ink does not show in the red channel: a page with nothing but a seal is not blank.
    return small.red is small.darkest or (
        find_marks(find_ink(small.darkest, small.dpi), small.dpi).is_nothing
    )


def _skew(small: Reduced, marks: Marks, rotation_deg: int, options: Options) -> float:
    tilt = _tilt(small, marks, rotation_deg, options.max_skew_deg)
    return 0.0 if tilt is None or abs(tilt.skew_deg) < options.min_skew_deg else tilt.skew_deg


def _tilt(small: Reduced, marks: Marks, rotation_deg: int, max_skew_deg: float) -> Tilt | None:
    feet = find_feet(_upright(marks.letters, rotation_deg), _upright(small.red, rotation_deg))
    if len(feet.x) < FEW_FEET and small.finer_dpi > small.dpi:
        finer = find_marks(find_ink(small.finer, small.finer_dpi), small.finer_dpi)
        upright = _upright(small.finer, rotation_deg)
        feet = find_feet(_upright(finer.letters, rotation_deg), upright)
    tilt = find_tilt(feet, max_skew_deg=max_skew_deg)
    return None if tilt is None or tilt.strength < _MIN_STRENGTH else tilt


def _upright(mask: NDArray[np.uint8], rotation_deg: int) -> NDArray[np.uint8]:
    return np.ascontiguousarray(np.rot90(mask, -(rotation_deg // 90)))
