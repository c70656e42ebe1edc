"""JPEG streams (ISO 32000-1, 7.4.8) of RGB and gray pictures by libjpeg-turbo inside OpenCV."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy import uint8
    from numpy.typing import NDArray


def encode_jpeg(picture: NDArray[uint8], *, quality: int) -> bytes:
    """Return a baseline JPEG, chroma halved both ways, Huffman tables fitted to the picture.

    Args:
        picture: (height, width, 3) RGB or (height, width) gray, 0–255.
        quality: 1–100 on libjpeg's scale.
    """
    ordered = cv2.cvtColor(picture, cv2.COLOR_RGB2BGR) if picture.ndim == 3 else picture
    done, code = cv2.imencode(
        ".jpg", ordered, [cv2.IMWRITE_JPEG_QUALITY, quality, cv2.IMWRITE_JPEG_OPTIMIZE, 1]
    )
    if not done:
        raise ValueError(f"no JPEG of a picture of shape {picture.shape}")
    return code.tobytes()


def decode_jpeg(code: bytes) -> NDArray[uint8]:
    """Return the picture in a JPEG, RGB or gray as it was coded."""
    picture = cv2.imdecode(np.frombuffer(code, np.uint8), cv2.IMREAD_UNCHANGED)
    if picture is None:
        raise ValueError("not a JPEG")
    if picture.ndim == 3:
        picture = cv2.cvtColor(picture, cv2.COLOR_BGR2RGB)
    return picture.astype(np.uint8, copy=False)
