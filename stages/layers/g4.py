"""CCITT group 4 (ITU-T T.6) streams of bitonal pictures, as PDF wants them (ISO 32000-1, 7.4.6).

Lossless and small on text; libtiff inside Pillow does the coding. Never JBIG2 symbol coding: lossy
symbols swap digits, and no encoder under a permissive licence is at hand for the lossless kind.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

if TYPE_CHECKING:
    from numpy import bool_
    from numpy.typing import NDArray

_ROWS_PER_STRIP = 278
_STRIP_OFFSETS = 273
_STRIP_BYTE_COUNTS = 279


def encode_g4(ink: NDArray[bool_]) -> bytes:
    """Return the group 4 code of a picture, without any header.

    Args:
        ink: (height, width), True where ink is; coded as black runs, so that `/CCITTFaxDecode`
            with `/K -1` and `/BlackIs1 false` gives 0 there: black in an image, painted in a
            stencil (ISO 32000-1, 8.9.6.2).
    """
    height, width = ink.shape
    # Pillow declares 1-bit pictures as "0 is black"; libtiff codes 1 bits as black runs whatever
    # is declared, so bits are handed over with ink = 1.
    picture = Image.frombytes("1", (width, height), np.packbits(ink, axis=1).tobytes())
    tiff = io.BytesIO()
    picture.save(tiff, "TIFF", compression="group4", tiffinfo={_ROWS_PER_STRIP: height})
    tiff.seek(0)
    with Image.open(tiff) as opened:
        tags = opened.tag_v2  # type: ignore[attr-defined]
        start, length = tags[_STRIP_OFFSETS][0], tags[_STRIP_BYTE_COUNTS][0]
    return tiff.getvalue()[start : start + length]
