"""The test PKI itself: what it declares is what it serves, over TCP."""

from __future__ import annotations

import urllib.error
import urllib.request

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509 import ocsp

from bench.pki import Pki


def _status(pki: Pki, label: str) -> ocsp.OCSPCertStatus:
    request = (
        ocsp.OCSPRequestBuilder()
        .add_certificate(pki.certificate(label), pki.certificate("issuing"), hashes.SHA256())
        .build()
    )
    call = urllib.request.Request(  # noqa: S310 - loopback
        f"{pki.address}/agency/ocsp/issuing",
        data=request.public_bytes(serialization.Encoding.DER),
        headers={"Content-Type": "application/ocsp-request"},
    )
    with urllib.request.urlopen(call, timeout=10) as answer:  # noqa: S310
        return ocsp.load_der_ocsp_response(answer.read()).certificate_status


def test_ocsp_knows_who_is_revoked(pki: Pki) -> None:
    """The responder answers over TCP and tells the revoked one from the others."""
    assert _status(pki, "seal-rsa") is ocsp.OCSPCertStatus.GOOD
    assert _status(pki, "revoked") is ocsp.OCSPCertStatus.REVOKED
    assert pki.calls == ["ocsp", "ocsp"]


def test_crl_lists_the_revoked_one(pki: Pki) -> None:
    """The list of the issuing authority names one certificate."""
    with urllib.request.urlopen(pki.crl_url("issuing"), timeout=10) as got:  # noqa: S310
        revoked = x509.load_der_x509_crl(got.read())
    assert [one.serial_number for one in revoked] == [pki.certificate("revoked").serial_number]


def test_a_service_can_be_out_of_order(pki: Pki) -> None:
    """503 until it is back."""
    pki.down.add("crls")
    with pytest.raises(urllib.error.HTTPError, match="503"):
        urllib.request.urlopen(pki.crl_url(), timeout=10)  # noqa: S310
    pki.down.clear()
    urllib.request.urlopen(pki.crl_url(), timeout=10).close()  # noqa: S310
