"""Seals and arrival stamps over print: what is read is the print below.

Drawn apart from the stamps of `bench`, so that the bench does not measure its own drawing. A mark
may be as black as print (1-bit scans), paler, or a faint rest (red taken out of a colour scan).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from stages._seals import Seal
from stages.read.line_reader.records import Box
from stages.read.line_reader.seals import without_rings
from training.pages import KnownPage
from training.written_pages import darken

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

LETTERS = "ABCDĐEGHIKLMNOÔƠPQRSTUƯVXYÂĂÊ"
_SHADES = (0, 60, 130, 205)
"""Bounds of the ink's tone: black, dark, pale, a rest."""
_TONE_SHARES = (0.5, 0.25, 0.25)


def worn(ink: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
    """Return a patch of gray from a stamp's ink (255 is ink), laid on unevenly."""
    tone = int(rng.choice(3, p=_TONE_SHARES))
    dark = float(rng.uniform(_SHADES[tone], _SHADES[tone + 1]))
    small = rng.uniform(0, 1, (6, 6)).astype(np.float32)
    cloud = cv2.resize(small, ink.shape[::-1], interpolation=cv2.INTER_CUBIC)
    grain = cv2.GaussianBlur(rng.random(ink.shape, dtype=np.float32), (0, 0), 0.9)
    strength = float(rng.uniform(0, 0.8))
    level = 1 - strength * (0.5 * cloud + 1.6 * np.clip(grain - 0.5, 0, 1))
    return np.clip(255 - ink * np.clip(level, 0, 1) * (1 - dark / 255), 0, 255).astype(np.uint8)


def seal_ink(
    radius_px: float, faces: Sequence[Path], rng: np.random.Generator
) -> NDArray[np.uint8]:
    """Draw a round seal: rings, letters between them, a star, an emblem or words inside."""
    reach = round(radius_px * 1.06)
    image = Image.new("L", (2 * reach, 2 * reach), 0)
    pen = ImageDraw.Draw(image)
    thick = max(1, round(radius_px * float(rng.uniform(0.02, 0.055))))
    rings = (1.0, float(rng.uniform(0.91, 0.95)), float(rng.uniform(0.58, 0.7)))
    for share, width in zip(rings, (thick, max(1, thick // 2), max(1, thick // 2)), strict=True):
        r = radius_px * share
        pen.ellipse((reach - r, reach - r, reach + r, reach + r), outline=255, width=width)
    face = str(faces[int(rng.integers(len(faces)))])
    _around(image, radius_px * (0.86 + rings[2]) / 2, radius_px * 0.2, face, rng)
    font = ImageFont.truetype(face, round(radius_px * float(rng.uniform(0.17, 0.26))))
    has_emblem = rng.random() < 0.5
    if not has_emblem:
        for row in range(-1, 2):
            text = "".join(rng.choice(list(LETTERS + "  "), int(rng.integers(4, 9))).tolist())
            place = (reach, reach + row * font.size * 1.15)
            pen.text(place, text, fill=255, font=font, anchor="mm")
    ink = np.array(image)
    if has_emblem:
        _emblem(ink, (reach, reach), radius_px * 0.52, rng)
    _emblem(ink, (reach, round(reach + radius_px * 0.78)), radius_px * 0.08, rng)
    return ink


def _around(
    image: Image.Image, radius: float, size: float, face: str, rng: np.random.Generator
) -> None:
    """Set letters along the upper arc, their feet inwards."""
    font = ImageFont.truetype(face, max(6, round(size)))
    middle, cell = image.width / 2, round(size * 2)
    for degrees in np.arange(-125, 125, float(rng.uniform(8, 13))):
        if rng.random() < 0.15:
            continue
        glyph = Image.new("L", (cell, cell), 0)
        letter = LETTERS[int(rng.integers(len(LETTERS)))]
        ImageDraw.Draw(glyph).text((cell / 2, cell / 2), letter, 255, font, anchor="mm")
        glyph = glyph.rotate(-degrees, Image.Resampling.BICUBIC)
        x = middle + radius * np.sin(np.radians(degrees)) - cell / 2
        y = middle - radius * np.cos(np.radians(degrees)) - cell / 2
        image.paste(255, (round(x), round(y)), glyph)


def _emblem(
    ink: NDArray[np.uint8], middle: tuple[int, int], radius: float, rng: np.random.Generator
) -> None:
    """Fill a star, and around a large one some strokes of sheaves."""
    angles = np.arange(10) * np.pi / 5
    reach = np.where(np.arange(10) % 2 == 0, 1.0, 0.4) * radius * (0.4 if radius > 20 else 1.0)
    star = np.stack([np.sin(angles) * reach, -np.cos(angles) * reach], -1) + middle
    cv2.fillPoly(ink, [np.rint(star).astype(np.int32)], 255)
    for _ in range(int(rng.integers(10, 40)) if radius > 20 else 0):
        at, lean = rng.uniform(0, 2 * np.pi), rng.uniform(-0.5, 0.5)
        start = np.array([np.sin(at), np.cos(at)]) * radius * rng.uniform(0.6, 0.9)
        end = start + np.array([np.sin(at + lean), np.cos(at + lean)]) * radius * 0.25
        track = np.rint(np.stack([start, end]) + middle).astype(np.int32)
        cv2.polylines(ink, [track], False, 255, max(1, round(radius * 0.06)), cv2.LINE_AA)  # noqa: FBT003


def stamped_over(page: KnownPage, patch: NDArray[np.uint8], left: int, top: int) -> KnownPage:
    """Lay a stamp that bears text of its own over a page, whose image is changed in place.

    Args:
        page: the page.
        patch: gray, white where there is no ink.
        left: column of its left edge.
        top: row of its upper edge.
    """
    darken(page.gray, patch, left, top)
    place = Box(x0=left, y0=top, x1=left + patch.shape[1], y1=top + patch.shape[0])
    return replace(page, stamps=[*page.stamps, place])


def seal_over(
    page: KnownPage, x: float, y: float, faces: Sequence[Path], rng: np.random.Generator
) -> Seal:
    """Set a seal of 28 to 40 mm on a spot of a page, whose image is changed in place."""
    radius = float(rng.uniform(14, 20)) / 25.4 * page.dpi
    ink = seal_ink(radius, faces, rng)
    middle = ink.shape[1] / 2
    turn = cv2.getRotationMatrix2D((middle, middle), float(rng.normal(0, 8)), 1.0)
    ink = np.asarray(cv2.warpAffine(ink, turn, ink.shape[::-1]), np.uint8)
    darken(page.gray, worn(ink, rng), round(x - middle), round(y - middle))
    return Seal(x=round(x - middle) + middle, y=round(y - middle) + middle, radius_px=radius)


def freed(page: KnownPage, seals: Sequence[Seal], scale: float) -> KnownPage:
    """Return the page with the rings taken out, as the reader does on 1-bit paper."""
    gray = page.gray
    for seal in seals:
        here = Seal(x=seal.x * scale, y=seal.y * scale, radius_px=seal.radius_px * scale)
        gray = without_rings(gray, here, page.dpi)
    return replace(page, gray=gray)
