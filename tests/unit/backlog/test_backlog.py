"""Batches: papers as rows, the feeder, hours, progress."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from pipeline.backlog.feeder import Feeder, FeederOptions
from pipeline.backlog.hours import is_hours, is_working
from pipeline.backlog.progress import progress
from pipeline.backlog.scanning import drafts
from pipeline.intake.arrivals import Arrival, RefusedError
from pipeline.ledger.batch_rows import ItemDraft
from pipeline.ledger.batches import Batches
from pipeline.ledger.ledger import Ledger, Move
from pipeline.model.errors import InputError, TransientError
from pipeline.model.records import Document, JobState, MediaType, Remark

NOW = dt.datetime(2026, 11, 22, 8, 0, tzinfo=dt.UTC)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """A fresh ledger."""
    opened = Ledger.open(tmp_path / "state" / "ledger.sqlite")
    yield opened
    opened.close()


@pytest.fixture
def batches(ledger: Ledger) -> Batches:
    """One batch, `lo1`."""
    made = Batches(ledger.engine)
    made.create("lo1", {"profile": "tt05-2025"})
    return made


@dataclass
class Line:
    """Takes arrivals in as the house does, and lets the test end their jobs."""

    ledger: Ledger
    is_dying: bool = False
    is_down: bool = False
    held: frozenset[str] = frozenset()
    taken: list[str] = field(default_factory=list)

    def take_in(
        self, arrival: Arrival, *, priority: int, remarks: Sequence[Remark]
    ) -> tuple[str, bool]:
        """Make a job of a file's bytes; an empty one is refused."""
        if self.is_down:
            raise TransientError("IO-BUSY")
        try:
            data = arrival.path.read_bytes()
        except FileNotFoundError as error:
            raise RefusedError("DOC-VANISHED") from error
        if not data:
            raise RefusedError("DOC-EMPTY")
        digest = hashlib.sha256(data).hexdigest()
        is_new = self.ledger.receive(
            Document(id=digest, media_type=MediaType.PDF, size_bytes=len(data)),
            folder=arrival.folder,
            source_name=arrival.source_name,
            arrival_id=arrival.id,
            at=NOW,
            priority=priority,
            remarks=remarks,
        )
        self.taken.append(arrival.path.name)
        if self.is_dying:
            raise KeyboardInterrupt
        return digest, is_new

    def hold(self, document_ids: frozenset[str]) -> None:
        """Remember who must stand still."""
        self.held = document_ids

    def end(self, name: str) -> None:
        """Reject a job, the shortest end."""
        digest = hashlib.sha256(name.encode()).hexdigest()
        self.ledger.take(digest)
        self.ledger.move(digest, Move(to=JobState.REJECTED, code="DOC-DAMAGED"))


@pytest.fixture
def line(ledger: Ledger) -> Line:
    """The line behind the feeder."""
    return Line(ledger)


def feeder(batches: Batches, line: Line, **options: float) -> Feeder:
    """Return a feeder with a window of two."""
    values = {"window": 2, "priority": 50, "rescan_s": 0.0, "quiet_s": 0.0, **options}
    return Feeder(
        batches=batches,
        takes_in=line,
        options=FeederOptions(**values),  # type: ignore[arg-type]
        wake=lambda: None,
        hold=line.hold,
        clock=lambda: NOW,
    )


def papers(folder: Path, *names: str) -> None:
    """Write papers whose bytes are their names."""
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(path.name.encode())


def add(batches: Batches, root: Path, levels: tuple[str, ...] = ()) -> int:
    """Add a tree to the batch."""
    return batches.add("lo1", drafts(root, levels=levels, is_folder_document=False))


def test_adding_twice_is_adding_once(batches: Batches, tmp_path: Path) -> None:
    """A killed `add` is run again; what was added stays as it is."""
    root = tmp_path / "kho"
    papers(root, "a.pdf", "h1/b.pdf", "h1/c.pdf")
    assert add(batches, root) == 3
    papers(root, "h1/d.pdf")
    assert add(batches, root) == 1
    assert [Path(one.path).name for one in batches.items("lo1")] == [
        "a.pdf",
        "b.pdf",
        "c.pdf",
        "d.pdf",
    ]


def test_folders_are_dossiers_by_level(batches: Batches, tmp_path: Path) -> None:
    """The levels say what folders are; without them each folder with papers is a dossier."""
    root = tmp_path / "kho"
    papers(root, "hop3/01/a.pdf", "b.pdf")
    named = {
        Path(one.path).name: one
        for one in drafts(root, levels=("box", "notation"), is_folder_document=False)
    }
    assert named["a.pdf"].dossier == {"box": "hop3", "notation": "01"}
    assert named["b.pdf"].place == ""
    plain = {Path(one.path).name: one for one in drafts(root, levels=(), is_folder_document=False)}
    assert plain["a.pdf"].dossier == {"notation": "hop3/01"}


