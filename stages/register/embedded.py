"""The register of incoming documents in one SQLite file: embedded adapter of the port `Register`.

One series of arrival numbers a book and calendar year in Vietnamese time (NĐ 30/2020, Đ22.2). The
database itself refuses a gap, a double, a change and a deletion (constraints and triggers), and a
writer takes the next number while it alone may write, so it does not matter how many threads and
processes write at once. A number is durable before it is told.

Values are kept whole; lengths of Phụ lục VI matter at export (`journal`, `lengths`).
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import json
import re
import sqlite3
import unicodedata
from collections.abc import Callable, Sequence
from pathlib import Path

from pipeline.model.errors import ContractError
from pipeline.model.records import Receipt, Registered, RegisterEntry
from stages._sqlite import Database, storable
from stages.register.journal import VIETNAM, JournalRow

_FIELDS = tuple(f.name for f in dataclasses.fields(RegisterEntry) if f.name != "arrival_at")

_SCHEMA = """
CREATE TABLE IF NOT EXISTS entry (
  book TEXT NOT NULL CHECK (book <> ''),
  year INTEGER NOT NULL CHECK (year BETWEEN 1900 AND 9999),
  arrival_number INTEGER NOT NULL CHECK (arrival_number >= 1),
  key TEXT NOT NULL UNIQUE CHECK (key <> ''),
  arrival_at TEXT NOT NULL,
  entered_at TEXT NOT NULL,
  lookalike TEXT,
  type_name TEXT NOT NULL,
  code_number TEXT NOT NULL,
  code_notation TEXT NOT NULL,
  issued_date TEXT NOT NULL,
  organ_name TEXT NOT NULL,
  subject TEXT NOT NULL,
  page_amount INTEGER NOT NULL,
  signer_position TEXT NOT NULL,
  signer_name TEXT NOT NULL,
  priority TEXT NOT NULL,
  to_places TEXT NOT NULL,
  description TEXT NOT NULL,
  document_id TEXT NOT NULL,
  PRIMARY KEY (book, year, arrival_number)
) WITHOUT ROWID
;;
CREATE INDEX IF NOT EXISTS entry_lookalike ON entry (lookalike) WHERE lookalike IS NOT NULL
;;
CREATE INDEX IF NOT EXISTS entry_document ON entry (document_id)
;;
CREATE TRIGGER IF NOT EXISTS entry_follows_the_last BEFORE INSERT ON entry
WHEN NEW.arrival_number <> 1 + coalesce(
  (SELECT max(arrival_number) FROM entry WHERE book = NEW.book AND year = NEW.year), 0)
