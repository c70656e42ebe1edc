"""Free typefaces that lines are set in: found by name, used where they have Vietnamese letters."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from fontTools.ttLib import TTFont

VIETNAMESE = "ăằặẵẳắâấầẩẫậđêếềểễệôốồổỗộơớờởỡợưứừửữựỳỵỷỹỂỐƯỢ"
"""A font without these is of no use."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fonts:
    """The font files by style, families side by side."""

    regular: tuple[Path, ...]
    """Upright."""
    bold: tuple[Path, ...]
    """Bold."""
    italic: tuple[Path, ...]
    """Italic."""
    bold_italic: tuple[Path, ...]
    """Bold italic."""
    sans: tuple[Path, ...]
    """For stamps."""


@cache
def characters_of(path: Path) -> frozenset[str]:
    """Return the characters that a font has."""
    with TTFont(path, lazy=True) as font:
        return frozenset(chr(code) for code in font.getBestCmap())


def find_fonts(folder: Path) -> Fonts:
    """Find the free fonts below a folder such as /usr/share."""
    families = ("LiberationSerif", "Tinos", "texgyretermes")
    others = ("Arimo", "Cousine", "DejaVuSansCondensed", "LiberationSans")
    names = {"regular": "Regular", "bold": "Bold", "italic": "Italic", "bold_italic": "BoldItalic"}
    files = [path for suffix in ("ttf", "otf") for path in folder.rglob(f"*.{suffix}")]
    wanted = (*families, *others)
    stems = tuple(f"{family.lower()}-" for family in wanted)
    by_name = {
        path.stem.lower(): path
        for path in sorted(files)
        if path.stem.lower().startswith(stems) and set(VIETNAMESE) <= characters_of(path)
    }
    styles = {
        style: tuple(
            by_name[f"{family}-{name}".lower()]
            for family in families
            if f"{family}-{name}".lower() in by_name
        )
        for style, name in names.items()
    }
    sans = tuple(
        by_name[f"{family}-{weight}".lower()]
        for family in others
        for weight in ("Regular", "Bold")
        if f"{family}-{weight}".lower() in by_name
    )
    if not styles["regular"] or not sans:
        raise FileNotFoundError(f"no free font with Vietnamese letters below {folder}")
    return Fonts(**styles, sans=sans)
