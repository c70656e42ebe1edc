"""What only the embedded register does: it takes up the file of sohoa 0.1."""

from __future__ import annotations

import datetime as dt
import sqlite3
from pathlib import Path

import pytest

from pipeline.model.errors import OperatorError, TransientError
from pipeline.model.records import RegisterEntry
from stages.register import entries
from stages.register.book_keeper import Place
from stages.register.embedded import EmbeddedRegister

ENTRY = RegisterEntry(
    book="den",
    type_name="Công văn",
    code_number="05",
    code_notation="UBND-VX",
    issued_date="2026-05-01",
    organ_name="Ủy ban nhân dân tỉnh Hà Nam",
    subject="Về việc số hóa",
    page_amount=1,
    signer_position="",
    signer_name="",
    priority="",
    to_places="",
    description="",
    document_id="d1",
    arrival_at=dt.datetime(2026, 5, 4, 1, tzinfo=dt.UTC),
)

SCHEMA_1 = """
CREATE TABLE entry (
  book TEXT NOT NULL CHECK (book <> ''), year INTEGER NOT NULL, arrival_number INTEGER NOT NULL,
  key TEXT NOT NULL UNIQUE CHECK (key <> ''), arrival_at TEXT NOT NULL, entered_at TEXT NOT NULL,
  lookalike TEXT, type_name TEXT NOT NULL, code_number TEXT NOT NULL, code_notation TEXT NOT NULL,
  issued_date TEXT NOT NULL, organ_name TEXT NOT NULL, subject TEXT NOT NULL,
  page_amount INTEGER NOT NULL, signer_position TEXT NOT NULL, signer_name TEXT NOT NULL,
  priority TEXT NOT NULL, to_places TEXT NOT NULL, description TEXT NOT NULL,
  document_id TEXT NOT NULL, PRIMARY KEY (book, year, arrival_number)) WITHOUT ROWID;
CREATE INDEX entry_lookalike ON entry (lookalike) WHERE lookalike IS NOT NULL;
CREATE INDEX entry_document ON entry (document_id);
CREATE TRIGGER entry_is_never_changed BEFORE UPDATE ON entry
BEGIN SELECT raise(ABORT, 'entry_is_never_changed'); END;
INSERT INTO entry VALUES ('den', 2026, 1, 'den:d1', '2026-05-04T01:00:00.000000+00:00',
  '2026-05-04T01:00:09.000000+00:00', NULL, 'Công văn', '05', 'UBND-VX', '2026-05-01',
  'Ủy ban nhân dân tỉnh Hà Nam', 'Về việc số hóa', 1, '', '', '', '', '', 'd1');
"""
"""A register of sohoa 0.1 with one entry."""


@pytest.fixture
def register(tmp_path: Path) -> EmbeddedRegister:
    """Give an empty register."""
    return EmbeddedRegister(tmp_path / "r.sqlite")


def test_a_register_of_sohoa_0_1_goes_on(tmp_path: Path) -> None:
    """Its entries stay as they are, its series goes on, and it can be corrected from now on."""
    path = tmp_path / "r.sqlite"
    connection = sqlite3.connect(path)
    connection.executescript(SCHEMA_1)
    connection.close()
    register = EmbeddedRegister(path)
    assert [row.entry for row in register.rows("den", 2026)] == [ENTRY]
    assert register.enter(ENTRY, key="k2").arrival_number == 2
    place = Place(book="den", year=2026, arrival_number=1)
    register.correct(place, {"subject": "Khác"}, person="An", reason="", seen=0)
    register.close()
    again = EmbeddedRegister(path)
    assert again.row(place).entry.subject == "Khác"
    assert again.enter(ENTRY, key="k3").arrival_number == 3


def test_a_failure_leaves_no_number_behind(
    register: EmbeddedRegister, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What breaks after the row was written and before the end gives the number back."""
    whole = entries.insert

    def cut(*args: object, **values: object) -> None:
        whole(*args, **values)  # type: ignore[arg-type]
        raise TransientError("PORT-DOWN")

    with monkeypatch.context() as patch:
        patch.setattr(entries, "insert", cut)
        with pytest.raises(TransientError):
            register.enter(ENTRY, key="k")
    assert register.find("k") is None
    assert register.enter(ENTRY, key="k").arrival_number == 1


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    """The keeper must act."""
    with pytest.raises(OperatorError, match="SYS-PERMISSION"):
        EmbeddedRegister(tmp_path / "nowhere" / "r.sqlite")


def test_another_writer_that_never_ends_is_busy(
    register: EmbeddedRegister, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Time heals it: IO-BUSY, and nothing written."""
    monkeypatch.setattr("stages.register.database.BUSY_TIMEOUT_S", 0.1)
    impatient = EmbeddedRegister(tmp_path / "r.sqlite")
    other = sqlite3.connect(tmp_path / "r.sqlite", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(TransientError, match="IO-BUSY"):
        impatient.enter(ENTRY, key="k")
    other.execute("ROLLBACK")
    other.close()
    assert impatient.enter(ENTRY, key="k").arrival_number == 1
