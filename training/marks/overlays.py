"""What lies over stamps, or beside them: stamps of arrival with a clerk's entries, arrows.

Drawn apart from the stamps of `bench`, so that the bench does not measure its own drawing. All at
200 dpi, 255 is ink.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from training.pen_digits import DigitArtist

PX_PER_MM = 200 / 25.4
_ROWS = ("Số:", "Ngày:", "Chuyển:", "Số và ký hiệu HS:", "Giờ:", "Số CV đến:", "Lưu hồ sơ số:")
_OFFICES = ("UBND TỈNH", "UBND XÃ", "UBND PHƯỜNG", "SỞ", "VĂN PHÒNG", "CÔNG VĂN", "CHI CỤC", "")
Ink = NDArray[np.uint8]


def arrival_ink(
    rng: random.Random, faces: Sequence[Path], words: Sequence[str], artist: DigitArtist
) -> Ink:
    """Draw a stamp of arrival: frame, office, ĐẾN, rows with dotted lines, entries by hand.

    Args:
        rng: source of chance.
        faces: fonts that have Vietnamese letters.
        words: for names of offices.
        artist: writes the entries.
    """
    width, height = (rng.uniform(*mm) * PX_PER_MM for mm in ((40, 58), (17, 38)))
    image = Image.new("L", (round(width) + 4, round(height) + 4), 0)
    draw = ImageDraw.Draw(image)
    line = rng.randrange(2, 6)
    draw.rectangle((1, 1, width, height), outline=255, width=line)
    name = " ".join((rng.choice(_OFFICES), *rng.choices(words, k=rng.choice((1, 2))))).upper()
    face = str(rng.choice(faces))
    font = ImageFont.truetype(face, round(rng.uniform(2.3, 3.6) * PX_PER_MM))
    top = rng.uniform(5, 7) * PX_PER_MM if rng.random() < 0.85 else 0.0
    if top:
        draw.text((width / 2, top / 2), name, fill=255, font=font, anchor="mm")
        if rng.random() < 0.7:
            draw.line((0, top, width, top), fill=255, width=rng.randrange(1, 4))
    large = ImageFont.truetype(face, round(rng.uniform(3.8, 5.5) * PX_PER_MM))
    draw.text((rng.uniform(8, 24), top + (height - top) * rng.uniform(0.25, 0.6)), "ĐẾN", fill=255,
              font=large, anchor="lm")  # fmt: skip
    _rows(rng, draw, artist, (width, height), top, face)
    ink = np.array(image)
    side = round(float(np.hypot(width, height))) + 8
    tilt = max(-20.0, min(20.0, rng.gauss(0, 4)))
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), tilt, 1.0)
    matrix[:, 2] += (side - np.array([width, height])) / 2
    return np.asarray(cv2.warpAffine(ink, matrix, (side, side)), np.uint8)


def _rows(
    rng: random.Random, draw: ImageDraw.ImageDraw, artist: DigitArtist,
    size: tuple[float, float], top: float, face: str,
) -> None:  # fmt: skip
    width, height = size
    font = ImageFont.truetype(face, round(rng.uniform(2.4, 3.4) * PX_PER_MM))
    count = rng.choice((2, 2, 3, 4))
    left = rng.uniform(12, 18) * PX_PER_MM
    for ordinal in range(count):
        foot = top + (height - top) * (ordinal + 0.75) / count
        x = left if ordinal < 2 else rng.uniform(8, 16)
        text = _ROWS[ordinal] if rng.random() < 0.8 else rng.choice(_ROWS)
        draw.text((x, foot), text, fill=255, font=font, anchor="ls")
        x += font.getlength(text + " ")
        if rng.random() < 0.8:
            for dot in np.arange(x, width - 8, rng.uniform(5, 9)):
                draw.ellipse((dot, foot - 1, dot + 2, foot + 1), fill=255)
        if ordinal < 2 and rng.random() < 0.85:
            _entry(rng, draw, artist, (x, foot))


def _entry(
    rng: random.Random, draw: ImageDraw.ImageDraw, artist: DigitArtist, at: tuple[float, float]
) -> None:
    """Write a number or a day on a row, by hand."""
    day = f"{rng.randrange(1, 32)}/{rng.randrange(1, 13)}/{rng.randrange(10, 40)}"
    text = day if rng.random() < 0.5 else str(rng.randrange(1, 9999))
    chance = np.random.default_rng(rng.getrandbits(32))
    written = 255 - artist.number(text, rng.uniform(2.6, 4.6) * PX_PER_MM, chance)
    place = (round(at[0]), round(at[1] - 0.75 * written.shape[0]))
    draw.bitmap(place, Image.fromarray(written), fill=255)


def arrow_ink(
    rng: random.Random, words: Sequence[str], font: ImageFont.FreeTypeFont, side: int
) -> tuple[Image.Image, list[tuple[float, float]]]:
    """Draw words as an arrow of spaced capitals in the middle of a square.

    Returns:
        The picture, 255 is ink, and the middle of each word.
    """
    image = Image.new("L", (side, side), 0)
    draw = ImageDraw.Draw(image)
    space = font.size * rng.uniform(0.1, 0.55)
    joint = rng.choice(("-", "-", " ", "  "))
    total = sum(font.getlength(letter) + space for letter in joint.join(words)) - space
    x, middle, line = side / 2 - total / 2, side / 2, rng.randrange(2, 6)
    centres = []
    for ordinal, word in enumerate(words):
        started = x + sum(font.getlength(letter) + space for letter in joint if ordinal)
        for letter in (joint if ordinal else "") + word:
            draw.text((x, middle), letter, fill=255, font=font, anchor="lm")
            x += font.getlength(letter) + space
        centres.append(((started + x - space) / 2, middle))
    half, reach = font.size * rng.uniform(0.3, 0.55), font.size * rng.uniform(0.5, 1.8)
    left, right = side / 2 - total / 2 - space, side / 2 + total / 2 + space
    for step in range(rng.randrange(0, 5)):
        at = left - reach - step * 0.3 * font.size
        for sign in (-1, 1):
            draw.line((at - half, middle + sign * half, at, middle), fill=255, width=line)
    if rng.random() < 0.7:
        draw.line((left - 1.5 * reach, middle, left, middle), fill=255, width=line)
        draw.line((right, middle, right + reach, middle), fill=255, width=line)
    for sign in (-1, 1):
        tip = right + reach
        draw.line((tip - half, middle + sign * half, tip, middle), fill=255, width=line)
    return image, centres
