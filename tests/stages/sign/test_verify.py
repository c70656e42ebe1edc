"""Verifying: honest files, tampered files, junk; and evidence in the stage."""

from __future__ import annotations

import datetime as dt
import json
import random
from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from pipeline.model.errors import DocumentError, OperatorError
from pipeline.model.records import Route
from pipeline.model.stage import Done
from stages.sign import Options, Pkcs12Seal, SignStage, make_development_identity
from stages.sign.development import AUTHORITY_NAME, passphrase_file_of
from stages.sign.report import Problem, Verdict
from stages.sign.verify import verify
from tests.stages.archive.drawn import NOW, Sheet
from tests.stages.sign.sealing_bench import identity, pdfa_of, sign_work

SAMPLES = Path(__file__).parents[4] / "shared" / "samples"


@pytest.fixture(scope="module")
def development(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The development identity."""
    return make_development_identity(
        tmp_path_factory.mktemp("identity") / "dev", valid_from=NOW - dt.timedelta(days=1)
    )


@pytest.fixture(scope="module")
def authority(development: Path) -> Path:
    """The certificate that the tests trust."""
    return development.with_name(AUTHORITY_NAME)


@pytest.fixture(scope="module")
def stage(development: Path, authority: Path) -> SignStage:
    """A stage that trusts its own authority."""
    seal = Pkcs12Seal(development, passphrase_file=passphrase_file_of(development))
    return SignStage(provider=seal, options=Options(trust=(str(authority),)))


@pytest.fixture(scope="module")
def sealed(tmp_path_factory: pytest.TempPathFactory, stage: SignStage) -> Path:
    """A sealed letter."""
    folder = tmp_path_factory.mktemp("sealed")
    pdfa = pdfa_of(folder / "a", Sheet(dpi=72).letter())
    return _sealed(stage.run(sign_work(folder / "w", pdfa)))


def _sealed(done: Done) -> Path:
    made = done.artifacts["sealed"]
    assert isinstance(made, Path)
    return made


def test_trusted_signature_is_valid(sealed: Path, authority: Path) -> None:
    """With its authority trusted, the seal is valid; the report has what the law lists."""
    report = verify(sealed, trust=[authority])
    assert (report.verdict, report.exit_code) == (Verdict.VALID, 0)
    (signature,) = report.signatures
    assert signature.signed_at == NOW
    assert signature.is_intact
    assert signature.covers_file
    assert signature.is_trusted
    assert signature.changes == "none"
    assert signature.problems == (Problem.DEVELOPMENT,)
    lines = "\n".join(report.lines())
    assert "HỢP LỆ" in lines
    assert "không có giá trị pháp lý" in lines
    assert json.loads(json.dumps(report.to_json()))["verdict"] == "valid"


def test_untrusted_signature_is_unknown(sealed: Path) -> None:
    """Flawless, but nobody says who the signer is."""
    report = verify(sealed)
    assert (report.verdict, report.exit_code) == (Verdict.UNKNOWN, 2)
    assert Problem.UNTRUSTED in report.signatures[0].problems


def test_file_without_signature_is_unknown(tmp_path: Path) -> None:
    """Nothing to judge is not valid."""
    report = verify(pdfa_of(tmp_path / "a", Sheet(dpi=72)))
    assert (report.verdict, report.signatures) == (Verdict.UNKNOWN, ())
    assert "Không có chữ ký số" in "\n".join(report.lines())


def test_changed_bytes_are_invalid(tmp_path: Path, sealed: Path, authority: Path) -> None:
    """Flipped bytes of the signed content never read as valid; most read as invalid."""
    data = sealed.read_bytes()
    start = data.index(b"stream", 400) + 20
    tampered = tmp_path / "tampered.pdf"
    changed = bytearray(data)
    changed[start] ^= 1
    tampered.write_bytes(changed)
    report = verify(tampered, trust=[authority])
    assert report.exit_code == 1
    assert Problem.BROKEN in report.signatures[0].problems


def test_page_changed_after_signing_is_invalid(
    tmp_path: Path, sealed: Path, authority: Path
) -> None:
    """An incremental update that puts other content on the page is found."""
    attacked = tmp_path / "attacked.pdf"
    _append_content(sealed, attacked)
    report = verify(attacked, trust=[authority])
    assert report.exit_code == 1
    assert Problem.CHANGED in report.signatures[0].problems
    assert not report.signatures[0].covers_file


def _append_content(source: Path, target: Path) -> None:
    with source.open("rb") as opened:
        update = IncrementalPdfFileWriter(opened)
        stream = generic.StreamObject(stream_data=b"0 0 200 200 re f")
        update.add_stream_to_page(0, update.add_object(stream))
        with target.open("wb") as out:
            update.write(out)


def test_second_seal_is_an_allowed_change(tmp_path: Path, stage: SignStage, sealed: Path) -> None:
    """Several signatures on one file: each is reported, the later one covers the file."""
    twice = _sealed(stage.run(sign_work(tmp_path / "w", sealed)))
    report = verify(twice, trust=[Path(stage.options.trust[0])])
    assert report.verdict is Verdict.VALID
    assert [signature.covers_file for signature in report.signatures] == [False, True]


def test_expired_certificate_is_unknown(tmp_path: Path) -> None:
    """Valid when it was made, out of its period now, no timestamp: not valid, not broken."""
    path = identity(
        tmp_path / "seal.p12",
        not_before=NOW - dt.timedelta(days=900),
        not_after=NOW - dt.timedelta(days=800),
    )
    seal = Pkcs12Seal(path, passphrase_file=path.with_suffix(".pass"))
    pdfa = pdfa_of(tmp_path / "a", Sheet(dpi=72))
    work = replace(sign_work(tmp_path / "w", pdfa), now=NOW - dt.timedelta(days=850))
    made = _sealed(SignStage(provider=seal).run(work))
    report = verify(made, trust=[path.with_suffix(".pem")])
    assert report.verdict is Verdict.UNKNOWN
    assert Problem.EXPIRED in report.signatures[0].problems


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "DOC-FORMAT"),
        (b"hello", "DOC-FORMAT"),
        (b"%PDF-1.7\n%%EOF", "DOC-DAMAGED"),
        (b"%PDF-1.7\n1 0 obj<<>>endobj trailer<</Root 1 0 R>>", "DOC-DAMAGED"),
    ],
)
def test_junk_is_a_document_error(tmp_path: Path, data: bytes, code: str) -> None:
    """What cannot be opened says so with a stable code."""
    path = tmp_path / "junk.pdf"
    path.write_bytes(data)
    with pytest.raises(DocumentError, match=code):
        verify(path)


def test_absent_and_encrypted_files_are_document_errors(tmp_path: Path, sealed: Path) -> None:
    """No file, and a file that needs a password."""
    with pytest.raises(DocumentError, match="DOC-VANISHED"):
        verify(tmp_path / "absent.pdf")
    locked = tmp_path / "locked.pdf"
    with pikepdf.open(sealed) as pdf:
        pdf.save(locked, encryption=pikepdf.Encryption(user="a", owner="b"))
    with pytest.raises(DocumentError, match="DOC-ENCRYPTED"):
        verify(locked)


def test_no_mangled_file_reads_as_valid(tmp_path: Path, sealed: Path, authority: Path) -> None:
    """Bytes changed, cut or doubled at random: an answer or a DocumentError, never VALID.

    Changes inside the hexadecimal signature beyond its end are padding and are left out.
    """
    data = sealed.read_bytes()
    dice = random.Random(7)
    path = tmp_path / "mangled.pdf"
    for _ in range(40):
        where = dice.randrange(len(data) * 9 // 10)
        mangled = {
            0: lambda at=where: data[:at] + bytes([data[at] ^ 0x55]) + data[at + 1 :],
            1: lambda at=where: data[:at],
            2: lambda at=where: data[:at] + data[at - 50 :],
        }[dice.randrange(3)]()
        path.write_bytes(mangled)
        try:
            report = verify(path, trust=[authority])
        except DocumentError:
            continue
        assert report.verdict is not Verdict.VALID


def test_trust_that_cannot_be_read_stops(tmp_path: Path, sealed: Path) -> None:
    """A wrong file among the trusted ones is the keeper's fault and not the document's."""
    wrong = tmp_path / "wrong.pem"
    wrong.write_text("no certificate")
    with pytest.raises(OperatorError, match="SYS-CONFIG"):
        verify(sealed, trust=[wrong])
    with pytest.raises(OperatorError, match="SYS-CONFIG"):
        verify(sealed, trust=[tmp_path / "absent.pem"])


def test_evidence_is_examined_and_not_sealed(
    tmp_path: Path, stage: SignStage, sealed: Path
) -> None:
    """A file that came signed gets a report; its bytes and its derivative get no seal."""
    work = sign_work(tmp_path / "w", sealed)
    evidence = replace(work, inspection=replace(work.inspection, route=Route.EVIDENCE))
    before = sealed.read_bytes()
    done = stage.run(evidence)
    assert set(done.artifacts) == {"report"}
    report = done.artifacts["report"]
    assert isinstance(report, bytes)
    assert json.loads(report)["verdict"] == "valid"
    assert sealed.read_bytes() == before


def test_broken_evidence_is_remarked(tmp_path: Path, stage: SignStage, sealed: Path) -> None:
    """The clerk is told when a signature that came with the file does not hold."""
    data = bytearray(sealed.read_bytes())
    data[data.index(b"stream", 400) + 20] ^= 1
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(data)
    work = sign_work(tmp_path / "w", broken)
    evidence = replace(work, inspection=replace(work.inspection, route=Route.EVIDENCE))
    assert [remark.code for remark in stage.run(evidence).remarks] == ["SIGN-EVIDENCE-INVALID"]


@pytest.mark.shared
@pytest.mark.parametrize("name", ["187-ttg.signed.pdf", "01_TTr.signed_20250513_144607.pdf"])
def test_real_signatures_are_intact_and_unknown(name: str) -> None:
    """Real state signatures verify; without their roots nobody vouches for the signer."""
    path = SAMPLES / "letters" / name
    if not path.exists():
        pytest.skip("no ../shared/samples")
    report = verify(path)
    assert report.verdict is Verdict.UNKNOWN
    assert all(signature.is_intact for signature in report.signatures)
