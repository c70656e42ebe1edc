"""What kind of page a PDF page is: a picture of paper, or set in type by a computer."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pikepdf
import pypdfium2 as pdfium
from pypdfium2 import raw

from pipeline.model.errors import DocumentError
from stages.inspect.bounds import side_fault
from stages.inspect.syllables import is_usable

if TYPE_CHECKING:
    from stages.inspect.options import Options

_MM_PER_POINT = 25.4 / 72
_MAX_OBJECTS = 20_000
"""Objects of a page that are looked at; a page of more is a drawing."""
_MAX_TEXT_CHARS = 200_000
_COVER_SHARE = 0.85
"""An image over so much of the page is the page."""
_IMAGES_SHARE = 0.4
"""Where images fill more than this, text beside them is not all that can be read."""
_OWN_TEXT_CHARS = 200
"""So much visible text over a picture was set there by a computer; less is a stamp or a page
number on a scan."""
_FEW_CHARS = 24
_MANY_PATHS = 400
"""So many lines beside little text may be letters turned into outlines."""
_MAX_INFLATION = 1032
"""DEFLATE cannot make more of a byte (zlib's own figure)."""
_HIDDEN_MODES = (raw.FPDF_TEXTRENDERMODE_INVISIBLE, raw.FPDF_TEXTRENDERMODE_CLIP)


@dataclass(frozen=True, slots=True, kw_only=True)
class PageKind:
    """The verdict on one page."""

    is_picture: bool
    """A scan: pictures only, with or without a hidden text layer."""
    has_text_layer: bool = False
    fault: str | None = None


@dataclass(slots=True)
class _Content:
    """What is painted on a page."""

    width_pt: float
    height_pt: float
    cover_share: float = 0.0
    """Share of the page that the largest image covers."""
    images_share: float = 0.0
    paths: int = 0
    visible: list[pdfium.PdfObject] = field(default_factory=list)
    """Visible text since the last image that covers the page."""
    has_hidden_text: bool = False


def look_at(
    drawn: pdfium.PdfDocument, structure: pikepdf.Page, index: int, options: Options
) -> PageKind:
    """Judge page `index` (from 0).

    Raises:
        DocumentError: DOC-BOMB.
    """
    _check_contents(structure, options, page=index + 1)
    try:
        page = drawn[index]
    except (pdfium.PdfiumError, IndexError):
        return PageKind(is_picture=True, fault="PAGE-CORRUPT")
    try:
        fault = _size_fault(page, structure, options)
        if fault is not None:
            return PageKind(is_picture=True, fault=fault)
        return _judged(page)
    finally:
        page.close()


def _size_fault(page: pdfium.PdfPage, structure: pikepdf.Page, options: Options) -> str | None:
    unit = structure.obj.get("/UserUnit", 1)
    try:
        points = max(page.get_size()) * float(unit)
    except (TypeError, ValueError):
        points = max(page.get_size())
    if not points > 0:
        return "PAGE-CORRUPT"
    return side_fault(points * _MM_PER_POINT, options)


def _judged(page: pdfium.PdfPage) -> PageKind:
    content = _content(page)
    text_page = page.get_textpage()
    try:
        chars = _visible_chars(content, text_page)
        if content.cover_share > _COVER_SHARE and chars < _OWN_TEXT_CHARS:
            return PageKind(is_picture=True)
        if chars == 0:
            return PageKind(is_picture=content.paths <= _MANY_PATHS // 10)
        is_whole = content.images_share < _IMAGES_SHARE or chars >= _OWN_TEXT_CHARS
        is_outlined = content.paths > _MANY_PATHS and chars < _OWN_TEXT_CHARS
        if not is_whole or is_outlined or chars < _FEW_CHARS or content.has_hidden_text:
            return PageKind(is_picture=False)
        count = min(text_page.count_chars(), _MAX_TEXT_CHARS)
        text = text_page.get_text_range(0, count, errors="replace")
        return PageKind(is_picture=False, has_text_layer=is_usable(text))
    except pdfium.PdfiumError:
        return PageKind(is_picture=False)
    finally:
        text_page.close()


def _content(page: pdfium.PdfPage) -> _Content:
    width_pt, height_pt = page.get_size()
    content = _Content(width_pt=width_pt, height_pt=height_pt)
    try:
        for count, item in enumerate(page.get_objects(max_depth=4)):
            if count > _MAX_OBJECTS:
                break
            _take(content, item)
    except pdfium.PdfiumError:
        return content
    return content


def _take(content: _Content, item: pdfium.PdfObject) -> None:
    if item.type == raw.FPDF_PAGEOBJ_TEXT:
        if raw.FPDFTextObj_GetTextRenderMode(item) in _HIDDEN_MODES:
            content.has_hidden_text = True
        else:
            content.visible.append(item)
    elif item.type == raw.FPDF_PAGEOBJ_PATH:
        content.paths += 1
    elif item.type == raw.FPDF_PAGEOBJ_IMAGE:
        left, bottom, right, top = item.get_bounds()
        wide, high = min(right - left, content.width_pt), min(top - bottom, content.height_pt)
        share = max(0.0, wide) * max(0.0, high) / (content.width_pt * content.height_pt)
        content.images_share += share
        content.cover_share = max(content.cover_share, share)
        if share > _COVER_SHARE and not raw.FPDFPageObj_HasTransparency(item):
            # What was painted before lies under the picture: text put there for searching.
            content.has_hidden_text = content.has_hidden_text or bool(content.visible)
            content.visible.clear()
            content.paths = 0


def _visible_chars(content: _Content, text_page: pdfium.PdfTextPage) -> int:
    """Return how many characters are seen on the page, counted up to what decides."""
    if not content.has_hidden_text:
        return int(text_page.count_chars()) if content.visible else 0
    chars = 0
    for item in content.visible:
        chars += _length(item, text_page)
        if chars >= _OWN_TEXT_CHARS:
            break
    return chars


def _length(item: pdfium.PdfObject, text_page: pdfium.PdfTextPage) -> int:
    """Return the number of characters of a text object (UTF-16 units without the final zero)."""
    return max(0, int(raw.FPDFTextObj_GetText(item, text_page, None, 0)) // 2 - 1)


def _check_contents(structure: pikepdf.Page, options: Options, *, page: int) -> None:
    """Refuse content streams that unpack beyond the limit, before PDFium unpacks them."""
    contents = structure.obj.get("/Contents")
    streams = list(contents) if isinstance(contents, pikepdf.Array) else [contents]
    for stream in streams:
        if not isinstance(stream, pikepdf.Stream):
            continue
        data = stream.read_raw_bytes()
        if len(data) * _MAX_INFLATION <= options.max_decompressed_bytes:
            continue
        if _inflated_beyond(data, options.max_decompressed_bytes):
            raise DocumentError("DOC-BOMB", detail="content stream", page=page)


def _inflated_beyond(data: bytes, limit_bytes: int) -> bool:
    """Say whether deflated data unpack to more than the limit, keeping 1 MB in memory."""
    inflater, total, rest = zlib.decompressobj(), 0, data
    while rest and total <= limit_bytes:
        try:
            part = inflater.decompress(rest, 1 << 20)
        except zlib.error:
            return False
        if not part:
            return False
        total += len(part)
        rest = inflater.unconsumed_tail
    return total > limit_bytes
