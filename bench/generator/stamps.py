"""Rubber stamps: round seals, the ĐẾN stamp, framed urgency and secrecy marks, numbering stamps.

Sizes in millimetres from Nghị định 30/2020 (annex I and IV) and the decree on seals. A stamp is an
array of how much ink lies where; the caller chooses the colour and the place.
"""

from __future__ import annotations

import math
import random

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from bench.generator.fonts import STAMP_FACE, face_path, pixel_font
from bench.generator.sheet import Alpha, Rgb

REDS: tuple[Rgb, ...] = ((205, 32, 44), (214, 48, 60), (190, 26, 50), (222, 60, 54))
STAMP_BLUES: tuple[Rgb, ...] = ((46, 60, 150), (70, 60, 140))
URGENCY_MM = {"HỎA TỐC": (30, 8), "THƯỢNG KHẨN": (40, 8), "KHẨN": (20, 8)}
SECRECY_MM = {"MẬT": (20, 8), "TỐI MẬT": (30, 8), "TUYỆT MẬT": (40, 8)}


def worn(rng: random.Random, alpha: Alpha, *, strength: float = 0.5) -> Alpha:
    """The same stamp with ink that lies unevenly; strength 0 (fresh) to 1 (nearly dry)."""
    noise = np.random.default_rng(rng.randrange(2**32))
    height, width = alpha.shape
    coarse = noise.random((max(2, height // 60), max(2, width // 60)), dtype=np.float32)
    cloud = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)
    grain = cv2.GaussianBlur(noise.random((height, width), dtype=np.float32), (0, 0), 0.9)
    level = 1.0 - strength * (0.55 * cloud + 1.6 * np.clip(grain - 0.5, 0, 1))
    mixed: NDArray[np.float32] = alpha.astype(np.float32) * np.clip(level, 0.0, 1.0)
    return mixed.astype(np.uint8)


def turned(alpha: Alpha, angle_deg: float) -> Alpha:
    """The stamp turned counter-clockwise, on an array grown to hold it."""
    image = Image.fromarray(alpha).rotate(angle_deg, Image.Resampling.BICUBIC, expand=True)
    return np.asarray(image)


def _serif(*, is_bold: bool, size_px: float) -> ImageFont.FreeTypeFont:
    path = face_path("tinos", is_bold=is_bold, is_italic=False)
    return pixel_font(path, round(size_px, 2))


def seal(rng: random.Random, ring: str, heart: tuple[str, ...], *, dpi: int) -> Alpha:
    """A round seal of 36 mm: two rings, the text between them, and its heart."""
    px = dpi / 25.4
    size = round(38 * px)
    centre, radius = size / 2, 18 * px
    image = Image.new("L", (size, size), 0)
    draw = ImageDraw.Draw(image)
    for share, width_mm in ((1.0, 0.75), (0.94, 0.25), (0.66, 0.3)):
        r = radius * share
        draw.ellipse((centre - r, centre - r, centre + r, centre + r), outline=255,
                     width=max(1, round(width_mm * px)))  # fmt: skip
    _ring_text(image, ring, centre, radius * 0.745, 3.0 * px)
    _star(draw, centre, centre + radius * 0.8, radius * 0.07)
    if heart == ("emblem",):
        _emblem(rng, draw, centre, radius * 0.6)
    else:
        _heart_text(draw, heart, centre, radius * 0.56)
    return turned(
        worn(rng, np.asarray(image), strength=rng.uniform(0.25, 0.75)), rng.uniform(-14, 14)
    )


def _ring_text(image: Image.Image, text: str, centre: float, radius: float, size_px: float) -> None:
    """Letters along the upper arc, feet towards the middle."""
    font = _serif(is_bold=True, size_px=size_px)
    widths = [font.getlength(char) * 1.12 for char in text]
    total = sum(widths)
    limit = 2 * math.pi * radius * 0.84
    if total > limit:
        font = _serif(is_bold=True, size_px=size_px * limit / total)
        widths = [width * limit / total for width in widths]
        total = limit
    angle = -total / radius / 2
    cell = math.ceil(size_px * 2.2)
    for char, width in zip(text, widths, strict=True):
        middle = angle + width / radius / 2
        glyph = Image.new("L", (cell, cell), 0)
        ImageDraw.Draw(glyph).text(
            (cell / 2, cell / 2 + size_px * 0.36), char, fill=255, font=font, anchor="ms"
        )
        glyph = glyph.rotate(-math.degrees(middle), Image.Resampling.BICUBIC)
        r = radius + size_px * 0.36
        x = centre + r * math.sin(middle) - cell / 2
        y = centre - r * math.cos(middle) - cell / 2
        image.paste(255, (round(x), round(y)), glyph)
        angle += width / radius


def _star(draw: ImageDraw.ImageDraw, x: float, y: float, radius: float) -> None:
    points = [
        (x + r * math.sin(k * math.pi / 5), y - r * math.cos(k * math.pi / 5))
        for k in range(10)
        for r in (radius if k % 2 == 0 else radius * 0.4,)
    ]
    draw.polygon(points, fill=255)


def _emblem(rng: random.Random, draw: ImageDraw.ImageDraw, centre: float, radius: float) -> None:
    """A sketch of the state emblem: a star over fields, sheaves at both sides, a wheel below."""
    _star(draw, centre, centre - radius * 0.42, radius * 0.26)
    width = max(1, round(radius * 0.035))
    for side in (-1, 1):
        for step in range(11):
            angle = side * (0.35 + step * 0.2)
            x, y = (
                centre + radius * 0.86 * math.sin(angle),
                centre - radius * 0.86 * math.cos(angle),
            )
            lean = angle + side * rng.uniform(0.5, 0.9)
            tip = (x - radius * 0.24 * math.sin(lean), y + radius * 0.24 * math.cos(lean))
            draw.line((x, y, *tip), fill=255, width=width * 3)
    for level in range(5):
        y = centre + radius * (0.02 + 0.11 * level)
        half = radius * (0.52 - 0.03 * level)
        draw.line((centre - half, y, centre + half, y), fill=255, width=width)
    r = radius * 0.22
    y = centre + radius * 0.62
    draw.ellipse((centre - r, y - r, centre + r, y + r), outline=255, width=width * 3)
    draw.rectangle((centre - radius * 0.5, y + r, centre + radius * 0.5, y + r * 1.5), fill=255)


def _heart_text(
    draw: ImageDraw.ImageDraw, lines: tuple[str, ...], centre: float, radius: float
) -> None:
    size = radius * 1.5 / max(2.2, len(lines) + 0.4)
    font = _serif(is_bold=True, size_px=size)
    widest = max(font.getlength(line) for line in lines)
    if widest > radius * 1.85:
        size *= radius * 1.85 / widest
        font = _serif(is_bold=True, size_px=size)
    top = centre - size * 1.08 * (len(lines) - 1) / 2
    for index, line in enumerate(lines):
        draw.text((centre, top + index * size * 1.08), line, fill=255, font=font, anchor="mm")


def framed(rng: random.Random, text: str, size_mm: tuple[float, float], *, dpi: int) -> Alpha:
    """A single frame with bold capitals of 13 to 14 points inside."""
    px = dpi / 25.4
    width, height = round(size_mm[0] * px), round(size_mm[1] * px)
    image = Image.new("L", (width + 6, height + 6), 0)
    draw = ImageDraw.Draw(image)
    line = max(2, round(rng.uniform(0.35, 0.6) * px))
    draw.rectangle((2, 2, width + 3, height + 3), outline=255, width=line)
    font = _serif(is_bold=True, size_px=rng.uniform(13, 14) * dpi / 72)
    draw.text(((width + 6) / 2, (height + 6) / 2), text, fill=255, font=font, anchor="mm")
    return worn(rng, np.asarray(image), strength=rng.uniform(0.1, 0.6))


def arrow(rng: random.Random, text: str, *, dpi: int) -> Alpha:
    """The mark of urgency as an arrow: feathers, spaced capitals on a broken shaft, a head."""
    px = dpi / 25.4
    font = pixel_font(STAMP_FACE, round(rng.uniform(4.6, 5.6) * px, 2))
    spaced = " ".join(text.replace(" ", "-"))
    length = font.getlength(spaced)
    width, height = math.ceil(length + 18 * px), math.ceil(9 * px)
    image = Image.new("L", (width, height), 0)
    draw = ImageDraw.Draw(image)
    middle, line = height / 2, max(2, round(0.45 * px))
    for step in range(4):
        x = (1 + 1.5 * step) * px
        draw.line((x, middle - 2 * px, x + 1.6 * px, middle), fill=255, width=line)
        draw.line((x, middle + 2 * px, x + 1.6 * px, middle), fill=255, width=line)
    draw.line((px, middle, 8 * px, middle), fill=255, width=line)
    draw.text((8.5 * px, middle), spaced, fill=255, font=font, anchor="lm")
    tip = width - 2
    draw.line((tip - 7 * px, middle, tip, middle), fill=255, width=line)
    for side in (-1, 1):
        draw.line((tip - 3 * px, middle + side * 2.4 * px, tip, middle), fill=255, width=line)
    return worn(rng, np.asarray(image), strength=rng.uniform(0.1, 0.6))


def arrival_frame(
    rng: random.Random, agency: str, *, is_small: bool, dpi: int
) -> tuple[Alpha, dict[str, tuple[float, float]]]:
    """The ĐẾN stamp without its handwriting.

    Returns:
        The ink, and where hand entries start: name of the cell → (x, foot line) in pixels.
    """
    px = dpi / 25.4
    width, height = (
        (round(46 * px), round(21 * px)) if is_small else (round(50 * px), round(35 * px))
    )
    image = Image.new("L", (width + 4, height + 4), 0)
    draw = ImageDraw.Draw(image)
    draw.rectangle((1, 1, width + 2, height + 2), outline=255, width=max(2, round(0.5 * px)))
    top = _fitted(draw, agency, width, round(2.6 * px), px)
    draw.line((2, top, width, top), fill=255, width=max(1, round(0.3 * px)))
    rows = ("Số:", "Ngày:") if is_small else ("Số:", "Ngày:", "Chuyển:", "Số và ký hiệu HS:")
    body = (height - top) / len(rows)
    arrived = _serif(is_bold=True, size_px=4.6 * px)
    draw.text((1.5 * px, top + (height - top) * (0.5 if is_small else 0.32)), "ĐẾN", fill=255,
              font=arrived, anchor="lm")  # fmt: skip
    font = _serif(is_bold=False, size_px=2.9 * px)
    entries: dict[str, tuple[float, float]] = {}
    for index, row in enumerate(rows):
        foot = top + body * (index + 0.72)
        left = (14.5 if index < 2 else 1.5) * px
        draw.text((left, foot), row, fill=255, font=font, anchor="ls")
        start = left + font.getlength(row + " ")
        entries[row] = (start, foot)
        for x in np.arange(start, width - 1.5 * px, 0.9 * px):
            draw.ellipse((x, foot - 1, x + 0.25 * px, foot + 0.25 * px - 1), fill=255)
    return worn(rng, np.asarray(image), strength=rng.uniform(0.15, 0.6)), entries


def _fitted(draw: ImageDraw.ImageDraw, text: str, width: float, size_px: float, px: float) -> float:
    font = _serif(is_bold=True, size_px=size_px * 1.1)
    length = font.getlength(text)
    if length > width - 3 * px:
        font = _serif(is_bold=True, size_px=size_px * 1.1 * (width - 3 * px) / length)
    draw.text((width / 2, 3.2 * px), text, fill=255, font=font, anchor="mm")
    return 5.8 * px


def numbering(rng: random.Random, text: str, *, height_px: float) -> tuple[Alpha, float]:
    """Digits of a numbering stamp: one face, unsteady wheels, uneven ink.

    Returns:
        The ink, and the row of its foot line in pixels.
    """
    font = pixel_font(STAMP_FACE, round(height_px * 1.38, 2))
    width = math.ceil(sum(font.getlength(char) for char in text) * 1.2 + height_px)
    image = Image.new("L", (width, math.ceil(height_px * 1.8)), 0)
    draw = ImageDraw.Draw(image)
    x, foot = height_px * 0.2, height_px * 1.4
    for char in text:
        draw.text(
            (x, foot + rng.gauss(0, height_px * 0.045)), char, fill=255, font=font, anchor="ls"
        )
        x += font.getlength(char) * rng.uniform(1.04, 1.16)
    plane = np.asarray(image)
    if rng.random() < 0.5:
        plane = cv2.erode(plane, np.ones((2, 2), np.uint8)).astype(np.uint8)
    return worn(rng, plane, strength=rng.uniform(0.3, 0.8)), foot
