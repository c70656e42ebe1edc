"""The one image that a scanned PDF page is: found, proved to be all that is seen, decoded.

Drawing a scan through a renderer resamples it; taking its image keeps every pixel as scanned and
is twice as fast. It is taken only where nothing else can be seen on the page: no visible text, no
lines, no mask, no annotation. What is seen of a signature (`Options.is_signature_drawn`) is not
part of the paper.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pikepdf
import pypdfium2 as pdfium
from pypdfium2 import raw

from pipeline.model.errors import DocumentError
from stages.prepare.scan import Scan
from stages.prepare.sources.faults import check_pixels, working_step
from stages.prepare.sources.raster import decode_jpeg
from stages.prepare.sources.resolution import settle_dpi

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from stages.prepare.options import Options

_MAX_OBJECTS = 5000
"""A page of more objects is drawn without looking further."""
_COVER_TOLERANCE_PT = 6.0
"""The image may miss the page's edge by 2 mm on each side (scanners round page sizes)."""
_CROP_TOLERANCE_PT = 6.0
"""What hangs over the page's edge by less is kept: it was scanned."""
_HIDDEN = 0x02 | 0x20
"""Annotation flags Hidden and NoView (ISO 32000-1, 12.5.3)."""
_UNSEEN_ANNOTATIONS = frozenset({"/Link", "/Popup"})
_QUARTER_DEG = 90
_SMALL_IMAGE = 0.002
"""Images of a smaller share of the page (logos, rules) do not set the resolution."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SoleImage:
    """An image that covers its page, with its place."""

    drawn: pdfium.PdfImage
    stream: pikepdf.Stream
    matrix: tuple[float, float, float, float, float, float]
    """Unit square → page space (ISO 32000-1, 8.3.3), without shear."""
    width_px: int
    height_px: int


def user_unit(page: pikepdf.Page) -> float:
    """Return the size of the page's unit in points; 1 unless the page says otherwise."""
    unit = page.obj.get("/UserUnit")
    try:
        return min(75000.0, max(1e-3, float(unit))) if unit is not None else 1.0
    except (TypeError, ValueError):
        return 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Images:
    """The images of a page taken together."""

    finest_dpi: float
    """Highest resolution among those that are not small, dots per inch of 72 units; 0 = none."""
    share: float
    """Share of the page that they cover if none lies over another, 0–1."""


def images_of(page: pdfium.PdfPage) -> Images:
    """Return what the images of a page have in common."""
    finest, share = 0.0, 0.0
    area = max(1.0, page.get_width() * page.get_height())
    for item in _first(page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=3)):
        try:
            left, bottom, right, top = item.get_bounds()
            width_px, height_px = item.get_px_size()
        except pdfium.PdfiumError:
            continue
        wide, high = right - left, top - bottom
        share += max(0.0, wide) * max(0.0, high) / area
        if wide * high > _SMALL_IMAGE * area and wide > 1 and high > 1:
            finest = max(finest, max(width_px, height_px) / max(wide, high) * 72)
    return Images(finest_dpi=finest, share=min(1.0, share))


def sole_image(page: pdfium.PdfPage, structure: pikepdf.Page, options: Options) -> SoleImage | None:
    """Return the image that is all one sees of the page, or None."""
    found = _only_image(page)
    if found is None or _is_annotated(structure, options):
        return None
    width_px, height_px = found.get_px_size()
    stream = _stream_of(structure, width_px, height_px)
    if stream is None or any(key in stream for key in ("/SMask", "/Mask", "/ImageMask")):
        return None
    matrix = found.get_matrix().get()
    is_straight = abs(matrix[1]) + abs(matrix[2]) < 1e-3 * (abs(matrix[0]) + abs(matrix[3]))
    if not is_straight or not _covers(matrix, page):
        return None
    return SoleImage(
        drawn=found, stream=stream, matrix=matrix, width_px=width_px, height_px=height_px
    )


