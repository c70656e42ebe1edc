"""Sealing with a PKCS#11 token: SoftHSM2 stands for token and HSM."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization

from bench.pki import Pki
from bench.trust.cases import stage_of, work_on
from pipeline.model.errors import OperatorError, TransientError
from pipeline.settings.secret import Secret
from stages.sign import Pkcs11Seal, SignStage, Token
from stages.sign.report import Verdict
from stages.sign.verify import verify
from tests.judges.verapdf import absent
from tests.stages.archive.drawn import Sheet
from tests.stages.sign.sealing_bench import pdfa_of

PIN, WRONG = "264913", "000000"
_PLACES = ("/usr/lib/softhsm/libsofthsm2.so", "/usr/lib64/softhsm/libsofthsm2.so")


@pytest.fixture(scope="module")
def module(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """SoftHSM2's library with an empty store of tokens; skips or fails where it is missing.

    The library reads its configuration once a process, so all tests share the store.
    """
    found = next((Path(place) for place in _PLACES if Path(place).is_file()), None)
    if found is None or shutil.which("softhsm2-util") is None:
        absent("no SoftHSM2 (softhsm2)")
    folder = tmp_path_factory.mktemp("softhsm")
    (folder / "tokens").mkdir()
    config = folder / "softhsm2.conf"
    config.write_text(f"directories.tokendir = {folder / 'tokens'}\nlog.level = ERROR\n")
    os.environ["SOFTHSM2_CONF"] = str(config)
    return found


@pytest.fixture(scope="module")
def pdfa(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A letter, ready to be sealed."""
    return pdfa_of(tmp_path_factory.mktemp("pdfa") / "a", Sheet(dpi=72).letter())


def _util(*arguments: str) -> None:
    subprocess.run(["softhsm2-util", *arguments], check=True, capture_output=True, timeout=60)


def _token(module: Path, pki: Pki, name: str, *labels: str) -> None:
    """Make a token with a user PIN that holds the keys and certificates named."""
    _util("--init-token", "--free", "--label", name, "--pin", PIN, "--so-pin", "87654321")
    for number, label in enumerate(labels, start=1):
        key = pki.folder / f"{name}-{label}.pem"
        key.write_bytes(
            pki.key(label).private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
        _util(
            *("--import", str(key), "--token", name, "--label", label),
            *("--id", f"0{number}", "--pin", PIN),
        )
        _put_certificate(module, name, pki.certificate(label), label, number)


_PUT = """
import sys, pkcs11
from pkcs11.util.x509 import decode_x509_certificate
module, name, pin, label, number, path = sys.argv[1:]
lib = pkcs11.lib(module)
with lib.get_token(token_label=name).open(rw=True, user_pin=pin) as session:
    session.create_object({
        **decode_x509_certificate(open(path, "rb").read()),
        pkcs11.Attribute.LABEL: label, pkcs11.Attribute.ID: bytes([int(number)]),
        pkcs11.Attribute.TOKEN: True,
    })
"""


def _put_certificate(
    module: Path, name: str, certificate: x509.Certificate, label: str, number: int
) -> None:
    path = Path(os.environ["SOFTHSM2_CONF"]).with_name(f"{name}-{label}.der")
    path.write_bytes(certificate.public_bytes(serialization.Encoding.DER))
    subprocess.run(
        [sys.executable, "-c", _PUT, str(module), name, PIN, label, str(number), str(path)],
        check=True,
        capture_output=True,
        timeout=60,
    )


def _seal(module: Path, name: str, *, pin: str = PIN, **more: object) -> Pkcs11Seal:
    return Pkcs11Seal(Token(module=module, label=name, pin=Secret(pin), **more))  # type: ignore[arg-type]


def _sealed_by(seal: Pkcs11Seal, pki: Pki, pdfa: Path, scratch: Path) -> Path:
    options = stage_of(pki, "RSA 2048", "B-T").options
    made = SignStage(provider=seal, options=options).run(work_on(pdfa, scratch))
    path = made.artifacts["sealed"]
    assert isinstance(path, Path)
    return path


@pytest.mark.parametrize(
    ("label", "is_pss"), [("seal-rsa", False), ("seal-rsa", True), ("seal-ec", False)]
)
def test_token_seals(
    tmp_path: Path, module: Path, pki: Pki, pdfa: Path, label: str, is_pss: bool
) -> None:
    """RSA with both paddings and ECDSA; the session serves document after document."""
    name = f"seals-{label}-{is_pss}"
    _token(module, pki, name, label)
    seal = _seal(module, name, is_pss=is_pss)
    for number in range(3):
        path = _sealed_by(seal, pki, pdfa, tmp_path / str(number))
        report = verify(path, trust=[pki.trust, pki.intermediates])
        assert report.signatures[0].is_intact
        assert report.verdict is not Verdict.INVALID
    assert (
        seal.identity.subject
        == pki.certificate(label).subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)[0].value
    )


