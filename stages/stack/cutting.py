"""One document out of a stack, its pictures as they were scanned.

PDF pages are taken over whole, with their streams; TIFF pages keep every pixel (G4 where they have
two tones, LZW else); files of a folder keep their bytes. A page that a person turned gets `/Rotate`
in a PDF and is turned pixel by pixel elsewhere. Sources: ISO 32000-1 §7.7.3.3; TIFF 6.0.
"""

from __future__ import annotations

import io
import os
import shutil
import zipfile
from pathlib import Path, PurePosixPath

import pikepdf
from PIL import Image, TiffImagePlugin, UnidentifiedImageError

from pipeline.model.errors import DocumentError
from pipeline.model.records import Document, MediaType
from pipeline.model.stacks import Part

_TURNS = {
    90: Image.Transpose.ROTATE_270,
    180: Image.Transpose.ROTATE_180,
    270: Image.Transpose.ROTATE_90,
}
"""Pillow turns counter-clockwise."""
_FULL_TURN_DEG = 360


def cut(path: Path, document: Document, part: Part, target: Path) -> None:
    """Write one document of a stack; see `pipeline.model.stacks.StackTools.cut`."""
    half_made = target.with_name(f".{target.name}.part")
    _remove(half_made)
    try:
        if document.media_type is MediaType.PDF:
            _cut_pdf(path, part, half_made)
        elif document.media_type is MediaType.TIFF:
            _cut_tiff(path, part, half_made)
        elif document.media_type is MediaType.IMAGE_FOLDER:
            _cut_folder(path, part, half_made)
        else:
            half_made.write_bytes(_turned(path.read_bytes(), _turns(part)[0]))
    except (pikepdf.PdfError, zipfile.BadZipFile, UnidentifiedImageError) as error:
        raise DocumentError("DOC-DAMAGED", detail=type(error).__name__) from error
    _make_durable(half_made)
    _remove(target)
    half_made.rename(target)
    _sync(target.parent)


def extension(document: Document) -> str:
    """Return how the name of a part of such a stack ends; empty for a folder."""
    return {
        MediaType.PDF: ".pdf",
        MediaType.TIFF: ".tif",
        MediaType.JPEG: ".jpg",
        MediaType.PNG: ".png",
    }.get(document.media_type, "")


def _turns(part: Part) -> tuple[int, ...]:
    return part.turns_deg or (0,) * len(part.pages)


def _cut_pdf(path: Path, part: Part, target: Path) -> None:
    with pikepdf.open(path) as whole, pikepdf.new() as made:
        for number, turn_deg in zip(part.pages, _turns(part), strict=True):
            made.pages.append(whole.pages[number - 1])
            if turn_deg:
                made.pages[-1].rotate(turn_deg, relative=True)
        made.save(target, deterministic_id=True)


def _cut_tiff(path: Path, part: Part, target: Path) -> None:
    with Image.open(path) as whole, TiffImagePlugin.AppendingTiffWriter(str(target)) as made:
        for number, turn_deg in zip(part.pages, _turns(part), strict=True):
            whole.seek(number - 1)
            page = whole.transpose(_TURNS[turn_deg]) if turn_deg else whole
            compression = "group4" if page.mode == "1" else "tiff_lzw"
            dpi = whole.info.get("dpi", (200, 200))
            page.save(made, "TIFF", compression=compression, dpi=dpi)
            made.newFrame()


def _cut_folder(path: Path, part: Part, target: Path) -> None:
    target.mkdir()
    with zipfile.ZipFile(path) as whole:
        names = whole.namelist()
        for place, (number, turn_deg) in enumerate(zip(part.pages, _turns(part), strict=True), 1):
            suffix = PurePosixPath(names[number - 1]).suffix
            # Numbered anew: the order is the person's.
            member = target / f"{place:05d}{suffix}"
            member.write_bytes(_turned(whole.read(names[number - 1]), turn_deg))


def _turned(data: bytes, turn_deg: int) -> bytes:
    """Return a picture's bytes as they are, or turned and without loss."""
    if not turn_deg:
        return data
    made = io.BytesIO()
    with Image.open(io.BytesIO(data)) as image:
        kind = "TIFF" if image.format == "TIFF" else "PNG"
        image.transpose(_TURNS[turn_deg]).save(made, kind, dpi=image.info.get("dpi", (200, 200)))
    return made.getvalue()


def _make_durable(path: Path) -> None:
    for one in (*(sorted(path.iterdir()) if path.is_dir() else ()), path):
        _sync(one)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
