"""The check of the signed bytes, before anyone gets them.

What was sealed must still be there, byte for byte; the signature must verify over the whole file;
the page must look as before outside the signature's box: 0 pixels differ.
"""

from __future__ import annotations

import io
from collections.abc import Iterable

import numpy as np
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.generic_cms import validate_sig_integrity
from pyhanko.sign.validation.status import SignatureCoverageLevel

from pipeline.model.errors import ContractError
from pipeline.model.records import Box
from stages.sign.picture import PagePicture

_EDGE_PX = 1
"""Anti-aliasing may touch the pixels around the box."""


def check_prefix(before: bytes, after: bytes) -> None:
    """Check that the update only appended; raises ContractError BUG-STAGE."""
    if not after.startswith(before):
        raise ContractError("BUG-STAGE", detail="signing changed bytes of the PDF/A")


def check_signature(data: bytes) -> None:
    """Check that the newest signature verifies and covers the whole file.

    Raises:
        ContractError: BUG-STAGE with what is wrong.
    """
    try:
        signature = PdfFileReader(io.BytesIO(data)).embedded_regular_signatures[-1]
        signature.compute_integrity_info(skip_diff=True)
        is_intact, is_valid = validate_sig_integrity(
            signature.signer_info, signature.signer_cert, "data", signature.compute_digest()
        )
    except (PdfError, SignatureValidationError, IndexError, ValueError) as error:
        raise ContractError("BUG-STAGE", detail=f"signature unreadable: {error}") from error
    if not (is_intact and is_valid):
        raise ContractError("BUG-STAGE", detail="the signature does not verify")
    if signature.coverage is not SignatureCoverageLevel.ENTIRE_FILE:
        raise ContractError("BUG-STAGE", detail="the signature does not cover the whole file")


def check_look(before: Iterable[PagePicture], after: Iterable[PagePicture], box: Box) -> None:
    """Check that pages look the same outside the box on page 1.

    Args:
        before: pages of the PDF/A as shown, the first one first.
        after: the same pages of the signed file.
        box: the signature's box on page 1, points, origin top left as shown.

    Raises:
        ContractError: BUG-APPEARANCE with page and count of pixels.
    """
    pairs = zip(before, after, strict=True)
    for number, (old, new) in enumerate(pairs, start=1):
        if old.pixels.shape != new.pixels.shape:
            raise ContractError("BUG-APPEARANCE", detail="the page's size changed", page=number)
        differs = np.any(old.pixels != new.pixels, axis=2)
        if number == 1:
            differs[old.window(box, margin_px=_EDGE_PX)] = False
        count = int(np.count_nonzero(differs))
        if count:
            raise ContractError("BUG-APPEARANCE", detail=f"{count} pixels differ", page=number)
