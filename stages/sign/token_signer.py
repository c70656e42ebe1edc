"""Signatures with a key on a PKCS#11 token, for pyHanko."""

from __future__ import annotations

from stages.sign.identity import as_asn1
from stages.sign.pkcs11 import OpenedToken, Pkcs11Seal
from stages.sign.signing import SealSigner


class TokenSigner(SealSigner):
    """Signs on the device, with the certificates that it holds."""

    def __init__(self, seal: Pkcs11Seal, opened: OpenedToken, *, is_pss: bool) -> None:
        completing = [as_asn1(item) for item in opened.chain]
        certificate = opened.certificate
        super().__init__(certificate, as_asn1(certificate), completing, is_pss=is_pss)
        self._seal = seal

    def sign_with_key(self, data: bytes, digest: str) -> bytes:
        """Return the device's signature over data; raises as `Pkcs11Seal.sign`."""
        return self._seal.sign(data, digest, self.signature_mechanism)