BEGIN SELECT raise(ABORT, 'entry_follows_the_last'); END
;;
CREATE TRIGGER IF NOT EXISTS entry_is_never_changed BEFORE UPDATE ON entry
BEGIN SELECT raise(ABORT, 'entry_is_never_changed'); END
;;
CREATE TRIGGER IF NOT EXISTS entry_is_never_deleted BEFORE DELETE ON entry
BEGIN SELECT raise(ABORT, 'entry_is_never_deleted'); END
"""
_WRITTEN = ("year", "arrival_number", "key", "arrival_at", "entered_at", "lookalike", *_FIELDS)
_ENTER = (
    f"INSERT INTO entry ({', '.join(_WRITTEN)})"  # noqa: S608 – constants
    f" VALUES ({', '.join(f':{name}' for name in _WRITTEN)})"
)
_LAST = "SELECT max(arrival_number) FROM entry WHERE book = ? AND year = ?"
_ROWS = (
    "SELECT * FROM entry WHERE book = ? AND year = ? ORDER BY arrival_number DESC LIMIT ? OFFSET ?"
)


class EmbeddedRegister:
    """The port `Register` over one SQLite file, with the lists that people read."""

    name = "embedded"

    def __init__(
        self, path: Path, *, clock: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC)
    ) -> None:
        """Open or make the register; its folder must exist.

        Raises:
            OperatorError: SYS-PERMISSION, SYS-DISK-FULL.
            TransientError: IO-BUSY, PORT-DOWN.
        """
        self._database = Database(path, _SCHEMA)
        self._clock = clock

    def find(self, key: str) -> Registered | None:
        """Return the entry made under this idempotency key, if any."""
        with self._database.read() as connection:
            return _find(connection, key)

    def enter(self, entry: RegisterEntry, *, key: str) -> Registered:
        """Enter a document with the next arrival number of its book and year.

        Raises:
            TransientError: IO-BUSY, PORT-DOWN.
            OperatorError: SYS-DISK-FULL, SYS-PERMISSION.
            ContractError: BUG-STAGE when the time of arrival is not aware.
        """
        if entry.arrival_at.tzinfo is None:
            raise ContractError("BUG-STAGE", detail="register: arrival_at has no time zone")
        year = entry.arrival_at.astimezone(VIETNAM).year
        with self._database.write() as connection:
            if known := _find(connection, key):
                return known
            last = connection.execute(_LAST, (entry.book, year)).fetchone()[0] or 0
            values: dict[str, str | int | None] = {
                name: storable(value) if isinstance(value := getattr(entry, name), str) else value
                for name in _FIELDS
            }
            values |= {
                "year": year,
                "arrival_number": last + 1,
                "key": key,
                "arrival_at": _stored(entry.arrival_at),
                "entered_at": _stored(self._clock()),
                "lookalike": lookalike(entry),
            }
            connection.execute(_ENTER, values)
            row = connection.execute("SELECT * FROM entry WHERE key = ?", (key,)).fetchone()
            return _registered(row)

    def ping(self) -> str:
        """Return one line on health; raises TransientError when down."""
        with self._database.read() as connection:
            entries = connection.execute("SELECT count(*) FROM entry").fetchone()[0]
        return f"{self.name}: {entries} entries, SQLite {sqlite3.sqlite_version}"

    def similar(self, entry: RegisterEntry) -> Sequence[Registered]:
        """Return entries of other documents with the same code, issuer and date (PL VI)."""
        with self._database.read() as connection:
            rows = connection.execute(
                "SELECT * FROM entry WHERE lookalike = ? AND document_id <> ?"
                " ORDER BY year, book, arrival_number",
                (lookalike(entry), entry.document_id),
            ).fetchall()
        return [_registered(row) for row in rows]

    def rows(
        self, book: str, year: int, *, limit: int = 100, offset: int = 0
    ) -> Sequence[JournalRow]:
        """Return entries, the last arrival number first; limit -1 gives all."""
        with self._database.read() as connection:
            rows = connection.execute(_ROWS, (book, year, limit, offset)).fetchall()
        return [_journal_row(row) for row in rows]

    def books(self) -> Sequence[str]:
        """Return the names of the books that have entries."""
        with self._database.read() as connection:
            rows = connection.execute("SELECT DISTINCT book FROM entry ORDER BY book").fetchall()
        return [row["book"] for row in rows]

    def years(self, book: str) -> Sequence[int]:
        """Return the years that have entries in a book, newest first."""
        with self._database.read() as connection:
            rows = connection.execute(
                "SELECT DISTINCT year FROM entry WHERE book = ? ORDER BY year DESC", (book,)
            ).fetchall()
        return [row["year"] for row in rows]

    def close(self) -> None:
        """Close the file; a later call opens it again."""
        self._database.close()


def lookalike(entry: RegisterEntry) -> str | None:
    """Return what two registrations of one paper share; None when too little is known.

    Spaces, dashes, letter case and leading zeros do not matter.
    """
    number = _plain(entry.code_number).lstrip("0")
    parts = (number, _plain(entry.code_notation), _plain(entry.organ_name), entry.issued_date)
    return json.dumps(parts, ensure_ascii=False) if number and all(parts[1:]) else None


def _plain(text: str) -> str:
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFC", text).casefold())


def _stored(time: dt.datetime) -> str:
    return time.astimezone(dt.UTC).isoformat(timespec="microseconds")


def _find(connection: sqlite3.Connection, key: str) -> Registered | None:
    row = connection.execute("SELECT * FROM entry WHERE key = ?", (key,)).fetchone()
    return None if row is None else _registered(row)


def _registered(row: sqlite3.Row) -> Registered:
    said = {name: row[name] for name in ("book", "year", "arrival_number", "document_id", "key")}
    answer = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return Registered(
        book=row["book"],
        year=row["year"],
        arrival_number=row["arrival_number"],
        receipt=Receipt(
            port="register",
            key=row["key"],
            external_id=f"{row['book']}/{row['year']}/{row['arrival_number']}",
            at=dt.datetime.fromisoformat(row["entered_at"]),
            answer_digest=hashlib.sha256(answer.encode()).hexdigest(),
        ),
    )


def _journal_row(row: sqlite3.Row) -> JournalRow:
    values = {name: row[name] for name in _FIELDS}
    return JournalRow(
        year=row["year"],
        arrival_number=row["arrival_number"],
        key=row["key"],
        entry=RegisterEntry(**values, arrival_at=dt.datetime.fromisoformat(row["arrival_at"])),
        entered_at=dt.datetime.fromisoformat(row["entered_at"]),
    )
