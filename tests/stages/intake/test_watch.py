"""Real folders, real events, real threads: every arrival comes once, whatever happens."""

from __future__ import annotations

import contextlib
import os
import queue
import shutil
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from pipeline.intake import Arrival, RefusedError, discard, put_back, receive
from pipeline.intake.folder_loop import WatchedFolder
from pipeline.intake.watch import FolderWatcher
from pipeline.model.errors import SohoaError
from pipeline.store import Store
from tests.stages.intake.samples import ODD_NAMES, PDF, page_folder, picture

DEADLINE_S = 10.0


@dataclass
class Ears:
    """Hears what a watcher says."""

    arrivals: queue.Queue[Arrival] = field(default_factory=queue.Queue)
    alarms: queue.Queue[tuple[str, SohoaError]] = field(default_factory=queue.Queue)
    cleared: queue.Queue[tuple[str, str]] = field(default_factory=queue.Queue)
    watcher: FolderWatcher | None = None

    def next(self) -> Arrival:
        """Return the next arrival, or fail at the deadline."""
        return self.arrivals.get(timeout=DEADLINE_S)

    def names(self, count: int) -> list[str]:
        """Return the names of the next arrivals, sorted."""
        return sorted(self.next().source_name for _ in range(count))


def watched(path: Path, **options: Any) -> WatchedFolder:
    """A folder that settles fast."""
    quick = {"quiet_s": 0.1, "give_up_s": 0.6, "rescan_s": 0.3, "poll_s": 0.05}
    return WatchedFolder(name=options.pop("name", "den"), path=path, **{**quick, **options})


@contextlib.contextmanager
def watching(*folders: WatchedFolder) -> Iterator[Ears]:
    """Watch in a thread; end it and see that it ended well."""
    stop, ears = threading.Event(), Ears()
    ears.watcher = FolderWatcher(folders)
    ended = threading.Event()

    def run() -> None:
        assert ears.watcher is not None
        ears.watcher.watch(
            stop,
            ears.arrivals.put,
            lambda name, error: ears.alarms.put((name, error)),
            lambda name, code: ears.cleared.put((name, code)),
        )
        ended.set()

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield ears
    finally:
        stop.set()
        thread.join(DEADLINE_S)
        assert ended.is_set()


def until(condition: Any) -> None:
    """Wait for a condition with a deadline."""
    deadline_s = time.monotonic() + DEADLINE_S
    while not condition():
        assert time.monotonic() < deadline_s, "deadline"
        time.sleep(0.01)


@pytest.fixture
def drop(tmp_path: Path) -> Path:
    """An empty drop folder."""
    path = tmp_path / "watch_folders" / "den"
    path.mkdir(parents=True)
    return path


@pytest.mark.parametrize("mode", ["auto", "events", "polling"])
def test_a_dropped_file_is_claimed(drop: Path, tmp_path: Path, mode: str) -> None:
    """A clerk sees it go; its bytes lie in the claim; discarded, nothing is left."""
    with watching(watched(drop, mode=mode)) as ears:
        (drop / "a.pdf").write_bytes(PDF)
        arrival = ears.next()
        assert arrival.source_name == "a.pdf"
        assert arrival.folder == "den"
        assert not (drop / "a.pdf").exists()
        received = receive(arrival, Store(tmp_path / "store"))
        assert received.stored.path.read_bytes() == PDF
        assert discard(arrival) is None
        assert discard(arrival) is None
        assert not arrival.path.parent.exists()
    assert [path.name for path in drop.iterdir()] == [".sohoa"]
    assert ears.arrivals.empty()


def test_events_wake_the_watcher_at_once(drop: Path) -> None:
    """The rescan would come far too late."""
    with watching(watched(drop, mode="events", rescan_s=60.0, poll_s=60.0)) as ears:
        time.sleep(0.3)  # the first round has passed; from now on only an event can wake it
        started_s = time.monotonic()
        (drop / "a.pdf").write_bytes(PDF)
        ears.next()
        assert 0.1 <= time.monotonic() - started_s < 5.0


