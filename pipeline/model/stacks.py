"""Stacks: one scan of many documents, and what is seen of its pages before they are documents.

What leaves a page worker for a stack is signs – numbers and yes or no – and never text: the guard
has not looked at these pages yet (QĐ 28/2018). Standard library only; pages count from 1.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote, unquote

_HEAD = "SOHOA1"
_FORM = re.compile(_HEAD + r":([a-z0-9][a-z0-9_-]{0,39}):([^:]*):(\d{1,6})")
PAYLOAD_CHARS_MAX = 56
"""Longest text of a separator: its Code 128 then keeps two pixels a module at 150 dpi along A4."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Separator:
    """What a separator sheet says: the documents behind it, up to the next sheet, are one."""

    batch: str
    dossier: str
    """Notation of the dossier, or empty."""
    ordinal: int
    """Place of the sheet in its print, from 1: a sheet that is lost shows."""

    def payload(self) -> str:
        """Return the text of both codes: printable ASCII, at most PAYLOAD_CHARS_MAX signs.

        Raises:
            ValueError: the dossier's notation is too long, or the batch has no usable name.
        """
        text = f"{_HEAD}:{self.batch}:{quote(self.dossier, safe='/.-_ ')}:{self.ordinal}"
        if len(text) > PAYLOAD_CHARS_MAX or _FORM.fullmatch(text) is None:
            raise ValueError(text)
        return text

    @classmethod
    def parse(cls, text: str) -> Separator | None:
        """Return what a code says, or None where it is none of ours."""
        found = _FORM.fullmatch(text)
        if found is None:
            return None
        return cls(batch=found[1], dossier=unquote(found[2]), ordinal=int(found[3]))
