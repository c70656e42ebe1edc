"""Members of an image folder: one picture each, or a TIFF of several pages."""

from __future__ import annotations

import io
import warnings
import zipfile
import zlib
from typing import TYPE_CHECKING

from PIL import Image

from pipeline.model.errors import DocumentError

if TYPE_CHECKING:
    from pathlib import Path

    from stages.prepare.options import Options

_TIFF = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")


def find_member(path: Path, page: int, options: Options) -> tuple[bytes, int]:
    """Return the bytes of the member that holds a page, and the page's place in it, from 0.

    Args:
        path: the folder as a ZIP whose members are in the order of the pages.
        page: from 1, counted through all members.
        options: limits.

    Raises:
        DocumentError: DOC-DAMAGED, DOC-BOMB.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            before = 0
            for member in archive.infolist():
                if member.is_dir():
                    continue
                if member.file_size > options.max_image_bytes:
                    raise DocumentError("DOC-BOMB", detail="member of a folder", page=page)
                count = _page_count(archive, member)
                if page <= before + count:
                    return archive.read(member), page - before - 1
                before += count
    except (zipfile.BadZipFile, OSError, EOFError, zlib.error, RuntimeError, ValueError) as error:
        raise DocumentError("DOC-DAMAGED", detail=type(error).__name__, page=page) from error
    raise DocumentError("DOC-DAMAGED", detail="no such member", page=page)


def _page_count(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> int:
    """Return how many pages a member holds; only TIFFs hold several."""
    with archive.open(member) as stream:
        if stream.read(4) not in _TIFF:
            return 1
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(archive.read(member)), formats=("TIFF",)) as image:
                return max(1, int(getattr(image, "n_frames", 1)))
    except (OSError, SyntaxError, ValueError, TypeError, KeyError, EOFError):
        return 1
