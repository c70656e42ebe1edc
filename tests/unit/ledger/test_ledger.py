"""The ledger: arrivals, moves, durability rules."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from pipeline.ledger import database
from pipeline.ledger.history import History
from pipeline.ledger.ledger import Ledger, Move
from pipeline.ledger.owner import is_alive, this_owner
from pipeline.ledger.tables import METADATA
from pipeline.model.errors import ContractError
from pipeline.model.moves import MOVES
from pipeline.model.records import (
    Artifact,
    Document,
    Field,
    FieldSource,
    JobState,
    MediaType,
    Receipt,
    Registered,
    Remark,
)

NOW = dt.datetime(2026, 11, 22, 8, 0, tzinfo=dt.UTC)
LETTER = Document(id="a" * 64, media_type=MediaType.PDF, size_bytes=10)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """A fresh ledger file."""
    opened = Ledger.open(tmp_path / "ledger.sqlite")
    yield opened
    opened.close()


def receive(ledger: Ledger, *, arrival: str = "first", document: Document = LETTER) -> bool:
    return ledger.receive(
        document, folder="den", source_name="a.pdf", arrival_id=arrival, at=NOW, priority=0
    )


def test_tables_equal_the_sum_of_migrations(ledger: Ledger) -> None:
    """What Alembic builds is what the tables say."""
    with ledger.engine.connect() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, METADATA) == []


def test_the_newest_revision_is_what_alembic_says() -> None:
    """It is read from the names of files, because Alembic takes 0.2 s of every start."""
    config = Config()
    config.set_main_option("script_location", str(Path(database.__file__).parent / "migrations"))
    assert database.newest_revision() == ScriptDirectory.from_config(config).get_current_head()


def test_the_same_bytes_from_another_place_are_a_duplicate(ledger: Ledger) -> None:
    """The first drop is new, the second is an answer and no job."""
    assert receive(ledger)
    assert not receive(ledger, arrival="second")
    history = History(ledger.engine)
    assert len(history.jobs()) == 1
    assert [row.outcome for row in history.arrivals()] == ["duplicate", "new"]


def test_the_same_arrival_again_is_no_duplicate(ledger: Ledger) -> None:
    """A claim taken up after a crash, or `run` started again, is the first arrival once more."""
    assert receive(ledger)
    assert receive(ledger)
    assert len(History(ledger.engine).arrivals()) == 1


def test_a_job_has_one_living_owner(ledger: Ledger, tmp_path: Path) -> None:
    """Another process that lives keeps its job; a dead one loses it."""
    receive(ledger)
    other = Ledger.open(tmp_path / "ledger.sqlite")
    assert ledger.take(LETTER.id) is not None
    other.owner = "1:0:elsewhere"
    assert other.take(LETTER.id) is None
    with ledger.engine.begin() as connection:
        connection.execute(sa.text("UPDATE jobs SET owner = '999999:5:gone'"))
    assert other.take(LETTER.id) is not None
    other.close()


def test_this_process_is_alive_and_a_reused_number_is_not() -> None:
    """The start time tells a process from a later one with its number."""
    owner = this_owner()
    pid, _, boot = owner.split(":", 2)
    assert is_alive(owner)
    assert not is_alive(f"{pid}:1:{boot}")


@pytest.mark.parametrize("before", list(JobState))
@pytest.mark.parametrize("after", list(JobState))
def test_only_the_moves_of_the_table_are_made(
    ledger: Ledger, before: JobState, after: JobState
) -> None:
    """A move that the table does not know is refused and changes nothing."""
    receive(ledger)
    with ledger.engine.begin() as connection:
        connection.execute(
            sa.text("UPDATE jobs SET state = :state, arrival_number = 1, delivered_path = 'x'"),
            {"state": before.value},
        )
    history = History(ledger.engine)
    if after in MOVES[before]:
        ledger.move(LETTER.id, Move(to=after))
        assert history.jobs()[0].state is after
    else:
        with pytest.raises(ContractError, match="BUG-STAGE"):
            ledger.move(LETTER.id, Move(to=after))
        assert history.jobs()[0].state is before


def test_done_needs_an_arrival_number_and_a_result(ledger: Ledger) -> None:
    """The database itself refuses a finished job that is not registered and delivered."""
    receive(ledger)
    ledger.take(LETTER.id)
    with pytest.raises(sa.exc.IntegrityError):
        ledger.move(LETTER.id, Move(to=JobState.DONE))


def test_a_persons_word_is_not_overwritten_by_a_machine(ledger: Ledger) -> None:
    """A confirmed field stays when extract runs again, and what it replaced is in the events."""
    receive(ledger)
    guess = Field(name="number", value="12", confidence=0.4, source=FieldSource.HANDWRITTEN)
    ledger.stage_done(
        LETTER.id, stage="extract", key="k", outcome="done", seconds=0.1, fields=[guess]
    )
    ledger.confirm(LETTER.id, {"number": "17"}, person="Văn thư")
    ledger.stage_done(
        LETTER.id, stage="extract", key="k2", outcome="done", seconds=0.1, fields=[guess]
    )
    history = History(ledger.engine)
    assert history.fields(LETTER.id)["number"].value == "17"
    confirmed = [e for e in history.events(LETTER.id) if e.action == "confirmed"]
    assert (confirmed[0].facts["before"], confirmed[0].facts["after"]) == ("12", "17")


def test_a_quarantined_document_leaves_hash_time_folder_and_reason(
    ledger: Ledger, tmp_path: Path
) -> None:
    """No name, field, artifact, receipt or remark stays, in the file's free pages neither."""
    told = {"document_id": "000.00.00.G22,2026/09/30,7816/VPCP-TTDT", "signer": "Van thu mat"}
    ledger.receive(
        LETTER,
        folder="den",
        source_name="ke-hoach-tac-chien.pdf",
        arrival_id="x",
        at=NOW,
        priority=0,
        remarks=[Remark(code="EDXML-RECEIVED", facts=told)],
    )
    ledger.take(LETTER.id)
    ledger.quarantine(LETTER.id, page=2)
    job = History(ledger.engine).jobs()[0]
    assert (job.state, job.source_name, job.folder) == (JobState.QUARANTINED, "", "den")
    kept = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"tac-chien" not in kept
    assert b"7816" not in kept
    assert b"Van thu" not in kept
    assert [one.code for one in History(ledger.engine).remarks(LETTER.id)] == ["EDXML-RECEIVED"]


