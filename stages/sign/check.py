"""The check of the signed bytes, before anyone gets them.

What was sealed must still be there, byte for byte; the signature must verify over the whole file;
the page must look as before outside the signature's box: 0 pixels differ.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import numpy as np
from pyhanko.sign.general import SigningError, extract_certificate_info
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.generic_cms import validate_sig_integrity

from pipeline.model.errors import ContractError
from pipeline.model.records import Box
from stages.sign.contents import newest
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
        found = newest(data)
        info = found.signed["signer_infos"][0]
        certificate = extract_certificate_info(found.signed).signer_cert
        digest = hashlib.new(info["digest_algorithm"]["algorithm"].native)
        digest.update(data[: found.first_end])
        digest.update(data[found.second_start : found.length])
        is_intact, is_valid = validate_sig_integrity(info, certificate, "data", digest.digest())
    except (SigningError, SignatureValidationError, LookupError, ValueError) as error:
        raise ContractError("BUG-STAGE", detail=f"signature unreadable: {error}") from error
    if not (is_intact and is_valid):
        raise ContractError("BUG-STAGE", detail="the signature does not verify")
    if found.length != len(data) or found.gap != (found.first_end, found.second_start):
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
        window = old.window(box, margin_px=_EDGE_PX) if number == 1 else None
        if _are_equal(old, new, window):
            continue
        differs = np.any(old.pixels != new.pixels, axis=2)
        if window is not None:
            differs[window] = False
        count = int(np.count_nonzero(differs))
        raise ContractError("BUG-APPEARANCE", detail=f"{count} pixels differ", page=number)


def _are_equal(old: PagePicture, new: PagePicture, window: tuple[slice, slice] | None) -> bool:
    """Compare whole rows above and below the window, and what stands beside it."""
    if window is None:
        return np.array_equal(old.pixels, new.pixels)
    rows, columns = window
    parts = (
        (slice(None, rows.start), slice(None)),
        (slice(rows.stop, None), slice(None)),
        (rows, slice(None, columns.start)),
        (rows, slice(columns.stop, None)),
    )
    return all(np.array_equal(old.pixels[part], new.pixels[part]) for part in parts)
