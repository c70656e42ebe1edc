"""Codes on paper: QR and Code 128 of separator sheets, labels of archives, ASN (zxing-cpp)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.model.stacks import Separator

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy import uint8
    from numpy.typing import NDArray

_FORMATS = "QRCode,Code128,Code39,DataMatrix"


def codes_on(gray: NDArray[uint8]) -> tuple[str, ...]:
    """Return the texts of the codes on a page, each once; any orientation, upside down too.

    Args:
        gray: (height, width) 0-255.
    """
    import zxingcpp

    formats = zxingcpp.barcode_formats_from_str(_FORMATS)
    found = zxingcpp.read_barcodes(gray, formats=formats, try_invert=False)
    return tuple(dict.fromkeys(one.text for one in found if one.valid and one.text))


def separator_in(codes: Iterable[str]) -> Separator | None:
    """Return what a sheet says where it is one of ours; its two codes say the same."""
    return next((one for one in map(Separator.parse, codes) if one is not None), None)
