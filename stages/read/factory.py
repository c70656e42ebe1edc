"""Which engine reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.model.errors import OperatorError
from stages.read.neural import NeuralReader
from stages.read.options import Options
from stages.read.pytesseract_reader import PytesseractReader
from stages.read.tesseract import TesseractReader
from stages.read.text_layer import TextLayerFirst

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pipeline.model.ports import Reader

READERS: Mapping[str, Callable[[Options], Reader]] = {
    "line_reader": NeuralReader,
    "tesseract": TesseractReader,
    "pytesseract": PytesseractReader,
}
"""Name of an engine → how it is made warm."""


def make_reader(name: str, options: Options | None = None) -> Reader:
    """Return a warm reader; pages with their own text and blank pages never reach its engine.

    Args:
        name: one of `READERS`.
        options: what is set; the defaults where None.

    Raises:
        OperatorError: SYS-CONFIG for an unknown name, SYS-TOOL-MISSING where the engine or its
            model is absent.
    """
    maker = READERS.get(name)
    if maker is None:
        detail = f"reader {name!r}; known: {', '.join(READERS)}"
        raise OperatorError("SYS-CONFIG", detail=detail)
    return TextLayerFirst(maker(options or Options()))
