"""Writes PDF/A from image layers and words (ISO 19005-2, level U, unless told otherwise).

One page at a time: picture, then invisible text. The picture's bytes go in as the page worker made
them; no colour is converted and no Ghostscript is involved.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from pipeline.model.records import POINTS_PER_MM, Page, PageLayers
from stages.archive.glyphless import (
    ADVANCE,
    ASCENT,
    DESCENT,
    NAME,
    LetterCodes,
    font_program,
)
from stages.archive.images import paint
from stages.archive.metadata import Facts, information, xmp_packet
from stages.archive.profile import PROFILES, Profile
from stages.archive.srgb import COMPONENTS, CONDITION, old_srgb_profile, srgb_profile
from stages.archive.text_layer import letters_of, text_operators

LANGUAGE = "vi-VN"
EMPTY_FORM = "/SohoaNothing"
"""Stage `sign` looks for it under this name."""
_NONSYMBOLIC = 32
_STEM_V = 80


Finish = Callable[[pikepdf.Pdf], None]
"""Adds to a file before it is saved."""


def write_document(
    target: Path,
    layers: Iterable[PageLayers],
    pages: tuple[Page, ...],
    facts: Facts,
    *,
    profile: Profile = PROFILES["2u"],
    finish: Finish = lambda _: None,
) -> None:
    """Write a new PDF/A.

    Args:
        target: file to make; must not exist.
        layers: pages' pictures in order of number, taken one by one.
        pages: facts and words of all pages in order; a page without layers stays white, so that
            no page is missing in the result.
        facts: metadata; must claim the profile.
        profile: the kind of PDF/A.
        finish: adds attached files.
    """
    pictures = iter(layers)
    picture = next(pictures, None)
    with pikepdf.new() as pdf:
        writer = PageWriter(pdf, pages)
        for page in pages:
            if picture is not None and picture.number == page.number:
                pdf.pages.append(writer.page(page, picture))
                picture = next(pictures, None)
            else:
                pdf.pages.append(writer.page(page, _white(page)))
        describe(pdf, facts)
        finish(pdf)
        save(pdf, target, profile)


def leave_empty_form(pdf: pikepdf.Pdf) -> None:
    """Leave a form that draws nothing in page 1, for widgets that show nothing.

    PDF/A-1 wants an appearance of every form field (ISO 19005-1, 6.9), document time stamps too; a
    new appearance behind a signature would read as a change of the page's look.
    """
    form = pdf.make_stream(
        b"", Dictionary(Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 0, 0]))
    )
    page = pdf.pages[0]
    page.add_resource(form, Name.XObject, Name(EMPTY_FORM))


def save(pdf: pikepdf.Pdf, target: Path, profile: Profile = PROFILES["2u"]) -> None:
    """Save with object and xref streams where the profile allows; same bytes every time."""
    streams = pikepdf.ObjectStreamMode
    with target.open("xb") as out:
        pdf.save(
            out,
            force_version=profile.version,
            object_stream_mode=streams.generate if profile.has_object_streams else streams.disable,
            compress_streams=True,
            deterministic_id=True,
        )


def describe(pdf: pikepdf.Pdf, facts: Facts) -> None:
    """Put metadata, output intent and language into the catalogue, replacing what was there."""
    root = pdf.Root
    # XMP stays uncompressed so that tools without a PDF parser find it (ISO 16684-1, 7.1).
    packet = pdf.make_stream(xmp_packet(facts), Dictionary(Type=Name.Metadata, Subtype=Name.XML))
    root.Metadata = packet
    root.Lang = String(LANGUAGE)
    root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
    if Name.OutputIntents not in root:
        root.OutputIntents = Array([_output_intent(pdf, facts.part)])
    if Name.Info in pdf.trailer:
        del pdf.trailer[Name.Info]
    for name, value in information(facts).items():
        pdf.docinfo[name] = String(value)


def _output_intent(pdf: pikepdf.Pdf, part: str) -> pikepdf.Object:
    data = old_srgb_profile() if part == "1" else srgb_profile()
    profile = pdf.make_stream(data, Dictionary(N=COMPONENTS))
    return pdf.make_indirect(
        Dictionary(
            Type=Name.OutputIntent,
            S=Name.GTS_PDFA1,
            OutputConditionIdentifier=String(CONDITION),
            Info=String(CONDITION),
            DestOutputProfile=profile,
        )
    )


def _white(page: Page) -> PageLayers:
    return PageLayers(
        number=page.number, width_mm=page.width_mm, height_mm=page.height_mm, profile="archival"
    )


class PageWriter:
    """Makes pages of one file; they share the font of the invisible text."""

    def __init__(self, pdf: pikepdf.Pdf, pages: tuple[Page, ...]) -> None:
        """Add the font that the words of all these pages need."""
        self._pdf = pdf
        self._codes = LetterCodes(letters_of(pages))
        self._font = pdf.make_indirect(_font(pdf, self._codes))

    def page(self, page: Page, picture: PageLayers) -> pikepdf.Page:
        """Return a page with its picture and the words under it, not yet part of the file.

        Its size is the picture's, to a ten-thousandth of a point (scale 100 %, NĐ 30 PL I).
        """
        width_pt = picture.width_mm * POINTS_PER_MM
        height_pt = picture.height_mm * POINTS_PER_MM
        painted = paint(self._pdf, picture, height_pt=height_pt)
        text = text_operators(page, self._codes)
        resources = Dictionary()
        if painted.resources:
            resources.XObject = Dictionary(painted.resources)
        if text:
            resources.Font = Dictionary(F0=self._font)
        leaf = Dictionary(
            Type=Name.Page,
            MediaBox=Array([0, 0, round(width_pt, 4), round(height_pt, 4)]),
            Resources=resources,
            Contents=self._pdf.make_stream(painted.operators + text),
        )
        return pikepdf.Page(self._pdf.make_indirect(leaf))


def _font(pdf: pikepdf.Pdf, codes: LetterCodes) -> Dictionary:
    program = font_program()
    descriptor = Dictionary(
        Type=Name.FontDescriptor,
        FontName=Name("/" + NAME),
        Flags=_NONSYMBOLIC,
        FontBBox=Array([0, DESCENT, ADVANCE, ASCENT]),
        ItalicAngle=0,
        Ascent=ASCENT,
        Descent=DESCENT,
        CapHeight=ASCENT,
        StemV=_STEM_V,
        FontFile2=pdf.make_stream(program, Dictionary(Length1=len(program))),
    )
    descendant = Dictionary(
        Type=Name.Font,
        Subtype=Name.CIDFontType2,
        BaseFont=Name("/" + NAME),
        CIDSystemInfo=Dictionary(
            Registry=String("Adobe"), Ordering=String("Identity"), Supplement=0
        ),
        FontDescriptor=pdf.make_indirect(descriptor),
        DW=ADVANCE,
        CIDToGIDMap=pdf.make_stream(codes.cid_to_gid_map()),
    )
    return Dictionary(
        Type=Name.Font,
        Subtype=Name.Type0,
        BaseFont=Name("/" + NAME),
        Encoding=Name("/Identity-H"),
        DescendantFonts=Array([pdf.make_indirect(descendant)]),
        ToUnicode=pdf.make_stream(codes.to_unicode_cmap()),
    )
