"""Which way is up, told by a small network on a picture of 768 pixels.

The network is trueocr's `orient.onnx` (Apache-2.0, see models/NOTICE). It answers for quarter
turns; on pages without text its answer means nothing and is not asked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np

from stages._networks import open_network

if TYPE_CHECKING:
    from numpy.typing import NDArray

MODEL = Path(__file__).parent / "models" / "orient.onnx"
_SIDE_PX = 768
_SURE = 0.7
"""On 1,968 pictures of pages with text the network was never less sure than 0.78 and never wrong;
on drawings and noise it is mostly between 0.3 and 0.6."""
_CLOCKWISE_DEG = {0: 0, 1: 90, 2: 180, 3: 270}
"""The network tells quarter turns counter-clockwise that the content has; they are undone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Direction:
    """The network's answer."""

    rotation_deg: int
    """Degrees clockwise that make the page upright; 0 where it is not sure."""
    confidence: float
    """0–1."""

    @property
    def is_sure(self) -> bool:
        """Whether the page has lines of text at all, going by the network."""
        return self.confidence >= _SURE


class Compass:
    """The orientation network, warm; one per worker."""

    def __init__(self, model: Path = MODEL) -> None:
        """Load the network.

        Raises:
            OperatorError: SYS-TOOL-MISSING when the model is absent or damaged.
        """
        self._session = open_network(model)

    def direction(self, gray: NDArray[np.uint8]) -> Direction:
        """Tell how a page must be turned.

        Args:
            gray: (height, width) picture of a page with text, level to within a few degrees.
        """
        height, width = gray.shape
        scale = _SIDE_PX / max(height, width)
        size = (max(1, round(width * scale)), max(1, round(height * scale)))
        small = cv2.resize(gray, size, interpolation=cv2.INTER_AREA)
        ink = np.zeros((1, 1, _SIDE_PX, _SIDE_PX), np.float32)
        ink[0, 0, : size[1], : size[0]] = 1.0 - np.asarray(small, np.float32) / 255.0
        shares = np.asarray(self._session.run(None, {"x": ink})[0], np.float32)[0]
        turns = int(shares.argmax())
        confidence = float(shares[turns])
        if confidence < _SURE or turns not in _CLOCKWISE_DEG:
            return Direction(rotation_deg=0, confidence=confidence)
        return Direction(rotation_deg=_CLOCKWISE_DEG[turns], confidence=confidence)
