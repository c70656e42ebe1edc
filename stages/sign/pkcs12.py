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
from typing import TYPE_CHECKING

from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs12

from pipeline.model.errors import OperatorError
from stages.sign.api import SealIdentity
from stages.sign.identity import (
    as_asn1,
    check_fitness,
    describe,
)

if TYPE_CHECKING:
    from pyhanko.sign.signers.pdf_cms import Signer

SigningKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


@dataclass(frozen=True, slots=True)
class OpenedKey:
    """A key in memory with all that its signatures need."""

    key: SigningKey = field(repr=False)
    certificate: x509.Certificate
    identity: SealIdentity
    is_pss: bool
    signing: asn1_x509.Certificate
    """The certificate as pyHanko wants it; parsed once."""
    completing: tuple[asn1_x509.Certificate, ...]


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
        self._opened: OpenedKey | None = None
        self._lock = threading.Lock()

    @property
    def identity(self) -> SealIdentity:
        """Who seals; raises OperatorError SIGN-IDENTITY, SIGN-USAGE."""
        return self._open().identity

    @contextmanager
    def signer(self) -> Iterator[Signer]:
        """Lend a signer for one signature; raises OperatorError SIGN-IDENTITY, SIGN-USAGE."""
        from stages.sign.key_signer import KeySigner  # pyHanko, only where something is sealed

        yield KeySigner(self._open())

    def _open(self) -> OpenedKey:
        with self._lock:
            if self._opened is None:
                self._opened = _load(self._path, self._passphrase_file, is_pss=self._is_pss)
            return self._opened


def _load(path: Path, passphrase_file: Path | None, *, is_pss: bool) -> OpenedKey:
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
    return OpenedKey(
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