def test_everything_a_stage_made_is_told_again(ledger: Ledger) -> None:
    """Artifacts, receipt, arrival number, seconds and remarks come back as they went in."""
    receive(ledger)
    receipt = Receipt(port="register", key="k", external_id="1", at=NOW, answer_digest="d" * 64)
    ledger.stage_done(
        LETTER.id,
        stage="register",
        key="k",
        outcome="done",
        seconds=0.25,
        artifacts=[Artifact(kind="report", digest="e" * 64, size_bytes=3, made_by="register/1/x")],
        receipt=receipt,
        registered=Registered(book="den", year=2026, arrival_number=7, receipt=receipt),
        remarks=[Remark(code="DOC-SIGNED"), Remark(code="QUALITY-BLUR", page=2)],
    )
    history = History(ledger.engine)
    job = history.jobs()[0]
    assert (job.book, job.year, job.arrival_number) == ("den", 2026, 7)
    assert history.receipt(LETTER.id, "register") == receipt
    assert history.seconds(LETTER.id) == {"register": 0.25}
    assert [(r.code, r.page) for r in history.remarks(LETTER.id)] == [
        ("DOC-SIGNED", None),
        ("QUALITY-BLUR", 2),
    ]
    assert history.finished_key(LETTER.id, "register") == "k"
    assert set(history.artifacts(LETTER.id)) == {"report"}


def test_a_retry_is_unfinished_only_when_due(ledger: Ledger) -> None:
    """A waiting job comes back at its time; one that waits for a person does not come by itself."""
    receive(ledger)
    ledger.take(LETTER.id)
    due = NOW + dt.timedelta(minutes=5)
    ledger.move(LETTER.id, Move(to=JobState.WAITING, code="PORT-DOWN", next_try_at=due, tries=1))
    history = History(ledger.engine)
    assert history.unfinished(now=NOW) == ()
    assert [job.tries for job in history.unfinished(now=due)] == [1]


def test_a_prefix_finds_and_junk_does_not(ledger: Ledger) -> None:
    """Ids may be shortened; letters that no digest has find nothing."""
    receive(ledger)
    history = History(ledger.engine)
    assert [job.id for job in history.find("aaaa")] == [LETTER.id]
    assert history.find("%") == ()
    assert history.find("") == ()


def test_an_intent_keeps_its_first_target(ledger: Ledger) -> None:
    """Asking again under the same key gives the target first intended."""
    receive(ledger)
    assert ledger.intend(LETTER.id, port="deliver", key="1", target="a.pdf") == "a.pdf"
    assert ledger.intend(LETTER.id, port="deliver", key="1", target="b.pdf") == "a.pdf"
