"""Where Tesseract's models lie. The wheel of tesserocr brings none and knows no Debian path."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from pipeline.model.errors import OperatorError

_PLACES = (
    "/usr/share/tesseract-ocr/5/tessdata",
    "/usr/share/tesseract-ocr/4.00/tessdata",
    "/usr/share/tessdata",
    "/usr/share/tesseract/tessdata",
    "/usr/local/share/tessdata",
    "/opt/homebrew/share/tessdata",
)


def find_tessdata(language: str, folder: Path | None) -> Path:
    """Return the folder that holds the models of a language (`vie`, `vie+eng`).

    Raises:
        OperatorError: SYS-TOOL-MISSING.
    """
    places = [folder] if folder is not None else _usual_places()
    names = [f"{part}.traineddata" for part in language.split("+")]
    for place in places:
        if all((place / name).is_file() for name in names):
            return place
    detail = f"tesseract-ocr-{language}: {', '.join(names)}"
    raise OperatorError("SYS-TOOL-MISSING", detail=detail)


def model_digest(language: str, folder: Path) -> str:
    """Return a short digest of the models' bytes, part of a reader's version."""
    total = hashlib.sha256()
    for part in language.split("+"):
        total.update((folder / f"{part}.traineddata").read_bytes())
    return total.hexdigest()[:8]


def _usual_places() -> list[Path]:
    told = os.environ.get("TESSDATA_PREFIX")
    asked = [Path(told), Path(told) / "tessdata"] if told else []
    return asked + [Path(place) for place in _PLACES]
