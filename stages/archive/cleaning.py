"""Makes a born-digital file fit for PDF/A before it is converted, without touching its text.

The rule, stated: forms are flattened as they look; comments without a look of their own, scripts,
actions at opening, attached files and XFA are left out; encryption (an owner's password) is taken
off. The received file itself stays whole in the store.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pikepdf
from pikepdf import Name

from stages.archive.standins import embed_standins

_CATALOGUE_ENTRIES = ("/OpenAction", "/AA", "/Requirements", "/AF", "/Collection", "/Perms")
_PAGE_TREE_ENTRIES = frozenset(
    ("/Type", "/Parent", "/Kids", "/Count", "/Resources", "/MediaBox", "/CropBox", "/Rotate")
)
"""ISO 32000-1, tables 29 and 30 (inheritable)."""
_ACTIONS = (Name.URI, Name.GoTo, Name.GoToR)
"""What a link may do; scripts, launching and sounds are forbidden (ISO 19005-2, 6.5.1)."""
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
            _drop(pdf.Root, ("/AcroForm",))  # qpdf takes it out itself once no field is left
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
        _drop_empty_resources(page)
        _drop_unseen_notes(page)
    for item in pdf.objects:
        if not isinstance(item, pikepdf.Dictionary):
            continue
        if item.get(Name.Type) == Name.FontDescriptor:
            # CIDSet is optional in PDF/A-2 and wrong in many files (ISO 19005-2, 6.2.11.4.2).
            _drop(item, ("/CIDSet",))
        elif item.get(Name.Type) == Name.Pages:
            # Private entries of other programs, which OCRmyPDF's validator does not know.
            _drop(item, tuple(key for key in [*item] if key not in _PAGE_TREE_ENTRIES))


def _drop_empty_resources(page: pikepdf.Page) -> None:
    """Leave out empty categories: some printers' drivers write them, and validators refuse them."""
    resources = page.obj.get(Name.Resources)
    if isinstance(resources, pikepdf.Dictionary):
        empty = [key for key in ("/Pattern", "/Shading") if not len(resources.get(key, "x"))]
        _drop(resources, tuple(empty))


def _drop_unseen_notes(page: pikepdf.Page) -> None:
    """Leave out annotations that show nothing of their own (ISO 19005-2, 6.3.3).

    Comments pop up in some viewers and not in others; links stay, they need no appearance.
    """
    notes = page.obj.get(Name.Annots)
    if isinstance(notes, pikepdf.Array):
        seen = [note for note in notes if Name.AP in note or note.get(Name.Subtype) == Name.Link]
        for note in seen:
            action = note.get(Name.A)
            if not isinstance(action, pikepdf.Dictionary) or action.get(Name.S) not in _ACTIONS:
                _drop(note, ("/A",))
            _drop(note, ("/AA",))
        page.obj.Annots = pikepdf.Array(seen)


def _drop(holder: pikepdf.Object, entries: tuple[str, ...]) -> None:
    for entry in entries:
        if entry in holder:
            del holder[entry]
