"""The signature of a message that came (XMLDSIG): does it fit, what does it cover, whose is it?

A signature that does not fit means that somebody changed the message: it is refused. One that fits
is worth as much as its certificate, which is judged by whom the keeper trusts. Where it covers the
whole message, what it covers is read and nothing else: an enveloped signature leaves out its own
element, in which other headers could be hidden (W3C XML Signature Best Practices, 14 and 16).

A signature that cannot be checked (no XMLDSIG namespace, references to files outside, XML that is
not well-formed, as vendors' samples have them) proves nothing and counts as none: whoever changes
a message could as well take its signature away.
"""

from __future__ import annotations

import base64
import binascii
import enum
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cryptography.exceptions import UnsupportedAlgorithm
from lxml import etree

from pipeline.model.errors import DocumentError

_DS = "{http://www.w3.org/2000/09/xmldsig#}"
_CERTIFICATES_MAX = 10
_WEAK = "sha1"
_UNCHECKABLE = (
    etree.LxmlError,  # no signature by the schema
    UnsupportedAlgorithm,
    ValueError,  # also signxml's InvalidInput
    TypeError,
    LookupError,
    AttributeError,
    NotImplementedError,
)
"""What signxml and the libraries below it raise over what they cannot check."""

Judge = Callable[[Sequence[bytes]], tuple[str, str]]
"""Certificates in DER, the signer's first → (`valid`, `unknown` or `invalid`; name of the signer).
"""


class Worth(enum.IntEnum):
    """What a message's signature is worth."""

    NONE = 0
    """There is none, or none that can be checked; or SHA-1, which proves nothing any more."""
    INTACT = 1
    """It fits and covers all; its certificate leads to nobody whom the keeper trusts."""
    TRUSTED = 2
    """It fits and covers all; the keeper trusts its certificate."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A message that was looked at."""

    worth: Worth
    signer: str
    content: bytes
    """What may be read: of a message that is signed whole what the signature covers."""


def checked(message: bytes, judge: Judge) -> Checked:
    """Check the signatures of a message.

    Raises:
        DocumentError: DOC-EDXML-SIGNATURE: one does not fit, or its certificate was revoked.
    """
    bare = Checked(worth=Worth.NONE, signer="", content=message)
    root = _well_formed(message)
    signatures = [] if root is None else list(root.iter(f"{_DS}Signature"))
    if root is None or len(signatures) != 1:
        return bare
    certificates = [
        one for text in signatures[0].iter(f"{_DS}X509Certificate") if (one := _der(text.text))
    ]
    found = _verified(root, certificates[:_CERTIFICATES_MAX])
    if found is None or not certificates:
        return bare
    verdict, signer = judge(certificates)
    if verdict == "invalid":
        raise DocumentError("DOC-EDXML-SIGNATURE", detail=f"{signer}: revoked")
    if _is_weak(signatures[0]):
        return bare
    worth = Worth.TRUSTED if verdict == "valid" else Worth.INTACT
    return Checked(worth=worth, signer=signer, content=found)


def _parser() -> etree.XMLParser:
    return etree.XMLParser(huge_tree=True, resolve_entities=False, no_network=True)


def _well_formed(message: bytes) -> etree._Element | None:
    try:
        root = etree.fromstring(message, _parser())
    except (etree.XMLSyntaxError, ValueError):
        return None
    return None if root.getroottree().docinfo.doctype else root


def _verified(root: etree._Element, certificates: Sequence[bytes]) -> bytes | None:
    """Return the message as its signature covers it; None when that cannot be told."""
    from cryptography import x509  # 0.3 s, with signxml, that messages alone need
    from signxml.algorithms import DigestAlgorithm, SignatureMethod
    from signxml.exceptions import InvalidCertificate, InvalidSignature
    from signxml.verifier import SignatureConfiguration, XMLVerifier

    expected = SignatureConfiguration(
        require_x509=bool(certificates),
        expect_references=True,
        signature_methods=frozenset(SignatureMethod),
        digest_algorithms=frozenset(DigestAlgorithm),
    )
    try:
        own = x509.load_der_x509_certificate(certificates[0]) if certificates else None
        results = XMLVerifier().verify(
            root, x509_cert=own, expect_config=expected, parser=_parser()
        )
    except InvalidCertificate:  # has ended: whether the signature fits was not looked at
        return None
    except InvalidSignature as error:
        raise DocumentError("DOC-EDXML-SIGNATURE", detail=type(error).__name__) from error
    except _UNCHECKABLE:
        return None
    covered = results if isinstance(results, list) else [results]
    whole = [one.signed_xml for one in covered if one.signed_xml is not None]
    return next((etree.tostring(one) for one in whole if one.tag == root.tag), None)


def _is_weak(signature: etree._Element) -> bool:
    named = signature.iter(f"{_DS}SignatureMethod", f"{_DS}DigestMethod")
    return any(one.get("Algorithm", "").lower().endswith(_WEAK) for one in named)


def _der(text: str | None) -> bytes:
    try:
        return base64.b64decode("".join((text or "").split()), validate=True)
    except (binascii.Error, ValueError):
        return b""
