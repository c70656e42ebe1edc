"""Seals from PKCS#12 files (RFC 7292).

The file is opened at first use and the key stays in memory, never anywhere else: neither key nor
passphrase is ever part of a message, a representation or a log.
"""

from __future__ import annotations

import datetime as dt
import hashlib
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
from cryptography.x509.oid import NameOID
from pyhanko.sign.signers.pdf_cms import Signer
from pyhanko.sign.timestamps import TimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore

from pipeline.model.errors import OperatorError
from stages.sign.api import SealIdentity

DEVELOPMENT_MARK = "KHÓA THỬ NGHIỆM – DEVELOPMENT"
"""Stands in the subject of every development certificate."""

_RSA_BITS_MIN = 2048
_EC_BITS_MIN = 256
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
    chain: tuple[x509.Certificate, ...]
    identity: SealIdentity


class _KeySigner(Signer):
    """Signs with a key held open; pyHanko's own would parse the key anew for each signature."""

    def __init__(self, opened: _Opened) -> None:
        store = SimpleCertificateStore()
        store.register_multiple([_as_asn1(item) for item in opened.chain])
        # Who checks must bring the root himself, so it would only cost bytes (RFC 5652, 5.1).
        super().__init__(
            signing_cert=_as_asn1(opened.certificate), cert_registry=store, embed_roots=False
        )
        self._key = opened.key

    async def async_sign_raw(
        self,
        data: bytes,
        digest_algorithm: str,
        dry_run: bool = False,  # noqa: FBT001, FBT002 - pyHanko's signature
    ) -> bytes:
        if dry_run:
            return bytes(_signature_bytes_max(self._key))
        digest = _DIGESTS[digest_algorithm]
        if isinstance(self._key, rsa.RSAPrivateKey):
            return self._key.sign(data, padding.PKCS1v15(), digest)
        return self._key.sign(data, ec.ECDSA(digest))


def _signature_bytes_max(key: SigningKey) -> int:
    """Return the greatest length of a signature: two numbers in DER for ECDSA (RFC 3279, 2.2.3)."""
    length = (key.key_size + 7) // 8
    return length if isinstance(key, rsa.RSAPrivateKey) else 2 * length + 12


class Pkcs12Seal:
    """Port `SealProvider` over a PKCS#12 file."""

    def __init__(self, path: Path, *, passphrase_file: Path | None = None) -> None:
        """Name the files; nothing is opened yet.

        Args:
            path: the PKCS#12 file with key, certificate and, if there are, intermediates.
            passphrase_file: file whose first line is the passphrase; None for a file without.
        """
        self._path = path
        self._passphrase_file = passphrase_file
        self._opened: _Opened | None = None
        self._lock = threading.Lock()

    @property
    def identity(self) -> SealIdentity:
        """Who seals; raises OperatorError SIGN-IDENTITY."""
        return self._open().identity

    @property
    def timestamper(self) -> TimeStamper | None:
        """None: level B-B."""
        return None

    @contextmanager
    def signer(self) -> Iterator[Signer]:
        """Lend a signer for one signature; raises OperatorError SIGN-IDENTITY."""
        yield _KeySigner(self._open())

    def _open(self) -> _Opened:
        with self._lock:
            if self._opened is None:
                self._opened = _load(self._path, self._passphrase_file)
            return self._opened


def _load(path: Path, passphrase_file: Path | None) -> _Opened:
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
    _check_fitness(key, certificate)
    return _Opened(key, certificate, tuple(chain), _identity(certificate))


def _passphrase(path: Path | None) -> bytes | None:
    if path is None:
        return None
    lines = path.read_bytes().splitlines()
    return lines[0] if lines else b""


def _check_fitness(key: SigningKey, certificate: x509.Certificate) -> None:
    """Refuse weak keys and certificates of another usage (TT 15/2025/TT-BKHCN, PL I and II)."""
    bits_min = _RSA_BITS_MIN if isinstance(key, rsa.RSAPrivateKey) else _EC_BITS_MIN
    if key.key_size < bits_min:
        raise OperatorError("SIGN-IDENTITY", detail=f"key of {key.key_size} bits, {bits_min} asked")
    if _spki(key.public_key()) != _spki(certificate.public_key()):
        raise OperatorError("SIGN-IDENTITY", detail="key and certificate do not belong together")
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return
    if not (usage.digital_signature or usage.content_commitment):
        raise OperatorError("SIGN-IDENTITY", detail="the certificate is not for signing (keyUsage)")


def _spki(key: object) -> bytes:
    der = serialization.Encoding.DER
    return key.public_bytes(der, serialization.PublicFormat.SubjectPublicKeyInfo)  # type: ignore[attr-defined,no-any-return]


def _identity(certificate: x509.Certificate) -> SealIdentity:
    subject, issuer = _name(certificate.subject), _name(certificate.issuer)
    der = certificate.public_bytes(serialization.Encoding.DER)
    return SealIdentity(
        subject=subject,
        issuer=issuer,
        not_before=certificate.not_valid_before_utc.astimezone(dt.UTC),
        not_after=certificate.not_valid_after_utc.astimezone(dt.UTC),
        fingerprint=hashlib.sha256(der).hexdigest(),
        is_development=DEVELOPMENT_MARK in subject,
    )


def _name(name: x509.Name) -> str:
    common = name.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(common[0].value) if common else name.rfc4514_string()


def _as_asn1(certificate: x509.Certificate) -> asn1_x509.Certificate:
    return asn1_x509.Certificate.load(certificate.public_bytes(serialization.Encoding.DER))
