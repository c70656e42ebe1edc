"""From folders to papers: which files there are, and which dossier their folders tell."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path

from pipeline.intake.listing import walk
from pipeline.intake.names import is_litter, natural_key
from pipeline.ledger.batch_rows import ItemDraft
from pipeline.structure.records import Place

LEVELS = ("fonds", "catalogue", "box", "notation")
"""What a level of folders may mean; `notation` is the dossier."""


def drafts(root: Path, *, levels: Sequence[str], is_folder_document: bool) -> Iterator[ItemDraft]:
    """Yield the papers below a folder, in natural order; nothing is opened.

    Args:
        root: a folder, or one file.
        levels: meaning of the folders below `root`, the first level first; when empty, every
            folder that holds papers is a dossier of its own.
        is_folder_document: each folder of files is one document of page images.

    Raises:
        OSError: a folder cannot be listed.
    """
    found = _leaves(root) if is_folder_document else walk([root])
    for path in found:
        base = root if root.is_dir() else root.parent
        inside = path.relative_to(base).parent.parts
        yield draft(path, inside, levels)


def draft(path: Path, inside: Sequence[str], levels: Sequence[str]) -> ItemDraft:
    """Return one paper; `inside` are the folders between the batch's folder and it."""
    if levels:
        values = dict(zip(levels, inside, strict=False))
    else:
        values = {"notation": "/".join(inside)} if inside else {}
    place = Place.of(values)
    is_loose = not place.notation
    return ItemDraft(
        path=str(path.absolute()),
        place="" if is_loose else place.key,
        dossier={} if is_loose else values,
    )


def _leaves(root: Path) -> Iterator[Path]:
    """Yield the folders that hold files and no folders."""
    waiting = [root]
    while waiting:
        folder = waiting.pop()
        names = sorted(
            (name for name in os.listdir(folder) if not is_litter(name)),  # noqa: PTH208 - names
            key=natural_key,
        )
        inner = [folder / name for name in names if _is_folder(folder / name)]
        waiting.extend(reversed(inner))
        if names and not inner and folder != root:
            yield folder


def _is_folder(path: Path) -> bool:
    return stat.S_ISDIR(path.lstat().st_mode)
