"""Pages before and after sealing, as two renderers that share no code show them.

PDFium and poppler, every page, with annotations, the visible area. Outside the box of the newest
signature on page 1 no pixel may differ.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pikepdf
import pypdfium2 as pdfium
from numpy.typing import NDArray
from PIL import Image

from tests.judges.verapdf import absent

DPI = 150
Rectangle = tuple[float, float, float, float]
Picture = NDArray[np.uint8]
_EDGE_PX = 1
"""Anti-aliasing may touch the pixels around the box."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What one renderer shows of a document before and after."""

    renderer: str
    pages: int
    compared: int
    """Pixels."""
    differ: int
    """Pixels outside the signature's box that are not as before."""
    shown: int
    """Pixels within the box that changed: the signature is to be seen."""


def pdfium_pages(path: Path) -> Iterator[Picture]:
    """Yield the pages as Chromium's viewer shows them, RGB or BGR."""
    document = pdfium.PdfDocument(path.read_bytes())
    try:
        document.init_forms()
        for page in document:
            yield np.array(page.render(scale=DPI / 72).to_numpy()[..., :3])
    finally:
        document.close()


def poppler_pages(path: Path) -> Iterator[Picture]:
    """Yield the pages as poppler shows them, RGB."""
    if shutil.which("pdftoppm") is None:
        absent("no pdftoppm (poppler-utils)")
    with tempfile.TemporaryDirectory() as folder:
        command = ["pdftoppm", "-cropbox", "-r", str(DPI), str(path), f"{folder}/page"]
        subprocess.run(command, capture_output=True, timeout=120, check=True)
        for page in sorted(Path(folder).iterdir()):
            yield np.asarray(Image.open(page).convert("RGB"))


RENDERERS: dict[str, Callable[[Path], Iterator[Picture]]] = {
    "PDFium": pdfium_pages,
    "poppler": poppler_pages,
}


def looks(before: Path, after: Path) -> Iterator[Look]:
    """Compare a document before and after sealing, by each renderer; pages must be as large."""
    x0, y0, x1, y1 = (value * DPI / 72 for value in shown_box(after))
    rows = slice(max(0, int(y0) - _EDGE_PX), int(np.ceil(y1)) + _EDGE_PX)
    columns = slice(max(0, int(x0) - _EDGE_PX), int(np.ceil(x1)) + _EDGE_PX)
    for name, draw in RENDERERS.items():
        pages = compared = differ = shown = 0
        for old, new in zip(draw(before), draw(after), strict=True):
            unlike = np.any(old != new, axis=2)
            if not pages:
                shown = int(np.count_nonzero(unlike[rows, columns]))
                unlike[rows, columns] = False
            pages += 1
            compared += unlike.size
            differ += int(np.count_nonzero(unlike))
        yield Look(renderer=name, pages=pages, compared=compared, differ=differ, shown=shown)


def shown_box(path: Path) -> Rectangle:
    """Return the newest widget of page 1 as shown: x0, y0, x1, y1 in points from the top left."""
    with pikepdf.open(path) as pdf:
        page = pdf.pages[0]
        seen = [one for one in page.obj.Annots if _is_seen(one)]
        rect = [float(value) for value in seen[-1].Rect]
        media = _upright([float(value) for value in page.mediabox])
        crop = _upright([float(value) for value in page.cropbox])
        turn = int(page.obj.get("/Rotate", 0)) % 360
    left, bottom = max(media[0], crop[0]), max(media[1], crop[1])
    right, top = min(media[2], crop[2]), min(media[3], crop[3])
    shown = [
        {
            0: (x - left, top - y),
            90: (y - bottom, x - left),
            180: (right - x, y - bottom),
            270: (top - y, right - x),
        }[turn]
        for x, y in ((rect[0], rect[1]), (rect[2], rect[3]))
    ]
    (x0, y0), (x1, y1) = shown
    return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)


def _is_seen(widget: pikepdf.Object) -> bool:
    x0, y0, x1, y1 = (float(value) for value in widget.Rect)
    return x0 != x1 and y0 != y1


def _upright(box: list[float]) -> list[float]:
    return [min(box[0], box[2]), min(box[1], box[3]), max(box[0], box[2]), max(box[1], box[3])]
