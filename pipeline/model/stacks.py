"""Stacks: one scan of many documents, and what is seen of its pages before they are documents.

What leaves a page worker for a stack is signs – numbers and yes or no – and never text: the guard
has not looked at these pages yet (QĐ 28/2018). Standard library only; pages count from 1.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol
from urllib.parse import quote, unquote

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from pipeline.model.prepared import PreparedPage
    from pipeline.model.records import Document, Remark

_HEAD = "SOHOA1"
_FORM = re.compile(_HEAD + r"(D?):([a-z0-9][a-z0-9_-]{0,39}):([^:]*):(\d{1,6})")
PAYLOAD_CHARS_MAX = 56
"""Longest text of a separator: its Code 128 then keeps two pixels a module at 150 dpi along A4."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Separator:
    """What a separator sheet says: what lies behind it, up to the next sheet, is one document.

    Or one dossier of many documents, up to the next sheet of a dossier.
    """

    batch: str
    dossier: str
    """Notation of the dossier, or empty."""
    ordinal: int
    """Place of the sheet in its print, from 1: a sheet that is lost shows."""
    is_dossier: bool = False
    """It stands for a whole dossier."""

    def payload(self) -> str:
        """Return the text of both codes: printable ASCII, at most PAYLOAD_CHARS_MAX signs.

        Raises:
            ValueError: the dossier's notation is too long, or the batch has no usable name.
        """
        kind = "D" if self.is_dossier else ""
        text = f"{_HEAD}{kind}:{self.batch}:{quote(self.dossier, safe='/.-_ ')}:{self.ordinal}"
        if len(text) > PAYLOAD_CHARS_MAX or _FORM.fullmatch(text) is None:
            raise ValueError(text)
        return text

    @classmethod
    def parse(cls, text: str) -> Separator | None:
        """Return what a code says, or None where it is none of ours."""
        found = _FORM.fullmatch(text)
        if found is None:
            return None
        return cls(
            is_dossier=bool(found[1]),
            batch=found[2],
            dossier=unquote(found[3]),
            ordinal=int(found[4]),
        )


def stacks_named(remarks: Iterable[Remark]) -> tuple[str, ...]:
    """Return the stacks (sha-256) that a document was cut out of, by its remarks."""
    return tuple(one.facts["stack"] for one in remarks if one.code == "STACK-PART")


@dataclass(frozen=True, slots=True, kw_only=True)
class PageSigns:
    """What is seen of a page of a stack; no text of the page but our own separator's."""

    number: int
    """In the scan, from 1."""
    is_blank: bool = False
    is_marked: bool = False
    """Bears a mark of secrecy, as far as head and foot tell: the strip shows no picture of it."""
    unread: str | None = None
    """Code of the reason why it could not be looked at, else None."""
    separator: Separator | None = None
    nation_x: float | None = None
    """Middle of Quốc hiệu (or the Party's name) across the page, 0–1; None where it is not seen.
    Letters have it right of the middle, forms in the middle."""
    has_motto: bool = False
    has_number: bool = False
    """A cell `Số: …` in the left half of the head (NĐ 30/2020, PL I, ô 3)."""
    has_date: bool = False
    """Place and date in the right half of the head (ô 4)."""
    has_issuer: bool = False
    """Capitals beside Quốc hiệu, at its height (ô 2)."""
    is_annex: bool = False
    """PHỤ LỤC, or `(kèm theo …)`."""
    is_form: bool = False
    """`Mẫu số …` in the right corner, or dots instead of a date."""
    is_cover: bool = False
    """Cover of a dossier (bìa hồ sơ)."""
    printed: int | None = None
    """Page number as printed."""
    printed_of: int | None = None
    """Number of pages as printed (`Trang 2/5`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageGlance:
    """What one look at a page of a stack gives."""

    signs: PageSigns
    picture: bytes = b""
    """Small JPEG of the page, upright, for the strip; empty where a mark of secrecy is seen or
    there is nothing to show."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One document of a stack."""

    pages: tuple[int, ...]
    """Pages of the scan in their order, from 1; at least one."""
    turns_deg: tuple[int, ...] = ()
    """Quarter turn clockwise a person gave each page; empty where nobody turned any."""
    dossier: str = ""
    """As its separator sheet, or that of its dossier, says."""
    cover_page: int = 0
    """Page of the scan with the dossier's cover behind which it lies, its own where it is the
    cover; 0: there is none."""
    confidence: float = 1.0
    """That a document begins there, 0–1."""
    missing: tuple[int, ...] = ()
    """Page numbers that are not there although later ones are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """Why a person must look at a stack before it is cut."""

    code: str
    """STACK-… of the catalogue."""
    page: int | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StackPlan:
    """What a stack is to become."""

    parts: tuple[Part, ...]
    dropped: tuple[int, ...] = ()
    """Separator sheets and their empty backs, and pages that a person left out."""
    doubts: tuple[Doubt, ...] = ()
    """None: it may be cut."""


class StackTools(Protocol):
    """What a page worker does with stacks; in a worker because files may be hostile; one thread."""

    def glance(self, page: PreparedPage) -> PageGlance:
        """Return the page's signs, from its head and foot, and its small picture."""

    def codes(self, page: PreparedPage) -> tuple[str, ...]:
        """Return what bar and QR codes on a page say, separator sheets left out."""

    def cut(self, path: Path, document: Document, part: Part, target: Path) -> None:
        """Write one document of a stack, pixels and bytes of its pictures as they were.

        Args:
            path: the stack (read only).
            document: what it is.
            part: which pages, in which order, turned how.
            target: file, or folder of page images, that does not exist yet; durable on return.

        Raises:
            DocumentError: DOC-DAMAGED, DOC-IMAGE-CORRUPT.
            OperatorError, TransientError: the disk.
        """
