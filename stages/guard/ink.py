"""How much ink lies where, at 100 dpi: a plane of stamps and a black one, 0 (paper) to 1.

Stamps are faint, washed or thin: the planes keep shades, so that nothing is lost to a threshold
before the network has looked. In colour, stamps are what the red channel is ahead of the others, on
gray scans what is paler than print; black is taken from the picture without red ink.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.model.prepared import PreparedPage
from stages._halving import halved_towards

INK_DPI = 100.0
"""Resolution of the planes: capitals of 14 points are 13 pixels high."""
_RED_FLOOR = 9.0
"""What paper and JPEG blocks are ahead in red, levels of 255."""
_RED_FULL = 90.0
_RED_LEAST = 20
"""Ahead by so much, a pixel is red at a glance."""
_GLANCE = 5
"""Every fifth pixel is looked at before the red plane is made."""
ZONES = ((0.0, 0.46), (0.86, 1.0))
"""Shares of the page's height where black and gray stamps are looked for."""
_MIN_RED_SHARE = 2e-5
"""A page with less red than this share of its area has no red stamp: 0.1 of a mark's ink."""

Plane = NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class InkPlanes:
    """The planes of a page."""

    stamps: Plane | None
    """(height, width) 0–1; None when the source has two tones, or no red and nothing pale."""
    black: Plane
    """(height, width) 0–1."""
    scale: float
    """Plane pixels for a PDF point."""
    is_toned: bool = False
    """Stamps are told by their tone: a pen's writing and rests of print are among them."""

    @property
    def all(self) -> tuple[Plane, ...]:
        """The black plane, and that of stamps where there is one."""
        return (self.black,) if self.stamps is None else (self.black, self.stamps)


def ink_planes(page: PreparedPage) -> InkPlanes:
    """Return the planes of a prepared page; about 6 ms for A4 at 300 dpi."""
    height, width = page.gray.shape[:2]
    factor = INK_DPI / page.dpi
    size = (max(8, round(width * factor)), max(8, round(height * factor)))
    return InkPlanes(
        stamps=_pale(page, size) if page.colour is None else _red(page, size),
        black=_black(_reduced(page.reading, size)),
        scale=INK_DPI / 72.0,
        is_toned=page.colour is None,
    )


def _reduced(picture: NDArray[np.uint8], size: tuple[int, int]) -> NDArray[np.uint8]:
    near = halved_towards(picture, size)
    return np.asarray(cv2.resize(near, size, interpolation=cv2.INTER_LINEAR), np.uint8)


def _black(small: NDArray[np.uint8]) -> Plane:
    """Return darkness against the paper's own level, so that gray paper counts as paper."""
    paper = float(np.percentile(small[::4, ::4], 80))
    span = max(60.0, 0.8 * paper)
    ink: Plane = (paper - 12.0 - small.astype(np.float32)) / span
    np.clip(ink, 0.0, 1.0, out=ink)
    return ink


def stamps_dark(page: PreparedPage, around: tuple[slice, slice] | None = None) -> NDArray[np.uint8]:
    """Return the picture of the stamps' ink alone, dark on light, at the page's resolution.

    Args:
        page: the page.
        around: rows and columns of the part that is wanted; None for the whole page.
    """
    part = (slice(None), slice(None)) if around is None else around
    if page.colour is not None:
        red, green, blue = cv2.split(page.colour[part])
        ahead = cv2.subtract(red, cv2.max(green, blue))
        return np.asarray(255 - cv2.convertScaleAbs(ahead, alpha=2.4), np.uint8)
    if page.pale_ink is None:
        return np.full(page.gray[part].shape, 255, np.uint8)
    return np.asarray(255 - 255 * page.pale_ink[part].view(np.uint8), np.uint8)


def _pale(page: PreparedPage, size: tuple[int, int]) -> Plane | None:
    """Return the plane of ink paler than print in the zones of stamps, None where it is little."""
    if page.pale_ink is None:
        return None
    pale = page.pale_ink.view(np.uint8)
    if 25 * np.count_nonzero(pale[::_GLANCE, ::_GLANCE]) < _MIN_RED_SHARE * pale.size:
        return None
    plane = np.asarray(cv2.resize(255 * pale, size, interpolation=cv2.INTER_AREA), np.float32)
    plane /= 255.0
    (_, head), (foot, _) = ((round(at * len(plane)) for at in zone) for zone in ZONES)
    plane[head:foot] = 0.0
    return plane


def _red(page: PreparedPage, size: tuple[int, int]) -> Plane | None:
    if page.colour is None:
        return None
    glance = page.colour[::_GLANCE, ::_GLANCE].astype(np.int16)
    lead = glance[..., 0] - np.maximum(glance[..., 1], glance[..., 2])
    if np.count_nonzero(lead > _RED_LEAST) < _MIN_RED_SHARE * lead.size:
        return None
    small = _reduced(page.colour, size)
    red, green, blue = cv2.split(small)
    ahead = cv2.subtract(red, cv2.max(green, blue))
    plane: Plane = (ahead.astype(np.float32) - _RED_FLOOR) / (_RED_FULL - _RED_FLOOR)
    np.clip(plane, 0.0, 1.0, out=plane)
    return plane
