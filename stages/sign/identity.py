"""What a certificate says of the key that seals, and whether it may (TT 15/2025, PL I and II)."""

from __future__ import annotations

import datetime as dt
import hashlib

from asn1crypto import algos
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

from pipeline.model.errors import OperatorError
from stages.sign.api import SealIdentity

DEVELOPMENT_MARK = "KHÓA THỬ NGHIỆM – DEVELOPMENT"
"""Stands in the subject of every development certificate."""
DIGEST = "sha256"
_DIGEST_BYTES = 32
_RSA_BITS_MIN = 2048
_EC_BITS_MIN = 256


def check_fitness(certificate: x509.Certificate) -> None:
    """Refuse weak keys and certificates of another usage.

    Raises:
        OperatorError: SIGN-IDENTITY (weak or of another kind), SIGN-USAGE.
    """
    key = certificate.public_key()
    if not isinstance(key, rsa.RSAPublicKey | ec.EllipticCurvePublicKey):
        raise OperatorError("SIGN-IDENTITY", detail="neither an RSA nor an EC key")
    bits_min = _RSA_BITS_MIN if isinstance(key, rsa.RSAPublicKey) else _EC_BITS_MIN
    if key.key_size < bits_min:
        raise OperatorError("SIGN-IDENTITY", detail=f"key of {key.key_size} bits, {bits_min} asked")
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return
    if not (usage.digital_signature or usage.content_commitment):
        raise OperatorError("SIGN-USAGE", detail="keyUsage without digitalSignature")


def check_period(identity: SealIdentity, now: dt.datetime) -> None:
    """Refuse a certificate out of its period.

    Raises:
        OperatorError: SIGN-EXPIRED, SIGN-NOT-YET.
    """
    period = f"valid {identity.not_before:%Y-%m-%d} – {identity.not_after:%Y-%m-%d}"
    if now < identity.not_before:
        raise OperatorError("SIGN-NOT-YET", detail=period)
    if now > identity.not_after:
        raise OperatorError("SIGN-EXPIRED", detail=period)


def describe(certificate: x509.Certificate) -> SealIdentity:
    """Return who seals with a certificate."""
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


def mechanism(certificate: x509.Certificate, *, is_pss: bool) -> algos.SignedDigestAlgorithm:
    """Return the algorithm of the signature, SHA-256.

    RSASSA-PSS with a salt as long as the digest (RFC 8017, 9.1 note 4; the only one that many
    devices know) and MGF1 over the same digest, PKCS#1 v1.5, or ECDSA.
    """
    if isinstance(certificate.public_key(), ec.EllipticCurvePublicKey):
        return algos.SignedDigestAlgorithm({"algorithm": f"{DIGEST}_ecdsa"})
    if not is_pss:
        return algos.SignedDigestAlgorithm({"algorithm": f"{DIGEST}_rsa"})
    digest = algos.DigestAlgorithm({"algorithm": DIGEST})
    parameters = algos.RSASSAPSSParams(
        {
            "hash_algorithm": digest,
            "mask_gen_algorithm": algos.MaskGenAlgorithm(
                {"algorithm": "mgf1", "parameters": digest}
            ),
            "salt_length": _DIGEST_BYTES,
        }
    )
    return algos.SignedDigestAlgorithm({"algorithm": "rsassa_pss", "parameters": parameters})


def signature_bytes_max(certificate: x509.Certificate) -> int:
    """Return the greatest length of a signature: two numbers in DER for ECDSA (RFC 3279, 2.2.3)."""
    key = certificate.public_key()
    if isinstance(key, rsa.RSAPublicKey):
        return (key.key_size + 7) // 8
    if isinstance(key, ec.EllipticCurvePublicKey):
        return 2 * ((key.key_size + 7) // 8) + 12
    raise OperatorError("SIGN-IDENTITY", detail="neither an RSA nor an EC key")


def as_asn1(certificate: x509.Certificate) -> asn1_x509.Certificate:
    """Return a certificate as pyHanko wants it."""
    return asn1_x509.Certificate.load(certificate.public_bytes(serialization.Encoding.DER))


def _name(name: x509.Name) -> str:
    common = name.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(common[0].value) if common else name.rfc4514_string()
