"""Seals from PKCS#12 files (RFC 7292).

The file is opened at first use and the key stays in memory, never anywhere else: neither key nor
passphrase is ever part of a message, a representation or a log.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from pyhanko.sign.signers.pdf_cms import Signer

from pipeline.model.errors import OperatorError
from stages.sign.api import SealIdentity
from stages.sign.identity import (
    as_asn1,
    check_fitness,
    describe,
)
from stages.sign.signing import SealSigner

_DIGESTS: dict[str, hashes.HashAlgorithm] = {
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}

SigningKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


@dataclass(frozen=True, slots=True)
class _Opened:
    key: SigningKey = field(repr=False)
    certificate: x509.Certificate
    identity: SealIdentity
    is_pss: bool
    signing: asn1_x509.Certificate
    """The certificate as pyHanko wants it; parsed once."""
    completing: tuple[asn1_x509.Certificate, ...]


class _KeySigner(SealSigner):
    """Signs with a key held open; pyHanko's own would parse the key anew for each signature."""

    def __init__(self, opened: _Opened) -> None:
        super().__init__(
            opened.certificate, opened.signing, opened.completing, is_pss=opened.is_pss
        )
        self._key, self._is_pss = opened.key, opened.is_pss

    def sign_with_key(self, data: bytes, digest: str) -> bytes:
        hashed, key = _DIGESTS[digest], self._key
        if not isinstance(key, rsa.RSAPrivateKey):
            return key.sign(data, ec.ECDSA(hashed))
        if self._is_pss:
            pss = padding.PSS(mgf=padding.MGF1(hashed), salt_length=hashed.digest_size)
            return key.sign(data, pss, hashed)
        return key.sign(data, padding.PKCS1v15(), hashed)


class Pkcs12Seal:
    """Port `SealProvider` over a PKCS#12 file."""

    def __init__(
        self, path: Path, *, passphrase_file: Path | None = None, is_pss: bool = False
    ) -> None:
        """Name the files; nothing is opened yet.

        Args:
            path: the PKCS#12 file with key, certificate and, if there are, intermediates.
            passphrase_file: file whose first line is the passphrase; None for a file without.
            is_pss: sign with RSASSA-PSS instead of PKCS#1 v1.5, where the key is RSA.
        """
        self._path = path
        self._passphrase_file = passphrase_file
        self._is_pss = is_pss
        self._opened: _Opened | None = None
        self._lock = threading.Lock()

    @property
    def identity(self) -> SealIdentity:
        """Who seals; raises OperatorError SIGN-IDENTITY, SIGN-USAGE."""
        return self._open().identity

    @contextmanager
    def signer(self) -> Iterator[Signer]:
        """Lend a signer for one signature; raises OperatorError SIGN-IDENTITY, SIGN-USAGE."""
        yield _KeySigner(self._open())

    def _open(self) -> _Opened:
        with self._lock:
            if self._opened is None:
                self._opened = _load(self._path, self._passphrase_file, is_pss=self._is_pss)
            return self._opened


def _load(path: Path, passphrase_file: Path | None, *, is_pss: bool) -> _Opened:
    try:
        data = path.read_bytes()
        passphrase = _passphrase(passphrase_file)
        key, certificate, chain = pkcs12.load_key_and_certificates(data, passphrase)
    except OSError as error:
        raise OperatorError("SIGN-IDENTITY", detail=f"{error.strerror}: {path.name}") from error
    except ValueError as error:
        detail = f"wrong passphrase or not PKCS#12: {path.name}"
        raise OperatorError("SIGN-IDENTITY", detail=detail) from error
    if certificate is None or not isinstance(key, SigningKey):
        raise OperatorError("SIGN-IDENTITY", detail=f"no RSA or EC key in {path.name}")
    if _spki(key.public_key()) != _spki(certificate.public_key()):
        raise OperatorError("SIGN-IDENTITY", detail="key and certificate do not belong together")
    check_fitness(certificate)
    return _Opened(
        key=key,
        certificate=certificate,
        identity=describe(certificate),
        is_pss=is_pss,
        signing=as_asn1(certificate),
        completing=tuple(as_asn1(item) for item in chain),
    )


def _passphrase(path: Path | None) -> bytes | None:
    if path is None:
        return None
    lines = path.read_bytes().splitlines()
    return lines[0] if lines else b""


def _spki(key: object) -> bytes:
    der = serialization.Encoding.DER
    return key.public_bytes(der, serialization.PublicFormat.SubjectPublicKeyInfo)  # type: ignore[attr-defined,no-any-return]
