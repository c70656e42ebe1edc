"""Digits and signatures by pen, drawn from strokes of our own.

The habits are those of Vietnamese clerks: a 1 with a long flag that may start at its foot, a
barred 7, a looped 2, an open 4, a 9 like g, a slashed or open 0; ballpoints that skip. No data set
is used.
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from bench.generator.sheet import Alpha, Rgb

Point = tuple[float, float]
Stroke = tuple[Point, ...]
Glyph = tuple[float, tuple[Stroke, ...]]
"""Advance width and strokes, in heights of a digit; y runs down from 0 (top) to 1 (foot)."""

_OVAL = tuple((0.3 + 0.28 * math.cos(a), 0.5 + 0.5 * math.sin(a))
              for a in np.linspace(-1.2, -1.2 - 2 * math.pi - 0.15, 12))  # fmt: skip
_OPEN_OVAL = tuple((0.3 + 0.28 * math.cos(a), 0.52 + 0.48 * math.sin(a))
                   for a in np.linspace(-1.9, -1.9 - 2 * math.pi + 0.75, 11))  # fmt: skip
_EIGHT = ((0.52, 0.14), (0.3, 0.0), (0.1, 0.2), (0.32, 0.46), (0.55, 0.74), (0.3, 1.0),
          (0.06, 0.76),
          (0.3, 0.47), (0.52, 0.2), (0.44, 0.06))  # fmt: skip
_UPPER_RING = tuple((0.3 + 0.2 * math.cos(a), 0.23 + 0.23 * math.sin(a))
                    for a in np.linspace(1.4, 7.8, 9))  # fmt: skip
_LOWER_RING = tuple((0.3 + 0.26 * math.cos(a), 0.73 + 0.27 * math.sin(a))
                    for a in np.linspace(-1.6, 4.8, 9))  # fmt: skip

# For each digit the ways to write it, the likelier ones repeated.
GLYPHS: dict[str, tuple[Glyph, ...]] = {
    "0": (
        (0.68, (_OVAL,)), (0.68, (_OVAL,)), (0.66, (_OPEN_OVAL,)),
        (0.7, (_OVAL, ((0.02, 0.98), (0.6, 0.02)))),
    ),
    "1": (
        (0.55, (((0.0, 0.74), (0.16, 0.42), (0.38, 0.0)), ((0.38, 0.0), (0.36, 0.5), (0.35, 1.0)))),
        (0.55, (((0.0, 0.9), (0.2, 0.5), (0.4, 0.0)), ((0.4, 0.0), (0.42, 0.5), (0.43, 1.0)))),
        (0.45, (((0.02, 0.42), (0.14, 0.24), (0.3, 0.0)), ((0.3, 0.0), (0.29, 0.5), (0.28, 1.0)))),
        (0.26, (((0.12, 0.0), (0.11, 0.5), (0.1, 1.0)),)),
        (0.5, (((0.05, 0.3), (0.28, 0.0)), ((0.28, 0.0), (0.27, 1.0)),
                ((0.05, 1.0), (0.48, 0.99)))),
    ),
    "2": (
        (0.74, (((0.06, 0.24), (0.28, 0.0), (0.54, 0.18), (0.42, 0.52), (0.12, 0.9), (0.04, 0.88),
                 (0.14, 0.78), (0.32, 0.94), (0.66, 0.92)),)),
        (0.7, (((0.06, 0.22), (0.3, 0.0), (0.54, 0.2), (0.38, 0.58), (0.04, 0.98)),
               ((0.04, 0.98), (0.3, 0.97), (0.64, 0.95)))),
    ),
    "3": (
        (0.62, (((0.06, 0.12), (0.3, 0.0), (0.5, 0.2), (0.22, 0.44)),
                ((0.22, 0.44), (0.54, 0.62), (0.4, 0.96), (0.02, 0.88)))),
        (0.62, (((0.06, 0.04), (0.3, 0.04), (0.5, 0.02)), ((0.5, 0.02), (0.24, 0.4)),
                ((0.24, 0.4), (0.56, 0.6), (0.4, 0.97), (0.0, 0.9)))),
    ),
    "4": (
        (0.7, (((0.24, 0.0), (0.12, 0.32), (0.02, 0.6)), ((0.02, 0.6), (0.3, 0.6), (0.64, 0.58)),
               ((0.48, 0.28), (0.45, 0.65), (0.43, 1.02)))),
        (0.68, (((0.1, 0.04), (0.06, 0.3), (0.08, 0.54)), ((0.08, 0.54), (0.3, 0.56), (0.56, 0.5)),
                ((0.54, 0.02), (0.52, 0.5), (0.5, 1.02)))),
        (0.7, (((0.44, 0.0), (0.22, 0.32), (0.0, 0.66)), ((0.0, 0.66), (0.62, 0.64)),
               ((0.44, 0.0), (0.43, 0.5), (0.42, 1.0)))),
    ),
    "5": (
        (0.66, (((0.14, 0.04), (0.1, 0.42)), ((0.1, 0.42), (0.4, 0.38), (0.52, 0.66), (0.34, 0.98),
                (0.02, 0.9)), ((0.14, 0.04), (0.34, 0.04), (0.6, 0.0)))),
        (0.62, (((0.54, 0.02), (0.2, 0.04), (0.1, 0.4), (0.42, 0.44), (0.5, 0.76), (0.28, 1.0),
                 (0.0, 0.9)),)),
    ),
    "6": (
        (0.62, (((0.46, 0.0), (0.18, 0.3), (0.04, 0.72), (0.26, 1.0), (0.5, 0.78), (0.32, 0.54),
                 (0.08, 0.76)),)),
        (0.58, (((0.3, 0.0), (0.08, 0.4), (0.06, 0.8), (0.28, 1.0), (0.48, 0.76), (0.28, 0.58),
                 (0.08, 0.72)),)),
    ),
    "7": (
        (0.66, (((0.02, 0.1), (0.02, 0.04), (0.3, 0.06), (0.58, 0.03)),
                ((0.58, 0.03), (0.36, 0.5), (0.24, 1.0)), ((0.12, 0.52), (0.54, 0.46)))),
        (0.64, (((0.0, 0.06), (0.26, 0.08), (0.56, 0.02)),
                ((0.56, 0.02), (0.36, 0.5), (0.22, 1.02)), ((0.14, 0.5), (0.52, 0.5)))),
        (0.62, (((0.02, 0.14), (0.06, 0.02), (0.3, 0.08), (0.56, 0.02)),
                ((0.56, 0.02), (0.34, 0.5), (0.24, 1.0)))),
    ),
    "8": (
        (0.62, (_EIGHT,)),
        (0.6, (_UPPER_RING, _LOWER_RING)),
    ),
    "9": (
        (0.64, (((0.5, 0.12), (0.26, 0.0), (0.06, 0.26), (0.24, 0.5), (0.5, 0.2)),
                ((0.5, 0.1), (0.5, 0.6), (0.46, 1.08), (0.24, 1.24), (0.0, 1.1)))),
        (0.62, (((0.5, 0.14), (0.26, 0.0), (0.06, 0.24), (0.26, 0.5), (0.5, 0.18)),
                ((0.5, 0.1), (0.48, 0.55), (0.42, 1.02)))),
        (0.62, (((0.48, 0.1), (0.22, 0.02), (0.06, 0.3), (0.28, 0.5), (0.48, 0.16), (0.48, 0.6),
                 (0.3, 0.98), (0.04, 0.9)),)),
    ),
    "/": ((0.5, (((0.46, -0.08), (0.02, 1.12)),)),),
    ".": ((0.25, (((0.1, 0.96), (0.12, 1.0)),)),),
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Hand:
    """One clerk's way of writing, kept through a document."""

    variants: dict[str, int]
    slant: float
    aspect: float
    wobble: float
    pen_mm: float
    skip: float
    """Share of the stroke that a dry ballpoint leaves out, 0–0.15."""
    spacing: float
    ink: Rgb


