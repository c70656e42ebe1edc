"""Reading again: who is due, and who goes first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from pipeline.ledger.ledger import Ledger
from pipeline.ledger.rereading import are_letters_under_way, read_by, revision_of
from pipeline.model.records import Document, MediaType

LETTER = Document(id="a" * 64, media_type=MediaType.PDF, size_bytes=10)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """A ledger with one letter of the clerks."""
    opened = Ledger.open(tmp_path / "ledger.sqlite")
    now = dt.datetime(2026, 11, 22, tzinfo=dt.UTC)
    opened.receive(LETTER, folder="den", source_name="a", arrival_id="a", at=now, priority=0)
    yield opened
    opened.close()


def test_pages_say_which_reading_made_them() -> None:
    """What was read before revisions were kept says its stage alone."""
    assert revision_of("read") == 1
    assert revision_of(read_by(12, "line_reader")) == 12


def test_only_letters_that_a_living_process_works_on_go_first(ledger: Ledger) -> None:
    """A letter that nobody works on, or whose worker died, holds nothing up."""
    assert not are_letters_under_way(ledger.engine, below=50), "nobody works on it"
    assert ledger.take(LETTER.id) is not None
    assert are_letters_under_way(ledger.engine, below=50)
    assert not are_letters_under_way(ledger.engine, below=0), "it is no more urgent itself"
    with ledger.engine.begin() as connection:
        connection.execute(sa.text("UPDATE jobs SET owner = '999999:5:gone'"))
    assert not are_letters_under_way(ledger.engine, below=50), "its worker died"
