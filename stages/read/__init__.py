"""Words with boxes and confidences from a straightened page."""

from __future__ import annotations

from stages.read.factory import READERS, make_reader
from stages.read.options import Options

__all__ = ["READERS", "Options", "make_reader"]
