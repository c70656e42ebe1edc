"""Stand-ins for fonts that a born-digital file names but does not carry.

Word writes Times New Roman and Arial without embedding them when only spaces or Latin letters need
them; PDF/A wants every font in the file (ISO 19005-2, 6.2.11.4.1). Tinos, Arimo and Cousine
(Apache-2.0, Debian's fonts-croscore) have the same widths, so lines stay as they were: viewers
without the font would show such a stand-in anyway. Other fonts are left alone; such a file is kept
as pictures instead.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pikepdf
from fontTools import subset
from fontTools.ttLib import TTFont, TTLibError
from pikepdf import Array, Dictionary, Name

_FAMILIES = (
    (re.compile(r"^Times"), "Tinos", True),
    (re.compile(r"^(Arial|Helvetica)(?!.*Narrow)"), "Arimo", False),
    (re.compile(r"^Courier"), "Cousine", False),
)
"""BaseFont → family of the stand-in, has serifs."""
_SIMPLE = (Name.TrueType, Name.Type1)
_SUBSET_TAG = re.compile(r"^[A-Z]{6}\+")
_FIXED_PITCH, _SERIF, _NONSYMBOLIC, _ITALIC = 1, 2, 32, 64
_EM = 1000
_STEM_V = 80


@dataclass(frozen=True, slots=True)
class _Face:
    path: Path
    has_serifs: bool
    is_italic: bool


def embed_standins(pdf: pikepdf.Pdf, folder: Path) -> int:
    """Embed stand-ins where a font is missing and a stand-in is known.

    Args:
        pdf: the open file, changed in memory.
        folder: where `Tinos-Regular.ttf` and its sisters lie.

    Returns:
        How many fonts were given a stand-in.
    """
    count = 0
    for font in _missing_fonts(pdf):
        face = _face(str(font.get(Name.BaseFont, "")).lstrip("/"), folder)
        if face is not None and _is_latin(font):
            try:
                _embed(pdf, font, face)
            except (OSError, TTLibError, KeyError, ValueError):
                continue  # the font stays missing; the converter will say so
            count += 1
    return count


def _missing_fonts(pdf: pikepdf.Pdf) -> Iterator[pikepdf.Dictionary]:
    for item in pdf.objects:
        if (
            isinstance(item, pikepdf.Dictionary)
            and item.get(Name.Type) == Name.Font
            and item.get(Name.Subtype) in _SIMPLE
            and not _is_embedded(item.get(Name.FontDescriptor))
        ):
            yield item


def _is_embedded(descriptor: object) -> bool:
    return isinstance(descriptor, pikepdf.Dictionary) and any(
        key in descriptor for key in ("/FontFile", "/FontFile2", "/FontFile3")
    )


def _is_latin(font: pikepdf.Dictionary) -> bool:
    """Tell whether the codes are WinAnsi: named so, or nothing said for a text font."""
    return font.get(Name.Encoding, Name.WinAnsiEncoding) == Name.WinAnsiEncoding


def _face(base_font: str, folder: Path) -> _Face | None:
    plain = _SUBSET_TAG.sub("", base_font)
    for pattern, family, has_serifs in _FAMILIES:
        if pattern.match(plain):
            is_bold = "Bold" in plain
            is_italic = "Italic" in plain or "Oblique" in plain
            style = "Bold" * is_bold + "Italic" * is_italic or "Regular"
            return _Face(folder / f"{family}-{style}.ttf", has_serifs, is_italic)
    return None


def _embed(pdf: pikepdf.Pdf, font: pikepdf.Dictionary, face: _Face) -> None:
    first = int(font.get(Name.FirstChar, 32))
    last = int(font.get(Name.LastChar, 255))
    letters = {code: _letter(code) for code in range(first, last + 1)}
    with TTFont(face.path, lazy=True, recalcTimestamp=False) as full:
        cmap, metrics = full.getBestCmap(), full["hmtx"].metrics
        scale = _EM / full["head"].unitsPerEm
        widths = [
            round(metrics[cmap.get(ord(letter), ".notdef")][0] * scale)
            for letter in letters.values()
        ]
        descriptor = _descriptor(full, face, scale)
        program = _program(full, set(letters.values()))
    name = Name(f"/SOHOAA+{face.path.stem}")
    descriptor.FontName = name
    descriptor.FontFile2 = pdf.make_stream(program, Dictionary(Length1=len(program)))
    font.Subtype = Name.TrueType
    font.BaseFont = name
    font.Encoding = Name.WinAnsiEncoding
    font.FirstChar, font.LastChar = first, last
    font.Widths = Array(widths)
    font.FontDescriptor = pdf.make_indirect(descriptor)


def _letter(code: int) -> str:
    """Return a WinAnsi code's letter (ISO 32000-1, annex D; unused codes are bullets)."""
    return bytes([code]).decode("cp1252", errors="replace").replace("\ufffd", "\u2022")


def _program(full: TTFont, letters: set[str]) -> bytes:
    options = subset.Options(hinting=False, layout_features=[], recalc_timestamp=False)
    options.drop_tables += ["GPOS", "GSUB", "GDEF", "DSIG"]
    options.notdef_outline = True
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=[ord(letter) for letter in letters])
    subsetter.subset(full)
    out = io.BytesIO()
    full.save(out)
    return out.getvalue()


def _descriptor(full: TTFont, face: _Face, scale: float) -> Dictionary:
    head, hhea, post = full["head"], full["hhea"], full["post"]
    cap_height = getattr(full["OS/2"], "sCapHeight", 0) or hhea.ascent
    flags = _NONSYMBOLIC | _SERIF * face.has_serifs | _ITALIC * face.is_italic
    box = (head.xMin, head.yMin, head.xMax, head.yMax)
    return Dictionary(
        Type=Name.FontDescriptor,
        Flags=flags | _FIXED_PITCH * bool(post.isFixedPitch),
        FontBBox=Array([round(value * scale) for value in box]),
        ItalicAngle=round(post.italicAngle),
        Ascent=round(hhea.ascent * scale),
        Descent=round(hhea.descent * scale),
        CapHeight=round(cap_height * scale),
        StemV=_STEM_V,
    )
