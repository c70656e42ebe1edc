"""The agency's identity signs and checks the list of a delivery (detached CMS, RFC 5652)."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from asn1crypto import cms
from pyhanko.sign.general import CMSExtractionError, UnacceptableSignerError
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.generic_cms import async_validate_detached_cms
from pyhanko_certvalidator import ValidationContext

from stages.sign import SealProvider


@dataclass(frozen=True, slots=True, kw_only=True)
class ListSigner:
    """Port `Signer` of `pipeline.packaging` over the identity that seals documents."""

    provider: SealProvider

    def sign(self, data: bytes) -> bytes:
        """Return a detached signature; see `Signer`."""
        with self.provider.signer() as signer:
            made = asyncio.run(signer.async_sign_general_data(data, "sha256", detached=True))
        der: bytes = made.dump()
        return der

    def verify(self, data: bytes, signature: bytes) -> str | None:
        """Return who signed exactly these bytes, None when the signature does not fit them.

        Whether the certificate is trusted and was not revoked is asked of `sohoa verify` for the
        documents themselves; here it is only told whose it is.
        """
        try:
            context = ValidationContext(trust_roots=[])
            info = cms.ContentInfo.load(signature, strict=True)
            status = asyncio.run(async_validate_detached_cms(data, info["content"], context))
        except (
            ValueError,
            TypeError,
            CMSExtractionError,
            SignatureValidationError,
            UnacceptableSignerError,
        ):
            return None
        if not (status.intact and status.valid):
            return None
        return str(status.signing_cert.subject.human_friendly)
