"""Words with boxes and confidences from a straightened page."""

from __future__ import annotations

from stages.read.factory import READERS, make_reader
from stages.read.options import Options

REVISION = 2
"""Of the reading of pages and of the fields found in them: raised whenever networks or code give
other results for the same scan, so that `sohoa reprocess` knows which documents to read again. 1:
before revisions were kept."""

__all__ = ["READERS", "REVISION", "Options", "make_reader"]
