"""Signed packages: XMLDSIG over the whole message, in the header where the standard has it.

Enveloped, SHA-256, inclusive canonical XML 1.0 as in the vendors' samples (whose SHA-1 no checker
of today takes). The files are inside the message, so that one signature covers them too.
Sources: W3C XML Signature 1.1; TT 15/2025 for the algorithms.
"""

from __future__ import annotations

from typing import Any

from lxml import etree

from pipeline.model.onward import MessageKey

_DS = "http://www.w3.org/2000/09/xmldsig#"
_METHODS = {
    "rsassa_pkcs1v15": "rsa-sha256",
    "rsassa_pss": "sha256-rsa-MGF1",
    "ecdsa": "ecdsa-sha256",
}


class _Bare:
    """A key as signxml asks for one, wherever it lies."""

    def __init__(self, key: MessageKey) -> None:
        self._key = key

    def sign(self, data: bytes, *_: Any, **__: Any) -> bytes:
        """Return the signature; padding and digest follow from the method that was chosen."""
        return self._key.sign(data)


def signed(message: bytes, key: MessageKey) -> bytes:
    """Return an edXML message with its signature.

    Args:
        message: as `writer` makes it.
        key: of the agency.

    Raises:
        TransientError, OperatorError: SIGN-… when the key cannot be used.
    """
    from cryptography import x509  # 0.3 s, with signxml, that only this target needs
    from signxml.algorithms import CanonicalizationMethod
    from signxml.signer import XMLSigner

    root = etree.fromstring(message, etree.XMLParser(huge_tree=True, resolve_entities=False))
    (header,) = root.iter("{*}edXMLHeader")
    etree.SubElement(header, f"{{{_DS}}}Signature", {"Id": "placeholder"}, nsmap={"ds": _DS})
    signer = XMLSigner(
        signature_algorithm=_METHODS[key.algorithm],
        digest_algorithm="sha256",
        c14n_algorithm=CanonicalizationMethod.CANONICAL_XML_1_0,
    )
    certificates = [x509.load_der_x509_certificate(one) for one in key.certificates]
    made = signer.sign(root, key=_Bare(key), cert=certificates)  # type: ignore[arg-type]
    return bytes(etree.tostring(made, xml_declaration=True, encoding="UTF-8"))
