"""The port `Preparer`: one page from the received file to an upright, level, judged picture.

Decode once, look at a small copy, resample the large one at most once, part its inks. Nothing is
written and no picture leaves the process.
"""

from __future__ import annotations

import atexit
import weakref
from typing import TYPE_CHECKING

import cv2
import numpy as np

from pipeline.model.prepared import PreparedPage
from pipeline.model.records import MediaType, Quality, Verdict
from stages._tones import pale_ink
from stages.prepare import straighten
from stages.prepare.ink import part_inks
from stages.prepare.light import evened
from stages.prepare.look import Look, look_at
from stages.prepare.options import Options
from stages.prepare.orientation import Compass
from stages.prepare.quality import judge
from stages.prepare.sources.pdf import PdfSource
from stages.prepare.sources.raster import decode_file
from stages.prepare.tones import simplified

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from pipeline.model.records import Document, PageEntry
    from stages.prepare.scan import Scan

_GOOD = Quality(verdict=Verdict.GOOD)
_MIDDLE_TONE = 127


class PagePreparer:
    """Decodes, turns, straightens and judges pages; one instance per worker, one thread."""

    def __init__(self, options: Options | None = None) -> None:
        """Warm up.

        Args:
            options: what is set; the defaults where None.

        Raises:
            OperatorError: SYS-TOOL-MISSING where the orientation model is absent.
        """
        self._options = options or Options()
        self._pdf = PdfSource(self._options)
        self._compass = Compass()
        # A worker ends with a file open; PDFium would complain of it on stderr.
        atexit.register(_close, weakref.ref(self))

    def prepare(self, path: Path, document: Document, entry: PageEntry) -> PreparedPage:
        """Return the page's picture; see `pipeline.model.ports.Preparer`."""
        scan = simplified(self._decode(path, document, entry)).squared()
        if scan.text_layer is not None:
            return _assembled(scan, scan.pixels, entry.number, look=None, quality=_GOOD)
        look = look_at(scan, self._options, self._compass)
        way = straighten.plan(
            (scan.pixels.shape[0], scan.pixels.shape[1]),
            rotation_deg=look.rotation_deg,
            skew_deg=look.skew_deg,
            content=look.marks.content / np.float32(look.small.scale),
        )
        page = straighten.apply(scan.pixels, way)
        quality = judge(scan, look) if scan.is_paper else _GOOD
        return _assembled(scan, page, entry.number, look=look, quality=quality)

    def close(self) -> None:
        """Close the file that is kept open between pages."""
        self._pdf.close()

    def _decode(self, path: Path, document: Document, entry: PageEntry) -> Scan:
        if document.media_type is MediaType.PDF:
            return self._pdf.decode(path, entry.number, has_text_layer=entry.has_text_layer)
        return decode_file(path, document.media_type, entry.number, self._options)


def _close(preparer: weakref.ref[PagePreparer]) -> None:
    living = preparer()
    if living is not None:
        living.close()


def _assembled(
    scan: Scan, page: NDArray[np.uint8], number: int, *, look: Look | None, quality: Quality
) -> PreparedPage:
    planes = part_inks(page) if page.ndim == 3 else None
    gray = planes.gray if planes else page
    reading = page
    if scan.is_bitonal:
        gray = np.asarray(cv2.threshold(page, _MIDDLE_TONE, 255, cv2.THRESH_BINARY)[1], np.uint8)
    else:
        reading = evened(planes.reading if planes else page, scan.dpi)
    has_tones = planes is None and not scan.is_bitonal and look is not None and not look.is_blank
    return PreparedPage(
        number=number,
        width_mm=page.shape[1] / scan.dpi * 25.4,
        height_mm=page.shape[0] / scan.dpi * 25.4,
        dpi=scan.dpi,
        colour=page if planes else None,
        gray=gray,
        reading=reading,
        is_bitonal=scan.is_bitonal,
        red_ink=planes.red_ink if planes else None,
        blue_ink=planes.blue_ink if planes else None,
        pale_ink=pale_ink(reading, scan.dpi) if has_tones else None,
        skew_deg=look.skew_deg if look else 0.0,
        rotation_deg=look.rotation_deg if look else 0,
        is_blank=look.is_blank if look else False,
        quality=quality,
        text_layer=scan.text_layer,
    )