def test_wrong_pin_is_tried_once_and_never_again(module: Path, pki: Pki) -> None:
    """The keeper must act; nothing of the PIN is told."""
    import pkcs11

    _token(module, pki, "pin", "seal-rsa")
    seal = _seal(module, "pin", pin=WRONG)
    opened: list[str] = []
    real = seal._log_in
    seal._log_in = lambda token: (opened.append(token.label), real(token))[1]  # type: ignore[method-assign]
    for _ in range(4):
        with pytest.raises(OperatorError, match="SIGN-PIN") as caught:
            seal.identity  # noqa: B018
        assert WRONG not in str(caught.value)
    assert opened == ["pin"]
    flags = pkcs11.lib(str(module)).get_token(token_label="pin").flags
    assert not flags & pkcs11.TokenFlag.USER_PIN_LOCKED


def test_last_try_is_left_to_people(
    monkeypatch: pytest.MonkeyPatch, module: Path, pki: Pki
) -> None:
    """A token that one more failure would lock is not asked at all."""
    import pkcs11

    _token(module, pki, "last", "seal-rsa")

    class Nearly:
        label = "last"
        flags = pkcs11.TokenFlag.USER_PIN_FINAL_TRY

        def open(self, **_: object) -> object:
            pytest.fail("the PIN was tried")

    seal = _seal(module, "last")
    monkeypatch.setattr(seal, "_find", lambda library: Nearly())
    with pytest.raises(OperatorError, match="SIGN-PIN"):
        seal.identity  # noqa: B018


def test_absent_token_is_an_outage(tmp_path: Path, module: Path, pki: Pki, pdfa: Path) -> None:
    """Documents wait until it is plugged in, and are sealed then by the same stage."""
    seal = _seal(module, "late")
    with pytest.raises(TransientError, match="SIGN-TOKEN-DOWN"):
        _sealed_by(seal, pki, pdfa, tmp_path / "w1")
    _token(module, pki, "late", "seal-rsa")
    assert _sealed_by(seal, pki, pdfa, tmp_path / "w2").is_file()


def test_several_keys_must_be_told_apart(module: Path, pki: Pki) -> None:
    """A label names one; without it the keeper is told what is there."""
    _token(module, pki, "two", "seal-rsa", "seal-ec")
    with pytest.raises(OperatorError, match=r"SIGN-IDENTITY.*seal-ec"):
        _seal(module, "two").identity  # noqa: B018
    assert "NỘI VỤ" in _seal(module, "two", key_label="seal-ec").identity.subject


def test_module_that_is_none(tmp_path: Path) -> None:
    """A wrong path is the keeper's to mend."""
    wrong = tmp_path / "absent.so"
    with pytest.raises(OperatorError, match="SIGN-IDENTITY"):
        Pkcs11Seal(Token(module=wrong, pin=Secret(PIN))).identity  # noqa: B018
