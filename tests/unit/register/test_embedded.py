"""What only the embedded register does: its constraints, lists and warnings."""

from __future__ import annotations

import dataclasses
import datetime as dt
import sqlite3
from pathlib import Path

import pytest

from pipeline.model.errors import TransientError
from pipeline.model.records import RegisterEntry
from stages.register import embedded
from stages.register.embedded import EmbeddedRegister, lookalike

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


@pytest.fixture
def register(tmp_path: Path) -> EmbeddedRegister:
    """Give an empty register."""
    return EmbeddedRegister(tmp_path / "r.sqlite")


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM entry",
        "UPDATE entry SET subject = 'x'",
        "UPDATE entry SET arrival_number = 9",
        "INSERT INTO entry SELECT book, year, arrival_number + 2, 'k9', arrival_at, entered_at,"
        " lookalike, type_name, code_number, code_notation, issued_date, organ_name, subject,"
        " page_amount, signer_position, signer_name, priority, to_places, description, document_id"
        " FROM entry",
        "INSERT INTO entry SELECT * FROM entry",
    ],
)
def test_the_database_itself_refuses_gap_double_change_and_deletion(
    register: EmbeddedRegister, tmp_path: Path, statement: str
) -> None:
    """Even a hand with a database tool breaks no rule."""
    register.enter(ENTRY, key="k")
    connection = sqlite3.connect(tmp_path / "r.sqlite")
    with pytest.raises(sqlite3.IntegrityError):
        connection.execute(statement)
    connection.close()
    assert [row.arrival_number for row in register.rows("den", 2026)] == [1]


def test_values_are_kept_whole(register: EmbeddedRegister) -> None:
    """A subject longer than Phụ lục VI allows is not cut in the register."""
    long = dataclasses.replace(ENTRY, subject="dài " * 300)
    register.enter(long, key="k")
    assert register.rows("den", 2026)[0].entry == long


def test_a_paper_registered_before_is_told(register: EmbeddedRegister) -> None:
    """Same code, issuer and date of another document: a warning, whatever the spelling."""
    first = register.enter(ENTRY, key="k1")
    again = dataclasses.replace(
        ENTRY, document_id="d2", code_number="5", code_notation="UBND – VX", organ_name="UỶ BAN"
    )
    assert list(register.similar(again)) == []
    again = dataclasses.replace(again, organ_name="ỦY BAN NHÂN DÂN  TỈNH HÀ NAM")
    assert list(register.similar(again)) == [first]
    assert list(register.similar(ENTRY)) == []


@pytest.mark.parametrize("missing", ["code_number", "code_notation", "organ_name", "issued_date"])
def test_too_little_known_warns_of_nothing(register: EmbeddedRegister, missing: str) -> None:
    """Two documents without a number are not alike for that."""
    poor = dataclasses.replace(ENTRY, **{missing: ""})
    assert lookalike(poor) is None
    register.enter(poor, key="k1")
    assert list(register.similar(dataclasses.replace(poor, document_id="d2"))) == []


def test_lists_are_cut_newest_first(register: EmbeddedRegister) -> None:
    """Rows, books and years as the page asks for them."""
    for number in range(5):
        register.enter(dataclasses.replace(ENTRY, document_id=f"d{number}"), key=f"k{number}")
    register.enter(
        dataclasses.replace(ENTRY, arrival_at=dt.datetime(2025, 1, 1, tzinfo=dt.UTC)), key="old"
    )
    assert [row.arrival_number for row in register.rows("den", 2026, limit=2, offset=1)] == [4, 3]
    assert len(register.rows("den", 2026, limit=-1)) == 5
    assert list(register.books()) == ["den"]
    assert list(register.years("den")) == [2026, 2025]


def test_a_failure_leaves_no_number_behind(
    register: EmbeddedRegister, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What breaks between taking the number and writing it gives the number back."""
    with monkeypatch.context() as patch:
        patch.setattr(embedded, "_ENTER", "INSERT INTO nowhere VALUES (1)")
        with pytest.raises(TransientError):
            register.enter(ENTRY, key="k")
    assert register.enter(ENTRY, key="k").arrival_number == 1
