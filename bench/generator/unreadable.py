"""Pages that nobody can read by machine: whatever text comes of them is invented.

Noise, a page of handwriting, a fax that lost its lines, a page that is but stains, a drawing. Each
is a page image without lines of truth.
"""

from __future__ import annotations

import random
from dataclasses import replace

import cv2
import numpy as np

from bench.generator.content import Wishes, compose
from bench.generator.files import PageImage
from bench.generator.handwriting import BLUES, sign
from bench.generator.printer import blank_sheet, print_letter
from bench.generator.scanner import Image8, ScanSettings, scan
from bench.generator.sheet import A4_PT, MM, Sheet

KINDS = ("noise", "handwriting", "dead-fax", "stains", "drawing")
_DPI = 200


def unreadable_page(kind: str, seed: int) -> PageImage:
    """The page of that kind, fixed by its seed.

    Raises:
        KeyError: no such kind.
    """
    rng = random.Random(f"unreadable-{kind}-{seed}")
    makers = {
        "noise": _noise,
        "handwriting": _handwriting,
        "dead-fax": _dead_fax,
        "stains": _stains,
        "drawing": _drawing,
    }
    return PageImage(pixels=makers[kind](rng, seed), dpi=_DPI, is_bitonal=False, jpeg_quality=75)


def _gray(rng: random.Random) -> ScanSettings:
    white = rng.randrange(225, 250)
    return ScanSettings(mode="gray", dpi=_DPI, paper=(white, white, white), noise=3.0, blur_mm=0.05)


def _noise(rng: random.Random, seed: int) -> Image8:
    """Specks and blotches of all sizes, as of a copy of a copy."""
    image = scan(blank_sheet(_DPI), _gray(rng), seed=seed)
    dice = np.random.default_rng(seed)
    coarse = dice.random((image.shape[0] // 3 + 1, image.shape[1] // 3 + 1), dtype=np.float32)
    grain = cv2.resize(coarse, (image.shape[1], image.shape[0]), interpolation=cv2.INTER_CUBIC)
    share = rng.uniform(0.02, 0.1)
    return np.where(grain > 1 - share, 50, image).astype(np.uint8)


def _handwriting(rng: random.Random, seed: int) -> Image8:
    """Lines by pen that say nothing."""
    sheet = blank_sheet(_DPI)
    y = 60.0
    while y < A4_PT[1] - 80:
        x = 30 * MM
        while x < A4_PT[0] - 30 * MM:
            width, height = rng.uniform(18, 60), rng.uniform(14, 24)
            alpha = sign(rng, width_px=width * sheet.scale, height_px=height * sheet.scale,
                         dpi=_DPI)  # fmt: skip
            sheet.stamp(alpha, x_pt=x, y_pt=y, ink=BLUES[seed % len(BLUES)])
            x += width + rng.uniform(4, 10)
        y += rng.uniform(24, 32)
    return scan(sheet, _gray(rng), seed=seed)


def _dead_fax(rng: random.Random, seed: int) -> Image8:
    """One line a millimetre, faded: letters run together."""
    sheet: Sheet = print_letter(compose(seed, Wishes(secrecy="")), seed=seed, dpi=_DPI).sheets[0]
    settings = replace(_gray(rng), fax_lines_per_mm=rng.uniform(0.8, 1.2), print_level=0.4,
                       faint_patches=0.5, blur_mm=0.2, noise=8.0)  # fmt: skip
    return scan(sheet, settings, seed=seed)


def _stains(rng: random.Random, seed: int) -> Image8:
    settings = replace(_gray(rng), stains=rng.randrange(14, 26), light_fall=0.2, dust=60)
    return scan(blank_sheet(_DPI), settings, seed=seed)


def _drawing(rng: random.Random, seed: int) -> Image8:
    """A plan without words: outlines, hatching, circles."""
    image = scan(blank_sheet(_DPI), _gray(rng), seed=seed)
    height, width = image.shape
    for _ in range(rng.randrange(30, 60)):
        first = (rng.randrange(width), rng.randrange(height))
        second = (rng.randrange(width), rng.randrange(height))
        if rng.random() < 0.4:
            cv2.circle(image, first, rng.randrange(10, 160), 60, 2, cv2.LINE_AA)
        elif rng.random() < 0.5:
            cv2.rectangle(image, first, second, 60, 2, cv2.LINE_AA)
        else:
            cv2.line(image, first, second, 60, 1, cv2.LINE_AA)
    return image
