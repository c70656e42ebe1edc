"""Where seals come from: the port between the stage and a key.

A provider owns the life of its key: a PKCS#12 file (`pkcs12.py`) or a token (`pkcs11.py`). `signer`
is a context so that a session can be closed.
"""

from __future__ import annotations

import datetime as dt
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from pyhanko.sign.signers.pdf_cms import Signer


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

    def days_left(self, now: dt.datetime) -> float:
        """Return days until the certificate ends, negative when it has ended.

        One figure for `sohoa doctor`, the page and metrics, which warn by it 30, 7 and 1 day ahead.
        """
        return (self.not_after - now) / dt.timedelta(days=1)


class SealProvider(Protocol):
    """Gives access to one signing identity; safe to use from several threads."""

    @property
    def identity(self) -> SealIdentity:
        """Who seals.

        Raises:
            OperatorError: SIGN-IDENTITY, SIGN-USAGE, SIGN-PIN when the key cannot be opened or
                may not sign.
            TransientError: SIGN-TOKEN-DOWN when the device is not there.
        """

    def signer(self) -> AbstractContextManager[Signer]:
        """Lend pyHanko's signer for one signature.

        Raises:
            OperatorError: SIGN-IDENTITY, SIGN-USAGE, SIGN-PIN when the key cannot be opened or
                may not sign.
            TransientError: SIGN-TOKEN-DOWN when the device is not there.
        """
