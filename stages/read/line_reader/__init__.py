"""Our own line reader: finds, reads and orders the text lines of an upright page.

Inference only (onnxruntime, numpy, OpenCV). It knows nothing of the pipeline but its errors;
the models beside it are made by `training/` and described in models/CARD.md.
"""

from __future__ import annotations

from stages.read.line_reader.reader import LineReader
from stages.read.line_reader.records import Box, ReadLine, ReadWord
from stages.read.line_reader.seals import SealHint

__all__ = ["Box", "LineReader", "ReadLine", "ReadWord", "SealHint"]
