"""Pushing onward: what a finished document is to another system, and what a target promises.

A target is any system that takes registered documents: a registry, an archive, a folder, the axis
of state bodies. Its adapter is one file of `stages/deliver`. The outbox decides when it is asked;
the adapter only knows how. One contract suite (tests/contract/test_targets.py) plays every way in
which a target may misbehave.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """A finished document as it is handed onward."""

    key: str
    """Idempotency key, 64 hex digits: the document's id. The same in every repetition."""
    book: str
    year: int
    arrival_number: int
    arrival_at: dt.datetime
    folder: str
    annex: Mapping[str, str]
    """Fields of Phụ lục VI by their codes, within their lengths, corrections taken in."""
    fields: Mapping[str, str]
    """Fields as read and confirmed (FIELD_NAMES), whole."""
    pdf: Path
    """The signed PDF/A, or the received bytes where they are the signed evidence."""
    pdf_digest: str
    """sha-256 of the PDF."""
    pdf_bytes: int
    signature: str
    """Who signed the PDF: `agency`, `sender`, `development` (no legal value) or empty."""

    @property
    def name(self) -> str:
        """A file name without ending: letters, digits, `-` and `_` of ASCII alone."""
        book = "".join(sign for sign in self.book if sign.isascii() and sign.isalnum())
        return f"{self.year}-{book or 'so'}-{self.arrival_number:06d}-{self.key[:12]}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """A target's word that it has the document."""

    external_id: str
    """Its name there."""
    answer_digest: str
    """sha-256 of the answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """One document that a target holds."""

    key: str
    """Idempotency key, empty where it came another way."""
    external_id: str


class MessageKey(Protocol):
    """The agency's key, for targets whose messages are signed; thread-safe.

    Everything may raise OperatorError SIGN-… and TransientError SIGN-TOKEN-DOWN.
    """

    @property
    def is_development(self) -> bool:
        """Whether its signatures have no legal value."""

    @property
    def algorithm(self) -> str:
        """`rsassa_pkcs1v15`, `rsassa_pss` or `ecdsa`."""

    @property
    def certificates(self) -> tuple[bytes, ...]:
        """Certificates in DER, the key's own first."""

    def sign(self, data: bytes) -> bytes:
        """Return the signature over data with SHA-256."""


class Target(Protocol):
    """Another system; called from one thread at a time."""

    @property
    def name(self) -> str:
        """Name of the adapter: `rest`, `folder`, `paperless`, `edxml`."""

    def check(self, parcel: Parcel) -> None:
        """Refuse what must not or cannot be sent, before anything leaves the house.

        Raises:
            DocumentError: DELIVER-SECRET, DELIVER-UNSIGNED, DELIVER-VALUE, DELIVER-TOO-LARGE.
        """

    def find(self, parcel: Parcel) -> Accepted | None:
        """Return the target's word on this parcel; None only when it surely does not have it.

        Raises:
            TransientError: PORT-DOWN, PORT-ANSWER when that cannot be known now.
            OperatorError: DELIVER-LOGIN, SYS-…
        """

    def send(self, parcel: Parcel) -> Accepted:
        """Hand the document over; the answer names this document and these bytes.

        Raises:
            TransientError: PORT-DOWN, PORT-ANSWER: the document may or may not have arrived.
            DocumentError: DELIVER-REFUSED: the target says that it cannot take it.
            OperatorError: DELIVER-LOGIN, SYS-…
        """

    def held(self) -> Iterator[Held]:
        """Yield all that the target holds, for reconciliation; raises as `find`."""

    def ping(self) -> str:
        """Return one line on health; raises as `find`."""
