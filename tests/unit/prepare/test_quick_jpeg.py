"""JPEG straight into an array: Pillow's pixels, and its verdict on what is not whole."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest
from PIL import Image

from pipeline.model.errors import DocumentError
from stages.prepare import Options
from stages.prepare.sources.raster import _quick_jpeg, decode_jpeg


def code_of(mode: str, **options: Any) -> bytes:
    """A JPEG of noise and slopes."""
    chance = np.random.default_rng(5)
    rows, columns = np.mgrid[0:97, 0:211]
    slopes = np.stack([rows, columns, rows + columns], axis=-1) % 256
    noisy = np.clip(slopes + chance.normal(0, 20, slopes.shape), 0, 255).astype(np.uint8)
    held = io.BytesIO()
    Image.fromarray(noisy).convert(mode).save(held, "JPEG", **options)
    return held.getvalue()


def quick(code: bytes) -> np.ndarray | None:
    """The quick way alone."""
    with Image.open(io.BytesIO(code)) as image:
        return _quick_jpeg(io.BytesIO(code), image, Options())


@pytest.mark.parametrize("mode", ["L", "RGB"])
@pytest.mark.parametrize(
    "options", [{}, {"progressive": True}, {"quality": 40}, {"subsampling": 0}]
)
def test_pixels_are_those_of_pillow(mode: str, options: dict[str, object]) -> None:
    code = code_of(mode, **options)
    wanted = np.asarray(Image.open(io.BytesIO(code)))
    found = quick(code)
    assert found is not None
    assert np.array_equal(found, wanted)
    assert np.array_equal(decode_jpeg(io.BytesIO(code), Options(), page=1), wanted)


def test_orientation_inside_a_pdf_does_not_count() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    code = code_of("RGB", exif=exif)
    assert decode_jpeg(io.BytesIO(code), Options(), page=1).shape == (97, 211, 3)


def test_four_inks_and_a_short_file_are_pillows() -> None:
    assert quick(code_of("CMYK")) is None
    whole = code_of("RGB")
    assert quick(whole[: len(whole) * 2 // 3]) is None
    with pytest.raises(DocumentError) as told:
        decode_jpeg(io.BytesIO(whole[: len(whole) * 2 // 3]), Options(), page=4)
    assert (told.value.code, told.value.page) == ("DOC-IMAGE-CORRUPT", 4)


def test_padding_behind_the_end_is_forgiven() -> None:
    assert quick(code_of("L") + b"\0" * 20) is not None