def test_folders_of_pictures_are_documents(tmp_path: Path) -> None:
    """With `--as-document` the innermost folders are papers."""
    root = tmp_path / "kho"
    papers(root, "hop3/vb1/1.jpg", "hop3/vb1/2.jpg", "hop3/vb2/1.jpg")
    found = list(drafts(root, levels=("notation",), is_folder_document=True))
    assert [Path(one.path).name for one in found] == ["vb1", "vb2"]
    assert found[0].dossier == {"notation": "hop3"}


def test_a_list_adds_to_what_is_known(batches: Batches, tmp_path: Path) -> None:
    """A list after the tree changes what is known of a paper, and never makes it twice."""
    root = tmp_path / "kho"
    papers(root, "a.pdf")
    add(batches, root)
    known = ItemDraft(
        path=str(root / "a.pdf"), place="p", ordinal=4, document={"subject": "V/v"}, is_listed=True
    )
    assert batches.add("lo1", [known]) == 1
    assert add(batches, root) == 0, "folders do not unsay what a list said"
    (item,) = batches.items("lo1")
    assert (item.ordinal, item.document, item.place) == (4, {"subject": "V/v"}, "p")


def test_names_are_one_batch_each(batches: Batches) -> None:
    """A name that is taken, and one that nobody has, are answered with their codes."""
    with pytest.raises(InputError) as caught:
        batches.create("lo1", {})
    assert caught.value.code == "INPUT-BATCH-NAME"
    with pytest.raises(InputError) as caught:
        batches.batch("lo2")
    assert caught.value.code == "INPUT-BATCH"
    assert "lo1" in caught.value.detail


def test_only_a_few_jobs_are_open(batches: Batches, line: Line, tmp_path: Path) -> None:
    """The window bounds the open jobs; what ends makes room."""
    papers(tmp_path / "kho", *(f"{n}.pdf" for n in range(5)))
    add(batches, tmp_path / "kho")
    feeding = feeder(batches, line)
    assert [feeding.step(), feeding.step()] == [2, 0]
    line.end("0.pdf")
    assert feeding.step() == 1
    assert line.taken == ["0.pdf", "1.pdf", "2.pdf"]


def test_a_feeder_that_dies_loses_and_doubles_nothing(
    batches: Batches, line: Line, tmp_path: Path
) -> None:
    """Killed between the job's row and the paper's: the next one comes to the same document."""
    papers(tmp_path / "kho", "a.pdf")
    add(batches, tmp_path / "kho")
    line.is_dying = True
    with pytest.raises(KeyboardInterrupt):
        feeder(batches, line).step()
    line.is_dying = False
    assert feeder(batches, line).step() == 1
    (item,) = batches.items("lo1")
    assert (item.state, item.document_id) == ("entered", hashlib.sha256(b"a.pdf").hexdigest())


def test_the_same_bytes_are_one_document(batches: Batches, line: Line, tmp_path: Path) -> None:
    """The second paper of the same bytes is doubled, with the document it doubles."""
    papers(tmp_path / "kho", "h1/a.pdf", "h2/a.pdf")
    add(batches, tmp_path / "kho")
    feeder(batches, line).step()
    first, second = batches.items("lo1")
    assert (first.state, second.state, second.code) == ("entered", "doubled", "DOC-DUPLICATE")
    assert first.document_id == second.document_id


def test_what_is_refused_says_why_and_is_tried_again_when_added(
    batches: Batches, line: Line, tmp_path: Path
) -> None:
    """An empty scan is refused with its code; scanned and added again it becomes a document."""
    path = tmp_path / "kho" / "a.pdf"
    papers(tmp_path / "kho", "a.pdf")
    path.write_bytes(b"")
    add(batches, tmp_path / "kho")
    feeder(batches, line).step()
    (item,) = batches.items("lo1")
    assert (item.state, item.code) == ("refused", "DOC-EMPTY")
    path.write_bytes(b"a.pdf")
    assert add(batches, tmp_path / "kho") == 1
    feeder(batches, line).step()
    (item,) = batches.items("lo1")
    assert item.state == "entered"


def test_nothing_of_a_secret_paper_is_kept(
    batches: Batches, line: Line, ledger: Ledger, tmp_path: Path
) -> None:
    """Quarantined, its name and what a list said are gone, also when it is added again."""
    secret = tmp_path / "kho" / "bi-mat-abc.pdf"
    papers(tmp_path / "kho", secret.name)
    said = ItemDraft(
        path=str(secret), place="hs-bi-mat", document={"subject": "tuyệt mật"}, is_listed=True
    )
    feeding = feeder(batches, line)
    for _ in range(2):
        batches.add("lo1", [said])
        feeding.step()
        digest = hashlib.sha256(secret.name.encode()).hexdigest()
        if ledger.take(digest) is not None:
            ledger.quarantine(digest, page=1)
    kept = repr(list(batches.items("lo1")))
    assert "bi-mat" not in kept
    assert "tuyệt mật" not in kept
    files = b"".join(path.read_bytes() for path in (tmp_path / "state").iterdir())
    assert b"hs-bi-mat" not in files


