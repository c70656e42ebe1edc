"""Incremental updates that leave metadata as `archive` wrote it."""

from __future__ import annotations

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter


class Update(IncrementalPdfFileWriter):
    """An incremental update of a PDF/A: XMP and information dictionary stay in step, untouched."""

    def _update_meta(self) -> None:
        """Do nothing."""