def test_files_dropped_while_down_are_taken_at_start_through_the_gate(drop: Path) -> None:
    """No event tells of them; the start-up scan waits until they are quiet like any other."""
    for name in ODD_NAMES:
        (drop / name).write_bytes(PDF)
    for name in ("README.md", ".hidden", "~$a.docx", "a.part", "Thumbs.db"):
        (drop / name).write_bytes(b"x")
    started_s = time.monotonic()
    with watching(watched(drop, quiet_s=0.5)) as ears:
        assert ears.names(len(ODD_NAMES)) == sorted(ODD_NAMES)
        assert time.monotonic() - started_s >= 0.5
    assert ears.arrivals.empty()
    assert (drop / "README.md").exists()


def test_a_growing_file_is_waited_for(drop: Path, tmp_path: Path) -> None:
    """A scanner writes page after page, with pauses longer than the quiet time."""
    with watching(watched(drop, give_up_s=5.0)) as ears:
        with (drop / "a.pdf").open("wb") as stream:
            stream.write(PDF[:20])
            stream.flush()
            assert ears.watcher is not None
            until(lambda: ears.watcher.unsettled() == {"den": {"a.pdf": "PDF trailer (%%EOF)"}})
            assert ears.arrivals.empty()
            stream.write(PDF[20:])
        arrival = ears.next()
    assert receive(arrival, Store(tmp_path / "store")).document.size_bytes == len(PDF)


def test_a_file_that_stays_truncated_is_taken_in_the_end(drop: Path) -> None:
    """It must get its answer too."""
    with watching(watched(drop, give_up_s=0.4)) as ears:
        started_s = time.monotonic()
        (drop / "a.pdf").write_bytes(PDF[:-8])
        ears.next()
        assert time.monotonic() - started_s >= 0.4


def test_links_pipes_and_folders_arrive_too(drop: Path, tmp_path: Path) -> None:
    """Each gets its answer, none is opened or followed."""
    store = Store(tmp_path / "store")
    (tmp_path / "secret.pdf").write_bytes(PDF)
    (drop / "link.pdf").symlink_to(tmp_path / "secret.pdf")
    os.mkfifo(drop / "pipe.pdf")
    (drop / "empty").mkdir()
    page_folder(tmp_path / "ho so 7").rename(drop / "ho so 7")
    with watching(watched(drop)) as ears:
        codes = {}
        for _ in range(4):
            arrival = ears.next()
            try:
                codes[arrival.source_name] = receive(arrival, store).document.media_type.name
            except RefusedError as error:
                codes[arrival.source_name] = error.code
    assert codes == {
        "link.pdf": "DOC-NOT-A-FILE",
        "pipe.pdf": "DOC-NOT-A-FILE",
        "empty": "DOC-EMPTY-FOLDER",
        "ho so 7": "IMAGE_FOLDER",
    }
    assert (tmp_path / "secret.pdf").exists()


def test_a_folder_that_is_being_filled_is_waited_for(drop: Path, tmp_path: Path) -> None:
    """Page after page, also while a page is copied under a name for the time being."""
    with watching(watched(drop, give_up_s=20.0)) as ears:
        (drop / "f").mkdir()
        (drop / "f" / "p1.png.part").write_bytes(picture("PNG"))
        assert ears.watcher is not None
        until(lambda: ears.watcher.unsettled() == {"den": {"f": "p1.png.part: end of copying"}})
        (drop / "f" / "p1.png.part").rename(drop / "f" / "p1.png")
        received = receive(ears.next(), Store(tmp_path / "store"))
    assert received.remarks == ()
    assert received.document.media_type.name == "IMAGE_FOLDER"


def test_the_same_name_with_other_bytes_is_another_arrival(drop: Path, tmp_path: Path) -> None:
    """Both are kept, though the first is still claimed."""
    store = Store(tmp_path / "store")
    with watching(watched(drop)) as ears:
        (drop / "a.png").write_bytes(picture("PNG", gray=1))
        first = ears.next()
        (drop / "a.png").write_bytes(picture("PNG", gray=2))
        second = ears.next()
        ids = {receive(one, store).document.id for one in (first, second)}
    assert len(ids) == 2
    assert first.id != second.id


def test_two_watchers_never_take_the_same_file(drop: Path) -> None:
    """Each file arrives once, whoever is quicker."""
    names = {f"{number}.pdf" for number in range(60)}
    with watching(watched(drop)) as one, watching(watched(drop)) as other:
        for name in sorted(names):
            (drop / name).write_bytes(PDF)
        until(lambda: one.arrivals.qsize() + other.arrivals.qsize() >= len(names))
        time.sleep(0.3)  # long enough for a second claim, were one possible
        arrivals = [*one.arrivals.queue, *other.arrivals.queue]
    assert sorted(arrival.source_name for arrival in arrivals) == sorted(names)


