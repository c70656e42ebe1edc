"""Pictures of pages for the web page: drawn from a PDF, or from the layers while there is none."""

from __future__ import annotations

import datetime as dt
import functools
import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pypdfium2 as pdfium
from PIL import Image

from pipeline.model.codec import read_layers
from pipeline.model.delivered import best_pdf
from pipeline.model.errors import DocumentError
from pipeline.model.pdfium import PDFIUM
from pipeline.model.records import Artifact, Box, MediaType, Page, PageLayers, Quality, Verdict
from pipeline.store import Scratch, Store
from stages.archive.document import write_document
from stages.archive.metadata import Facts
from stages.prepare import Options as PrepareOptions
from stages.prepare.sources.raster import decode_file

_PAGE_WIDTH_PX = 1000.0
_BOX_DPI = 150.0
_MARGIN_PT = 14.0  # a clerk writes above the line and beyond the gap
_KEPT = 256
"""Pictures kept in memory: a review shows the same few snippets again and again."""


@dataclass(frozen=True, slots=True)
class PagePictures:
    """Draws pages as PNG; one at a time in the process, because PDFium is not thread-safe."""

    store: Store
    scratch: Scratch

    def of_document(
        self, artifacts: Mapping[str, Artifact], page: int, box: Box | None
    ) -> bytes | None:
        """Return a page (from 1) of a document, or a box on it, from the best file there is.

        The sealed PDF, else the unsealed one, else the layers; None when there is none of them or
        no such page.
        """
        best = best_pdf(artifacts)
        if best is not None:
            return self.of_pdf(self.store.path(best.digest), page, box)
        if "layers" not in artifacts:
            return None
        return self.of_layers(self.store.path(artifacts["layers"].digest), page, box)

    def of_pdf(self, path: Path, page: int, box: Box | None) -> bytes | None:
        """Return a page (from 1) or a box on it, None when there is no such page."""
        with PDFIUM:
            return _draw_kept(path, page, box)

    def of_scan(self, path: Path, media_type: MediaType, page: int) -> bytes | None:
        """Return a page as it was received, None when there is no such page or it cannot be read.

        Args:
            path: the received bytes.
            media_type: what they are.
            page: from 1.
        """
        if media_type is MediaType.PDF:
            return self.of_pdf(path, page, None)
        try:
            pixels = decode_file(path, media_type, page, PrepareOptions()).pixels
        except DocumentError:
            return None
        picture = Image.fromarray(pixels)
        picture.thumbnail((_PAGE_WIDTH_PX, 2 * _PAGE_WIDTH_PX))
        out = io.BytesIO()
        picture.save(out, "PNG")
        return out.getvalue()

    def of_layers(self, path: Path, page: int, box: Box | None) -> bytes | None:
        """Return a page of a layers file; it is made into a one-page PDF first, as `archive` does.

        Nothing but the picture is in that PDF: no words, no metadata.
        """
        with PDFIUM:
            return _draw_layers_kept(self.scratch, path, page, box)


@functools.lru_cache(maxsize=_KEPT)
def _draw_kept(path: Path, page: int, box: Box | None) -> bytes | None:
    return _draw(path, page, box)


@functools.lru_cache(maxsize=_KEPT)
def _draw_layers_kept(scratch: Scratch, path: Path, page: int, box: Box | None) -> bytes | None:
    found = next((layers for layers in read_layers(path) if layers.number == page), None)
    if found is None:
        return None
    facts = Facts(
        title="",
        author="",
        created=dt.datetime.fromtimestamp(0, dt.UTC),
        properties={"sourceDigest": path.name},
    )
    with scratch.attempt() as folder:
        target = folder / "page.pdf"
        write_document(target, [found], (_bare(found),), facts)
        return _draw(target, 1, box)


def _bare(layers: PageLayers) -> Page:
    return Page(
        number=layers.number,
        width_mm=layers.width_mm,
        height_mm=layers.height_mm,
        dpi=0,
        skew_deg=0,
        rotation_deg=0,
        is_blank=False,
        quality=Quality(verdict=Verdict.GOOD),
    )


def _draw(path: Path, number: int, box: Box | None) -> bytes | None:
    document = pdfium.PdfDocument(path)
    document.init_forms()  # or the visible signature is not drawn
    try:
        if not 1 <= number <= len(document):
            return None
        page = document[number - 1]
        width_pt, height_pt = page.get_size()
        if box is None:
            bitmap = page.render(scale=_PAGE_WIDTH_PX / width_pt)
        else:
            crop = (
                max(0.0, box.x0 - _MARGIN_PT),
                max(0.0, height_pt - box.y1 - _MARGIN_PT),
                max(0.0, width_pt - box.x1 - _MARGIN_PT),
                max(0.0, box.y0 - _MARGIN_PT),
            )
            bitmap = page.render(scale=_BOX_DPI / 72.0, crop=crop)
        out = io.BytesIO()
        bitmap.to_pil().save(out, "PNG")
        return out.getvalue()
    finally:
        document.close()
