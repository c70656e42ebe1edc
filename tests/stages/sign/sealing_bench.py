"""What the sign tests share: a sealed-ready PDF/A, identities of all kinds, a stage."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID

from pipeline.model.stage import Work
from stages.archive import ArchiveStage
from stages.layers import Options as LayersOptions
from stages.layers import PageLayerMaker
from tests.stages.archive.drawn import NOW, Sheet, work_for

AGENCY = "ỦY BAN NHÂN DÂN TỈNH THỬ NGHIỆM"


def pdfa_of(scratch: Path, *sheets: Sheet) -> Path:
    """Return the PDF/A of some sheets, made by the archive stage."""
    scratch.mkdir(exist_ok=True)
    maker = PageLayerMaker(options=LayersOptions(profile="archival"))
    pages = tuple(sheet.page(number=number) for number, sheet in enumerate(sheets, start=1))
    layers = tuple(
        maker.make(sheet.prepared(number=number), sheet.text())
        for number, sheet in enumerate(sheets, start=1)
    )
    made = ArchiveStage().run(work_for(scratch, pages, layers)).artifacts["pdfa"]
    assert isinstance(made, Path)
    return made


def sign_work(scratch: Path, pdfa: Path) -> Work:
    """Return what the runner hands to the sign stage."""
    scratch.mkdir(exist_ok=True)
    return work_for(scratch, (), artifacts={"pdfa": pdfa, "original": pdfa})


Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


def identity(
    path: Path,
    *,
    key: Key | None = None,
    not_before: dt.datetime = NOW - dt.timedelta(days=1),
    not_after: dt.datetime = NOW + dt.timedelta(days=3650),
    is_for_signing: bool = True,
    passphrase: bytes = b"mat khau",
) -> Path:
    """Write a self-signed identity and its passphrase file; returns the PKCS#12 file."""
    key = key or rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Văn phòng thử nghiệm")])
    usage = x509.KeyUsage(
        digital_signature=is_for_signing,
        content_commitment=is_for_signing,
        key_encipherment=not is_for_signing,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(not_before)
        .not_valid_after(not_after)
        .add_extension(usage, critical=True)
        .sign(key, hashes.SHA256())
    )
    encryption = serialization.BestAvailableEncryption(passphrase)
    path.write_bytes(
        pkcs12.serialize_key_and_certificates(b"seal", key, certificate, None, encryption)
    )
    path.with_suffix(".pass").write_bytes(passphrase + b"\n")
    path.with_suffix(".pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    return path
