"""What decades and machines do to paper: mottled print, carbon, fax, stains, torn corners.

Each act takes and returns arrays and knows no settings; lengths are in pixels or millimetres with
their resolution. Source of the fax's raster: ITU-T T.4 (8 dots/mm; 3.85 or 7.7 lines/mm).
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Image8 = NDArray[np.uint8]
_FAX_DOTS_PER_MM = 8.0
_FAX_LEVEL = 110


def mottled(black: Image8, strength: float, noise: np.random.Generator, *, dpi: int) -> Image8:
    """Print of a wax stencil or a dry ribbon: ink that fails in grains of about 0.3 mm."""
    step = max(2, round(0.3 * dpi / 25.4))
    height, width = black.shape
    coarse = noise.random((height // step + 1, width // step + 1), dtype=np.float32)
    grain = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)
    keep = np.clip(1 - strength * np.clip(grain * 2 - 0.7, 0, 1.3), 0, 1).astype(np.float32)
    worn: Image8 = (black * keep).astype(np.uint8)
    return worn


def spread(black: Image8, sigma_mm: float, *, dpi: int) -> Image8:
    """Print that came through carbon paper: soft edges, filled loops."""
    soft = cv2.GaussianBlur(black, (0, 0), sigma_mm * dpi / 25.4)
    return cv2.convertScaleAbs(soft, alpha=1.35).astype(np.uint8)


def faxed(black: Image8, lines_per_mm: float, noise: np.random.Generator, *, dpi: int) -> Image8:
    """What a fax machine prints: two tones on a coarse raster, with dead and lost lines."""
    height, width = black.shape
    small = (
        max(1, round(width / dpi * 25.4 * _FAX_DOTS_PER_MM)),
        max(1, round(height / dpi * 25.4 * lines_per_mm)),
    )
    raster = cv2.resize(black, small, interpolation=cv2.INTER_AREA)
    raster = np.where(raster > _FAX_LEVEL, 255, 0).astype(np.uint8)
    for row in noise.integers(0, small[1], size=max(1, small[1] // 300)):
        raster[row] = 0
    for column in noise.integers(0, small[0], size=int(noise.integers(0, 3))):
        raster[:, column] = 255
    return cv2.resize(raster, (width, height), interpolation=cv2.INTER_NEAREST).astype(np.uint8)


def stained(image: Image8, count: int, noise: np.random.Generator, *, dpi: int) -> Image8:
    """Brown rings and clouds of water and rust; ink below them stays."""
    height, width = image.shape[:2]
    shade = np.ones((height // 8 + 1, width // 8 + 1), np.float32)
    px = dpi / 25.4 / 8
    for _ in range(count):
        centre = (int(noise.integers(shade.shape[1])), int(noise.integers(shade.shape[0])))
        axes = (int(noise.uniform(6, 30) * px), int(noise.uniform(6, 30) * px))
        blot = np.zeros_like(shade)
        cv2.ellipse(blot, centre, axes, float(noise.uniform(0, 180)), 0, 360, 1.0, -1)
        rim = blot - cv2.erode(blot, np.ones((3, 3), np.uint8), iterations=2)
        blot = cv2.GaussianBlur(blot * 0.5 + rim * 0.8, (0, 0), max(0.6, px))
        shade *= 1 - blot * float(noise.uniform(0.12, 0.4))
    whole = cv2.resize(shade, (width, height), interpolation=cv2.INTER_LINEAR)
    if image.ndim == 2:
        return (image * whole).astype(np.uint8)
    # Rust takes blue light away first.
    powers = (0.7, 1.0, 1.6)
    return np.dstack([image[..., i] * whole**p for i, p in enumerate(powers)]).astype(np.uint8)


def torn(image: Image8, size_mm: float, noise: np.random.Generator, *, dpi: int) -> Image8:
    """One or two corners gone; behind them lies the scanner's dark lid."""
    height, width = image.shape[:2]
    for corner in noise.choice(4, size=int(noise.integers(1, 3)), replace=False):
        reach = [size_mm * dpi / 25.4 * float(noise.uniform(0.5, 1.0)) for _ in range(2)]
        ragged = [
            (reach[0] * (1 - t) + noise.normal(0, 2), reach[1] * t + noise.normal(0, 2))
            for t in np.linspace(0, 1, 12)
        ]
        points = np.array([(0.0, 0.0), *ragged])
        if corner & 1:
            points[:, 0] = width - 1 - points[:, 0]
        if corner & 2:
            points[:, 1] = height - 1 - points[:, 1]
        cv2.fillPoly(image, [points.round().astype(np.int32)], (45,) * 3)
    return image
