"""Free faces that stand in for Times New Roman, measured in points and drawn in pixels.

Tinos (Apache-2.0, the face of Liberation Serif 2) and TeX Gyre Termes (GUST);
TeX Gyre Cursor (GUST) for typewriters. Liberation Serif 1.07, which Debian 12 ships as
fonts-liberation, lacks the toned letters. A face that is not
installed is an error that names the Debian package: a silent substitute would change what a seed
makes.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from PIL import ImageFont

_TINOS = "/usr/share/fonts/truetype/croscore/Tinos-{}.ttf"
_TERMES = "/usr/share/texmf/fonts/opentype/public/tex-gyre/texgyretermes-{}.otf"
_CURSOR = "/usr/share/texmf/fonts/opentype/public/tex-gyre/texgyrecursor-{}.otf"
_CAMEL = ("Regular", "Bold", "Italic", "BoldItalic")
_LOWER = ("regular", "bold", "italic", "bolditalic")
_PACKAGES = {
    "tinos": ("fonts-croscore", _TINOS, _CAMEL),
    "termes": ("fonts-texgyre", _TERMES, _LOWER),
    # A typewriter has one weight and no italic.
    "cursor": ("fonts-texgyre", _CURSOR, ("regular",) * 4),
}
FAMILIES = ("tinos", "termes")
"""The families of today's offices."""
STAMP_FACE = "/usr/share/fonts/truetype/croscore/Arimo-Bold.ttf"
_MEASURE_PX = 200


class FontMissingError(RuntimeError):
    """A face is not installed; the message names the package that brings it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """Size in points, weight and slope of a stretch of text."""

    size_pt: float
    is_bold: bool = False
    is_italic: bool = False


def face_path(family: str, *, is_bold: bool, is_italic: bool) -> str:
    """Path of the font file.

    Raises:
        FontMissingError: when the face is not installed.
    """
    package, pattern, names = _PACKAGES[family]
    path = pattern.format(names[(1 if is_bold else 0) + (2 if is_italic else 0)])
    if not Path(path).exists():
        message = f"font face {Path(path).name} is missing; install the package {package}"
        raise FontMissingError(message)
    return path


@lru_cache(maxsize=256)
def pixel_font(path: str, size_px: float) -> ImageFont.FreeTypeFont:
    """The face at a size in pixels, shared."""
    return ImageFont.truetype(path, size_px, layout_engine=ImageFont.Layout.BASIC)


@lru_cache(maxsize=100_000)
def _width_em(path: str, text: str) -> float:
    return pixel_font(path, _MEASURE_PX).getlength(text) / _MEASURE_PX


@dataclass(frozen=True, slots=True)
class FontBook:
    """One family in its four styles."""

    family: str
    fixed_pt: float | None = None
    """The one size of a typewriter, whatever a style asks for, in points."""

    def width_pt(self, text: str, style: Style) -> float:
        """Advance width of the text in points, independent of the scan's resolution."""
        path = face_path(self.family, is_bold=style.is_bold, is_italic=style.is_italic)
        return _width_em(path, text) * (self.fixed_pt or style.size_pt)

    def pixel_font(self, style: Style, dpi: int) -> ImageFont.FreeTypeFont:
        """The face to draw with at that resolution."""
        path = face_path(self.family, is_bold=style.is_bold, is_italic=style.is_italic)
        return pixel_font(path, round((self.fixed_pt or style.size_pt) * dpi / 72, 2))