def test_a_pause_holds_what_is_open_and_feeds_nothing(
    batches: Batches, line: Line, tmp_path: Path
) -> None:
    """Paused: the open documents are held, none is taken in; resumed: it goes on."""
    papers(tmp_path / "kho", "a.pdf", "b.pdf", "c.pdf")
    add(batches, tmp_path / "kho")
    feeding = feeder(batches, line)
    feeding.step()
    batches.pause("lo1", is_paused=True)
    line.end("a.pdf")
    assert feeding.step() == 0
    assert line.held == {hashlib.sha256(b"b.pdf").hexdigest()}
    batches.pause("lo1", is_paused=False)
    assert feeding.step() == 1
    assert line.held == frozenset()


def test_an_outage_leaves_papers_as_they_are(batches: Batches, line: Line, tmp_path: Path) -> None:
    """A full disk or a busy share refuses nothing: the paper waits."""
    papers(tmp_path / "kho", "a.pdf")
    add(batches, tmp_path / "kho")
    line.is_down = True
    with pytest.raises(TransientError):
        feeder(batches, line).step()
    assert [one.state for one in batches.items("lo1")] == ["new"]


def test_a_folder_that_grows_is_taken_as_it_settles(
    batches: Batches, line: Line, tmp_path: Path
) -> None:
    """What the scanner writes later comes too; a refused paper is not tried over and over."""
    root = tmp_path / "may-quet"
    root.mkdir()
    batches.add_growing("lo1", path=str(root), levels="")
    feeding = feeder(batches, line, window=10, give_up_s=0.0)
    assert feeding.step() == 0
    papers(root, "1.pdf")
    (root / "empty.pdf").touch()
    for _ in range(4):
        feeding.step()
    papers(root, "2.pdf")
    for _ in range(4):
        feeding.step()
    assert line.taken == ["1.pdf", "2.pdf"]
    assert {Path(one.path).name: one.state for one in batches.items("lo1")} == {
        "1.pdf": "entered",
        "2.pdf": "entered",
        "empty.pdf": "refused",
    }


def test_a_folder_that_has_settled_is_listed_as_often_as_set(
    batches: Batches, line: Line, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Papers that were taken do not call for another listing at every look at the ledger."""
    root = tmp_path / "may-quet"
    papers(root, "1.pdf")
    batches.add_growing("lo1", path=str(root), levels="")
    feeding = feeder(batches, line, rescan_s=600.0, give_up_s=0.0)
    while not line.taken:
        feeding.step()
    listed: list[Path] = []
    monkeypatch.setattr("pipeline.backlog.feeder.candidates", listed.append)
    for _ in range(3):
        feeding.step()
    assert listed == []


def test_a_source_that_is_gone_stops_nothing(batches: Batches, line: Line, tmp_path: Path) -> None:
    """A scanner's share that is away is looked at again later; the rest goes on."""
    batches.add_growing("lo1", path=str(tmp_path / "gone"), levels="")
    papers(tmp_path / "kho", "a.pdf")
    add(batches, tmp_path / "kho")
    assert feeder(batches, line).step() == 1


@pytest.mark.parametrize(
    ("hours", "at", "is_on"),
    [
        ("", "12:00", True),
        ("20:00-06:00", "23:30", True),
        ("20:00-06:00", "05:59", True),
        ("20:00-06:00", "06:00", False),
        ("08:00-17:00", "12:00", True),
        ("08:00-17:00", "17:00", False),
    ],
)
def test_hours_are_vietnamese_and_run_over_midnight(hours: str, at: str, is_on: bool) -> None:
    """`20:00-06:00` is the night in Viet Nam, wherever the clock of the machine stands."""
    moment = dt.datetime.fromisoformat(f"2026-11-22T{at}:00+07:00").astimezone(dt.UTC)
    assert is_working(hours, moment) is is_on
    assert is_hours(hours)


@pytest.mark.parametrize("text", ["20-6", "25:00-06:00", "đêm", "20:00"])
def test_hours_that_are_none_are_refused(text: str) -> None:
    """A slip does not become `always`."""
    assert not is_hours(text)


def test_progress_tells_shares_rate_and_causes(
    batches: Batches, line: Line, tmp_path: Path
) -> None:
    """Half ended: half the share; time left follows from the rate; causes with their count."""
    papers(tmp_path / "kho", *(f"{n}.pdf" for n in range(8)))
    (tmp_path / "kho" / "7.pdf").write_bytes(b"")
    add(batches, tmp_path / "kho")
    feeder(batches, line, window=8).step()
    for number in range(3):
        line.end(f"{number}.pdf")
    now = dt.datetime.now(dt.UTC) + dt.timedelta(minutes=10)
    one = progress(batches, batches.batch("lo1"), now=now)
    assert one.total == 8
    assert one.share == 0.5
    assert one.states == {"received": 4, "refused": 1, "rejected": 3}
    assert {cause.code: cause.documents for cause in one.causes} == {
        "DOC-DAMAGED": 3,
        "DOC-EMPTY": 1,
    }
    assert one.seconds_left == pytest.approx(4 * 600 / 3, rel=0.02)


def test_progress_of_an_empty_batch_is_nothing(batches: Batches) -> None:
    """No papers, no rate, no time left; no division by zero."""
    one = progress(batches, batches.batch("lo1"), now=NOW)
    assert (one.total, one.share, one.seconds_left, list(one.causes)) == (0, 0.0, None, [])
