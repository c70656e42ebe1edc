"""Our own line reader as the port `Reader`."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from pipeline.model.errors import OperatorError
from pipeline.model.records import Word
from stages.read import line_reader
from stages.read.options import Options
from stages.read.words import clean, page_text, to_points

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.model.prepared import PageText, PreparedPage
    from stages.read.line_reader import ReadLine

_MODELS = Path(line_reader.__file__).parent / "models"


class NeuralReader:
    """Reads pages with `stages.read.line_reader`; about 0.25 s a page on one core, 60 MB."""

    def __init__(self, options: Options | None = None) -> None:
        """Load the networks.

        Raises:
            OperatorError: SYS-TOOL-MISSING where a model is absent or damaged.
        """
        folder = (options or Options()).line_models or _MODELS
        try:
            self._engine = line_reader.LineReader(threads=1, model_dir=folder)
            self._version = _digest(folder)
        except (OSError, ValueError, KeyError) as error:
            detail = f"line_reader: {type(error).__name__}"
            raise OperatorError("SYS-TOOL-MISSING", detail=detail) from error

    @property
    def name(self) -> str:
        """`line_reader`."""
        return "line_reader"

    @property
    def version(self) -> str:
        """Digest of the networks."""
        return self._version

    def read(self, page: PreparedPage) -> PageText:
        """Return the words in reading order."""
        hint = line_reader.SealHint(
            dpi=page.dpi,
            is_bitonal=page.is_bitonal,
            red_ink=page.red_ink,
            blue_ink=page.blue_ink,
            pale_ink=page.pale_ink,
        )
        lines = self._engine.read_page(np.ascontiguousarray(page.reading), seal_hint=hint)
        return page_text(_words(lines, page), self.name)


def _words(lines: list[ReadLine], page: PreparedPage) -> Iterator[Word]:
    for ordinal, line in enumerate(lines):
        for word in line.words:
            text = clean(word.text)
            if text:
                yield Word(
                    text=text,
                    box=to_points(word.x0, word.y0, word.x1, word.y1, page),
                    confidence=min(1.0, max(0.0, word.confidence)),
                    line=ordinal,
                )


def _digest(folder: Path) -> str:
    total = hashlib.sha256()
    for path in sorted(folder.iterdir()):
        if path.suffix in {".onnx", ".json", ".npz"}:
            total.update(path.read_bytes())
    return total.hexdigest()[:12]
