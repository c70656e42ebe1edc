"""The network that sees words of marks in an ink plane (`models/CARD.md`).

Fully convolutional: for every cell of 4 × 4 plane pixels (1 mm) the chance that the middle of a
word of a mark lies there. 126,000 parameters, one thread, about 1.5 ms for the size of a stamp.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from stages._networks import open_network
from stages.guard.ink import Plane

CELL_PX = 4
"""Plane pixels for a cell of the answer."""
WORDS = ("", "MẬT", "TỐI", "TUYỆT", "TỐC", "KHẨN", "THƯỢNG")
"""What each layer of the answer stands for; the first is anything else."""

_MODEL = Path(__file__).parent / "models" / "marks.onnx"


class MarkNetwork:
    """One warm session; one thread."""

    def __init__(self, model: Path = _MODEL) -> None:
        """Load the network.

        Raises:
            OperatorError: SYS-TOOL-MISSING when the model is absent or damaged.
        """
        # Parts of every size are asked: what was kept for each made 230 MB of a worker in 80 pages.
        self._session = open_network(model, keeps_memory=False)

    def chances(self, ink: Plane) -> NDArray[np.float32]:
        """Return (words, rows, columns) 0–1 for a plane or a part of one."""
        height, width = ink.shape
        padded = np.zeros((-(-height // 8) * 8, -(-width // 8) * 8), np.float32)
        padded[:height, :width] = ink
        (chance,) = self._session.run(None, {"ink": padded[None, None]})
        return np.asarray(chance[0], np.float32)
