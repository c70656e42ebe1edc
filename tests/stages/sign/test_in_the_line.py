"""Outages seen from the whole line: what waits, what is registered, in which order it goes on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from bench.inline_runs import inline_runner, run_inline
from bench.pki import Pki
from bench.trust.cases import sealed, stage_of
from pipeline.assembly.health import certificate_level
from pipeline.assembly.house import House
from pipeline.assembly.reindexing import Reindexing
from pipeline.assembly.standing import Standing
from pipeline.cli import main
from pipeline.model.catalogue import CATALOGUE
from pipeline.model.records import JobState
from pipeline.model.search import SearchRequest
from pipeline.web.api import Level
from pipeline.web.present import in_order
from pipeline.web.words import WORDS
from tests.stages.archive.drawn import Sheet
from tests.stages.sign.sealing_bench import pdfa_of

pytestmark = pytest.mark.timeout(300)


def _config(pki: Pki, path: Path, level: str, *, key: str = "seal-rsa") -> Path:
    seal = pki.seal(key)
    path.write_text(
        f"""
[engine]
retry_base_s = 0.1
[identity]
pkcs12 = "{seal.path}"
passphrase_file = "{seal.passphrase_file}"
[stages.read]
engine = "line_reader"
[stages.review]
policy = "never"
[stages.sign]
level = "{level}"
tsa_url = "{pki.tsa_url()}"
tsa_tries = 1
tsa_down_pause_s = 0.0
trust = ["{pki.trust}"]
""",
        encoding="utf-8",
    )
    return path


def _scan(path: Path, text: str) -> Path:
    sheet = Sheet(dpi=100)
    sheet.write(text, 30, 60)
    Image.fromarray(sheet.pixels()).save(path, dpi=(100, 100))
    return path


def _due(house: House) -> list[str]:
    later = dt.datetime.now(dt.UTC) + dt.timedelta(hours=1)
    return [job.id for job in house.history.unfinished(now=later)]


@pytest.fixture
def house(tmp_path: Path, pki: Pki) -> Iterator[House]:
    """A data folder that seals at B-T."""
    config = _config(pki, tmp_path / "sohoa.toml", "B-T")
    with House.open(tmp_path / "data", config=config, environment={}) as opened:
        yield opened


def test_documents_wait_unsealed_and_go_on_in_order(tmp_path: Path, pki: Pki, house: House) -> None:
    """Time stamps away: nothing sealed, nothing registered. Back: numbers in order of arrival."""
    pki.down.add("tsa")
    scans = [_scan(tmp_path / f"{n}.png", f"Công văn số {n}") for n in range(3)]
    run_inline(house, scans)
    jobs = house.history.jobs(limit=9)
    assert {(job.state, job.code) for job in jobs} == {(JobState.WAITING, "SIGN-TSA-DOWN")}
    assert all("sealed" not in house.history.artifacts(job.id) for job in jobs)
    assert all(job.arrival_number is None for job in jobs)

    pki.down.clear()
    runner = inline_runner(house)
    for document_id in _due(house):
        runner.run(document_id)
    numbers = {job.source_name: job.arrival_number for job in house.history.jobs(limit=9)}
    assert numbers == {"0.png": 1, "1.png": 2, "2.png": 3}


@pytest.mark.parametrize(
    ("key", "code"),
    [("expired", "SIGN-EXPIRED"), ("revoked", "SIGN-REVOKED"), ("wrong-usage", "SIGN-USAGE")],
)
def test_a_certificate_that_may_not_seal_stops_all_until_the_keeper_acts(
    tmp_path: Path, pki: Pki, key: str, code: str
) -> None:
    """Nothing is sealed or registered; doctor and page alarm with the remedy; then on in order."""
    data, config = tmp_path / "data", tmp_path / "sohoa.toml"
    scans = [_scan(tmp_path / f"{n}.png", f"Công văn số {n}") for n in range(3)]
    with House.open(data, config=_config(pki, config, "B-B", key=key), environment={}) as opened:
        run_inline(opened, scans)
        jobs = opened.history.jobs(limit=9)
        assert {(job.state, job.code) for job in jobs} == {(JobState.WAITING, code)}
        assert all("sealed" not in opened.history.artifacts(job.id) for job in jobs)
        assert all(job.arrival_number is None for job in jobs)
        (alarm,) = [line for line in Standing(opened).health_check().lines() if line.name == "sign"]
        assert (alarm.level, alarm.message, alarm.code) == (Level.BAD, "3", code)
        assert "chứng thư" in CATALOGUE[code].remedy_vi.lower()
    with House.open(data, config=_config(pki, config, "B-B"), environment={}) as opened:
        runner = inline_runner(opened)
        for document_id in _due(opened):
            runner.run(document_id)
        numbers = {job.source_name: job.arrival_number for job in opened.history.jobs(limit=9)}
        assert numbers == {"0.png": 1, "1.png": 2, "2.png": 3}
        assert not [line for line in Standing(opened).health_check().lines() if line.name == "sign"]


def test_commands_verify_and_renew(
    tmp_path: Path, pki: Pki, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit codes 0, 1, 2 of `verify`; `renew` raises what was registered and then rests."""
    config = _config(pki, tmp_path / "sohoa.toml", "B-B")
    data = tmp_path / "data"
    with House.open(data, config=config, environment={}) as opened:
        run_inline(opened, [_scan(tmp_path / "a.png", "Công văn")])
        (job,) = opened.history.jobs(limit=9)
    assert job.delivered_path is not None
    where = ["--data", str(data), "--config", str(config)]
    delivered = Path(job.delivered_path)
    before = delivered.read_bytes()
    assert main(["verify", str(delivered), *where]) == 2  # B-B brings no status
    assert main(["verify", str(delivered), "--online", *where]) == 0
    assert main(["renew", "--level", "B-LTA", *where]) == 0
    assert main(["verify", str(delivered), *where]) == 0
    assert "HỢP LỆ" in capsys.readouterr().out
    assert delivered.read_bytes().startswith(before)
    assert main(["renew", "--level", "B-LTA", *where]) == 0
    assert "đã gia hạn / renewed 0" in capsys.readouterr().out
    broken = bytearray(before)
    broken[before.index(b"stream", 400) + 20] ^= 1
    (tmp_path / "broken.pdf").write_bytes(broken)
    assert main(["verify", str(tmp_path / "broken.pdf"), *where]) == 1


