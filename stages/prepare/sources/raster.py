"""Pictures in TIFF, JPEG and PNG files, and members of image folders, through Pillow.

Pillow is told to allow any size because the limits of `Options` are checked first, on the header.
Its warnings about odd tags are silenced here: each is either harmless or ends in an error.
"""

from __future__ import annotations

import io
import struct
import warnings
import zlib
from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO

import cv2
import numpy as np
from PIL import Image, ImageOps

from pipeline.model.errors import DocumentError
from pipeline.model.records import MediaType
from stages.prepare.scan import Scan
from stages.prepare.sources.faults import check_pixels, check_side, working_step
from stages.prepare.sources.folder import find_member
from stages.prepare.sources.resolution import settle_dpi

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from stages.prepare.options import Options

_FORMATS = {
    MediaType.TIFF: ("TIFF",),
    MediaType.JPEG: ("JPEG", "MPO"),
    MediaType.PNG: ("PNG",),
    MediaType.IMAGE_FOLDER: ("TIFF", "JPEG", "MPO", "PNG"),
}
_PILLOW_FAULTS = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    TypeError,
    KeyError,
    IndexError,
    AttributeError,
    OverflowError,
    NotImplementedError,
    RuntimeError,
    struct.error,
    zlib.error,
)
"""What Pillow's decoders raise for damaged files, found by its own fuzzed samples."""
_PLAIN_JPEGS = {"L": cv2.IMREAD_GRAYSCALE, "RGB": cv2.IMREAD_COLOR_RGB}
_JPEG_END, _JPEG_TAIL = b"\xff\xd9", 64
"""A whole JPEG ends so (ISO/IEC 10918-1, B.1.1.3), give or take padding."""
_EXIF_ORIENTATION = 0x0112
_SIDEWAYS = frozenset({5, 6, 7, 8})
"""EXIF orientations that swap width and height (EXIF 2.32, 4.6.4)."""


def decode_file(path: Path, media_type: MediaType, page: int, options: Options) -> Scan:
    """Decode one page of a TIFF, JPEG, PNG or image folder.

    Raises:
        DocumentError: DOC-IMAGE-CORRUPT, DOC-TOO-LARGE, DOC-BOMB, DOC-DAMAGED.
    """
    formats = _FORMATS[media_type]
    if media_type is MediaType.IMAGE_FOLDER:
        data, frame = find_member(path, page, options)
        return decode_stream(io.BytesIO(data), formats, options, page=page, frame=frame)
    with path.open("rb") as stream:
        frame = page - 1 if media_type is MediaType.TIFF else 0
        return decode_stream(stream, formats, options, page=page, frame=frame)


def decode_stream(
    stream: BinaryIO,
    formats: tuple[str, ...],
    options: Options,
    *,
    page: int,
    frame: int = 0,
) -> Scan:
    """Decode one picture with Pillow.

    Args:
        stream: the bytes of the file.
        formats: Pillow's names of the formats allowed.
        options: limits.
        page: for the error, from 1.
        frame: picture within the file, from 0.

    Raises:
        DocumentError: DOC-IMAGE-CORRUPT, DOC-TOO-LARGE.
    """
    with _translated(page), Image.open(stream, formats=formats) as image:
        if frame:
            image.seek(frame)
        check_pixels(*image.size, options, page=page)
        long_px = max(image.size)
        stated = _stated_dpi(image)
        orientation = image.getexif().get(_EXIF_ORIENTATION, 1)
        if orientation in _SIDEWAYS:
            stated = stated[::-1]
        quick = _quick_jpeg(stream, image, options) if orientation == 1 else None
        if quick is not None:
            pixels, is_bitonal = quick, False
        else:
            _shrink_on_load(image, options)
            image.load()
            ImageOps.exif_transpose(image, in_place=True)
            pixels, is_bitonal = to_pixels(_shrunk(image, options))
    scale = max(pixels.shape[:2]) / long_px
    width_px, height_px = pixels.shape[1] / scale, pixels.shape[0] / scale
    dpi_x, dpi_y = settle_dpi(*stated, width_px, height_px)
    check_side(width_px / dpi_x * 25.4, height_px / dpi_y * 25.4, options, page=page)
    return Scan(
        pixels=pixels,
        dpi_x=dpi_x * scale,
        dpi_y=dpi_y * scale,
        source_dpi=max(dpi_x, dpi_y),
        is_bitonal=is_bitonal,
    )


