"""The characters that lines are labelled with, and how a text becomes a label.

trueocr's 222 characters lack signs that state documents do use; counts per 24 million characters
of the legal corpus: … 24,160, ° 2,251, " 828, [ ] 443, º 386, = 323, – 227, ≤ 122, ≥ 117, × 37.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

EXTRA = '…°"[]=–!?§²³≤≥±×÷•~|\\‘«»{}□½'
"""Characters that the head is widened by, in this order."""

FOLDED = str.maketrans(
    {"—": "–", "‑": "-", "−": "-", "\u00ad": "", "º": "°", "\u00a0": " ", "\u200b": "", "‐": "-"}
)
"""Look-alikes that no reader could tell apart on paper."""

LOOSE = str.maketrans({"–": "-", "“": '"', "”": '"', "‘": "'", "’": "'", "…": "..."})
"""Folding for scores: dashes, quotes and dots count as one another."""


def as_label(text: str, known: Collection[str]) -> str | None:
    """Return the text as a training label, or None when it holds an unknown character."""
    label = " ".join(unicodedata.normalize("NFC", text).translate(FOLDED).split())
    return label if all(char in known for char in label) else None


def for_score(text: str) -> str:
    """Return the text as it is compared: NFC, without spaces, dashes and quotes folded."""
    folded = unicodedata.normalize("NFC", text).translate(FOLDED).translate(LOOSE)
    return "".join(folded.split())
