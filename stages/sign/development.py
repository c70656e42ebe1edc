"""The development identity: a self-made authority and seal for trying sohoa out.

Whatever shows it says so: the certificate's name, the signature's appearance, a remark with every
document. It proves integrity and nothing else; no office may use it for real papers.
"""

from __future__ import annotations

import datetime as dt
import os
import secrets
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID

from stages.sign.identity import DEVELOPMENT_MARK

FILE_NAME = "development.p12"
"""Key and certificates, mode 0600."""
PASSPHRASE_NAME = "development.passphrase"  # noqa: S105 - a file name
"""Passphrase of the key, mode 0600."""
AUTHORITY_NAME = "development-ca.pem"
"""Certificate of the self-made authority, to be trusted by nobody but the tests."""

_LIFE = dt.timedelta(days=3650)
_CLOCK_TOLERANCE = dt.timedelta(hours=1)
_RSA_BITS = 2048
_RSA_EXPONENT = 65537


def make_development_identity(folder: Path, *, valid_from: dt.datetime | None = None) -> Path:
    """Return the development identity of a folder, making it at first use.

    Safe when several processes begin at once: the key appears whole or not at all, and who comes
    second takes what the first one made.

    Args:
        folder: made with mode 0700 when absent; the passphrase lies beside the key.
        valid_from: first moment of its period, aware; an hour ago when not given.

    Returns:
        The PKCS#12 file; its passphrase is in `passphrase_file_of(path)`.
    """
    target = folder / FILE_NAME
    if target.exists():
        return target
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    passphrase = _settled(folder / PASSPHRASE_NAME, secrets.token_urlsafe(24).encode())
    data, authority = _make(passphrase, valid_from or dt.datetime.now(dt.UTC) - _CLOCK_TOLERANCE)
    if _settled(target, data) == data:
        _settled(folder / AUTHORITY_NAME, authority)
    return target


def passphrase_file_of(identity: Path) -> Path:
    """Return the file with the passphrase of a development identity."""
    return identity.with_name(PASSPHRASE_NAME)


def _settled(path: Path, data: bytes) -> bytes:
    """Write a private file once, durably, and return what it holds, ours or an earlier one's."""
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
        try:
            os.link(temporary, path)
        except FileExistsError:
            return path.read_bytes()
        return data
    finally:
        temporary.unlink()


def _make(passphrase: bytes, valid_from: dt.datetime) -> tuple[bytes, bytes]:
    authority_key = rsa.generate_private_key(_RSA_EXPONENT, _RSA_BITS)
    authority_name = _name("CA")
    authority = (
        _builder(authority_name, authority_name, authority_key, valid_from)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(is_authority=True), critical=True)
        .sign(authority_key, hashes.SHA256())
    )
    key = rsa.generate_private_key(_RSA_EXPONENT, _RSA_BITS)
    identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key())
    certificate = (
        _builder(_name("seal"), authority_name, key, valid_from)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(is_authority=False), critical=True)
        .add_extension(identifier, critical=False)
        .sign(authority_key, hashes.SHA256())
    )
    data = pkcs12.serialize_key_and_certificates(
        b"sohoa development",
        key,
        certificate,
        [authority],
        serialization.BestAvailableEncryption(passphrase),
    )
    return data, authority.public_bytes(serialization.Encoding.PEM)


def _name(role: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COMMON_NAME, f"{DEVELOPMENT_MARK}, no legal value ({role})"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "sohoa development"),
        ]
    )


def _builder(
    subject: x509.Name, issuer: x509.Name, key: rsa.RSAPrivateKey, valid_from: dt.datetime
) -> x509.CertificateBuilder:
    identifier = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(valid_from)
        .not_valid_after(valid_from + _LIFE)
        .add_extension(identifier, critical=False)
    )


def _usage(*, is_authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not is_authority,
        content_commitment=not is_authority,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=is_authority,
        crl_sign=is_authority,
        encipher_only=False,
        decipher_only=False,
    )
