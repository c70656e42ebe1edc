"""Makes a born-digital file fit for PDF/A before it is converted, without touching its text.

The rule, stated: forms are flattened as they look, scripts, actions at opening, attached files and
XFA are left out, encryption (an owner's password) is taken off. The received file itself stays
whole in the store.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pikepdf
from pikepdf import Name

from stages.archive.standins import embed_standins

_CATALOGUE_ENTRIES = ("/OpenAction", "/AA", "/Requirements", "/AF", "/Collection", "/Perms")
_NAME_TREES = ("/JavaScript", "/EmbeddedFiles", "/AlternatePresentations")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cleaned:
    """What was done to a file."""

    page_count: int
    standin_count: int
    """Fonts that were given a stand-in."""


def clean(source: Path, target: Path, *, fonts: Path) -> Cleaned:
    """Write a copy without what PDF/A forbids and with stand-ins for missing fonts.

    Args:
        source: the received file.
        target: new file.
        fonts: folder of the stand-in fonts.

    Raises:
        pikepdf.PdfError: qpdf cannot read or write the file.
    """
    with pikepdf.open(source, suppress_warnings=True) as pdf:
        if Name.AcroForm in pdf.Root:
            pdf.generate_appearance_streams()
            pdf.flatten_annotations("all")
            del pdf.Root[Name.AcroForm]
        _drop_forbidden(pdf)
        standin_count = embed_standins(pdf, fonts)
        pdf.save(target, encryption=False)
        return Cleaned(page_count=len(pdf.pages), standin_count=standin_count)


def _drop_forbidden(pdf: pikepdf.Pdf) -> None:
    _drop(pdf.Root, _CATALOGUE_ENTRIES)
    names = pdf.Root.get(Name.Names)
    if isinstance(names, pikepdf.Dictionary):
        _drop(names, _NAME_TREES)
    for page in pdf.pages:
        _drop(page.obj, ("/AA",))
    for item in pdf.objects:
        # CIDSet is optional in PDF/A-2 and wrong in many files (ISO 19005-2, 6.2.11.4.2).
        if isinstance(item, pikepdf.Dictionary) and item.get(Name.Type) == Name.FontDescriptor:
            _drop(item, ("/CIDSet",))


def _drop(holder: pikepdf.Object, entries: tuple[str, ...]) -> None:
    for entry in entries:
        if entry in holder:
            del holder[entry]
