"""The font of the visible signature: a subset with the metrics of Times New Roman, embedded.

NĐ 30/2020, PL I asks for Times New Roman, 10 pt, upright, black; Tinos (Apache-2.0) and Liberation
Serif (SIL OFL 1.1) have its metrics. Liberation 1.07, which Debian 12 ships, lacks the toned
letters of Vietnamese, so Tinos comes first. PDF/A wants the font in the file (ISO 19005-2,
6.2.11.4.1): only the letters that can occur are embedded, made once for all signatures.
"""

from __future__ import annotations

import hashlib
import io
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont, TTLibError

from pipeline.model.errors import OperatorError

_TAG_LETTERS = 6
_EM = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class SealFont:
    """A subset font, ready to be embedded as CIDFontType2 with Identity-H."""

    name: str
    """PostScript name with subset tag (ISO 32000-1, 9.6.4)."""
    program: bytes
    """TrueType program, deflated."""
    program_bytes: int
    """Length of the program before deflation."""
    glyphs: Mapping[str, int]
    """Letter → glyph."""
    widths: Mapping[int, int]
    """Glyph → width, thousandths of an em."""
    ascent: int
    descent: int
    cap_height: int
    bounds: tuple[int, int, int, int]
    """Font box, thousandths of an em."""

    def width(self, text: str) -> float:
        """Return a text's width in ems.

        Raises:
            OperatorError: SYS-CONFIG when a letter was not foreseen.
        """
        return sum(self.widths[glyph] for glyph in self._glyphs(text)) / _EM

    def encode(self, text: str) -> bytes:
        """Return the hex string that shows a text."""
        return b"<" + "".join(f"{glyph:04x}" for glyph in self._glyphs(text)).encode() + b">"

    def _glyphs(self, text: str) -> list[int]:
        try:
            return [self.glyphs[letter] for letter in text]
        except KeyError as error:
            detail = f"letter U+{ord(error.args[0]):04X} has no glyph in the seal's font"
            raise OperatorError("SYS-CONFIG", detail=detail) from error


def load_font(candidates: Iterable[Path], letters: str) -> SealFont:
    """Return a subset of the first font file that is there and has all letters.

    Args:
        candidates: TrueType files with the metrics of Times New Roman, best first.
        letters: all letters that can occur.

    Raises:
        OperatorError: SYS-TOOL-MISSING when none of the files serves, with the reason of each.
    """
    reasons = []
    for path in candidates:
        try:
            with TTFont(path, lazy=True, recalcTimestamp=False) as full:
                known = full.getBestCmap()
                missing = sorted(letter for letter in set(letters) if ord(letter) not in known)
                if not missing:
                    return _subset(full, letters)
        except (OSError, TTLibError) as error:
            reasons.append(f"{path.name}: {error}")
        else:
            codes = " ".join(f"U+{ord(letter):04X}" for letter in missing)
            reasons.append(f"{path.name}: no glyph for {codes}")
    raise OperatorError("SYS-TOOL-MISSING", detail="; ".join(reasons) or "no font named")


def _subset(full: TTFont, letters: str) -> SealFont:
    options = subset.Options(
        hinting=False, layout_features=[], name_IDs=[6], notdef_outline=True, recalc_timestamp=False
    )
    options.drop_tables += ["GPOS", "GSUB", "GDEF", "DSIG", "OS/2", "post", "name"]
    cap_height = getattr(full["OS/2"], "sCapHeight", 0) or full["hhea"].ascent
    ps_name = full["name"].getDebugName(6) or "Seal"
    subsetter = subset.Subsetter(options)
    subsetter.populate(text=letters)
    subsetter.subset(full)
    return _describe(full, letters, ps_name=ps_name, cap_height=cap_height)


def _describe(font: TTFont, letters: str, *, ps_name: str, cap_height: int) -> SealFont:
    scale = _EM / font["head"].unitsPerEm
    cmap, metrics = font.getBestCmap(), font["hmtx"].metrics
    glyphs = {letter: font.getGlyphID(cmap[ord(letter)]) for letter in sorted(set(letters))}
    widths = {font.getGlyphID(name): round(metrics[name][0] * scale) for name in metrics}
    head, hhea = font["head"], font["hhea"]
    box = (head.xMin, head.yMin, head.xMax, head.yMax)
    del font["cmap"]
    out = io.BytesIO()
    font.save(out)
    program = out.getvalue()
    digest = hashlib.sha256(program).digest()
    tag = "".join(chr(ord("A") + byte % 26) for byte in digest[:_TAG_LETTERS])
    left, bottom, right, top = (round(value * scale) for value in box)
    return SealFont(
        name=f"{tag}+{ps_name}",
        program=zlib.compress(program, 9),
        program_bytes=len(program),
        glyphs=glyphs,
        widths=widths,
        ascent=round(hhea.ascent * scale),
        descent=round(hhea.descent * scale),
        cap_height=round(cap_height * scale),
        bounds=(left, bottom, right, top),
    )
