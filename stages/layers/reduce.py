"""What OpenCV made of bytes, as bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy import uint8
    from numpy.typing import NDArray


def as_bytes(picture: NDArray[np.generic]) -> NDArray[uint8]:
    """Return what OpenCV made of bytes as bytes: its signatures promise any number type."""
    return picture.astype(np.uint8, copy=False)
