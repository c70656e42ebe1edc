"""What a PKCS#12 file and a token have in common when they sign: certificates, algorithm, CMS.

asn1crypto encodes a structure that was built in memory, not read, anew at every look at it, with
all that it holds: two fifths of a signature's time. What is finished is therefore read back from
its DER before it goes into something larger.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

from asn1crypto import cms, core, tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from pyhanko.sign.attributes import CMSAttributeProvider, SignedAttributeProviderSpec
from pyhanko.sign.general import as_signing_certificate_v2
from pyhanko.sign.signers.pdf_cms import Signer
from pyhanko_certvalidator.registry import SimpleCertificateStore

from stages.sign.identity import mechanism, signature_bytes_max

_Asn1 = TypeVar("_Asn1", bound=core.Asn1Value)


class SealSigner(Signer):
    """pyHanko's signer for one signature; subclasses hold the key."""

    def __init__(
        self,
        certificate: x509.Certificate,
        signing: asn1_x509.Certificate,
        completing: Iterable[asn1_x509.Certificate],
        *,
        is_pss: bool,
    ) -> None:
        """Take the certificate, the same as pyHanko wants it, and those that complete its chain."""
        store = SimpleCertificateStore()
        store.register_multiple(completing)
        # Who checks must bring the root himself, so it would only cost bytes (RFC 5652, 5.1).
        super().__init__(
            signing_cert=signing,
            cert_registry=store,
            embed_roots=False,
            signature_mechanism=mechanism(certificate, is_pss=is_pss),
        )
        self.signed_attr_prov_spec = _PadesAttributes(signing)
        self._certificate = certificate

    async def async_sign_raw(
        self,
        data: bytes,
        digest_algorithm: str,
        dry_run: bool = False,  # noqa: FBT001, FBT002 - pyHanko's signature
    ) -> bytes:
        """Return the signature over data, or as many bytes when only the room is asked for."""
        if dry_run:
            return bytes(signature_bytes_max(self._certificate))
        return self.sign_with_key(data, digest_algorithm)

    def sign_with_key(self, data: bytes, digest: str) -> bytes:
        """Return the key's signature over data."""
        raise NotImplementedError

    async def signed_attrs(self, *arguments: Any, **named: Any) -> cms.CMSAttributes:
        """Return the signed attributes, read back."""
        return _read_back(await super().signed_attrs(*arguments, **named))

    async def unsigned_attrs(self, *arguments: Any, **named: Any) -> cms.CMSAttributes | None:
        """Return the unsigned attributes (a time stamp), read back, or None."""
        made = await super().unsigned_attrs(*arguments, **named)
        return None if made is None else _read_back(made)

    def signer_info(self, *arguments: Any, **named: Any) -> cms.SignerInfo:
        """Return the signer's part, read back."""
        return _read_back(super().signer_info(*arguments, **named))


class _PadesAttributes(SignedAttributeProviderSpec):
    """What PAdES has signed besides type and digest (ETSI EN 319 142-1, 6.3): whose signature."""

    def __init__(self, signing: asn1_x509.Certificate) -> None:
        self._signing_der = signing.dump()

    def signed_attr_providers(
        self,
        data_digest: bytes,  # noqa: ARG002 - pyHanko's signature
        digest_algorithm: str,  # noqa: ARG002
    ) -> Iterator[CMSAttributeProvider]:
        yield _WhoseSignature(_signing_certificate_v2(self._signing_der))


class _WhoseSignature(CMSAttributeProvider):
    attribute_type = "signing_certificate_v2"

    def __init__(self, der: bytes) -> None:
        self._der = der

    async def build_attr_value(
        self,
        dry_run: bool = False,  # noqa: ARG002, FBT001, FBT002 - pyHanko's signature
    ) -> tsp.SigningCertificateV2:
        return tsp.SigningCertificateV2.load(self._der)


@functools.lru_cache(maxsize=8)
def _signing_certificate_v2(signing_der: bytes) -> bytes:
    """Return the attribute's value; the same for every signature with a certificate (RFC 5035)."""
    made = as_signing_certificate_v2(asn1_x509.Certificate.load(signing_der))
    return bytes(made.dump())


def _read_back(made: _Asn1) -> _Asn1:
    read: _Asn1 = type(made).load(made.dump())
    return read
