"""The agency's key for messages: bare signatures, for formats that the PDF machinery knows not."""

from __future__ import annotations

from dataclasses import dataclass

from stages.sign.api import SealProvider


@dataclass(frozen=True, slots=True)
class SealKey:
    """Port `pipeline.model.onward.MessageKey` over a seal's identity; thread-safe as that is."""

    provider: SealProvider

    @property
    def is_development(self) -> bool:
        """Whether it has no legal value."""
        return self.provider.identity.is_development

    @property
    def algorithm(self) -> str:
        """`rsassa_pkcs1v15`, `rsassa_pss` or `ecdsa`."""
        with self.provider.signer() as signer:
            return str(signer.get_signature_mechanism_for_digest("sha256").signature_algo)

    @property
    def certificates(self) -> tuple[bytes, ...]:
        """Certificates in DER, the key's own first."""
        with self.provider.signer() as signer:
            own = signer.signing_cert
            others = [
                one for one in signer.cert_registry if own is None or one.sha256 != own.sha256
            ]
            return tuple(one.dump() for one in ([] if own is None else [own]) + others)

    def sign(self, data: bytes) -> bytes:
        """Return the signature over data with SHA-256."""
        from stages.sign.signing import SealSigner  # pyHanko, only where something is signed

        with self.provider.signer() as signer:
            if not isinstance(signer, SealSigner):
                raise TypeError(type(signer).__name__)
            return signer.sign_with_key(data, "sha256")