def decode_jpeg(stream: BinaryIO, options: Options, *, page: int) -> NDArray[np.uint8]:
    """Decode the JPEG inside a PDF: its own resolution and orientation do not count there.

    Raises:
        DocumentError: DOC-IMAGE-CORRUPT.
    """
    with _translated(page), Image.open(stream, formats=_FORMATS[MediaType.JPEG]) as image:
        check_pixels(*image.size, options, page=page)
        quick = _quick_jpeg(stream, image, options)
        if quick is not None:
            return quick
        _shrink_on_load(image, options)
        image.load()
        return to_pixels(_shrunk(image, options))[0]


def _quick_jpeg(stream: BinaryIO, image: Image.Image, options: Options) -> NDArray[np.uint8] | None:
    """Decode a plain, whole JPEG straight into an array; None where Pillow has to.

    The same library makes the same pixels, and a page of 26 MB is not copied twice (12 ms). What is
    cut short, has four inks or is huge is Pillow's, which says what is wrong with it.
    """
    kind = _PLAIN_JPEGS.get(image.mode)
    if kind is None or image.format != "JPEG" or working_step(*image.size, options) > 1:
        return None
    stream.seek(0)
    code = stream.read()
    if _JPEG_END not in code[-_JPEG_TAIL:]:
        return None
    pixels = cv2.imdecode(np.frombuffer(code, np.uint8), kind | cv2.IMREAD_IGNORE_ORIENTATION)
    if pixels is None or pixels.shape[:2] != image.size[::-1]:
        return None
    return np.asarray(pixels, np.uint8)


def _shrink_on_load(image: Image.Image, options: Options) -> None:
    """Let libjpeg decode a huge JPEG at a half, a quarter or an eighth of its size."""
    step = working_step(*image.size, options)
    if step > 1 and image.format in {"JPEG", "MPO"}:
        image.draft(None, (image.width // step, image.height // step))


def _shrunk(image: Image.Image, options: Options) -> Image.Image:
    """Return a picture within the working limit."""
    step = working_step(*image.size, options)
    if step == 1:
        return image
    if image.mode in {"1", "P"}:
        image = image.convert("L" if image.mode == "1" else "RGBA")
    return image.reduce(step)


def to_pixels(image: Image.Image) -> tuple[NDArray[np.uint8], bool]:
    """Return (height, width) gray or (height, width, 3) RGB, and whether it has two tones only.

    Palette is resolved, transparency laid over white, 16 bit scaled to 8, CMYK turned to RGB
    (Adobe's inverted CMYK JPEGs are turned round by Pillow itself).
    """
    if image.mode == "1":
        return np.asarray(image).astype(np.uint8) * np.uint8(255), True
    if image.mode.startswith("I") or image.mode == "F":
        return _from_deep(np.asarray(image)), False
    if image.mode in {"LA", "La", "PA", "RGBA", "RGBa"} or "transparency" in image.info:
        over = image.convert("RGBA")
        image = Image.new("RGB", over.size, "white")
        image.paste(over, mask=over.getchannel("A"))
    if image.mode not in {"L", "RGB"}:
        image = image.convert("RGB")
    return np.asarray(image, np.uint8), False


def _from_deep(samples: NDArray[np.generic]) -> NDArray[np.uint8]:
    values = np.nan_to_num(samples.astype(np.float32), posinf=0.0, neginf=0.0)
    low, high = float(values.min()), float(values.max())
    if samples.dtype.kind == "f" and high <= 1.0:
        scale, low = 255.0, 0.0
    elif low >= 0.0 and 255.0 < high <= 65535.0:
        scale, low = 255.0 / 65535.0, 0.0
    elif low >= 0.0 and high <= 255.0:
        scale, low = 1.0, 0.0
    else:
        scale = 255.0 / max(1.0, high - low)
    return np.asarray(np.clip((values - low) * scale, 0, 255), np.uint8)


def _stated_dpi(image: Image.Image) -> tuple[float | None, float | None]:
    """Return the file's own resolution; (None, None) where it is silent or has no unit."""
    stated = image.info.get("dpi")
    if not isinstance(stated, tuple) or len(stated) != 2:
        return None, None
    try:
        dpi_x, dpi_y = float(stated[0]), float(stated[1])
    except (TypeError, ValueError, ZeroDivisionError, OverflowError):
        return None, None
    if not (dpi_x > 1.0 and dpi_y > 1.0):
        return None, None
    return dpi_x, dpi_y


@contextmanager
def _translated(page: int) -> Iterator[None]:
    """Turn what Pillow raises into DOC-IMAGE-CORRUPT; keep its warnings and its own limit out."""
    limit, Image.MAX_IMAGE_PIXELS = Image.MAX_IMAGE_PIXELS, None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except _PILLOW_FAULTS as error:
        detail = f"{type(error).__name__}: {error}"[:200]
        raise DocumentError("DOC-IMAGE-CORRUPT", detail=detail, page=page) from error
    finally:
        Image.MAX_IMAGE_PIXELS = limit
