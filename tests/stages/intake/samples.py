"""Real files of each format, small and made here, and an opener that refuses."""

from __future__ import annotations

import errno
import io
import os
from pathlib import Path
from typing import BinaryIO

from PIL import Image

from pipeline.intake.source import Opener, open_regular

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"
ODD_NAMES = (
    "công văn\nxuống dòng.pdf",
    "🖨️📄 quét.pdf",
    "a" * 251 + ".pdf",
    os.fsdecode(b"qu\xe9t-\xff.pdf"),
    "--help;rm -rf $HOME.pdf",
)
"""A newline, emoji, 255 bytes, bytes that are no UTF-8, shell words."""


def picture(kind: str, *, gray: int = 200, pages: int = 1, **options: object) -> bytes:
    """Return a small picture in a format of Pillow."""
    buffer = io.BytesIO()
    images = [Image.new("RGB", (40, 60), (gray, gray, number)) for number in range(pages)]
    more = {"save_all": True, "append_images": images[1:]} if pages > 1 else {}
    images[0].save(buffer, kind, **more, **options)
    return buffer.getvalue()


def page_folder(folder: Path) -> Path:
    """Make a folder of three page images whose names count past nine."""
    (folder / "phu luc").mkdir(parents=True)
    (folder / "trang 10.png").write_bytes(picture("PNG", gray=10))
    (folder / "trang 2.JPG").write_bytes(picture("JPEG", gray=2))
    (folder / "phu luc" / "p1.tif").write_bytes(picture("TIFF", gray=1))
    (folder / "Thumbs.db").write_bytes(b"litter")
    return folder


def refuse(number: int, *, name: str = "") -> Opener:
    """Return an opener that fails with an error of the system, for one name or for all."""

    def opener(path: Path) -> BinaryIO:
        if not name or path.name == name:
            raise OSError(number, os.strerror(number))
        return open_regular(path)

    return opener


class FailingRead(io.BytesIO):
    """A file on a medium that gives the first bytes and then fails."""

    def read(self, size: int | None = -1, /) -> bytes:
        """Give the head once."""
        if self.tell():
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return super().read(size)
