"""Levels above B-B over real TCP; services that are away; certificates that are unfit."""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from bench.pki import Pki
from bench.trust.cases import sealed, stage_of, work_on
from pipeline.model.errors import OperatorError, SohoaError, TransientError
from stages.sign import Pkcs12Seal, SignStage
from stages.sign.levels import last_stamp_ends, signers_of
from stages.sign.timestamping import Tsa, TsaOptions
from tests.stages.archive.drawn import Sheet
from tests.stages.sign.sealing_bench import pdfa_of


@pytest.fixture(scope="module")
def pdfa(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A letter, ready to be sealed."""
    return pdfa_of(tmp_path_factory.mktemp("pdfa") / "a", Sheet(dpi=72).letter())


def _fault(stage: SignStage, pdfa: Path, scratch: Path) -> SohoaError:
    with pytest.raises(SohoaError) as caught:
        stage.run(work_on(pdfa, scratch))
    assert not list(scratch.iterdir())
    return caught.value


def test_each_level_appends_to_the_one_below(tmp_path: Path, pki: Pki, pdfa: Path) -> None:
    """B-T brings a time stamp, B-LT the security store, B-LTA a document time stamp."""
    files = {
        level: sealed(
            stage_of(pki, "ECDSA P-256", level), pdfa, tmp_path / f"{level}.pdf"
        ).read_bytes()
        for level in ("B-B", "B-T", "B-LT", "B-LTA")
    }
    assert all(data.startswith(pdfa.read_bytes()) for data in files.values())
    has_store = {level: b"/DSS" in data for level, data in files.items()}
    assert has_store == {"B-B": False, "B-T": False, "B-LT": True, "B-LTA": True}
    assert [len(signers_of(data)) for data in files.values()] == [1, 2, 2, 2]
    assert last_stamp_ends(files["B-LT"]) is None
    assert last_stamp_ends(files["B-LTA"]) == pki.certificate("tsa").not_valid_after_utc


def test_status_is_asked_once_for_many_documents(tmp_path: Path, pki: Pki, pdfa: Path) -> None:
    """Answers are kept: five documents cost one round of OCSP and CRL and five time stamps."""
    stage = stage_of(pki, "RSA 2048", "B-LT")
    for number in range(5):
        stage.run(work_on(pdfa, tmp_path / str(number)))
    assert pki.calls.count("tsa") == 5
    assert pki.calls.count("ocsp") == 1
    assert pki.calls.count("crls") == 2


@pytest.mark.parametrize(
    ("service", "level", "code"),
    [
        ("tsa", "B-T", "SIGN-TSA-DOWN"),
        ("ocsp", "B-LT", "SIGN-STATUS-DOWN"),
        ("crls", "B-LTA", "SIGN-STATUS-DOWN"),
    ],
)
def test_outage_makes_documents_wait_and_ends_by_itself(
    tmp_path: Path, pki: Pki, pdfa: Path, service: str, level: str, code: str
) -> None:
    """Nothing sealed while the service is away; sealed in full when it is back."""
    stage = stage_of(pki, "RSA 2048", level, tsa_down_pause_s=0.0)
    if service != "tsa":
        pki.down |= {"ocsp", "crls"}  # one of the two would answer for the other
    pki.down.add(service)
    fault = _fault(stage, pdfa, tmp_path / "w1")
    assert isinstance(fault, TransientError)
    assert fault.code == code
    pki.down.clear()
    stage = stage_of(pki, "RSA 2048", level) if service != "tsa" else stage
    assert not stage.run(work_on(pdfa, tmp_path / "w2")).remarks


@pytest.mark.parametrize(
    ("down", "reached"), [({"tsa"}, "B-B"), ({"ocsp", "crls"}, "B-T")], ids=["tsa", "status"]
)
def test_lower_level_now_where_the_keeper_allows_it(
    tmp_path: Path, pki: Pki, pdfa: Path, down: set[str], reached: str
) -> None:
    """Sealed at once as high as it goes, with a remark that says what is missing."""
    pki.down |= down
    stage = stage_of(pki, "RSA 2048", "B-LTA", lower_when_down=True)
    (remark,) = stage.run(work_on(pdfa, tmp_path / "w")).remarks
    assert remark.code == "SIGN-LEVEL-LOWER"
    assert (remark.facts["level"], remark.facts["asked"]) == (reached, "B-LTA")


@pytest.mark.parametrize(
    ("label", "code"),
    [
        ("expired", "SIGN-EXPIRED"),
        ("not-yet-valid", "SIGN-NOT-YET"),
        ("revoked", "SIGN-REVOKED"),
        ("wrong-usage", "SIGN-USAGE"),
        ("of-stranger", "SIGN-CHAIN"),
    ],
)
def test_unfit_certificate_stops_the_stage_for_all(
    tmp_path: Path, pki: Pki, pdfa: Path, label: str, code: str
) -> None:
    """The keeper must act, whatever the level and whatever folders allow."""
    for level in ("B-B", "B-LT") if label != "of-stranger" else ("B-LT",):
        stage = stage_of(pki, label, level, lower_when_down=True)
        fault = _fault(stage, pdfa, tmp_path / level)
        assert isinstance(fault, OperatorError)
        assert fault.code == code


def test_unknown_status_below_b_lt_is_remarked_or_waits(
    tmp_path: Path, pki: Pki, pdfa: Path
) -> None:
    """The signer is warned (TT 15/2025, PL II); the keeper may ask for more."""
    pki.down |= {"ocsp", "crls"}
    (remark,) = stage_of(pki, "RSA 2048", "B-B").run(work_on(pdfa, tmp_path / "w")).remarks
    assert remark.code == "SIGN-STATUS-UNKNOWN"
    strict = stage_of(pki, "RSA 2048", "B-B", status="require")
    assert _fault(strict, pdfa, tmp_path / "w2").code == "SIGN-STATUS-DOWN"


def test_leaf_alone_is_completed_from_the_store(tmp_path: Path, pki: Pki, pdfa: Path) -> None:
    """The intermediate is taken from the store and put into the file; without it, SIGN-CHAIN."""
    alone = pki.seal("of-second", chain=())
    provider = Pkcs12Seal(alone.path, passphrase_file=alone.passphrase_file)
    without = replace(stage_of(pki, "RSA 2048", "B-LT"), provider=provider)
    assert _fault(without, pdfa, tmp_path / "w1").code == "SIGN-CHAIN"
    with_store = stage_of(pki, "RSA 2048", "B-LT", intermediates=(str(pki.intermediates),))
    path = sealed(replace(with_store, provider=provider), pdfa, tmp_path / "completed.pdf")
    names = {
        one.subject.native["common_name"]
        for signer in signers_of(path.read_bytes())
        for one in signer.others
    }
    assert "Test second CA" in names


def _stamp(tsa: Tsa) -> bytes:
    import asyncio

    return bytes(asyncio.run(tsa.async_timestamp(bytes(32), "sha256")).dump())


def test_at_most_four_questions_at_once(pki: Pki) -> None:
    """Twelve documents, four at a time; the fifth waits its turn."""
    pki.delay_s = 0.2
    tsa = Tsa(TsaOptions(url=pki.tsa_url()))
    with _watching(pki) as peak, ThreadPoolExecutor(12) as pool:
        tokens = list(pool.map(lambda _: _stamp(tsa), range(12)))
    assert len(tokens) == 12
    assert 2 <= peak() <= 4


class _watching:  # noqa: N801 - reads as a verb
    """Counts requests that are being answered at the same time."""

    def __init__(self, pki: Pki) -> None:
        self._pki, self._now, self._most = pki, 0, 0
        self._lock = threading.Lock()

    def __enter__(self) -> Callable[[], int]:
        server = self._pki._server
        inner = self._inner = server.app

        def counted(environ: dict[str, object], start: Callable[..., object]) -> object:
            with self._lock:
                self._now += 1
                self._most = max(self._most, self._now)
            try:
                return inner(environ, start)  # type: ignore[arg-type]
            finally:
                with self._lock:
                    self._now -= 1

        server.app = counted  # type: ignore[assignment]
        return lambda: self._most

    def __exit__(self, *_: object) -> None:
        self._pki._server.app = self._inner


def test_three_tries_then_a_pause_without_asking(pki: Pki) -> None:
    """The third try is the last; while it is known to be down nobody waits for it."""
    pki.down.add("tsa")
    tsa = Tsa(TsaOptions(url=pki.tsa_url(), try_pause_s=0.01, down_pause_s=60))
    with pytest.raises(TransientError, match="SIGN-TSA-DOWN"):
        _stamp(tsa)
    assert pki.calls.count("tsa") == 3
    with pytest.raises(TransientError, match="SIGN-TSA-DOWN"):
        _stamp(tsa)
    assert pki.calls.count("tsa") == 3


def test_slow_authority_is_waited_for_up_to_the_limit(pki: Pki) -> None:
    """An answer within the limit is taken; one beyond it counts as none."""
    pki.delay_s = 0.6
    assert _stamp(Tsa(TsaOptions(url=pki.tsa_url(), timeout_s=5)))
    started = time.monotonic()
    with pytest.raises(TransientError, match="SIGN-TSA-DOWN"):
        _stamp(Tsa(TsaOptions(url=pki.tsa_url(), timeout_s=0.2, tries=1)))
    assert time.monotonic() - started < 2


@pytest.mark.parametrize(
    "url_of", [Pki.crl_url, lambda pki: f"{pki.address}/nowhere"], ids=["list", "nowhere"]
)
def test_wrong_answers_are_no_time_stamps(pki: Pki, url_of: Callable[[Pki], str]) -> None:
    """Neither a page nor an error of the server is taken for a token."""
    tsa = Tsa(TsaOptions(url=url_of(pki), tries=1))
    with pytest.raises(SohoaError, match="SIGN-TSA"):
        _stamp(tsa)


def test_a_stamp_near_its_end_is_known(tmp_path: Path, pki: Pki, pdfa: Path) -> None:
    """The end of the newest time stamp's certificate says when it must be renewed."""
    stage = stage_of(pki, "RSA 2048", "B-LTA")
    short = replace(stage, options=replace(stage.options, tsa_url=pki.tsa_url("tsa-short")))
    ends = last_stamp_ends(sealed(short, pdfa, tmp_path / "short.pdf").read_bytes())
    assert ends is not None
    assert dt.timedelta(days=4) < ends - dt.datetime.now(dt.UTC) < dt.timedelta(days=6)
