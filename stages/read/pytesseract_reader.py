"""Tesseract as a program through pytesseract, for machines where its library is not wanted.

It starts a process and writes a picture for each page: slower than `tesseract` by that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytesseract
from PIL import Image

from pipeline.model.errors import ContractError, OperatorError
from stages.read.options import Options
from stages.read.tessdata import find_tessdata, model_digest
from stages.read.tsv import words_of_table
from stages.read.words import page_text

if TYPE_CHECKING:
    from pipeline.model.prepared import PageText, PreparedPage


class PytesseractReader:
    """Reads pages with the `tesseract` program."""

    def __init__(self, options: Options | None = None) -> None:
        """Find program and model.

        Raises:
            OperatorError: SYS-TOOL-MISSING where one of them is absent.
        """
        self._options = options or Options()
        self._folder = find_tessdata(self._options.language, self._options.tessdata)
        digest = model_digest(self._options.language, self._folder)
        try:
            engine = str(pytesseract.get_tesseract_version())
        except (pytesseract.TesseractNotFoundError, OSError, SystemExit) as error:
            raise OperatorError("SYS-TOOL-MISSING", detail="tesseract-ocr") from error
        self._version = f"{engine}-{self._options.language}-{digest}"

    @property
    def name(self) -> str:
        """`pytesseract`."""
        return "pytesseract"

    @property
    def version(self) -> str:
        """Engine, language and digest of its model."""
        return self._version

    def read(self, page: PreparedPage) -> PageText:
        """Return the words in Tesseract's reading order."""
        config = (
            f'--tessdata-dir "{self._folder}" --oem 1'
            f" --psm {self._options.page_segmentation} --dpi {round(page.dpi)}"
        )
        try:
            table = pytesseract.image_to_data(
                Image.fromarray(page.reading),
                lang=self._options.language,
                config=config,
                timeout=self._options.tesseract_timeout_s,
            )
        except pytesseract.TesseractNotFoundError as error:
            raise OperatorError("SYS-TOOL-MISSING", detail="tesseract-ocr") from error
        except (pytesseract.TesseractError, RuntimeError) as error:
            detail = f"pytesseract: {type(error).__name__}"
            raise ContractError("BUG-STAGE", detail=detail, page=page.number) from error
        return page_text(words_of_table(str(table), page), self.name)
