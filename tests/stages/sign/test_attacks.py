"""Attacked files never read as valid; what proves a time and a standing is believed, no more."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from bench.pki import Pki
from bench.trust.cases import sealed, stage_of
from pipeline.model.errors import DocumentError
from stages.sign.examine import examine
from stages.sign.report import Problem, Verdict, report_from_json
from stages.sign.status import StatusSource
from stages.sign.verify import verify
from tests.stages.archive.drawn import Sheet
from tests.stages.sign import attacks
from tests.stages.sign.sealing_bench import pdfa_of


@pytest.fixture(scope="module")
def pdfa(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A letter, ready to be sealed."""
    return pdfa_of(tmp_path_factory.mktemp("pdfa") / "a", Sheet(dpi=72).letter())


def _honest(pki: Pki, pdfa: Path, target: Path, level: str = "B-LT") -> bytes:
    """Seal, and make sure that the honest file is valid: else an attack proves nothing."""
    path = sealed(stage_of(pki, "RSA 2048", level), pdfa, target)
    assert verify(path, trust=[pki.trust]).verdict is Verdict.VALID
    return path.read_bytes()


def _never_valid(made: Mapping[str, attacks.Attack], honest: bytes, pki: Pki, folder: Path) -> None:
    verdicts = {}
    for name, attack in made.items():
        path = folder / f"{name}.pdf"
        path.write_bytes(attack(honest))
        assert path.read_bytes() != honest
        try:
            verdicts[name] = verify(path, trust=[pki.trust]).verdict
        except DocumentError:
            continue
    assert Verdict.VALID not in verdicts.values(), verdicts


@pytest.mark.parametrize("family", ["incremental", "forgery", "wrapping"])
def test_attacks_never_read_as_valid(tmp_path: Path, pki: Pki, pdfa: Path, family: str) -> None:
    """Incremental saving, universal signature forgery, signature wrapping."""
    honest = _honest(pki, pdfa, tmp_path / "honest.pdf")
    _never_valid(getattr(attacks, family)(), honest, pki, tmp_path)


def test_shadow_attacks_never_read_as_valid(tmp_path: Path, pki: Pki, pdfa: Path) -> None:
    """Hide, replace (filling in a field), hide and replace, and a sneaky empty field."""
    trap = tmp_path / "trap.pdf"
    trap.write_bytes(attacks.prepared(pdfa.read_bytes()))
    honest = _honest(pki, trap, tmp_path / "honest.pdf")
    _never_valid(attacks.shadow(), honest, pki, tmp_path)


@pytest.mark.parametrize("name", ["loop", "deep", "many", "prev", "huge"])
def test_hostile_structures_end_in_time(tmp_path: Path, name: str) -> None:
    """Loops, depth and repetition: an answer or a fault with a code, never valid, and soon."""
    path = tmp_path / "hostile.pdf"
    path.write_bytes(attacks.hostile()[name])
    started = time.monotonic()
    try:
        report = examine(path, timeout_s=8)
    except DocumentError:
        pass
    else:
        assert report.verdict is not Verdict.VALID
    assert time.monotonic() - started < 30


def test_examination_is_bounded_in_time(tmp_path: Path, pki: Pki, pdfa: Path) -> None:
    """What does not end in time is unknown and says why."""
    path = sealed(stage_of(pki, "RSA 2048", "B-B"), pdfa, tmp_path / "a.pdf")
    report = examine(path, timeout_s=0.01)
    assert report.verdict is Verdict.UNKNOWN
    assert report.signatures[0].problems == (Problem.TOO_COMPLEX,)


@pytest.mark.parametrize("level", ["B-LT", "B-LTA"])
def test_a_file_that_brings_its_proofs_is_valid_alone(
    tmp_path: Path, pki: Pki, pdfa: Path, level: str
) -> None:
    """Nobody is asked; status and time come out of the file."""
    path = sealed(stage_of(pki, "ECDSA P-256", level), pdfa, tmp_path / "a.pdf")
    pki.calls.clear()
    (signature,) = verify(path, trust=[pki.trust]).signatures
    assert (signature.verdict, signature.status) == (Verdict.VALID, "good")
    assert signature.proved_at is not None
    assert pki.calls == []


def test_status_is_unknown_offline_and_good_online(tmp_path: Path, pki: Pki, pdfa: Path) -> None:
    """B-B brings no status: unknown (TRY_LATER) until somebody may be asked."""
    path = sealed(stage_of(pki, "RSA 2048", "B-B"), pdfa, tmp_path / "a.pdf")
    (offline,) = verify(path, trust=[pki.trust]).signatures
    assert (offline.verdict, offline.sub_indication) == (Verdict.UNKNOWN, "TRY_LATER")
    (online,) = verify(path, trust=[pki.trust], online=StatusSource()).signatures
    assert (online.verdict, online.status) == (Verdict.VALID, "good")
    assert set(pki.calls) >= {"ocsp"}


def test_revoked_and_expired_signers(tmp_path: Path, pki: Pki, pdfa: Path) -> None:
    """Revoked is not valid; expired without proof of time is unknown."""
    revoked = stage_of(pki, "revoked", "B-B", status="off")
    path = sealed(revoked, pdfa, tmp_path / "revoked.pdf")
    report = verify(path, trust=[pki.trust], online=StatusSource())
    assert (report.verdict, report.exit_code) == (Verdict.INVALID, 1)
    assert report.signatures[0].status == "revoked"
    assert "đã bị thu hồi" in "\n".join(report.lines())


def test_stranger_is_unknown(tmp_path: Path, pki: Pki, pdfa: Path) -> None:
    """A flawless signature of somebody nobody knows."""
    path = sealed(stage_of(pki, "of-stranger", "B-B", status="off"), pdfa, tmp_path / "a.pdf")
    (signature,) = verify(path, trust=[pki.trust]).signatures
    assert signature.sub_indication == "NO_CERTIFICATE_CHAIN_FOUND"
    assert (signature.verdict, signature.is_trusted) == (Verdict.UNKNOWN, False)


def test_report_survives_the_process_border(tmp_path: Path, pki: Pki, pdfa: Path) -> None:
    """What the child process tells is what `verify` says."""
    path = sealed(stage_of(pki, "RSA 2048", "B-LTA"), pdfa, tmp_path / "a.pdf")
    here = verify(path, trust=[pki.trust])
    assert report_from_json(here.to_json()) == here
    assert examine(path, trust=[pki.trust], timeout_s=60) == here


@pytest.mark.shared
def test_large_object_streams_are_read_quickly() -> None:
    """A real 14-page draft with two signatures took 3.7 s (9 s under load): each head read once."""
    name = "4a9998d82d56ac476d9a6648d71a0a9c451e087f.pdf"
    path = Path(__file__).parents[4] / "shared" / "samples" / "signed" / name
    if not path.exists():
        pytest.skip("no ../shared/samples")
    started = time.process_time()
    report = verify(path)
    assert time.process_time() - started < 2
    assert all(signature.is_intact for signature in report.signatures)


@pytest.mark.shared
def test_plain_rsa_with_parameters_of_another_algorithm_is_read() -> None:
    """A real signature names RSA with PSS parameters and is plain RSA: intact, not unreadable."""
    name = "duthaototrinh-luat-ks.pdf"
    path = Path(__file__).parents[4] / "shared" / "samples" / "signed" / name
    if not path.exists():
        pytest.skip("no ../shared/samples")
    (signature,) = verify(path).signatures
    assert signature.is_intact
    assert Problem.ODD_ENCODING in signature.problems
    assert Problem.FORGED not in signature.problems
