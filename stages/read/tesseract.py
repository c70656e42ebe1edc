"""Tesseract in process through tesserocr: one warm engine, one thread."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import tesserocr

from pipeline.model.errors import OperatorError
from stages.read.options import Options
from stages.read.tessdata import find_tessdata, model_digest
from stages.read.tsv import words_of_table
from stages.read.words import page_text

if TYPE_CHECKING:
    from pipeline.model.prepared import PageText, PreparedPage


class TesseractReader:
    """Reads pages with Tesseract; about 1 s a page on one core, 100 MB."""

    def __init__(self, options: Options | None = None) -> None:
        """Load the model.

        Raises:
            OperatorError: SYS-TOOL-MISSING where the language's model is absent or damaged.
        """
        self._options = options or Options()
        folder = find_tessdata(self._options.language, self._options.tessdata)
        digest = model_digest(self._options.language, folder)
        engine = tesserocr.tesseract_version().split()[1]
        self._version = f"{engine}-{self._options.language}-{digest}"
        # Leptonica writes its doubts about empty boxes to the error stream, a line a page.
        tesserocr.set_leptonica_log_level(tesserocr.LeptLogLevel.NONE)
        try:
            self._engine = tesserocr.PyTessBaseAPI(
                path=f"{folder}/",
                lang=self._options.language,
                psm=self._options.page_segmentation,
                oem=tesserocr.OEM.LSTM_ONLY,
            )
        except RuntimeError as error:
            raise OperatorError("SYS-TOOL-MISSING", detail=str(error)[:200]) from error

    @property
    def name(self) -> str:
        """`tesseract`."""
        return "tesseract"

    @property
    def version(self) -> str:
        """Engine, language and digest of its model."""
        return self._version

    def read(self, page: PreparedPage) -> PageText:
        """Return the words in Tesseract's reading order."""
        picture = np.ascontiguousarray(page.reading)
        height, width = picture.shape
        self._engine.SetImageBytes(picture.tobytes(), width, height, 1, width)
        self._engine.SetSourceResolution(round(page.dpi))
        try:
            table = self._engine.GetTSVText(0)
        finally:
            self._engine.Clear()
            self._engine.ClearAdaptiveClassifier()
        return page_text(words_of_table(table, page), self.name)
