"""Claims and sessions across real processes that are killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.intake import discard, put_back
from pipeline.intake.claim import ClaimDesk, set_aside
from pipeline.intake.listing import Candidate, candidates
from pipeline.model.errors import OperatorError
from pipeline.store import Scratch
from tests.stages.intake.samples import PDF, page_folder

CLAIM_AND_HANG = """
import sys, time
from pathlib import Path
from pipeline.intake.claim import ClaimDesk
from pipeline.intake.listing import candidates
drop = Path(sys.argv[1])
desk = ClaimDesk("den", drop)
for candidate in candidates(drop):
    print(desk.claim(candidate).id, flush=True)
if "fork" in sys.argv:
    import os
    if os.fork() != 0:
        time.sleep(60)
print("hanging", flush=True)  # with a fork the worker says it: only then has it let go of the lock
time.sleep(60)
"""


@pytest.fixture
def drop(tmp_path: Path) -> Path:
    """A drop folder with one file."""
    folder = tmp_path / "den"
    folder.mkdir()
    (folder / "a.pdf").write_bytes(PDF)
    return folder


def only(drop: Path) -> Candidate:
    """Return the one candidate."""
    (candidate,) = candidates(drop)
    return candidate


@pytest.mark.parametrize("how", ["alone", "fork"])
def test_claims_of_a_killed_process_are_taken_up_once(drop: Path, how: str) -> None:
    """Also while a worker that it forked lives on: the worker does not hold its parent's lock."""
    command = [sys.executable, "-c", CLAIM_AND_HANG, str(drop), how]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        assert process.stdout is not None
        arrival_id = process.stdout.readline().strip()
        assert process.stdout.readline().strip() == "hanging"
        one, other = ClaimDesk("den", drop), ClaimDesk("den", drop)
        assert one.recover() == []
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        (arrival,) = one.recover()
        assert other.recover() == []
        assert (arrival.id, arrival.source_name, arrival.is_recovered) == (
            arrival_id,
            "a.pdf",
            True,
        )
        assert arrival.path.read_bytes() == PDF
        if how == "fork":
            os.killpg(process.pid, signal.SIGKILL)
    one.close()
    other.close()


def test_who_comes_second_gets_nothing(drop: Path) -> None:
    """The rename decides."""
    candidate = only(drop)
    one, other = ClaimDesk("den", drop), ClaimDesk("den", drop)
    assert one.claim(candidate) is not None
    assert other.claim(candidate) is None
    one.close()
    other.close()


def test_a_change_at_the_last_moment_is_put_back(drop: Path) -> None:
    """The gate saw another file than the one that was renamed."""
    candidate = only(drop)
    (drop / "a.pdf").write_bytes(PDF * 2)
    desk = ClaimDesk("den", drop)
    assert desk.claim(candidate) is None
    assert (drop / "a.pdf").read_bytes() == PDF * 2
    desk.close()


def test_an_interrupted_claim_leaves_no_ghost(drop: Path) -> None:
    """Killed between making its folder and the rename, or between deleting and removing it."""
    desk = ClaimDesk("den", drop)
    desk.open()
    session = next((drop / ".sohoa" / "claimed").glob("*/"))
    (session / "empty claim").mkdir()
    desk.close()
    after = ClaimDesk("den", drop)
    assert after.recover() == []
    after.close()
    assert not list((drop / ".sohoa" / "claimed").glob("*/"))


def test_without_a_drop_folder_there_is_no_desk(tmp_path: Path) -> None:
    """It is not made in secret."""
    with pytest.raises(OperatorError, match="SYS-FOLDER-GONE"):
        ClaimDesk("den", tmp_path / "gone").open()
    assert not (tmp_path / "gone").exists()


def test_a_claimed_folder_is_discarded_whole(drop: Path) -> None:
    """No part of it can come back as a document with fewer pages."""
    (drop / "a.pdf").unlink()
    page_folder(drop / "f")
    desk = ClaimDesk("den", drop)
    arrival = desk.claim(only(drop))
    assert arrival is not None
    assert discard(arrival) is None
    assert not arrival.path.exists()
    assert candidates(drop) == []
    desk.close()


def test_a_folder_with_other_members_is_never_deleted(drop: Path) -> None:
    """Unless somebody says that they are kept elsewhere."""
    (drop / "a.pdf").unlink()
    folder = page_folder(drop / "f")
    (folder / "thu.docx").write_bytes(b"PK")
    desk = ClaimDesk("den", drop)
    arrival = desk.claim(only(drop))
    assert arrival is not None
    aside = discard(arrival)
    assert aside is not None
    assert {path.name for path in aside.rglob("*") if path.is_file()} == {"Thumbs.db", "thu.docx"}
    assert set_aside(arrival) == aside
    desk.close()


def test_putting_back_needs_the_drop_folder(drop: Path, tmp_path: Path) -> None:
    """A share that is gone is the keeper's matter; the claim waits."""
    desk = ClaimDesk("den", drop)
    arrival = desk.claim(only(drop))
    assert arrival is not None
    drop.rename(tmp_path / "away")
    assert put_back(arrival) is None
    (tmp_path / "away").rename(drop)
    assert put_back(arrival) == drop / "a.pdf"
    desk.close()


def test_a_folder_is_put_back_beside_its_namesake(drop: Path) -> None:
    """A new folder of the same name keeps its pages."""
    (drop / "a.pdf").unlink()
    page_folder(drop / "f")
    desk = ClaimDesk("den", drop)
    arrival = desk.claim(only(drop))
    assert arrival is not None
    page_folder(drop / "f")
    assert put_back(arrival) == drop / "f (2)"
    desk.close()


def test_scratch_of_a_killed_process_is_swept(tmp_path: Path) -> None:
    """At the next start."""
    code = (
        "import sys, time; from pathlib import Path; from pipeline.store import Scratch\n"
        "s = Scratch(Path(sys.argv[1]))\n"
        "with s.attempt() as f:\n (f / 'x').touch(); print('ready', flush=True); time.sleep(60)"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "scratch")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.kill()
    with Scratch(tmp_path / "scratch") as scratch:
        assert scratch.swept == 1
    assert not list((tmp_path / "scratch").rglob("x"))
