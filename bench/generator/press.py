"""A typewriter: strikes letter by letter, unevenly, with a worn ribbon; tones may be added by pen.

Machines without Vietnamese type bars printed bare letters, and the typist put the marks on by hand.
Must never change what is written, but for telegrams, which know capitals without tones alone.
"""

from __future__ import annotations

import random
import unicodedata
from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops, ImageDraw, ImageFont


def without_marks(text: str) -> str:
    """The bare letters: `Độc lập` becomes `Doc lap`."""
    parts = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(char for char in parts if not unicodedata.combining(char))


@dataclass(slots=True, kw_only=True)
class Typewriter:
    """One machine with its faults; the same seed gives the same strokes."""

    seed: int
    uneven: float = 0.3
    """How much the strikes differ in weight and height, 0–1."""
    ribbon: float = 0.2
    """How worn the ribbon is, 0–1."""
    are_marks_by_hand: bool = False
    """The marks of Vietnamese letters are put on by pen."""
    is_telegraph: bool = False
    """Capitals without tones alone."""
    _rng: random.Random = field(init=False)
    _bars: dict[str, tuple[float, float]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        """Fix the chain of chances."""
        self._rng = random.Random(f"typewriter-{self.seed}")

    def spelled(self, text: str) -> str:
        """The text as this machine can write it."""
        return without_marks(text).upper() if self.is_telegraph else text

    def type(
        self, page: Image.Image, text: str, *, at: tuple[float, float],
        font: ImageFont.FreeTypeFont,
    ) -> None:  # fmt: skip
        """Strike the text from that point of the base line on, in pixels."""
        x, y = at
        for char in text:
            if not char.isspace():
                self._strike(page, char, (x, y), font)
            x += font.getlength(char)

    def _strike(
        self, page: Image.Image, char: str, at: tuple[float, float], font: ImageFont.FreeTypeFont
    ) -> None:
        bare = without_marks(char) if self.are_marks_by_hand else char
        weight, shift = self._bar(bare)
        weight *= 1 - self.uneven * self._rng.random() * 0.6
        rise = (shift + self._rng.gauss(0, 0.012 * self.uneven)) * font.size
        struck = _glyph(bare, font)
        ink = np.asarray(struck) * np.float32(weight * (1 - 0.45 * self.ribbon))
        if self.ribbon:
            ink *= self._cloth(ink.shape)
        _lay(page, ink, at[0], at[1] + rise, font)
        if bare != char:
            self._mark_by_pen(page, char, struck, at, font)

    def _bar(self, char: str) -> tuple[float, float]:
        """Weight and height of a type bar: the same letter is always struck alike."""
        if char not in self._bars:
            self._bars[char] = (
                1 - self.uneven * self._rng.random() * 0.45,
                self._rng.gauss(0, 0.03 * self.uneven),
            )
        return self._bars[char]

    def _cloth(self, shape: tuple[int, ...]) -> NDArray[np.float32]:
        """The weave of the ribbon, and a band of it that is dry."""
        noise = np.random.default_rng(self._rng.getrandbits(32))
        weave = noise.random(shape, dtype=np.float32)
        weave = cv2.GaussianBlur(weave, (0, 0), 1.0).astype(np.float32)
        low, high = float(weave.min()), float(weave.max())
        worn = (weave - low) / max(high - low, 1e-3)
        result: NDArray[np.float32] = 1 - np.float32(self.ribbon * 0.7) * worn
        return result

    def _mark_by_pen(
        self, page: Image.Image, char: str, bare: Image.Image, at: tuple[float, float],
        font: ImageFont.FreeTypeFont,
    ) -> None:  # fmt: skip
        mark = ImageChops.subtract(_glyph(char, font), bare)
        angle = self._rng.gauss(0, 4)
        ink = np.asarray(mark.rotate(angle, resample=Image.Resampling.BILINEAR))
        if self._rng.random() < 0.5:
            ink = cv2.dilate(ink, np.ones((2, 2), np.uint8))
        dx, dy = self._rng.gauss(0, 0.03), self._rng.gauss(-0.02, 0.02)
        _lay(page, ink.astype(np.float32), at[0] + dx * font.size, at[1] + dy * font.size, font)


def _glyph(char: str, font: ImageFont.FreeTypeFont) -> Image.Image:
    """One letter in a cell with its base line at two thirds of the height."""
    side = round(font.size * 2)
    cell = Image.new("L", (side, side), 0)
    # Type bars are blunt: their strokes have a third of a millimetre, twice those of the face.
    ImageDraw.Draw(cell).text(
        (side // 4, side * 2 // 3), char, fill=255, font=font, anchor="ls",
        stroke_width=1 if font.size > 28 else 0,
    )  # fmt: skip
    return cell


def _lay(
    page: Image.Image, ink: NDArray[np.float32], x: float, y: float, font: ImageFont.FreeTypeFont
) -> None:
    side = round(font.size * 2)
    corner = (round(x) - side // 4, round(y) - side * 2 // 3)
    part = (*corner, corner[0] + side, corner[1] + side)
    under = page.crop(part)
    page.paste(ImageChops.lighter(under, Image.fromarray(ink.astype(np.uint8))), corner)
