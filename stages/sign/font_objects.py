"""The seal's font as PDF objects of an incremental update (ISO 32000-1, 9.7)."""

from __future__ import annotations

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.writer import BasePdfFileWriter

from stages._cmap import to_unicode_cmap
from stages.sign.font import SealFont

_SERIF = 1 << 1
_SYMBOLIC = 1 << 2
"""Glyphs are chosen by number, not by a standard encoding."""
_STEM_V = 80


def embed_font(writer: BasePdfFileWriter, font: SealFont) -> generic.IndirectObject:
    """Add the font to an update and return the reference to its Type0 dictionary."""
    to_unicode = generic.StreamObject(stream_data=to_unicode_cmap(font.glyphs))
    to_unicode.compress()
    return writer.add_object(
        generic.DictionaryObject(
            {
                pdf_name("/Type"): pdf_name("/Font"),
                pdf_name("/Subtype"): pdf_name("/Type0"),
                pdf_name("/BaseFont"): pdf_name("/" + font.name),
                pdf_name("/Encoding"): pdf_name("/Identity-H"),
                pdf_name("/DescendantFonts"): generic.ArrayObject(
                    [writer.add_object(_descendant(writer, font))]
                ),
                pdf_name("/ToUnicode"): writer.add_object(to_unicode),
            }
        )
    )


def _descendant(writer: BasePdfFileWriter, font: SealFont) -> generic.DictionaryObject:
    system_info = generic.DictionaryObject(
        {
            pdf_name("/Registry"): generic.pdf_string("Adobe"),
            pdf_name("/Ordering"): generic.pdf_string("Identity"),
            pdf_name("/Supplement"): generic.NumberObject(0),
        }
    )
    return generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Font"),
            pdf_name("/Subtype"): pdf_name("/CIDFontType2"),
            pdf_name("/BaseFont"): pdf_name("/" + font.name),
            pdf_name("/CIDSystemInfo"): system_info,
            pdf_name("/FontDescriptor"): writer.add_object(_descriptor(writer, font)),
            pdf_name("/CIDToGIDMap"): pdf_name("/Identity"),
            pdf_name("/W"): _widths(font),
        }
    )


def _descriptor(writer: BasePdfFileWriter, font: SealFont) -> generic.DictionaryObject:
    program = generic.StreamObject(
        {
            pdf_name("/Length1"): generic.NumberObject(font.program_bytes),
            pdf_name("/Filter"): pdf_name("/FlateDecode"),
        },
        encoded_data=font.program,
    )
    box = generic.ArrayObject([generic.NumberObject(value) for value in font.bounds])
    return generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/FontDescriptor"),
            pdf_name("/FontName"): pdf_name("/" + font.name),
            pdf_name("/Flags"): generic.NumberObject(_SERIF | _SYMBOLIC),
            pdf_name("/FontBBox"): box,
            pdf_name("/ItalicAngle"): generic.NumberObject(0),
            pdf_name("/Ascent"): generic.NumberObject(font.ascent),
            pdf_name("/Descent"): generic.NumberObject(font.descent),
            pdf_name("/CapHeight"): generic.NumberObject(font.cap_height),
            pdf_name("/StemV"): generic.NumberObject(_STEM_V),
            pdf_name("/FontFile2"): writer.add_object(program),
            pdf_name("/CIDSet"): writer.add_object(_cid_set(font)),
        }
    )


def _cid_set(font: SealFont) -> generic.StreamObject:
    """Return which glyphs are there: all, from 0 (ISO 19005-1, 6.3.5 asks it of every subset)."""
    count = len(font.widths)
    bits = bytearray((count + 7) // 8)
    for glyph in range(count):
        bits[glyph // 8] |= 0x80 >> glyph % 8
    stream = generic.StreamObject(stream_data=bytes(bits))
    stream.compress()
    return stream


def _widths(font: SealFont) -> generic.ArrayObject:
    """Return `0 [w0 w1 …]`: the subset's glyphs are numbered without gaps."""
    in_order = [generic.NumberObject(font.widths[glyph]) for glyph in sorted(font.widths)]
    return generic.ArrayObject([generic.NumberObject(0), generic.ArrayObject(in_order)])
