"""The port `Preparer`: one page from the received file to an upright, level, judged picture.

Decode once, look at a small copy, resample the large one at most once, part its inks. Nothing is
written and no picture leaves the process.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pipeline.model.prepared import PreparedPage
from pipeline.model.records import MediaType, Quality, Verdict
from stages.prepare import straighten
from stages.prepare.blank import is_blank
from stages.prepare.ink import part_inks
from stages.prepare.options import Options
from stages.prepare.orientation import Compass
from stages.prepare.quality import judge
from stages.prepare.reduced import Reduced, reduce_page
from stages.prepare.skew import find_tilt, lower_edges
from stages.prepare.sources.pdf import PdfSource
from stages.prepare.sources.raster import decode_file
from stages.prepare.sources.tones import simplest
from stages.prepare.text_marks import TextMarks, find_text_marks

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from pipeline.model.records import Document, PageEntry
    from stages.prepare.scan import Scan

_MIN_MARKS_FOR_DIRECTION = 30
"""Pages of fewer letters are left as they lie."""
_GOOD = Quality(verdict=Verdict.GOOD)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Look:
    """What the small copy says of a page."""

    small: Reduced
    marks: TextMarks
    is_blank: bool
    rotation_deg: int
    skew_deg: float


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

    def prepare(self, path: Path, document: Document, entry: PageEntry) -> PreparedPage:
        """Return the page's picture; see `pipeline.model.ports.Preparer`."""
        scan = self._decode(path, document, entry)
        if scan.text_layer is not None:
            return _as_it_is(scan, entry.number)
        look = self._look(scan)
        way = straighten.plan(
            (scan.pixels.shape[0], scan.pixels.shape[1]),
            dpi_x=scan.dpi_x,
            dpi_y=scan.dpi_y,
            rotation_deg=look.rotation_deg,
            skew_deg=look.skew_deg,
            ink=_ink_places(look.small),
        )
        page = straighten.apply(scan.pixels, way)
        return _finished(scan, look, page, number=entry.number)

    def close(self) -> None:
        """Close the file that is kept open between pages."""
        self._pdf.close()

    def _decode(self, path: Path, document: Document, entry: PageEntry) -> Scan:
        if document.media_type is MediaType.PDF:
            return self._pdf.decode(path, entry.number, has_text_layer=entry.has_text_layer)
        return decode_file(path, document.media_type, entry.number, self._options)

    def _look(self, scan: Scan) -> _Look:
        small = reduce_page(scan.pixels, max(scan.dpi_x, scan.dpi_y))
        marks = find_text_marks(small)
        nothing = is_blank(small)
        rotation_deg, skew_deg = 0, 0.0
        if not nothing and marks.count >= _MIN_MARKS_FOR_DIRECTION:
            if self._options.is_turned:
                rotation_deg = self._compass.direction(small.red).rotation_deg
            if self._options.is_deskewed:
                skew_deg = self._skew(marks, rotation_deg)
        return _Look(
            small=small,
            marks=marks,
            is_blank=nothing,
            rotation_deg=rotation_deg,
            skew_deg=skew_deg,
        )

    def _skew(self, marks: TextMarks, rotation_deg: int) -> float:
        upright = np.ascontiguousarray(np.rot90(marks.mask, -(rotation_deg // 90)))
        tilt = find_tilt(*lower_edges(upright), max_skew_deg=self._options.max_skew_deg)
        if tilt is None or abs(tilt.skew_deg) < self._options.min_skew_deg:
            return 0.0
        return tilt.skew_deg


def _ink_places(small: Reduced) -> NDArray[np.float32]:
    """Return (n, 2) places (x, y) of ink in pixels of the scan."""
    y, x = np.nonzero(small.ink)
    return np.stack([x, y], axis=1).astype(np.float32) / np.float32(small.scale)


def _as_it_is(scan: Scan, number: int) -> PreparedPage:
    """Return a page with its own text: it is upright and level as it is."""
    pixels, _ = simplest(scan.pixels)
    look = _Look(
        small=reduce_page(pixels, scan.dpi_x),
        marks=TextMarks(mask=np.zeros((1, 1), np.uint8), count=0, ink_share=0.0),
        is_blank=False,
        rotation_deg=0,
        skew_deg=0.0,
    )
    return _finished(scan, look, pixels, number=number)


def _finished(scan: Scan, look: _Look, page: NDArray[np.uint8], *, number: int) -> PreparedPage:
    has_colour = page.ndim == 3
    dpi = max(scan.dpi_x, scan.dpi_y)
    planes = part_inks(page) if has_colour else None
    quality = _GOOD
    if scan.text_layer is None:
        quality = judge(
            scan.pixels if scan.pixels.ndim == 2 else scan.pixels[:, :, 0],
            look.small,
            look.marks,
            source_dpi=scan.source_dpi,
            has_colour=has_colour,
            is_bitonal=scan.is_bitonal,
            is_blank=look.is_blank,
        )
    gray = planes.gray if planes else page
    if scan.is_bitonal and not planes:
        gray = np.where(page > 127, np.uint8(255), np.uint8(0))
    return PreparedPage(
        number=number,
        width_mm=page.shape[1] / dpi * 25.4,
        height_mm=page.shape[0] / dpi * 25.4,
        dpi=dpi,
        colour=page if has_colour else None,
        gray=gray,
        reading=planes.reading if planes else page,
        is_bitonal=scan.is_bitonal,
        red_ink=planes.red_ink if planes else None,
        blue_ink=planes.blue_ink if planes else None,
        skew_deg=look.skew_deg,
        rotation_deg=look.rotation_deg,
        is_blank=look.is_blank,
        quality=quality,
        text_layer=scan.text_layer,
    )
