"""Port `StackTools`: a page's codes and the words of its head and foot; documents cut out.

Only the upper quarter and the lowest strip are read, where a first page shows what it is and where
page numbers stand.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import cv2
import numpy as np

from pipeline.model.prepared import page_of
from pipeline.model.records import POINTS_PER_MM
from pipeline.model.stacks import PageGlance, PageSigns, Separator
from stages.stack.codes import codes_on, separator_in
from stages.stack.cutting import cut
from stages.stack.signs import signs_in

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from numpy import uint8
    from numpy.typing import NDArray

    from pipeline.model.ports import MarkFinder, Reader
    from pipeline.model.prepared import PreparedPage
    from pipeline.model.records import Document, Page
    from pipeline.model.stacks import Part

_SECRETS = frozenset({"MẬT", "TỐI MẬT", "TUYỆT MẬT"})
_HEAD, _FOOT = 0.24, 0.92
"""Shares of the page's height: what lies above and below them is read."""
_PICTURE_PX, _PICTURE_QUALITY = 480, 60
"""Width of a picture of the strip, and its JPEG quality: some 25 KB a page."""
_COVER_INK = 0.03
"""A page with more ink between head and foot, share of its pixels, is not looked at as a cover of a
dossier: eight generated ones had at most 0.012, continuation pages 0.06 and more."""
_CODE_DPI = 110.0
"""Sheets are looked for at about this resolution: a QR module is then 5 pixels wide."""


class PageStackTools:
    """Port `StackTools`; the engines are those of the worker."""

    def __init__(
        self, reader: Reader, marks: MarkFinder, is_cover: Callable[[Page], bool] = lambda _: False
    ) -> None:
        """Take the worker's warm engines, and who tells the cover of a dossier by its words."""
        self._reader = reader
        self._marks = marks
        self._is_cover = is_cover

    def glance(self, page: PreparedPage) -> PageGlance:
        """Return the signs and the small picture of a page; see the port."""
        signs = self._signs(page)
        return PageGlance(signs=signs, picture=b"" if signs.is_marked else _small(page))

    def _signs(self, page: PreparedPage) -> PageSigns:
        if page.is_blank:
            return PageSigns(number=page.number, is_blank=True)
        separator = separator_in(codes_on(_for_codes(page)))
        if separator is not None:
            return PageSigns(number=page.number, separator=separator)
        words = self._reader.read(_zones(page)).words
        marks = self._marks.find(page, words)
        signs = signs_in(
            words,
            width_pt=page.width_mm * POINTS_PER_MM,
            height_pt=page.height_mm * POINTS_PER_MM,
        )
        return replace(
            signs,
            number=page.number,
            is_marked=any(mark.text in _SECRETS for mark in marks),
            is_cover=_may_be_cover(page, signs)
            and self._is_cover(page_of(page, self._reader.read(page))),
        )

    def codes(self, page: PreparedPage) -> tuple[str, ...]:
        """Return what codes on a page say; see the port."""
        found = () if page.is_blank else codes_on(page.gray)
        return tuple(text for text in found if Separator.parse(text) is None)

    def cut(self, path: Path, document: Document, part: Part, target: Path) -> None:
        """Write one document of a stack; see the port."""
        cut(path, document, part, target)


def _may_be_cover(page: PreparedPage, signs: PageSigns) -> bool:
    """Return whether a page is worth 0.05 s to 0.1 s more: sparse, and without a letter's signs."""
    is_letter = signs.nation_x is not None or signs.has_number or signs.has_date or signs.is_annex
    return not is_letter and float((page.reading[_between(page)] < 128).mean()) < _COVER_INK


def _between(page: PreparedPage) -> slice:
    height = page.reading.shape[0]
    return slice(round(height * _HEAD), round(height * _FOOT))


def _for_codes(page: PreparedPage) -> NDArray[uint8]:
    scale = _CODE_DPI / page.dpi
    if scale > 0.8:
        return page.gray
    return np.asarray(cv2.resize(page.gray, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA))


def _small(page: PreparedPage) -> bytes:
    scale = _PICTURE_PX / page.gray.shape[1]
    small = cv2.resize(page.gray, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, _PICTURE_QUALITY])[1].tobytes()


def _zones(page: PreparedPage) -> PreparedPage:
    """Return the page with all between head and foot made paper.

    It keeps its size: the detector of lines looks at a page as large as it was trained on, and in
    a short one it does not see a lone page number.
    """
    span = _between(page)
    reading = page.reading.copy()
    reading[span] = 255
    red = page.red_ink
    if red is not None:
        red = red.copy()
        red[span] = False
    return replace(page, reading=reading, red_ink=red, pale_ink=None)