def decode(
    sole: SoleImage, page: pdfium.PdfPage, options: Options, *, unit: float, number: int
) -> Scan:
    """Decode the image of a page at its own resolution.

    Args:
        sole: the image.
        page: its page.
        options: limits.
        unit: points in one unit of the page.
        number: the page's number, from 1.

    Raises:
        DocumentError: DOC-IMAGE-CORRUPT, DOC-TOO-LARGE, DOC-BOMB.
    """
    check_pixels(sole.width_px, sole.height_px, options, page=number)
    pixels, is_bitonal = _decoded(sole, options, number)
    width_pt, height_pt = abs(sole.matrix[0]) * unit, abs(sole.matrix[3]) * unit
    dpi_x, dpi_y = settle_dpi(
        sole.width_px / width_pt * 72,
        sole.height_px / height_pt * 72,
        sole.width_px,
        sole.height_px,
    )
    factor_x, factor_y = pixels.shape[1] / sole.width_px, pixels.shape[0] / sole.height_px
    pixels = _cropped(_flipped(pixels, sole.matrix), sole.matrix, page)
    turns = page.get_rotation() // _QUARTER_DEG % 4
    if turns:
        pixels = np.ascontiguousarray(np.rot90(pixels, -turns))
    scan_dpi = (dpi_x * factor_x, dpi_y * factor_y)
    if turns % 2:
        scan_dpi = scan_dpi[::-1]
    return Scan(
        pixels=pixels,
        dpi_x=scan_dpi[0],
        dpi_y=scan_dpi[1],
        source_dpi=max(dpi_x, dpi_y),
        is_bitonal=is_bitonal,
    )


def _first(items: Iterable[pdfium.PdfObject]) -> Iterable[pdfium.PdfObject]:
    for count, item in enumerate(items):
        if count >= _MAX_OBJECTS:
            return
        yield item


def _only_image(page: pdfium.PdfPage) -> pdfium.PdfImage | None:
    """Return the page's only visible object where that is an image, else None."""
    if raw.FPDFPage_CountObjects(page) > _MAX_OBJECTS:
        return None
    found: pdfium.PdfImage | None = None
    for item in page.get_objects(max_depth=1):
        if item.type == raw.FPDF_PAGEOBJ_TEXT:
            if raw.FPDFTextObj_GetTextRenderMode(item) != raw.FPDF_TEXTRENDERMODE_INVISIBLE:
                return None
        elif item.type == raw.FPDF_PAGEOBJ_IMAGE and found is None:
            found = item
        else:
            return None
    if found is None or raw.FPDFPageObj_HasTransparency(found):
        return None
    return found


def _is_annotated(structure: pikepdf.Page, options: Options) -> bool:
    """Say whether annotations are seen on the page that belong to its picture."""
    annotations = structure.obj.get("/Annots")
    if not isinstance(annotations, pikepdf.Array):
        return False
    for note in annotations:
        if not isinstance(note, pikepdf.Dictionary) or "/AP" not in note:
            continue
        if str(note.get("/Subtype")) in _UNSEEN_ANNOTATIONS:
            continue
        flags = note.get("/F", 0)
        if isinstance(flags, int) and flags & _HIDDEN:
            continue
        if options.is_signature_drawn or str(note.get("/FT")) != "/Sig":
            return True
    return False


def _stream_of(structure: pikepdf.Page, width_px: int, height_px: int) -> pikepdf.Stream | None:
    """Return the only image stream of that size among the page's resources."""
    try:
        streams = list(structure.get_images().values())
    except (pikepdf.PdfError, ValueError, TypeError, RecursionError):
        return None
    fitting = [
        stream
        for stream in streams
        if isinstance(stream, pikepdf.Stream)
        and stream.get("/Width") == width_px
        and stream.get("/Height") == height_px
    ]
    return fitting[0] if len(fitting) == 1 else None