def test_the_verdict_on_what_came_signed_stands_everywhere(
    tmp_path: Path, pki: Pki, house: House
) -> None:
    """Report, remarks in the law's words, index (also made anew) and register say the same."""
    paper = pdfa_of(tmp_path / "paper", Sheet(dpi=72).letter())
    good = sealed(stage_of(pki, "RSA 2048", "B-LT"), paper, tmp_path / "good.pdf")
    bad = tmp_path / "bad.pdf"
    data = bytearray(good.read_bytes())
    data[data.index(b"stream", 400) + 20] ^= 1
    bad.write_bytes(data)
    run_inline(house, [good, bad])
    jobs = {job.source_name: job for job in house.history.jobs(limit=9)}
    remarks = {name: house.history.remarks(job.id) for name, job in jobs.items()}
    told = {
        name: [one for one in found if one.code.startswith("SIGN-EVIDENCE")]
        for name, found in remarks.items()
    }
    assert [one.code for one in told["good.pdf"]] == ["SIGN-EVIDENCE-VALID"]
    assert [one.code for one in told["bad.pdf"]] == ["SIGN-EVIDENCE-INVALID"]
    facts = told["good.pdf"][0].facts
    law = ("signer", "issuer", "signed_at", "integrity", "changes", "period", "status")
    assert tuple(name for name, _ in in_order(facts)) == law
    assert all(f"fact.{name}" in WORDS for name in (*law, *told["bad.pdf"][0].facts))

    def found(query: str) -> list[str]:
        hits = house.index.search(SearchRequest(query=query)).hits
        return [hit.document_id for hit in hits]

    def check() -> None:
        assert found("kyso:hople") == [jobs["good.pdf"].id]
        assert found("kyso:khonghople") == [jobs["bad.pdf"].id]

    check()
    Reindexing(index=house.index, history=house.history, store=house.store, settle_s=0).run()
    check()
    rows = house.register.rows("den", dt.datetime.now(dt.UTC).year)
    notes = {row.entry.document_id: row.entry.description for row in rows}
    assert notes[jobs["good.pdf"].id].endswith(f"chữ ký số: hợp lệ ({facts['signer']})")
    assert "chữ ký số: không hợp lệ" in notes[jobs["bad.pdf"].id]


@pytest.mark.parametrize(
    ("days", "level", "code"),
    [
        (365, Level.OK, ""),
        (30, Level.WARN, "SIGN-ENDING"),
        (7, Level.WARN, "SIGN-ENDING"),
        (1, Level.BAD, "SIGN-ENDING"),
        (-1, Level.BAD, "SIGN-EXPIRED"),
    ],
)
def test_last_days_of_a_certificate(days: int, level: Level, code: str) -> None:
    """The keeper is warned before documents begin to wait."""
    assert certificate_level(days) == (level, code)
