"""A small batch through the whole line by the command line: list, run, report, deliver, check."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from openpyxl import Workbook, load_workbook

from bench.generator.covers import make_cover
from bench.generator.files import write_pdf
from pipeline.assembly.house import House
from pipeline.cli import main
from pipeline.model.records import JobState
from pipeline.packaging.checking import check_package
from pipeline.structure.sheet import load_columns

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

RULES = Path(__file__).parents[3] / "config" / "archive"
HEADINGS = [column.heading for column in load_columns(RULES / "sheet46.toml")]
RETENTIONS = ("Vĩnh viễn", "70 năm", "50 năm", "30 năm", "20 năm", "10 năm")
SCANS = ("04-thong-bao-lech.pdf",)


def _list(path: Path, rows: Sequence[dict[str, str]]) -> None:
    book = Workbook()
    book.active.append(HEADINGS)
    for row in rows:
        seen: set[str] = set()
        cells = []
        for heading in HEADINGS:
            cells.append("" if heading in seen else row.get(heading, ""))
            seen.add(heading)
        book.active.append(cells)
    book.save(path)


def _row(name: str, **changed: str) -> dict[str, str]:
    return {
        "Phông": "P05", "Mục lục": "1", "Hộp số": "3", "Số và ký hiệu hồ sơ": "01.TCCB",
        "Tiêu đề": "Hồ sơ tuyển dụng", "THBQ": "Vĩnh viễn", "Chế độ sử dụng": "Công khai",
        "Năm bắt đầu": "2024", "Trích yếu": "Trích yếu do lưu trữ viên ghi", "Đường dẫn file": name,
    } | changed  # fmt: skip


def test_a_batch_from_list_to_delivery(
    samples: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What the list knows stands in the package, what was read fills the rest, all is signed."""
    papers = tmp_path / "kho"
    papers.mkdir()
    for name in SCANS:
        shutil.copy(samples / "scans" / name, papers / name)
    (papers / "empty.pdf").touch()
    data = ["--data", str(tmp_path / "data")]

    def sohoa(*arguments: str) -> int:
        return main(["batch", *arguments, *data])

    assert sohoa("new", "lo1", "--agency", "H30", "--fonds", "P05") == 0
    assert sohoa("new", "lo1") == 2
    listed = papers / "list.xlsx"
    _list(listed, [_row(SCANS[0], THBQ="mãi mãi"), _row("no-such.pdf")])
    capsys.readouterr()
    assert sohoa("add", "lo1", "--list", str(listed)) == 2
    said = capsys.readouterr().err
    assert "F2" in said
    assert "AT3" in said
    _list(listed, [_row(SCANS[0]), _row("empty.pdf")])
    assert sohoa("add", "lo1", "--list", str(listed)) == 0
    assert sohoa("deliver", "lo1", str(tmp_path / "early")) == 2
    assert sohoa("run", "lo1") == 1, "the empty paper is refused"
    capsys.readouterr()
    assert sohoa("status", "lo1", "--json") == 0
    one = json.loads(capsys.readouterr().out)
    assert one["states"] == {"done": 1, "refused": 1}
    assert [cause["code"] for cause in one["causes"]] == ["DOC-EMPTY"]
    delivery = tmp_path / "nop"
    assert sohoa("deliver", "lo1", str(delivery)) == 0
    (package,) = delivery.glob("*.zip")
    assert list(check_package(package)) == []
    capsys.readouterr()
    assert sohoa("check", str(delivery)) == 0
    assert "whole" in capsys.readouterr().out
    assert sohoa("deliver", "lo1", str(tmp_path / "plain"), "--form", "plain") == 0
    assert len(list((tmp_path / "plain").rglob("*.pdf"))) == 1
    assert sohoa("deliver", "lo1", str(delivery)) == 0, "once more changes nothing"
    assert sohoa("deliver", "lo1", str(delivery), "--supplement") == 2, "another kind"
    assert sohoa("deliver", "lo1", str(tmp_path / "more"), "--supplement") == 2, "nothing new"
    assert sohoa("deliver", "lo1", str(tmp_path / "again"), "--replace", "01.TCCB") == 0
    assert len(list((tmp_path / "again").glob("*.zip"))) == 1
    assert sohoa("report", "lo1", str(tmp_path / "bao-cao.xlsx")) == 0
    assert sohoa("report", "lo1", str(tmp_path / "bao-cao.xlsx")) == 2, "nothing is overwritten"
    assert sohoa("report", "lo1", str(tmp_path / "bang.xlsx"), "--sheet") == 0
    sheet = load_workbook(tmp_path / "bang.xlsx").active
    cells = dict(zip(HEADINGS, [cell.value for cell in sheet[2]], strict=True))
    assert cells["Trích yếu"] == "Trích yếu do lưu trữ viên ghi"
    assert cells["Tên CQ ban hành"]
    found = tmp_path / "kiem-tra.xlsx"
    capsys.readouterr()
    assert sohoa("check", "lo1", "--json", "--xlsx", str(found)) == 1
    codes = {json.loads(line)["code"] for line in capsys.readouterr().out.splitlines()}
    assert "DOC-EMPTY" in codes
    assert not codes & {"CHECK-PDFA", "CHECK-SIGNATURE", "CHECK-SKEW", "CHECK-FILE"}
    assert {row[0].value for row in load_workbook(found).active} == codes | {"Mã / Code"}
    assert sohoa("check", "no-such-batch") == 2
    with House.open(tmp_path / "data", environment={}) as house:
        last = house.lots.last_check("lo1")
        assert last is not None
        assert (last.documents, set(last.counts)) == (1, codes)
        (job,) = house.history.jobs()
        assert (job.book, job.folder) == ("luu-tru", "batch")
        sealed = house.store.path(house.history.artifacts(job.id)["sealed"].digest)
    audit = ["audit", "--rate", "0", "--json", *data]
    capsys.readouterr()
    assert main(audit) == 0, capsys.readouterr().out
    assert main([*audit, "--days", "40000"]) == 1
    (ending,) = map(json.loads, capsys.readouterr().out.splitlines())
    assert (ending["code"], ending["document_id"]) == ("AUDIT-ENDING", job.id)
    sealed.chmod(0o640)
    sealed.write_bytes(sealed.read_bytes()[:-100])
    assert main(audit) == 1
    assert "AUDIT-ROT" in capsys.readouterr().out
    assert sohoa("check", "lo1") == 1
    said = capsys.readouterr().out
    assert "CHECK-PDFA" in said
    assert "CHECK-SIGNATURE" in said


