"""The output intent's colour profile (ISO 19005-2, 6.2.3; ICC.1:2010)."""

from __future__ import annotations

import functools
import importlib.resources

from PIL import ImageCms

CONDITION = "sRGB IEC61966-2.1"
"""OutputConditionIdentifier of the output intent."""
COMPONENTS = 3

_DATE_FIELD = slice(24, 36)
_FIXED_DATE = b"".join(part.to_bytes(2, "big") for part in (2020, 1, 1, 0, 0, 0))


@functools.cache
def srgb_profile() -> bytes:
    """Return an sRGB profile of some 600 bytes; its date is fixed, so the bytes never differ."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    profile[_DATE_FIELD] = _FIXED_DATE
    return bytes(profile)


@functools.cache
def old_srgb_profile() -> bytes:
    """Return an sRGB profile of ICC version 2, as PDF/A-1 wants it (ISO 19005-1, 6.2.2).

    OCRmyPDF ships one that may be used freely; ImageCms makes version 4 alone.
    """
    return importlib.resources.files("ocrmypdf.data").joinpath("sRGB.icc").read_bytes()
