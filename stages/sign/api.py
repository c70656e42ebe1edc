"""Where seals come from: the port between the stage and a key.

A provider owns the life of its key. PKCS#12 files are one kind (`pkcs12.py`); tokens (PKCS#11) and
time-stamping authorities fit the same shape: `signer` is a context so that a session can be closed,
`timestamper` is None at level B-B (ETSI EN 319 142-1, 6.3) and set at B-T and above.
"""

from __future__ import annotations

import datetime as dt
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from pyhanko.sign.signers.pdf_cms import Signer
    from pyhanko.sign.timestamps import TimeStamper


@dataclass(frozen=True, slots=True, kw_only=True)
class SealIdentity:
    """Who seals."""

    subject: str
    """Common name of the certificate, or the whole name when it has none."""
    issuer: str
    not_before: dt.datetime
    """Aware, UTC."""
    not_after: dt.datetime
    """Aware, UTC."""
    fingerprint: str
    """sha-256 of the certificate, 64 hex digits."""
    is_development: bool
    """Made by sohoa itself for trying out; without legal value."""


class SealProvider(Protocol):
    """Gives access to one signing identity; safe to use from several threads."""

    @property
    def identity(self) -> SealIdentity:
        """Who seals.

        Raises:
            OperatorError: SIGN-IDENTITY when the key cannot be opened or may not sign.
        """

    @property
    def timestamper(self) -> TimeStamper | None:
        """Client of a time-stamping authority (RFC 3161), None for level B-B."""

    def signer(self) -> AbstractContextManager[Signer]:
        """Lend pyHanko's signer for one signature.

        Raises:
            OperatorError: SIGN-IDENTITY when the key cannot be opened or may not sign.
        """