def test_the_cover_tells_of_its_dossier(samples: Path, tmp_path: Path) -> None:
    """Title, dates, retention and sheets stand in the package; the cover is no document of it."""
    papers = tmp_path / "kho" / "hs1"
    papers.mkdir(parents=True)
    cover = make_cover(2)
    write_pdf(papers / "00-bia.pdf", [cover.page])
    shutil.copy(samples / "scans" / SCANS[0], papers)
    data = ["--data", str(tmp_path / "data")]
    assert main(["batch", "new", "lo1", "--agency", "H30", *data]) == 0
    assert main(["batch", "add", "lo1", str(papers.parent), *data]) == 0
    assert main(["batch", "run", "lo1", *data]) == 0
    assert main(["batch", "deliver", "lo1", str(tmp_path / "nop"), *data]) == 0
    (package,) = (tmp_path / "nop").glob("*.zip")
    with zipfile.ZipFile(package) as held:
        names = held.namelist()
        (described,) = (name for name in names if name.endswith("/EAD.xml"))
        told = {one.tag.rpartition("}")[2]: one.text for one in ET.XML(held.read(described))}
    assert sum(name.endswith(".pdf") for name in names) == 1
    assert told["title"] == cover.facts["title"]
    assert told["numberOfPaper"] == cover.facts["sheet_total"]
    printed = "/".join(reversed(cover.facts["start_date"].split("-")))
    assert told["startDate"] == printed
    assert told["maintenance"] == "0" + str(RETENTIONS.index(cover.facts["retention"]) + 1)


def test_a_batch_survives_kills_and_goes_on_in_the_watcher(samples: Path, tmp_path: Path) -> None:
    """SIGKILL three times, then `sohoa watch`: every paper once, nothing numbered twice."""
    scans = sorted((samples / "scans").glob("0*.pdf"))[:3]
    papers = tmp_path / "kho" / "h1"
    papers.mkdir(parents=True)
    for scan in scans:
        shutil.copy(scan, papers)
    data = tmp_path / "data"
    assert main(["batch", "new", "lo1", "--data", str(data)]) == 0
    assert main(["batch", "add", "lo1", str(papers.parent), "--data", str(data)]) == 0
    command = [sys.executable, "-m", "pipeline.cli", "batch", "run", "lo1", "--data", str(data)]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])}
    for wanted in range(3):
        process = subprocess.Popen(command, env=environment, start_new_session=True)
        _wait_for_attempts(data, wanted * 4 + 1)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    _watch_until_over(data, environment | {"SOHOA_FOLDERS__DEN__PATH": str(tmp_path / "den")})
    with House.open(data, environment={}) as house:
        jobs = house.history.jobs()
        assert len(jobs) == len(scans)
        done = [job for job in jobs if job.state is JobState.DONE]
        numbers = sorted(job.arrival_number or 0 for job in done)
        assert numbers == list(range(1, len(done) + 1))
        assert len(done) >= len(scans) - 1
        states = {job.state for job in jobs}
        assert states <= {JobState.DONE, JobState.QUARANTINED, JobState.REJECTED}


def _watch_until_over(data: Path, environment: dict[str, str]) -> None:
    """Let `sohoa watch` do the rest, beside its drop folders."""
    command = [sys.executable, "-m", "pipeline.cli", "watch", "--data", str(data)]
    process = subprocess.Popen(command, env=environment, start_new_session=True)
    try:
        _wait_for_attempts(data, 1 << 30)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(60)


def _wait_for_attempts(data: Path, count: int) -> None:
    """Wait until the ledger holds so many attempts, or the batch is through."""
    deadline = time.monotonic() + 240
    while time.monotonic() < deadline:
        with House.open(data, environment={}) as house:
            jobs = house.history.jobs()
            done = sum(len(house.history.seconds(job.id)) for job in jobs)
            is_over = bool(jobs) and all(
                job.state not in {JobState.RECEIVED, JobState.RUNNING, JobState.WAITING}
                for job in jobs
            )
            if done >= count or (is_over and len(jobs) == 3):
                return
        time.sleep(0.2)
    pytest.fail("the batch does not move")
