"""Which of a document's files is the one that people and other systems get."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

SEALED_KINDS = ("renewed", "sealed")
"""Best first: a renewed PDF is the sealed one with the later proofs of its signature behind it."""
PDF_KINDS = (*SEALED_KINDS, "pdfa")

_File = TypeVar("_File")


def best_pdf(artifacts: Mapping[str, _File]) -> _File | None:
    """Return the best PDF among artifacts by kind; None when there is none yet."""
    return next((artifacts[kind] for kind in PDF_KINDS if kind in artifacts), None)
