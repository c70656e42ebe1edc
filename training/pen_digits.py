"""Digits as Vietnamese clerks write them: pen strokes by rule, MNIST samples, rubber stamps.

MNIST is American: it lacks the 1 whose flag starts at the foot (Λ-like), the barred 7, the looped
2, the open 4, the 9 like a g, the open 0. Those are drawn here from strokes in a unit square
(x to the right, y down) that are bent, slanted and inked by chance.
"""

from __future__ import annotations

import gzip
import itertools
import json
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """One way to write a digit."""

    weight: float
    """How common it is among the ways to write the digit."""
    strokes: tuple[tuple[bool, NDArray[np.float64]], ...]
    """Whether each stroke is bent through its points, and the points, shape (points, 2)."""


def _load_shapes() -> dict[str, tuple[Shape, ...]]:
    text = Path(__file__).with_name("digit_shapes.json").read_text(encoding="utf-8")
    return {
        digit: tuple(
            Shape(
                weight=way["weight"],
                strokes=tuple((s["bent"], np.array(s["points"])) for s in way["strokes"]),
            )
            for way in ways
        )
        for digit, ways in json.loads(text).items()
    }


SHAPES = _load_shapes()
"""Ways to write each digit, from digit_shapes.json."""
TIGHT = 0.22
"""Share of clerks whose digits touch or climb over their neighbours: 11 like M."""
MARKS = {
    "/": ((False, np.array([(0.9, 0.0), (0.1, 1.0)])),),
    "-": ((False, np.array([(0.1, 0.6), (0.9, 0.58)])),),
    ".": ((False, np.array([(0.45, 0.97), (0.55, 1.0)])),),
}
"""Strokes of the signs between digits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hand:
    """How one clerk writes, drawn once for a whole number."""

    slant: float
    """Shift of the top against the foot, in heights; + to the right."""
    pen_px: float
    """Width of the stroke."""
    ink: int
    """Gray of the stroke, 0 black."""
    aspect: float
    """Width of a digit over its height."""
    gap: float
    """Space between digits in heights, negative where they touch."""
    wobble: float
    """Scatter of the points in heights."""
    skips: float
    """Share of the stroke that a dry ballpoint leaves out."""
    mnist_share: float
    """Chance that a digit is taken from MNIST."""
    shape_seed: int
    """Chooses the same shape for the same digit."""


def random_hand(rng: np.random.Generator, height_px: float) -> Hand:
    """Draw a clerk.

    Args:
        rng: source of chance.
        height_px: height of the digits.
    """
    pen = float(np.clip(height_px * rng.lognormal(-2.55, 0.4), 1.2, 0.28 * height_px))
    return Hand(
        slant=float(rng.normal(0.12, 0.18)),
        pen_px=pen,
        ink=int(rng.integers(0, 130)),
        aspect=float(rng.uniform(0.38, 0.78)),
        gap=float(rng.normal(0.1, 0.1) if rng.random() >= TIGHT else rng.uniform(-0.22, 0.02)),
        wobble=float(rng.uniform(0.0, 0.05)),
        skips=float(rng.uniform(0.02, 0.15)) if rng.random() < 0.2 else 0.0,
        mnist_share=float(rng.choice([0.0, 0.3, 1.0], p=[0.5, 0.2, 0.3])),
        shape_seed=int(rng.integers(1 << 30)),
    )


class DigitArtist:
    """Draws numbers as ink masks."""

    def __init__(self, mnist: Path | None) -> None:
        """Load MNIST.

        Args:
            mnist: folder with train-images-idx3-ubyte and train-labels-idx1-ubyte (plain or .gz),
                or None to draw by strokes alone.
        """
        self._samples: dict[str, NDArray[np.uint8]] = {}
        if mnist is not None:
            images = _idx(mnist, "train-images-idx3-ubyte", 16).reshape(-1, 28, 28)
            labels = _idx(mnist, "train-labels-idx1-ubyte", 8)
            self._samples = {str(k): images[labels == k] for k in range(10)}

    def number(self, text: str, height_px: float, rng: np.random.Generator) -> NDArray[np.uint8]:
        """Draw digits (and . / - between them) by one hand.

        Returns:
            Gray patch, 255 where there is no ink; the digits' nominal height fills its middle half.
        """
        hand = random_hand(rng, height_px)
        high = round(2 * height_px)
        widest = 1.05 if hand.mnist_share else 1.3 * hand.aspect
        wide = round((len(text) * (widest + abs(hand.gap)) + 2.0) * height_px) + 8
        patch = np.full((high, wide), 255, np.uint8)
        x, foot = 0.5 * height_px, 1.5 * height_px
        for char in text:
            size = height_px * float(rng.normal(1.0, 0.07))
            x += self._draw(patch, char, x, foot, size, hand, rng)
            x += (hand.gap + float(rng.normal(0, 0.04))) * height_px
            foot += float(rng.normal(0, 0.04)) * height_px
        columns = np.flatnonzero((patch < 200).any(axis=0))
        if not columns.size:
            return patch
        return patch[:, max(0, columns[0] - 1) : columns[-1] + 2]

    def _draw(
        self,
        patch: NDArray[np.uint8],
        char: str,
        x: float,
        foot: float,
        size: float,
        hand: Hand,
        rng: np.random.Generator,
    ) -> float:
        """Draw one character with its foot at `foot`; return its width."""
        if char in self._samples and rng.random() < hand.mnist_share:
            return self._paste(patch, char, x, foot, size, hand, rng)
        if char in SHAPES:
            shapes = SHAPES[char]
            chosen = np.random.default_rng([hand.shape_seed, int(char)])
            pick = chosen if rng.random() < 0.85 else rng
            weights = np.array([shape.weight for shape in shapes])
            strokes = shapes[int(pick.choice(len(shapes), p=weights / weights.sum()))].strokes
            width = hand.aspect * float(rng.uniform(0.85, 1.15)) * (0.55 if char == "1" else 1.0)
        else:
            strokes, width = MARKS[char], 0.3
        for is_bent, points in strokes:
            track = points + rng.normal(0, hand.wobble, points.shape)
            track = _bent(track) if is_bent else _cut_up(track)
            turned = np.empty_like(track)
            turned[:, 0] = x + (track[:, 0] * width + hand.slant * (1 - track[:, 1])) * size
            turned[:, 1] = foot + (track[:, 1] - 1) * size
            _ink(patch, turned, hand, rng)
        return width * size

    def _paste(
        self,
        patch: NDArray[np.uint8],
        char: str,
        x: float,
        foot: float,
        size: float,
        hand: Hand,
        rng: np.random.Generator,
    ) -> float:
        samples = self._samples[char]
        image = samples[int(rng.integers(len(samples)))]
        rows, columns = np.flatnonzero(image.max(1) > 60), np.flatnonzero(image.max(0) > 60)
        tight = image[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
        height = max(4, round(size))
        squeeze = hand.aspect / 0.55
        width = max(2, round(tight.shape[1] / tight.shape[0] * height * squeeze))
        width = min(width, round(0.95 * height))
        large = cv2.resize(tight, (width, height), interpolation=cv2.INTER_CUBIC)
        large = cv2.GaussianBlur(large, (0, 0), max(0.4, height / 40))
        mark = large > int(rng.integers(80, 190))
        top, left = round(foot) - height, round(x)
        bottom, right = min(patch.shape[0], top + height), min(patch.shape[1], left + width)
        top_in = max(0, -top)
        area = patch[max(0, top) : bottom, left:right]
        area[mark[top_in : top_in + area.shape[0], : area.shape[1]]] = hand.ink
        return float(width)


def stamped(
    text: str, height_px: float, fonts: list[Path], rng: np.random.Generator
) -> NDArray[np.uint8]:
    """Print a number as a rubber numbering stamp does: sans, uneven ink, a little turned."""
    font = ImageFont.truetype(str(fonts[int(rng.integers(len(fonts)))]), round(1.35 * height_px))
    wide = round(font.getlength(text)) + round(height_px)
    picture = Image.new("L", (wide, round(2 * height_px)), 255)
    pen = ImageDraw.Draw(picture)
    x = height_px / 2
    for char in text:
        dy = float(rng.normal(0, 0.03)) * height_px
        pen.text(
            (x, 1.5 * height_px + dy), char, font=font, fill=int(rng.integers(0, 90)), anchor="ls"
        )
        x += font.getlength(char) * float(rng.uniform(0.95, 1.2))
    patch = np.array(picture.rotate(float(rng.normal(0, 1.5)), fillcolor=255), np.uint8)
    if rng.random() < 0.6:
        grain = cv2.GaussianBlur(rng.standard_normal(patch.shape).astype(np.float32), (0, 0), 1.2)
        patch[grain > float(rng.uniform(0.3, 0.8))] = 255
    columns = np.flatnonzero((patch < 200).any(axis=0))
    return patch[:, columns[0] : columns[-1] + 1] if columns.size else patch


def _bent(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Run a Catmull-Rom curve through the points."""
    padded = np.concatenate([points[:1], points, points[-1:]])
    t = np.linspace(0, 1, 7)[:-1, None]
    pieces = []
    for a, b, c, d in zip(padded, padded[1:], padded[2:], padded[3:], strict=False):
        pieces.append(
            0.5
            * (
                2 * b
                + (c - a) * t
                + (2 * a - 5 * b + 4 * c - d) * t**2
                + (3 * b - a - 3 * c + d) * t**3
            )
        )
    return np.concatenate([*pieces, points[-1:]])


def _cut_up(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Cut straight strokes into eighths, so that a dry pen leaves out parts of them."""
    t = np.linspace(0, 1, 9)[:-1, None]
    pieces = [a + (b - a) * t for a, b in itertools.pairwise(points)]
    return np.concatenate([*pieces, points[-1:]])


def _ink(
    patch: NDArray[np.uint8], track: NDArray[np.float64], hand: Hand, rng: np.random.Generator
) -> None:
    """Draw a track with a pen whose width and ink vary."""
    fixed = np.rint(track * 16).astype(np.int32)
    for start, end in itertools.pairwise(fixed):
        if hand.skips and rng.random() < hand.skips:
            continue
        width = max(1, round(hand.pen_px * float(rng.uniform(0.8, 1.2))))
        cv2.line(patch, start.tolist(), end.tolist(), hand.ink, width, cv2.LINE_AA, 4)


def _idx(folder: Path, name: str, header: int) -> NDArray[np.uint8]:
    plain, packed = folder / name, folder / f"{name}.gz"
    data = plain.read_bytes() if plain.exists() else gzip.decompress(packed.read_bytes())
    return np.frombuffer(data, np.uint8, offset=header)
