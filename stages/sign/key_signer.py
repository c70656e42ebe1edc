"""Signatures with a key of a PKCS#12 file, for pyHanko."""

from __future__ import annotations

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from stages.sign.pkcs12 import OpenedKey
from stages.sign.signing import SealSigner

_DIGESTS: dict[str, hashes.HashAlgorithm] = {
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}


class KeySigner(SealSigner):
    """Signs with a key held open; pyHanko's own would parse the key anew for each signature."""

    def __init__(self, opened: OpenedKey) -> None:
        super().__init__(
            opened.certificate, opened.signing, opened.completing, is_pss=opened.is_pss
        )
        self._key, self._is_pss = opened.key, opened.is_pss

    def sign_with_key(self, data: bytes, digest: str) -> bytes:
        """Return the bare signature over data."""
        hashed, key = _DIGESTS[digest], self._key
        if not isinstance(key, rsa.RSAPrivateKey):
            return key.sign(data, ec.ECDSA(hashed))
        if self._is_pss:
            pss = padding.PSS(mgf=padding.MGF1(hashed), salt_length=hashed.digest_size)
            return key.sign(data, pss, hashed)
        return key.sign(data, padding.PKCS1v15(), hashed)