BLUES: tuple[Rgb, ...] = ((28, 52, 150), (40, 70, 178), (20, 38, 120), (62, 84, 170))
BLACKS: tuple[Rgb, ...] = ((30, 30, 34), (48, 46, 50))


def make_hand(rng: random.Random) -> Hand:
    """A clerk, chosen at random."""
    ink = rng.choice(BLUES if rng.random() < 0.7 else BLACKS)
    pen_mm = rng.triangular(0.26, 0.62, 0.36)
    return Hand(
        variants={digit: rng.randrange(len(ways)) for digit, ways in GLYPHS.items()},
        slant=rng.gauss(0.12, 0.12),
        aspect=rng.uniform(0.8, 1.12),
        wobble=rng.uniform(0.012, 0.035),
        pen_mm=pen_mm,
        skip=rng.choice((0.0, 0.0, 0.0, 0.04, 0.1)),
        spacing=rng.choice((-0.08, -0.02, 0.02, 0.06, 0.12)) + 0.28 * (pen_mm - 0.26),
        ink=ink,
    )


def write(
    rng: random.Random, hand: Hand, text: str, *, height_px: float, dpi: int
) -> tuple[Alpha, float]:
    """Digits by that hand.

    Returns:
        The ink, and the row of its foot line counted from the upper edge of the array, in pixels.
    """
    strokes: list[NDArray[np.float64]] = []
    x = 0.0
    for char in text:
        ways = GLYPHS[char]
        index = hand.variants[char] if rng.random() < 0.85 else rng.randrange(len(ways))
        advance, glyph = ways[index]
        size = rng.uniform(0.92, 1.08)
        lift = rng.gauss(0.0, 0.035)
        strokes += [_place(rng, hand, stroke, x, size, lift) for stroke in glyph]
        x += advance * hand.aspect + hand.spacing + rng.gauss(0.0, 0.02)
    width_px = hand.pen_mm * dpi / 25.4
    return _ink(rng, [stroke * height_px for stroke in strokes], width_px, hand.skip, height_px)


