"""`sohoa watch --serve` as a real process: drop, kill, restart, page, Ctrl-C."""

from __future__ import annotations

import itertools
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil
import pytest

from pipeline.assembly.house import House
from pipeline.model.records import JobState

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

ROOT = Path(__file__).resolve().parents[3]
_DEADLINE_S = 120.0


@dataclass(frozen=True)
class Watch:
    """A running `sohoa watch --serve`."""

    process: subprocess.Popen[str]
    url: str
    drop: Path
    results: Path

    def said(self) -> str:
        """Return what it says at its start after the address, up to the drop folder."""
        assert self.process.stderr is not None
        lines = iter(self.process.stderr.readline, "")
        return "".join(itertools.takewhile(lambda line: not line.startswith("→"), lines))

    @contextmanager
    def signed_in(self, name: str, password: str) -> Iterator[httpx.Client]:
        """Give a browser of somebody who has signed in."""
        headers = {"Origin": self.url.rstrip("/")}
        with httpx.Client(base_url=self.url, headers=headers) as browser:
            answer = browser.post("/signin", data={"name": name, "password": password})
            assert answer.status_code == 303
            yield browser


@contextmanager
def watching(data: Path) -> Iterator[Watch]:
    """Start the process; it is killed on leaving if it still runs."""
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "SOHOA_WEB__PORT": "0",
        "SOHOA_INTAKE__QUIET_S": "0.5",
        "SOHOA_INTAKE__GIVE_UP_S": "2",
        "SOHOA_INTAKE__POLL_S": "0.2",
    }
    command = [sys.executable, "-c", "from pipeline.entry import main; main()", "watch", "--serve"]
    process = subprocess.Popen(
        [*command, "--data", str(data)],
        stderr=subprocess.PIPE,
        text=True,
        cwd="/",
        env=environment,
    )
    try:
        assert process.stderr is not None
        url = ""
        while not url:
            line = process.stderr.readline()
            assert line, "the process ended"
            found = re.search(r"http://[0-9.:]+/", line)
            url = found[0] if found else ""
        root = data / "watch_folders"
        yield Watch(process, url, root / "den", root / "ket-qua" / "den")
    finally:
        process.kill()
        process.wait()
        if process.stderr is not None:
            process.stderr.close()


def until(is_so: Callable[[], bool], what: str) -> None:
    """Wait for something with a deadline."""
    ends_at = time.monotonic() + _DEADLINE_S
    while not is_so():
        assert time.monotonic() < ends_at, f"not within {_DEADLINE_S} s: {what}"
        time.sleep(0.1)


def test_a_dropped_scan_comes_out_registered_and_the_page_shows_it(
    samples: Path, tmp_path: Path
) -> None:
    """Result and receipt in xong/, the drop folder is empty, the page lists it; Ctrl-C ends all."""
    with watching(tmp_path) as watch:
        until(watch.drop.is_dir, "drop folder")
        shutil.copy(samples / "scans" / "01-quyet-dinh.pdf", watch.drop)
        done = watch.results / "xong"
        until((done / "01-quyet-dinh.bien-nhan.txt").is_file, "receipt")
        assert (done / "01-quyet-dinh.pdf").is_file()
        assert [p.name for p in watch.drop.iterdir() if not p.name.startswith(".")] == []
        assert httpx.get(f"{watch.url}api/jobs").status_code == 401
        password = re.search(r"quantri +(\S+)", watch.said())
        assert password is not None
        with watch.signed_in("quantri", password[1]) as browser:
            until(lambda: browser.get("/api/jobs").json()["jobs"][0]["state"] == "done", "page")
        workers = psutil.Process(watch.process.pid).children(recursive=True)
        assert workers
        watch.process.send_signal(signal.SIGINT)
        assert watch.process.wait(timeout=60) == 0
        gone, alive = psutil.wait_procs(workers, timeout=20)
        assert alive == []
        assert len(gone) == len(workers)
    with watching(tmp_path) as watch:
        assert "quantri" not in watch.said(), "the password is told once"
        with watch.signed_in("quantri", password[1]) as browser:
            assert browser.get("/").status_code == 200


