"""What the standard library raises over bytes that are no usable ZIP."""

from __future__ import annotations

import zipfile
import zlib

UNREADABLE = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,  # a member's bytes are damaged
    EOFError,
    NotImplementedError,  # a method that zipfile does not know
    RuntimeError,  # encrypted
)
