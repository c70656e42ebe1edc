"""Round seals found by their rim, as the guard and the reader look for them.

Why one place: on scans without colour a seal cannot be told from print by its ink, and on 1-bit
paper it joins the print under it, so that it is no one piece of ink either. Its shape tells it: a
circle of 26 to 43 mm (NĐ 99/2016: most are 36 mm wide) whose whole length bears ink while the paper
around it does not.
"""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from stages._halving import halved_towards

if TYPE_CHECKING:
    from numpy.typing import NDArray

_PAGE_DPI = 25.0
"""A whole page is looked over so coarsely."""
_SPOT_DPI = 75.0
"""Round a spot it costs little to look closer, where dense print parts from a rim (0.44, 0.78)."""
_RADII_MM = np.arange(13.0, 21.6, 0.7)
_AROUND_MM = 1.8
"""So far outside a rim there is little ink."""
_LEAST_SCORE = 0.72
"""Ink on the rim less half of the ink around it; print reaches 0.5."""
_INK = 128
_POINTS = 240


@dataclass(frozen=True, slots=True, kw_only=True)
class Seal:
    """A circle in pixels of the page image."""

    x: float
    y: float
    radius_px: float


def find_seal(gray: NDArray[np.uint8], dpi: float) -> Seal | None:
    """Return the clearest seal of a page, its outer rim to the pixel, or None.

    Args:
        gray: page image, shape (height, width), 0 black to 255 white.
        dpi: its resolution.
    """
    seal = _clearest(gray, dpi, look_dpi=_PAGE_DPI)
    return None if seal is None else _placed(gray, seal, dpi / 25.4)


def lies_in_seal(gray: NDArray[np.uint8], dpi: float, x: float, y: float) -> bool:
    """Tell whether a spot, in pixels of the page image, lies inside the rim of a seal."""
    reach = round((2 * float(_RADII_MM[-1]) + 5) / 25.4 * dpi)
    left, top = max(0, round(x) - reach), max(0, round(y) - reach)
    part = gray[top : round(y) + reach, left : round(x) + reach]
    held = (x - left, y - top)
    return bool(part.size) and _clearest(part, dpi, look_dpi=_SPOT_DPI, held=held) is not None


def _clearest(
    gray: NDArray[np.uint8],
    dpi: float,
    *,
    look_dpi: float,
    held: tuple[float, float] | None = None,
) -> Seal | None:
    """Return the clearest seal to a millimetre; of those that hold a spot, where one is given."""
    scale = look_dpi / dpi
    size = (max(1, round(gray.shape[1] * scale)), max(1, round(gray.shape[0] * scale)))
    small = cv2.resize(halved_towards(gray, size), size, interpolation=cv2.INTER_AREA)
    bears = cv2.dilate((small < 192).astype(np.float32), np.ones((2, 2), np.uint8))
    along = _MeansAlong(np.asarray(bears, np.float32), look_dpi)
    away = np.zeros(small.shape)
    if held is not None:
        rows, columns = np.mgrid[0 : small.shape[0], 0 : small.shape[1]]
        away = np.hypot(columns - held[0] * scale, rows - held[1] * scale)
    best = (_LEAST_SCORE, 0.0, 0.0, 0.0)
    for radius_mm in map(float, _RADII_MM):
        radius = radius_mm / 25.4 * look_dpi
        rim = along.circle(radius_mm)
        rim[away > radius] = 0
        if float(rim.max()) <= best[0]:
            continue
        score = rim - 0.5 * along.circle(radius_mm + _AROUND_MM)
        row, column = np.unravel_index(int(score.argmax()), score.shape)
        best = max(best, (float(score[row, column]), float(column), float(row), radius))
    if best[0] <= _LEAST_SCORE:
        return None
    return Seal(x=best[1] / scale, y=best[2] / scale, radius_px=best[3] / scale)


class _MeansAlong:
    """Means along circles around every pixel of a picture, by one Fourier transform of it.

    Filters of this size are transformed anyway; here picture and circles are so only once.
    """

    def __init__(self, picture: NDArray[np.float32], dpi: float) -> None:
        """Transform the picture, (height, width), with paper around it."""
        self._shape, self._dpi = picture.shape, dpi
        reach = math.ceil((float(_RADII_MM[-1]) + _AROUND_MM) / 25.4 * dpi) + 2
        self._size = tuple(cv2.getOptimalDFTSize(_rounded_up(side + reach)) for side in self._shape)
        framed = np.zeros(self._size, np.float32)
        framed[: self._shape[0], : self._shape[1]] = picture
        self._spectrum = cv2.dft(framed)

    def circle(self, radius_mm: float) -> NDArray[np.float32]:
        """Return (height, width) means along the circle of that radius."""
        ring = _ring_spectrum(*self._size, radius_mm / 25.4 * self._dpi)
        product = cv2.mulSpectrums(self._spectrum, ring, 0)
        means = cv2.idft(product, flags=cv2.DFT_SCALE | cv2.DFT_REAL_OUTPUT)
        return np.asarray(means[: self._shape[0], : self._shape[1]], np.float32)


def _rounded_up(side: int) -> int:
    """Return one of few sizes, so that few circles are kept: pages differ by a pixel or two."""
    return -(-side // 32) * 32


@functools.lru_cache(maxsize=64)
def _ring_spectrum(height: int, width: int, radius: float) -> NDArray[np.float32]:
    """Return the transform of a circle one pixel wide around the corner; 0.3 to 0.6 MB each."""
    rows, columns = (np.minimum(np.arange(n), n - np.arange(n)) for n in (height, width))
    ring = (np.abs(np.hypot(columns[None], rows[:, None]) - radius) < 0.7).astype(np.float32)
    return np.asarray(cv2.dft(ring / ring.sum()), np.float32)


def _placed(gray: NDArray[np.uint8], seal: Seal, per_mm: float) -> Seal:
    """Return the outer rim to the pixel, from a circle known to a millimetre."""
    reach = seal.radius_px + 3 * per_mm
    left, top = max(0, round(seal.x - reach)), max(0, round(seal.y - reach))
    part = gray[top : round(seal.y + reach), left : round(seal.x + reach)]
    bears = cv2.dilate((part < _INK).astype(np.uint8), np.ones((2, 2), np.uint8))
    angles = np.linspace(0, 2 * np.pi, _POINTS, endpoint=False)
    radii = np.arange(seal.radius_px - 1.5 * per_mm, seal.radius_px + 1.0 * per_mm)
    steps = np.arange(-per_mm, 1.01 * per_mm, max(1.0, per_mm / 4))
    best = (-1.0, seal.x, seal.y, seal.radius_px)
    for x in seal.x + steps:
        for y in seal.y + steps:
            columns = np.rint(x - left + radii[:, None] * np.cos(angles)).astype(np.intp)
            rows = np.rint(y - top + radii[:, None] * np.sin(angles)).astype(np.intp)
            columns, rows = columns.clip(0, part.shape[1] - 1), rows.clip(0, part.shape[0] - 1)
            # Of rims that are equally black the outermost is the seal's edge.
            score = bears[rows, columns].mean(axis=1) + 0.0005 * radii
            at = int(score.argmax())
            best = max(best, (float(score[at]), float(x), float(y), float(radii[at])))
    return Seal(x=best[1], y=best[2], radius_px=best[3])
