"""Killed (SIGKILL) at every commit point, started again: each document exactly once, whole.

The line runs in a forked child with real engines, store, ledger, index, register and signature;
an observer kills the child at the n-th commit point. Nothing in the product knows of it.
"""

from __future__ import annotations

import hashlib
import os
import signal
import traceback
from dataclasses import dataclass
from pathlib import Path

import pytest

from pipeline.assembly.answer import Answers
from pipeline.assembly.house import House
from pipeline.assembly.runs import Runs, sources_of
from pipeline.assembly.worker import build_page_line
from pipeline.engine.inline import InlinePages
from pipeline.engine.page_line import PageLine
from pipeline.model.records import JobState
from stages.sign.check import check_signature

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


@dataclass(slots=True)
class Killer:
    """Counts commit points, writes their names down, and dies at one."""

    kill_at: int | None
    record: Path
    count: int = 0

    def reached(self, point: str) -> None:
        """Die here if this is the one."""
        with self.record.open("a") as out:
            out.write(f"{point}\n")
        if self.count == self.kill_at:
            os.kill(os.getpid(), signal.SIGKILL)
        self.count += 1


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> PageLine:
    """Warm engines, made once; the children inherit them."""
    with House.open(tmp_path_factory.mktemp("warm"), environment={}) as house:
        return build_page_line(house.worker_options())


def run(line: PageLine, data: Path, scan: Path, *, kill_at: int | None, record: Path) -> int:
    """Run a scan in a child; return its wait status."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            with House.open(data, observer=Killer(kill_at, record), environment={}) as house:
                Runs(
                    receiving=house.receiving,
                    runner=house.runner(InlinePages(line)),
                    history=house.history,
                    answers=Answers(history=house.history, store=house.store),
                    threads=1,
                    tries_max=0,
                    priority=0,
                ).run(list(sources_of([scan], as_document=False)), lambda _: None)
            status = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(status)
    return os.waitpid(child, 0)[1]


def points_of(line: PageLine, scan: Path, folder: Path) -> list[str]:
    """Return the commit points of an undisturbed run."""
    record = folder / "points"
    assert (
        os.waitstatus_to_exitcode(
            run(line, folder / "undisturbed", scan, kill_at=None, record=record)
        )
        == 0
    )
    return record.read_text().split()


def test_a_letter_survives_a_kill_at_every_commit_point(
    line: PageLine, samples: Path, tmp_path: Path
) -> None:
    """Once in the register, signed, indexed, delivered; its original byte for byte."""
    scan = samples / "scans" / "04-thong-bao-lech.pdf"
    points = points_of(line, scan, tmp_path)
    assert {"intake.stored", "read.before-guard", "sign.stored", "register.ran"} <= set(points)
    for number, point in enumerate(points):
        data = tmp_path / f"killed-{number}"
        record = tmp_path / f"record-{number}"
        status = run(line, data, scan, kill_at=number, record=record)
        assert os.waitstatus_to_exitcode(status) == -signal.SIGKILL, point
        status = run(line, data, scan, kill_at=None, record=record)
        assert os.waitstatus_to_exitcode(status) == 0, point
        assert_whole(data, scan, point)


def assert_whole(data: Path, scan: Path, point: str) -> None:
    """Check everything that must hold of one registered letter."""
    digest = hashlib.sha256(scan.read_bytes()).hexdigest()
    with House.open(data, environment={}) as house:
        jobs = house.history.jobs()
        assert [(job.id, job.state) for job in jobs] == [(digest, JobState.DONE)], point
        assert (jobs[0].arrival_number, jobs[0].book) == (1, "den"), point
        entries = house.register.rows("den", jobs[0].year or 0)
        assert [row.entry.document_id for row in entries] == [digest], point
        assert house.index.count() == 1, point
        assert house.store.path(digest).read_bytes() == scan.read_bytes(), point
        sealed = house.history.artifacts(digest)["sealed"]
        assert house.store.verify(sealed.digest), point
        delivered = Path(jobs[0].delivered_path or "")
        assert hashlib.sha256(delivered.read_bytes()).hexdigest() == sealed.digest, point
        check_signature(delivered.read_bytes())
        in_tray = sorted(path.name for path in (data / "output" / "xong").iterdir())
        assert in_tray == [
            "04-thong-bao-lech.bien-nhan.json",
            "04-thong-bao-lech.bien-nhan.txt",
            "04-thong-bao-lech.pdf",
        ], point
        left = [path for path in (data / "scratch").rglob("*") if path.is_file()]
        assert sum(path.stat().st_size for path in left) == 0, point


def test_a_refused_file_survives_a_kill_at_every_commit_point(
    line: PageLine, samples: Path, tmp_path: Path
) -> None:
    """The untouched original and one note lie in `loi/`."""
    scan = samples / "scans" / "11-chi-thi-hong.pdf"
    for number, point in enumerate(points_of(line, scan, tmp_path)):
        data = tmp_path / f"killed-{number}"
        record = tmp_path / f"record-{number}"
        run(line, data, scan, kill_at=number, record=record)
        assert os.waitstatus_to_exitcode(run(line, data, scan, kill_at=None, record=record)) == 0, (
            point
        )
        with House.open(data, environment={}) as house:
            assert [job.state for job in house.history.jobs()] == [JobState.REJECTED], point
        refused = data / "output" / "loi"
        assert sorted(path.name for path in refused.iterdir()) == [
            "11-chi-thi-hong.pdf",
            "11-chi-thi-hong.pdf.LOI.txt",
        ], point
        assert (refused / scan.name).read_bytes() == scan.read_bytes(), point


def test_a_secret_survives_a_kill_at_every_commit_point_and_leaks_nothing(
    line: PageLine, samples: Path, tmp_path: Path
) -> None:
    """However it ends, the bytes lie in quarantine alone and no word of it anywhere."""
    scan = samples / "scans" / "10-cong-van-mat.pdf"
    for number, point in enumerate(points_of(line, scan, tmp_path)):
        data = tmp_path / f"killed-{number}"
        record = tmp_path / f"record-{number}"
        run(line, data, scan, kill_at=number, record=record)
        assert os.waitstatus_to_exitcode(run(line, data, scan, kill_at=None, record=record)) == 0, (
            point
        )
        digest = hashlib.sha256(scan.read_bytes()).hexdigest()
        with House.open(data, environment={}) as house:
            job = house.history.jobs()[0]
            assert (job.state, job.source_name) == (JobState.QUARANTINED, ""), point
            assert not house.store.exists(digest), point
            assert house.index.count() == 0, point
            kept = house.store.quarantine_path(digest)
            assert kept.read_bytes() == scan.read_bytes(), point
            assert kept.parent.stat().st_mode & 0o777 == 0o700, point
        assert_no_word(data, except_=kept, point=point)


def assert_no_word(data: Path, *, except_: Path, point: str) -> None:
    """No file below the data folder holds a word of the document or its file's name."""
    words = ["cong-van-mat", "UBND", "CỘNG HÒA", "Kính gửi", "Nơi nhận"]
    needles = [form for word in words for form in (word.encode(), word.encode("utf-16-be"))]
    for path in data.rglob("*"):
        if path.is_file() and path != except_:
            content = path.read_bytes()
            found = [needle for needle in needles if needle in content]
            assert not found, (point, path.name, found)