def test_claims_of_a_dead_watcher_are_taken_up_again(drop: Path) -> None:
    """The same arrival, with the same id and time, comes to the next watcher."""
    with watching(watched(drop)) as ears:
        (drop / "a.pdf").write_bytes(PDF)
        first = ears.next()
    with watching(watched(drop)) as ears:
        again = ears.next()
        assert again.is_recovered
        assert (again.id, again.source_name) == (first.id, first.source_name)
        assert again.arrived_at == first.arrived_at
        assert again.path.read_bytes() == PDF
        with watching(watched(drop)) as third:
            time.sleep(0.3)  # a living watcher's claims are nobody else's
            assert third.arrivals.empty()
        assert discard(again) is None
    with watching(watched(drop)) as ears:
        time.sleep(0.3)
        assert ears.arrivals.empty()


def test_a_folder_that_vanishes_is_an_alarm_and_goes_on_when_back(
    drop: Path, tmp_path: Path
) -> None:
    """One alarm, not one a second; when it is back, files arrive again."""
    with watching(watched(drop)) as ears:
        (drop / "a.pdf").write_bytes(PDF)
        claimed = ears.next()
        drop.rename(tmp_path / "away")
        name, error = ears.alarms.get(timeout=DEADLINE_S)
        assert (name, error.code) == ("den", "SYS-FOLDER-GONE")
        with pytest.raises(SohoaError, match="SYS-FOLDER-GONE"):
            receive(claimed, Store(tmp_path / "store"))
        (tmp_path / "away").rename(drop)
        assert ears.cleared.get(timeout=DEADLINE_S) == ("den", "SYS-FOLDER-GONE")
        (drop / "b.pdf").write_bytes(PDF)
        assert ears.next().source_name == "b.pdf"
        assert receive(claimed, Store(tmp_path / "store")).document.size_bytes == len(PDF)
        shutil.rmtree(drop)
        ears.alarms.get(timeout=DEADLINE_S)
        drop.mkdir()
        ears.cleared.get(timeout=DEADLINE_S)
        (drop / "c.pdf").write_bytes(PDF)
        assert ears.next().source_name == "c.pdf"
    assert ears.alarms.empty()


def test_a_folder_missing_at_start_is_waited_for(tmp_path: Path) -> None:
    """A share that is mounted later is no reason to end; the other folder works meanwhile."""
    here, later = tmp_path / "here", tmp_path / "later"
    here.mkdir()
    with watching(watched(later, name="later"), watched(here, name="here")) as ears:
        assert ears.alarms.get(timeout=DEADLINE_S)[0] == "later"
        (here / "a.pdf").write_bytes(PDF)
        assert ears.next().folder == "here"
        later.mkdir()
        (later / "b.pdf").write_bytes(PDF)
        assert ears.next().folder == "later"


def test_what_was_put_back_settles_anew(drop: Path) -> None:
    """A file that changed while it was read is retried, beside a newer one of its name."""
    with watching(watched(drop, quiet_s=0.3)) as ears:
        (drop / "a.pdf").write_bytes(PDF)
        first = ears.next()
        (drop / "a.pdf").write_bytes(PDF + b"\n")
        assert put_back(first) == drop / "a (2).pdf"
        assert put_back(first) is None
        assert ears.names(2) == ["a (2).pdf", "a.pdf"]


def test_a_claim_written_to_after_it_was_stored_comes_back(drop: Path, tmp_path: Path) -> None:
    """Its writer still held it open: the new bytes are a document of their own."""
    with watching(watched(drop)) as ears:
        with (drop / "a.pdf").open("wb") as stream:
            stream.write(PDF)
            stream.flush()
            arrival = ears.next()
            receive(arrival, Store(tmp_path / "store"))
            stream.write(PDF)
        assert discard(arrival) == drop / "a.pdf"
        assert ears.next().fingerprint[0].size_bytes == 2 * len(PDF)


def test_many_files_arrive_once_each(drop: Path) -> None:
    """A batch of a scanner, copied as fast as the disk allows."""
    with watching(watched(drop)) as ears:
        for number in range(300):
            (drop / f"{number}.pdf").write_bytes(PDF)
        assert len(set(ears.names(300))) == 300
    assert ears.arrivals.empty()