def test_what_was_dropped_while_it_was_down_or_killed_is_taken_up(
    samples: Path, tmp_path: Path
) -> None:
    """Killed in the middle of three documents; a fourth comes while it is down; all end once."""
    scans = samples / "scans"
    names = ["04-thong-bao-lech.pdf", "01-quyet-dinh.pdf", "14-giay-moi.jpg"]
    with watching(tmp_path) as watch:
        until(watch.drop.is_dir, "drop folder")
        for name in names:
            shutil.copy(scans / name, watch.drop)
        drop = watch.drop
        until(lambda: not (drop / names[0]).exists(), "claim")
        workers = psutil.Process(watch.process.pid).children(recursive=True)
        watch.process.send_signal(signal.SIGKILL)
        watch.process.wait()
        assert psutil.wait_procs(workers, timeout=30)[1] == [], "workers end with their parent"
    shutil.copytree(scans / "08-nghi-quyet", drop / "08-nghi-quyet")
    with watching(tmp_path) as watch, House.open(tmp_path, environment={}) as house:
        ended = {JobState.DONE, JobState.WAITING}

        def all_ended() -> bool:
            jobs = house.history.jobs()
            return len(jobs) == 4 and {job.state for job in jobs} <= ended

        until(all_ended, "four documents")
        numbers = sorted(job.arrival_number for job in house.history.jobs() if job.arrival_number)
        assert numbers == list(range(1, len(numbers) + 1))
        assert len(house.history.arrivals()) == 4


def test_bad_drops_get_a_note_beside_them_and_stop_nothing(samples: Path, tmp_path: Path) -> None:
    """Empty, truncated, no document, a link, a pipe, an odd name: each answered, each kept."""
    with watching(tmp_path) as watch:
        until(watch.drop.is_dir, "drop folder")
        (watch.drop / "rong.pdf").touch()
        (watch.drop / "thu.txt").write_text("không phải bản quét")
        (watch.drop / "lien-ket.pdf").symlink_to(samples / "scans" / "01-quyet-dinh.pdf")
        os.mkfifo(watch.drop / "ong.pdf")
        shutil.copy(samples / "scans" / "11-chi-thi-hong.pdf", watch.drop)
        shutil.copy(samples / "scans" / "14-giay-moi.jpg", watch.drop / "giấy\nmời 📄.jpg")
        refused, done = watch.results / "loi", watch.results / "xong"
        wanted = ["rong.pdf", "thu.txt", "lien-ket.pdf", "ong.pdf", "11-chi-thi-hong.pdf"]
        for name in wanted:
            until(lambda name=name: (refused / f"{name}.LOI.txt").is_file(), name)  # type: ignore[misc]
        waiting = watch.results / "cho-ra-soat"
        until(
            lambda: any(done.glob("*.pdf")) or any(waiting.glob("*.txt")), "the good one among them"
        )
        assert (refused / "thu.txt").read_text() == "không phải bản quét"
        note = (refused / "rong.pdf.LOI.txt").read_text(encoding="utf-8-sig")
        assert "DOC-EMPTY" in note
        assert "Tệp rỗng" in note
        assert "The file is empty" in note
        assert watch.process.poll() is None


def test_the_same_bytes_again_are_a_duplicate(samples: Path, tmp_path: Path) -> None:
    """A note points to the first; the register has one entry."""
    with watching(tmp_path) as watch:
        until(watch.drop.is_dir, "drop folder")
        scan = samples / "scans" / "01-quyet-dinh.pdf"
        shutil.copy(scan, watch.drop / "mot.pdf")
        done = watch.results / "xong"
        until((done / "mot.pdf").is_file, "first")
        shutil.copy(scan, watch.drop / "hai.pdf")
        until((done / "hai.pdf.LUU-Y.txt").is_file, "note on the second")
        assert not (done / "hai.pdf").exists()
        with House.open(tmp_path, environment={}) as house:
            assert len(house.register.rows("den", house.history.jobs()[0].year or 0)) == 1
