"""The fast structural self-check of every PDF/A that leaves the stage.

It reads the produced bytes anew and looks at what a fault of ours would break: pages and their
sizes, XMP identification, output intent, embedded fonts, forbidden entries, damaged streams. It is
no judge of PDF/A (veraPDF in the tests is); it never mends anything.

Clauses: ISO 19005-2, 6.1 (file), 6.2.3 (output intent), 6.2.5 (transparency), 6.2.11 (fonts), 6.5
(actions), 6.6 (metadata).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from xml.etree import ElementTree as ET

import pikepdf
from pikepdf import Name

from pipeline.model.errors import ContractError
from stages.archive.profile import PROFILES, Profile

_SIZE_TOLERANCE_PT = 0.01
_PDFAID = "{http://www.aiim.org/pdfa/ns/id/}"
_RDF_DESCRIPTION = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}Description"
_FORBIDDEN_IN_CATALOGUE = ("/OpenAction", "/AA", "/Requirements", "/XFA")
_JPEG_START, _JPEG_END = b"\xff\xd8", b"\xff\xd9"
_ACTION_FORBIDDEN = ("/JavaScript", "/Launch", "/Sound", "/Movie", "/ImportData", "/ResetForm")


def check_document(
    path: Path,
    *,
    sizes_pt: Sequence[tuple[float, float] | None],
    profile: Profile = PROFILES["2u"],
) -> None:
    """Check a PDF/A file.

    Args:
        path: the file.
        sizes_pt: width and height of every page in points; None for a page whose size is not
            ours to say (born-digital).
        profile: the kind of PDF/A that it must claim.

    Raises:
        ContractError: BUG-PDFA with the facts of every fault found.
    """
    try:
        with pikepdf.open(path) as pdf:
            faults = [*_faults(pdf, sizes_pt, profile)]
    except pikepdf.PdfError as error:
        raise ContractError("BUG-PDFA", detail=f"cannot be opened: {error}") from error
    if faults:
        raise ContractError("BUG-PDFA", detail="; ".join(faults))


def _faults(
    pdf: pikepdf.Pdf, sizes_pt: Sequence[tuple[float, float] | None], profile: Profile
) -> Iterator[str]:
    yield from _page_faults(pdf, sizes_pt)
    yield from _metadata_faults(pdf, profile)
    yield from _catalogue_faults(pdf)
    yield from _attachment_faults(pdf, profile)
    yield from _object_faults(pdf)
    if profile.part == "1":
        yield from _old_faults(pdf)
    yield from (f"qpdf: {warning}" for warning in pdf.get_warnings())


def _page_faults(pdf: pikepdf.Pdf, sizes_pt: Sequence[tuple[float, float] | None]) -> Iterator[str]:
    if len(pdf.pages) != len(sizes_pt):
        yield f"{len(pdf.pages)} pages instead of {len(sizes_pt)}"
        return
    for number, (page, size_pt) in enumerate(zip(pdf.pages, sizes_pt, strict=True), start=1):
        if size_pt is None:
            continue
        width_pt, height_pt = size_pt
        left, bottom, right, top = (float(value) for value in page.mediabox)
        errors = (abs(right - left - width_pt), abs(top - bottom - height_pt))
        if max(errors) > _SIZE_TOLERANCE_PT:
            yield f"page {number} is off its size by {max(errors):.3f} pt"


def _metadata_faults(pdf: pikepdf.Pdf, profile: Profile) -> Iterator[str]:
    packet = pdf.Root.get(Name.Metadata)
    if not isinstance(packet, pikepdf.Stream):
        yield "no XMP"
        return
    try:
        tree = ET.fromstring(packet.read_bytes())  # noqa: S314 - written by ourselves
    except ET.ParseError as error:
        yield f"XMP is not XML: {error}"
        return
    found = {
        name: value
        for node in tree.iter(_RDF_DESCRIPTION)
        for name in ("part", "conformance")
        if (value := node.get(_PDFAID + name) or node.findtext(_PDFAID + name))
    }
    levels = {"U", "B"} if profile.conformance == "B" else {"U", "B", "A"}
    if found.get("part") != profile.part or found.get("conformance") not in levels:
        yield f"XMP says PDF/A {found}"


def _catalogue_faults(pdf: pikepdf.Pdf) -> Iterator[str]:
    root = pdf.Root
    intents = root.get(Name.OutputIntents)
    profiles = [
        intent
        for intent in (intents if isinstance(intents, pikepdf.Array) else ())
        if intent.get(Name.S) == Name.GTS_PDFA1 and Name.DestOutputProfile in intent
    ]
    if not profiles:
        yield "no output intent"
    for entry in _FORBIDDEN_IN_CATALOGUE:
        if entry in root:
            yield f"{entry} in the catalogue"
    if Name.JavaScript in root.get(Name.Names, pikepdf.Dictionary()):
        yield "JavaScript in the name tree"
    if pdf.is_encrypted:
        yield "encrypted"


def _attachment_faults(pdf: pikepdf.Pdf, profile: Profile) -> Iterator[str]:
    names = pdf.Root.get(Name.Names, pikepdf.Dictionary())
    if profile.attaches and not (Name.AF in pdf.Root and Name.EmbeddedFiles in names):
        yield "nothing is attached"
    if profile.part == "1" and Name.EmbeddedFiles in names:
        yield "files are attached (ISO 19005-1, 6.1.11)"


def _old_faults(pdf: pikepdf.Pdf) -> Iterator[str]:
    """ISO 19005-1: PDF 1.4 (6.1.2), no packed objects (6.1.4), no transparency (6.4)."""
    if pdf.pdf_version > "1.4":
        yield f"PDF {pdf.pdf_version}"
    for item in pdf.objects:
        if not isinstance(item, pikepdf.Dictionary | pikepdf.Stream):
            continue
        if item.get(Name.Type) in {Name.ObjStm, Name.XRef}:
            yield "objects are packed"
        if Name.SMask in item and item.get(Name.SMask) != Name("/None"):
            yield "a soft mask"
        if item.get(Name.S) == Name.Transparency:
            yield "a transparency group"


def _object_faults(pdf: pikepdf.Pdf) -> Iterator[str]:
    for item in pdf.objects:
        if not isinstance(item, pikepdf.Dictionary | pikepdf.Stream):
            continue
        kind = item.get(Name.Type)
        if kind == Name.FontDescriptor and not any(
            key in item for key in ("/FontFile", "/FontFile2", "/FontFile3")
        ):
            yield f"font {item.get(Name.FontName)} is not embedded"
        if item.get(Name.Subtype) == Name.Image and item.get("/Interpolate", False):
            yield "an image is interpolated"
        if str(item.get(Name.S, "")) in _ACTION_FORBIDDEN:
            yield f"action {item.get(Name.S)}"
        if isinstance(item, pikepdf.Stream):
            yield from _stream_faults(item)


def _stream_faults(item: pikepdf.Stream) -> Iterator[str]:
    """Decode what is cheap to decode; of a JPEG look at both ends (decoding costs 80 ms a page)."""
    filters = str(item.get(Name.Filter, ""))
    if "/LZWDecode" in filters or "/Crypt" in filters:
        yield f"filter {filters}"
    elif filters == "/DCTDecode":
        code = item.read_raw_bytes()
        if not (code.startswith(_JPEG_START) and code.rstrip(b"\0").endswith(_JPEG_END)):
            yield "a JPEG is cut"
    elif filters in {"", "/FlateDecode"}:
        try:
            item.read_bytes()
        except pikepdf.PdfError as error:
            yield f"a stream cannot be decoded: {error}"
