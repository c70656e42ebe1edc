"""Where the visible signature goes: top right of page 1 (NĐ 30/2020, PL I, ô 14), never over ink.

The ink under the box is measured on the drawn page; places are tried in a configured order. When
all of them bear ink, the one with the least is taken and the document says so.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pipeline.model.records import POINTS_PER_MM, Box

if TYPE_CHECKING:
    from numpy import uint8
    from numpy.typing import NDArray

    from stages.sign.picture import PageFrame, PagePicture

PLACES = (
    "top-right",
    "top-centre",
    "top-left",
    "bottom-right",
    "bottom-centre",
    "bottom-left",
)
"""Names of places: in the page's margins, along its edge."""

_PAPER_PERCENTILE = 90
"""Most of a page is paper: the tone that 90 % of it do not exceed."""
_INK_CONTRAST = 48
"""A pixel so much darker than the paper is ink; JPEG noise and folds stay below 30."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A box on the shown page."""

    box: Box
    place: str
    is_over_ink: bool


def place_box(
    picture: PagePicture,
    size_pt: tuple[float, float],
    *,
    order: tuple[str, ...],
    inset_right_mm: float,
    inset_top_mm: float,
    ink_share_max: float,
    look: Callable[[Box], NDArray[uint8]] | None = None,
) -> Placed:
    """Return the first place without ink, else the one with the least.

    Args:
        picture: page 1 as shown.
        size_pt: width and height of the box.
        order: names out of `PLACES`, best first.
        inset_right_mm: distance from the left or right edge.
        inset_top_mm: distance from the top or bottom edge.
        ink_share_max: share of inked pixels under the box that still counts as empty (specks).
        look: draws a part of the page for measuring; the picture's own pixels when not given.
    """
    # Every fifth row and third column tell the tone as well as all do, 15 times as fast.
    paper = float(np.percentile(picture.pixels[::5, ::3].mean(axis=2), _PAPER_PERCENTILE))
    candidates = []
    for place in order:
        box = _box(place, picture.frame, size_pt, inset_right_mm, inset_top_mm)
        gray = (picture.pixels[picture.window(box)] if look is None else look(box)).mean(axis=2)
        ink_share = float(np.mean(gray < paper - _INK_CONTRAST))
        if ink_share <= ink_share_max:
            return Placed(box=box, place=place, is_over_ink=False)
        candidates.append((ink_share, place, box))
    _, place, box = min(candidates, key=lambda candidate: candidate[0])
    return Placed(box=box, place=place, is_over_ink=True)


def _box(
    place: str,
    frame: PageFrame,
    size_pt: tuple[float, float],
    inset_x_mm: float,
    inset_y_mm: float,
) -> Box:
    width, height = size_pt
    inset_x, inset_y = inset_x_mm * POINTS_PER_MM, inset_y_mm * POINTS_PER_MM
    vertical, horizontal = place.split("-")
    x0 = {
        "right": frame.width_pt - inset_x - width,
        "centre": (frame.width_pt - width) / 2,
        "left": inset_x,
    }[horizontal]
    y0 = {"top": inset_y, "bottom": frame.height_pt - inset_y - height}[vertical]
    # On a page smaller than box and inset the box keeps to the page as far as it fits.
    x0 = max(0.0, min(x0, frame.width_pt - width))
    y0 = max(0.0, min(y0, frame.height_pt - height))
    return Box(x0=x0, y0=y0, x1=x0 + width, y1=y0 + height)
