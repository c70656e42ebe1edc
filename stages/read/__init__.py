"""Words with boxes and confidences from a straightened page."""

from __future__ import annotations

from stages.read.factory import READERS, make_reader
from stages.read.options import Options

REVISION = 3
"""Of the reading of pages and of the fields found in them: raised whenever networks or code give
other results for the same scan, so that `sohoa reprocess` knows which documents to read again. 1:
before revisions were kept; 3: headings by their inks, the reader of stage 8, marks under stamps."""

__all__ = ["READERS", "REVISION", "Options", "make_reader"]
