"""Whose certificate is it? For signatures outside PDF: messages that other bodies signed.

Judged now, by the keeper's roots alone, as `verify` judges the certificates of a PDF.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from asn1crypto import x509

from stages.sign.proof import TRUSTED, Proofs, Standing
from stages.sign.status import StatusSource
from stages.sign.trust import load_trust

_JUNK = (ValueError, TypeError, LookupError, AttributeError)
"""What the parser of ASN.1 raises on hostile bytes."""
_NAME_CHARS_MAX = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateJudge:
    """Says what a signer's certificate is worth; its roots are read at each question."""

    trust: tuple[Path, ...] = ()
    """Certificates or folders of them to trust; without any nobody is known."""
    intermediates: tuple[Path, ...] = ()
    online: StatusSource | None = None
    """Where OCSP and CRL may be asked; None: nobody is asked."""

    def __call__(self, certificates: Sequence[bytes]) -> tuple[str, str]:
        """Return (`valid`, `unknown` or `invalid`, name of the signer).

        `invalid` is a certificate that was revoked; one that has ended, or leads to nobody whom
        the keeper trusts, is `unknown`.

        Args:
            certificates: in DER, the signer's first.

        Raises:
            OperatorError: SYS-CONFIG when a trusted certificate cannot be read.
        """
        anchors = load_trust(self.trust, others=self.intermediates)
        try:
            own, *others = (x509.Certificate.load(one) for one in certificates)
            signer = str(own.subject.human_friendly)[:_NAME_CHARS_MAX]
            proofs = Proofs(trust=anchors, certificates=others, online=self.online)
            standing = proofs.standing(own, moment=dt.datetime.now(dt.UTC))
        except _JUNK:
            return "unknown", ""
        if standing is Standing.REVOKED:
            return "invalid", signer
        return ("valid" if standing in TRUSTED else "unknown"), signer
