"""What can be set about the engines that read."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Options of `stages.read`."""

    engine: str = "line_reader"
    """Who reads: `line_reader` (our own line recogniser), `tesseract` or `pytesseract`."""
    language: str = "vie"
    """Tesseract's language, its model's file name without `.traineddata`."""
    tessdata: Path | None = None
    """Folder of Tesseract's models; None looks in TESSDATA_PREFIX and where Debian puts them."""
    page_segmentation: int = 3
    """Tesseract's page segmentation mode, 0–13; 3 = automatic, 4 = one column, 6 = one block."""
    tesseract_timeout_s: int = 120
    """pytesseract only: the process is ended after so many seconds."""
    line_models: Path | None = None
    """Folder of the line reader's models; None takes the ones that ship."""
