"""What comes in packed: a message of another body that carries a document and says what it is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

MESSAGE = "message"
"""Kind of artifact: the message as it came. Everything else of it has a kind that begins so."""
MESSAGE_FIELDS = "message-fields"
"""Kind of artifact: what the message says of the document, JSON: `document`, its id, and `fields`,
name (`FIELD_NAMES`) → value."""
MESSAGE_FILE = "message-file"
"""Kind of artifact: another file of the message, with its number behind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """A message that was opened."""

    document: bytes
    """The file that is the document."""
    name: str
    """Its name, for people."""
    fields: Mapping[str, str]
    """What the message says of it; none is empty."""
    others: tuple[bytes, ...]
    """Further files."""
    facts: Mapping[str, str]
    """Who sent what under which number: goes into the ledger, so never a word of the text."""
    warnings: tuple[str, ...] = ()
    """Codes of what people should know of the message."""


class Source(Protocol):
    """Another system that has messages for us; called from one thread at a time.

    Everything may raise TransientError PORT-DOWN, PORT-ANSWER and OperatorError DELIVER-LOGIN.
    """

    def waiting(self) -> Iterator[str]:
        """Yield the names of the messages that wait; one that was acknowledged waits no more."""

    def fetch(self, name: str) -> bytes:
        """Return a message; it goes on waiting."""

    def acknowledge(self, name: str, *, is_taken: bool) -> None:
        """Tell that a message is durable here, or that it cannot be taken; safe to repeat."""

    def tell(self, message: bytes, code: str, *, reason: str, at: dt.datetime) -> str:
        """Tell the sender of a message what became of its document; safe to repeat.

        Args:
            message: as it came.
            code: status of the exchange standard, 01–06.
            reason: why, for people; may be empty.
            at: when it became so.

        Returns:
            The name of what was sent.

        Raises:
            DocumentError: DOC-EDXML, DELIVER-VALUE, DELIVER-REFUSED, DELIVER-UNSIGNED: it can
                never be told so.
        """


class Unpacker(Protocol):
    """Opens messages; a pure function of the bytes."""

    def is_message(self, head: bytes) -> bool:
        """Tell from the first bytes whether it may be a message."""

    def open(self, message: bytes) -> Package:
        """Return what a message carries.

        Raises:
            DocumentError: DOC-EDXML, DOC-BOMB; DOC-EDXML-SIGNATURE when its signature does not
                fit; DOC-EDXML-UNSIGNED when it has not the signature that the keeper asks for.
            OperatorError: SYS-CONFIG when a trusted certificate cannot be read.
        """
