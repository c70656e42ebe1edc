"""Drawing PDF pages with poppler's pdftoppm through pdf2image, for those who choose it.

PDFium is the default: it needs no process and no picture file between (measured in the ADR).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pdf2image
from pdf2image import exceptions

from pipeline.model.errors import DocumentError, OperatorError

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

_TIMEOUT_S = 60


def draw(path: Path, number: int, *, dpi: float) -> NDArray[np.uint8]:
    """Return page `number` (from 1) as (height, width, 3) RGB.

    Raises:
        OperatorError: SYS-TOOL-MISSING where pdftoppm is absent.
        DocumentError: DOC-IMAGE-CORRUPT where poppler cannot draw the page.
    """
    try:
        pages = pdf2image.convert_from_path(
            path,
            dpi=round(dpi),
            first_page=number,
            last_page=number,
            use_cropbox=True,
            timeout=_TIMEOUT_S,
        )
    except exceptions.PDFInfoNotInstalledError as error:
        raise OperatorError("SYS-TOOL-MISSING", detail="poppler-utils (pdftoppm)") from error
    except (
        exceptions.PDFPageCountError,
        exceptions.PDFSyntaxError,
        exceptions.PDFPopplerTimeoutError,
    ) as error:
        detail = type(error).__name__
        raise DocumentError("DOC-IMAGE-CORRUPT", detail=detail, page=number) from error
    if not pages:
        raise DocumentError("DOC-IMAGE-CORRUPT", detail="poppler drew no page", page=number)
    return np.asarray(pages[0].convert("RGB"))
