"""Draws small pages with a free font, so that the reader has something known to read."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

if TYPE_CHECKING:
    from numpy.typing import NDArray

FONTS = (
    Path("/usr/share/fonts/truetype/croscore/Tinos-Regular.ttf"),
    Path("/usr/share/texmf/fonts/opentype/public/tex-gyre/texgyretermes-regular.otf"),
    Path("/usr/share/fonts/truetype/dejavu/DejaVuSerif.ttf"),
)
"""Free fonts with Vietnamese letters, as Debian installs them."""
DPI = 200


def font_path() -> Path:
    """Return a free font or skip the test."""
    found = [path for path in FONTS if path.exists()]
    if not found:
        pytest.skip("no free font with Vietnamese letters (fonts-croscore, fonts-texgyre)")
    return found[0]


def draw_page(lines: list[tuple[float, float, str]], *, size_pt: float = 13) -> NDArray[np.uint8]:
    """Draw an A4 page.

    Args:
        lines: x and baseline in millimetres, text.
        size_pt: size of the print.
    """
    per_mm = DPI / 25.4
    image = Image.new("L", (round(210 * per_mm), round(297 * per_mm)), 255)
    pen = ImageDraw.Draw(image)
    font = ImageFont.truetype(str(font_path()), round(size_pt * DPI / 72))
    for x, y, text in lines:
        pen.text((x * per_mm, y * per_mm), text, font=font, fill=0, anchor="ls")
    return np.array(image, np.uint8)
