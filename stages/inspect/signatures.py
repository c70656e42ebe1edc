"""Digital signatures of a PDF: a file that bears one is evidence, its bytes are never changed.

ISO 32000-1, 12.7.4.5 and 12.8: a signature is a dictionary with a /ByteRange, the value of a
signature field; fields form a tree and inherit their type. Usage rights (/UR3) sign nothing of the
author's and do not count.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pikepdf

if TYPE_CHECKING:
    from collections.abc import Iterator

_MAX_FIELDS = 20_000
_MAX_DEPTH = 40


def count_signatures(structure: pikepdf.Pdf) -> int:
    """Return how many signatures a PDF bears."""
    values: set[tuple[int, int]] = set()
    alone = 0
    for value in _values(structure):
        if value.is_indirect:
            values.add(value.objgen)
        else:
            alone += 1
    return len(values) + alone


def _values(structure: pikepdf.Pdf) -> Iterator[pikepdf.Dictionary]:
    """Yield the values of the signature fields of the form and of widgets outside of it."""
    form = structure.Root.get("/AcroForm")
    roots = form.get("/Fields") if isinstance(form, pikepdf.Dictionary) else None
    waiting = [(field, 0, False) for field in _dictionaries(roots)]
    for page in structure.pages:
        notes = _dictionaries(page.obj.get("/Annots"))
        waiting += [(note, 0, False) for note in notes if note.get("/Subtype") == "/Widget"]
    for _ in range(_MAX_FIELDS):
        if not waiting:
            return
        field, depth, is_signature = waiting.pop()
        is_signature = field.get("/FT", "/Sig" if is_signature else "") == "/Sig"
        value = field.get("/V")
        if isinstance(value, pikepdf.Dictionary) and (is_signature or "/ByteRange" in value):
            yield value
        if depth < _MAX_DEPTH:
            waiting += [(kid, depth + 1, is_signature) for kid in _dictionaries(field.get("/Kids"))]


def _dictionaries(items: object) -> list[pikepdf.Dictionary]:
    if not isinstance(items, pikepdf.Array):
        return []
    return [item for item in items if isinstance(item, pikepdf.Dictionary)]