def _covers(matrix: tuple[float, ...], page: pdfium.PdfPage) -> bool:
    left, bottom, right, top = page.get_bbox()
    x0, x1 = sorted((matrix[4], matrix[4] + matrix[0]))
    y0, y1 = sorted((matrix[5], matrix[5] + matrix[3]))
    slack = _COVER_TOLERANCE_PT
    is_wide = x0 <= left + slack and x1 >= right - slack
    return bool(is_wide and y0 <= bottom + slack and y1 >= top - slack)


def _decoded(sole: SoleImage, options: Options, number: int) -> tuple[NDArray[np.uint8], bool]:
    if _is_plain_jpeg(sole):
        pixels = decode_jpeg(io.BytesIO(sole.stream.read_raw_bytes()), options, page=number)
        return pixels, False
    try:
        bitmap = sole.drawn.get_bitmap(render=False)
    except pdfium.PdfiumError as error:
        raise DocumentError("DOC-IMAGE-CORRUPT", detail=str(error)[:200], page=number) from error
    pixels = _as_rgb_or_gray(bitmap, working_step(bitmap.width, bitmap.height, options))
    is_bitonal = sole.stream.get("/BitsPerComponent", 8) == 1 and pixels.ndim == 2
    return pixels, bool(is_bitonal)


def _is_plain_jpeg(sole: SoleImage) -> bool:
    """Say whether the image is a gray or RGB JPEG that means what its bytes say."""
    if sole.drawn.get_filters() != ["DCTDecode"] or "/Decode" in sole.stream:
        return False
    space = sole.stream.get("/ColorSpace")
    if isinstance(space, pikepdf.Array) and len(space) > 1:
        if space[0] == pikepdf.Name.ICCBased and isinstance(space[1], pikepdf.Stream):
            return space[1].get("/N") in {1, 3}
        space = space[0]
    return str(space) in {"/DeviceRGB", "/DeviceGray", "/CalRGB", "/CalGray"}


def _as_rgb_or_gray(bitmap: pdfium.PdfBitmap, step: int) -> NDArray[np.uint8]:
    """Return an image's pixels, `step` of them made one along each side."""
    samples = bitmap.to_numpy()
    if step > 1:
        size = (max(1, bitmap.width // step), max(1, bitmap.height // step))
        samples = cv2.resize(samples, size, interpolation=cv2.INTER_AREA)
    if samples.ndim == 2 or samples.shape[2] == 1:
        return np.array(samples.reshape(samples.shape[:2]), np.uint8)
    turn = cv2.COLOR_BGR2RGB if samples.shape[2] == 3 else cv2.COLOR_BGRA2RGB
    return np.asarray(cv2.cvtColor(samples, turn), np.uint8)


def _flipped(pixels: NDArray[np.uint8], matrix: tuple[float, ...]) -> NDArray[np.uint8]:
    if matrix[0] < 0:
        pixels = pixels[:, ::-1]
    if matrix[3] < 0:
        pixels = pixels[::-1]
    return np.ascontiguousarray(pixels)


def _cropped(
    pixels: NDArray[np.uint8], matrix: tuple[float, ...], page: pdfium.PdfPage
) -> NDArray[np.uint8]:
    """Cut off what the page's box hides, if it is more than a rounding of sizes."""
    left, bottom, right, top = page.get_bbox()
    x0, x1 = sorted((matrix[4], matrix[4] + matrix[0]))
    y0, y1 = sorted((matrix[5], matrix[5] + matrix[3]))
    over = (left - x0, y1 - top, x1 - right, bottom - y0)
    if max(over) < _CROP_TOLERANCE_PT:
        return pixels
    height, width = pixels.shape[:2]
    per_x, per_y = width / (x1 - x0), height / (y1 - y0)
    cut_left, cut_top = round(max(0, over[0]) * per_x), round(max(0, over[1]) * per_y)
    cut_right, cut_bottom = round(max(0, over[2]) * per_x), round(max(0, over[3]) * per_y)
    return np.ascontiguousarray(pixels[cut_top : height - cut_bottom, cut_left : width - cut_right])