def _place(
    rng: random.Random, hand: Hand, stroke: Stroke, x: float, size: float, lift: float
) -> NDArray[np.float64]:
    points = np.array(stroke, dtype=np.float64)
    points += np.array([[rng.gauss(0, hand.wobble), rng.gauss(0, hand.wobble)] for _ in stroke])
    points = _smooth(points)
    points[:, 1] = 1 - (1 - points[:, 1]) * size + lift
    points[:, 0] = x + points[:, 0] * hand.aspect * size + (1 - points[:, 1]) * hand.slant
    return points


def _smooth(points: NDArray[np.float64], steps: int = 8) -> NDArray[np.float64]:
    """A Catmull-Rom curve through the points."""
    if len(points) < 3:
        return np.linspace(points[0], points[-1], steps * 2)
    ends = np.vstack([2 * points[0] - points[1], points, 2 * points[-1] - points[-2]])
    t = np.linspace(0, 1, steps, endpoint=False)[:, None]
    parts = []
    for a, b, c, d in zip(ends, ends[1:], ends[2:], ends[3:], strict=False):
        parts.append(
            0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2
                   + (3 * b - a - 3 * c + d) * t**3)
        )  # fmt: skip
    return np.vstack([*parts, points[-1:]])


def _ink(
    rng: random.Random,
    strokes: list[NDArray[np.float64]],
    width_px: float,
    skip: float,
    foot_px: float,
) -> tuple[Alpha, float]:
    everything = np.vstack(strokes)
    margin = math.ceil(width_px) + 3
    low = np.floor(everything.min(axis=0)).astype(int) - margin
    high = np.ceil(everything.max(axis=0)).astype(int) + margin
    plane = np.zeros((int(high[1] - low[1]), int(high[0] - low[0])), np.uint8)
    for stroke in strokes:
        _draw(rng, plane, stroke - low, width_px, skip)
    plane = cv2.GaussianBlur(plane, (0, 0), max(0.4, width_px * 0.12)).astype(np.uint8)
    return plane, float(foot_px - low[1])


def _draw(
    rng: random.Random, plane: Alpha, stroke: NDArray[np.float64], width_px: float, skip: float
) -> None:
    pressure = rng.uniform(0.85, 1.1)
    fixed = np.round(stroke * 16).astype(np.int32)
    for start, end in pairwise(fixed):
        pressure = min(1.25, max(0.7, pressure + rng.gauss(0, 0.03)))
        if rng.random() < skip:
            continue
        level = int(min(255, 225 + 25 * pressure - rng.randrange(0, 30)))
        thick = max(1, round(width_px * pressure))
        cv2.line(plane, start.tolist(), end.tolist(), level, thick, cv2.LINE_AA, 4)


def sign(rng: random.Random, *, width_px: float, height_px: float, dpi: int) -> Alpha:
    """A signature nobody has: a great initial, a few humps, a long flourish."""
    points: list[Point] = [(0.05, 0.75), (rng.uniform(0.1, 0.2), rng.uniform(-0.05, 0.15)),
                           (rng.uniform(0.18, 0.3), rng.uniform(0.75, 1.0)),
                           (rng.uniform(0.05, 0.12), rng.uniform(0.45, 0.6))]  # fmt: skip
    x = 0.3
    for _ in range(rng.randrange(2, 6)):
        points.append((x, rng.uniform(0.25, 0.45)))
        points.append((x + rng.uniform(0.01, 0.06), rng.uniform(0.55, 0.8)))
        x += rng.uniform(0.05, 0.11)
    points.append((x + 0.1, rng.uniform(0.35, 0.55)))
    points.append((rng.uniform(0.85, 1.1), rng.uniform(0.1, 0.6)))
    strokes = [np.array(points)]
    if rng.random() < 0.7:
        y = rng.uniform(0.6, 1.0)
        middle, end = y - rng.uniform(0, 0.2), y - rng.uniform(0.05, 0.4)
        flourish = [(rng.uniform(0.0, 0.2), y), (0.5, middle), (rng.uniform(0.8, 1.15), end)]
        strokes.append(np.array(flourish))
    scaled = [_smooth(stroke, 14) * np.array([width_px, height_px]) for stroke in strokes]
    pen_px = rng.uniform(0.35, 0.85) * dpi / 25.4
    return _ink(rng, scaled, pen_px, 0.0, 0.0)[0]
