"""Stage `register`: an entry in the register of incoming documents, with its arrival number.

The last stage: what is registered has been read, sealed and indexed. The outside world is asked
before it is told anything twice: `find(key)`, then `enter(entry, key)`; the key is the book and the
document, so that no run of any revision can enter a document twice into one book.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from pipeline.model.evidence import read_evidence
from pipeline.model.ports import Register
from pipeline.model.records import Registered, RegisterEntry, Remark, Route
from pipeline.model.stage import Done, Effect, Work

_REVISION = 2
_SIGNED_VI = "Văn bản điện tử có chữ ký số"


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Which book the documents of a folder go into."""

    book: str = "den"
    """Name of the book; each book has its own series of arrival numbers a year."""


class Lookalikes(Protocol):
    """Knows whether a paper may have been registered before (NĐ 30/2020, PL VI: warn)."""

    def similar(self, entry: RegisterEntry) -> Sequence[Registered]:
        """Return entries of other documents with the same code, issuer and date."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterStage:
    """Port `Stage`: fields and inspection to the port `Register`."""

    register: Register
    options: Options = field(default_factory=Options)
    lookalikes: Lookalikes | None = None
    """Asked for a warning before entering; no warning without it."""

    @property
    def name(self) -> str:
        """Name of the stage's package."""
        return "register"

    @property
    def revision(self) -> int:
        """Raised whenever the same input may give another result."""
        return _REVISION

    @property
    def options_digest(self) -> str:
        """Short digest of the options and the adapter."""
        facts = (self.options, self.register.name)
        return hashlib.sha256(repr(facts).encode()).hexdigest()[:12]

    @property
    def needs(self) -> frozenset[str]:
        """Kinds of artifact that must exist before."""
        return frozenset({"pages"})

    @property
    def makes(self) -> frozenset[str]:
        """Nothing: the entry lives in the register."""
        return frozenset()

    @property
    def effect(self) -> Effect:
        """The register is outside."""
        return Effect.OUTSIDE

    def run(self, work: Work) -> Done:
        """Enter the document, or find its entry.

        Raises:
            TransientError: IO-BUSY, PORT-DOWN.
            OperatorError: SYS-DISK-FULL, SYS-PERMISSION.
        """
        key = f"{self.options.book}:{work.document.id}"
        entry = entry_of(work, book=self.options.book)
        remarks = self._warnings(entry)
        registered = self.register.find(key) or self.register.enter(entry, key=key)
        return Done(receipt=registered.receipt, registered=registered, remarks=remarks)

    def _warnings(self, entry: RegisterEntry) -> tuple[Remark, ...]:
        similar = self.lookalikes.similar(entry) if self.lookalikes else ()
        if not similar:
            return ()
        places = "; ".join(f"{one.arrival_number}/{one.year} ({one.book})" for one in similar)
        return (Remark(code="REGISTER-SIMILAR", facts={"arrival_numbers": places}),)


def entry_of(work: Work, *, book: str) -> RegisterEntry:
    """Return what the register shall hold of a document."""

    def value(name: str) -> str:
        return work.fields[name].value if name in work.fields else ""

    return RegisterEntry(
        book=book,
        type_name=value("type"),
        code_number=value("number"),
        code_notation=value("notation"),
        issued_date=value("issued_date"),
        organ_name=value("issuer"),
        subject=value("subject"),
        page_amount=_page_amount(work),
        signer_position=value("signer_title"),
        signer_name=value("signer_name"),
        priority=value("urgency"),
        to_places=value("addressee"),
        description=_description(work),
        document_id=work.document.id,
        arrival_at=work.received_at,
        folder=work.folder,
    )


def _description(work: Work) -> str:
    """Return that the document came digitally signed, and what the signatures are worth."""
    if work.inspection.route is not Route.EVIDENCE:
        return ""
    report = work.artifacts.get("report")
    return _SIGNED_VI if report is None else f"{_SIGNED_VI}: {read_evidence(report).words_vi()}"


def _page_amount(work: Work) -> int:
    """Return the pages with something on them: blank backs of sheets are not counted."""
    if not work.pages:
        return len(work.inspection.pages)
    return sum(not page.is_blank for page in work.pages) or len(work.pages)
