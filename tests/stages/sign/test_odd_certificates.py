"""Certificates as no authority should make them: read where it can be, never just believed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.name import _ASN1Type
from cryptography.x509.oid import NameOID

from bench.pki import Pki
from bench.trust.cases import sealed, stage_of, work_on
from stages.sign import Options, Pkcs12Seal, SignStage
from stages.sign.contents import newest
from stages.sign.report import Verdict
from stages.sign.verify import verify
from tests.stages.archive.drawn import Sheet
from tests.stages.sign.sealing_bench import pdfa_of

_PASSPHRASE = b"mat"
_AGENCY = "Sở Nội vụ"


@pytest.fixture(scope="module")
def pdfa(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A letter, ready to be sealed."""
    return pdfa_of(tmp_path_factory.mktemp("pdfa") / "a", Sheet(dpi=72).letter())


def _seal(folder: Path, name: x509.Name) -> tuple[Pkcs12Seal, Path]:
    """Return a self-signed identity of a name, and its certificate to be trusted."""
    key = ec.generate_private_key(ec.SECP256R1())
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=9))
        .sign(key, hashes.SHA256())
    )
    held, trusted = folder / "a.p12", folder / "a.pem"
    held.write_bytes(
        pkcs12.serialize_key_and_certificates(
            b"a", key, certificate, None, serialization.BestAvailableEncryption(_PASSPHRASE)
        )
    )
    secret = folder / "a.pass"
    secret.write_bytes(_PASSPHRASE)
    trusted.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    return Pkcs12Seal(held, passphrase_file=secret), trusted


def _name(*values: str, kind: _ASN1Type = _ASN1Type.UTF8String) -> x509.Name:
    return x509.Name(
        [x509.NameAttribute(NameOID.COMMON_NAME, value, _type=kind) for value in values]
    )


@pytest.mark.parametrize(
    ("name", "signer"),
    [
        (_name(_AGENCY, kind=_ASN1Type.BMPString), _AGENCY),
        (_name(_AGENCY, kind=_ASN1Type.UniversalString), _AGENCY),
        (_name("So Noi vu", kind=_ASN1Type.T61String), "So Noi vu"),
        (_name("So Noi vu", kind=_ASN1Type.IA5String), "So Noi vu"),
        (_name(_AGENCY, "Phòng Văn thư"), _AGENCY),
        (_name(f"{_AGENCY}\n  Toàn vẹn / integrity: có / yes"), f"{_AGENCY}\ufffd  Toàn"),
        (_name("\u202eụv iộN ởS"), "\ufffdụv iộN ởS"),
        (x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, _AGENCY)]), _AGENCY),
    ],
    ids=["bmp", "universal", "teletex", "ia5", "two", "newline", "right-to-left", "no name"],
)
def test_odd_names_are_read_and_break_no_line(
    tmp_path: Path, pdfa: Path, name: x509.Name, signer: str
) -> None:
    """A name in an old alphabet is read; one with line breaks cannot write lines of its own."""
    seal, trusted = _seal(tmp_path, name)
    stage = SignStage(provider=seal, options=Options(status="off"))
    made = stage.run(work_on(pdfa, tmp_path / "w")).artifacts["sealed"]
    assert isinstance(made, Path)
    report = verify(made, trust=[trusted])
    (signature,) = report.signatures
    assert signature.is_intact
    assert signature.verdict is Verdict.VALID
    assert signer in signature.signer
    assert all(line.isprintable() for line in report.lines())


Edit = Callable[[bytes], tuple[bytes, bytes]]


def _edits(certificate: asn1_x509.Certificate) -> dict[str, tuple[bytes, bytes]]:
    """Return pairs of bytes of one length: what stands in the certificate and what replaces it."""
    subject = certificate.subject.dump()
    tbs = certificate["tbs_certificate"]
    serial, validity = tbs["serial_number"].dump(), tbs["validity"].dump()
    key = tbs["subject_public_key_info"].dump()
    text = certificate.subject.chosen[-1][0]["value"].dump()
    return {
        "no UTF-8": (text, text[:2] + b"\xff" * (len(text) - 2)),
        "odd BMP": (text, b"\x1e" + text[1:]),
        "universal": (text, b"\x1c" + text[1:]),
        "number for a name": (text, b"\x02" + text[1:]),
        "name of no length": (text, text[:1] + b"\x00" + text[2:]),
        "name too long": (text, text[:1] + b"\x7f" + text[2:]),
        "endless name": (subject, subject[:1] + b"\x80" + subject[2:]),
        "negative serial": (serial, serial[:2] + b"\xff" * (len(serial) - 2)),
        "no dates": (validity, validity[:4] + b"9" * (len(validity) - 4)),
        "dates of letters": (validity, validity.replace(b"Z", b"Q")),
        "unknown key": (key, key[:8] + b"\x7f" * 5 + key[13:]),
        "key of zeros": (key, key[:40] + bytes(len(key) - 40)),
    }


def test_mangled_certificates_never_read_as_valid(tmp_path: Path, pki: Pki, pdfa: Path) -> None:
    """Whatever stands in the certificate that a file brings: a report, and never VALID."""
    path = sealed(stage_of(pki, "RSA 2048", "B-LT"), pdfa, tmp_path / "a.pdf")
    data = path.read_bytes()
    assert verify(path, trust=[pki.trust]).verdict is Verdict.VALID
    found = data.rindex(b"/ByteRange")
    start = data[:found].rfind(b"/Contents <")
    start = data.index(b"/Contents <", found if start < 0 else start) + len(b"/Contents <")
    contents = bytes.fromhex(data[start : data.index(b">", start)].decode())
    brought = [one.chosen for one in newest(data).signed["certificates"]]
    certificate = next(one for one in brought if "ỦY BAN" in one.subject.human_friendly)
    for label, (before, after) in _edits(certificate).items():
        assert len(before) == len(after), label
        assert before in contents, label
        changed = contents.replace(before, after).hex().encode()
        target = tmp_path / "changed.pdf"
        target.write_bytes(data[:start] + changed + data[start + len(changed) :])
        report = verify(target, trust=[pki.trust])
        assert report.verdict is not Verdict.VALID, label
        assert all(line.isprintable() for line in report.lines()), label
