"""One generation of the embedded index: its tables in SQLite, and documents in and out of them.

The entries themselves (fields, text of each page) lie in plain tables; the word lists in
contentless FTS5 tables, so the text is kept once: `words` with places, for phrases, and `pairs`
without, small and quick, for questions that only a part of a document meets. FTS5 forgets a
document only when it is given the very same words again; they are made anew from the entry, by the
same revision.
"""

from __future__ import annotations

import functools
import json
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pipeline.model.search import IndexEntry
from stages._sqlite import storable
from stages.index import analysis, document

_TABLES = f"""
CREATE TABLE document@ (
  number INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  facts TEXT NOT NULL,
  issued_date TEXT NOT NULL,
  year TEXT NOT NULL,
  issuer TEXT NOT NULL,
  issuer_label TEXT NOT NULL,
  type TEXT NOT NULL,
  type_label TEXT NOT NULL,
  folder TEXT NOT NULL
)
;;
CREATE TABLE page@ (
  document INTEGER NOT NULL REFERENCES document@ (number),
  number INTEGER NOT NULL CHECK (number >= 1),
  text TEXT NOT NULL,
  PRIMARY KEY (document, number)
) WITHOUT ROWID
;;
CREATE VIRTUAL TABLE words@ USING fts5 (
  {", ".join(document.COLUMNS)}, content='', tokenize="ascii tokenchars '_'"
)
;;
CREATE VIRTUAL TABLE pairs@ USING fts5 (
  pair, content='', detail=none, columnsize=0, tokenize="ascii tokenchars '_'"
)
"""
_GONE = """
DROP TABLE IF EXISTS page@ ;; DROP TABLE IF EXISTS document@
;; DROP TABLE IF EXISTS words@ ;; DROP TABLE IF EXISTS pairs@
"""
_COLUMNS = ", ".join(document.COLUMNS)
_HOLDERS = ", ".join("?" for _ in document.COLUMNS)
_ENTER = f"INSERT INTO words@ (rowid, {_COLUMNS}) VALUES (?, {_HOLDERS})"  # noqa: S608 - constants
_FORGET = f"INSERT INTO words@ (words@, rowid, {_COLUMNS}) VALUES ('delete', ?, {_HOLDERS})"  # noqa: S608
_ENTER_PAIRS = "INSERT INTO pairs@ (rowid, pair) VALUES (?, ?)"
_FORGET_PAIRS = "INSERT INTO pairs@ (pairs@, rowid, pair) VALUES ('delete', ?, ?)"
_DOCUMENT = """
INSERT INTO document@ (number, id, facts, issued_date, year, issuer, issuer_label, type, type_label,
  folder) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""


@dataclass(frozen=True, slots=True)
class Generation:
    """The tables of one number."""

    number: int

    def sql(self, text: str) -> str:
        """Return a statement with its tables named."""
        return _named(text, self.number)

    def make(self, connection: sqlite3.Connection) -> None:
        """Make the tables; what stands there goes."""
        self.drop(connection)
        for statement in self.sql(_TABLES).split(";;"):
            connection.execute(statement)

    def drop(self, connection: sqlite3.Connection) -> None:
        """Remove the tables."""
        for statement in self.sql(_GONE).split(";;"):
            connection.execute(statement)

    def put(
        self, connection: sqlite3.Connection, entry: IndexEntry, *, wanted: int | None = None
    ) -> int:
        """Enter or replace a document; a replaced one keeps its number, and so its place.

        Args:
            connection: a writing transaction.
            entry: the document.
            wanted: number to give a new document when no other has it.
        """
        number = self.forget(connection, entry.document_id)
        if number is None and wanted is not None and not self._has(connection, wanted):
            number = wanted
        narrowed = document.narrowed_of(entry)
        # Names of files may hold what is no UTF-8: JSON in ASCII keeps it (surrogate escapes).
        facts = json.dumps(
            {
                "fields": {name: storable(value) for name, value in entry.fields.items()},
                "source_name": entry.source_name,
                "pdf": entry.pdf,
                "folder": entry.folder,
            }
        )
        values = (
            narrowed.issued_date, narrowed.year, narrowed.issuer, narrowed.issuer_label,
            narrowed.type, narrowed.type_label, narrowed.folder,
        )  # fmt: skip
        cursor = connection.execute(
            self.sql(_DOCUMENT),
            (number, entry.document_id, facts, *(storable(value) for value in values)),
        )
        number = int(cursor.lastrowid or 0)
        connection.executemany(
            self.sql("INSERT INTO page@ (document, number, text) VALUES (?, ?, ?)"),
            [(number, at, storable(text)) for at, text in enumerate(entry.pages, 1)],
        )
        self._words(connection, self.entry(connection, number), number, _ENTER, _ENTER_PAIRS)
        return number

    def number_of(self, connection: sqlite3.Connection, document_id: str) -> int | None:
        """Return the number of a document, None when it is not held."""
        row = connection.execute(
            self.sql("SELECT number FROM document@ WHERE id = ?"), (document_id,)
        ).fetchone()
        return None if row is None else int(row["number"])

    def _has(self, connection: sqlite3.Connection, number: int) -> bool:
        text = self.sql("SELECT 1 FROM document@ WHERE number = ?")
        return connection.execute(text, (number,)).fetchone() is not None

    def forget(self, connection: sqlite3.Connection, document_id: str) -> int | None:
        """Take a document out; returns the number it had."""
        number = self.number_of(connection, document_id)
        if number is None:
            return None
        self._words(connection, self.entry(connection, number), number, _FORGET, _FORGET_PAIRS)
        connection.execute(self.sql("DELETE FROM page@ WHERE document = ?"), (number,))
        connection.execute(self.sql("DELETE FROM document@ WHERE number = ?"), (number,))
        return number

    def entry(self, connection: sqlite3.Connection, number: int) -> IndexEntry:
        """Return a document as it was entered."""
        row = connection.execute(
            self.sql("SELECT id, facts FROM document@ WHERE number = ?"), (number,)
        ).fetchone()
        pages = connection.execute(
            self.sql("SELECT text FROM page@ WHERE document = ? ORDER BY number"), (number,)
        ).fetchall()
        return _entry(row, pages)

    def entries(self, connection: sqlite3.Connection) -> Iterator[IndexEntry]:
        """Yield all documents in the order of entering."""
        numbers = connection.execute(self.sql("SELECT number FROM document@ ORDER BY number"))
        for row in numbers.fetchall():
            yield self.entry(connection, row["number"])

    def count(self, connection: sqlite3.Connection) -> int:
        """Return the number of documents held."""
        return int(connection.execute(self.sql("SELECT count(*) FROM document@")).fetchone()[0])

    def last(self, connection: sqlite3.Connection) -> int:
        """Return the highest number given, 0 when empty."""
        row = connection.execute(self.sql("SELECT max(number) FROM document@")).fetchone()
        return int(row[0] or 0)

    def _words(
        self,
        connection: sqlite3.Connection,
        entry: IndexEntry,
        number: int,
        words: str,
        pairs: str,
    ) -> None:
        columns = document.columns_of(entry)
        values = [columns[name] for name in document.COLUMNS]
        connection.execute(self.sql(words), (number, *values))
        connection.execute(self.sql(pairs), (number, document.pairs_of(columns)))


def revision() -> str:
    """Return what an index must have been made with to be asked."""
    return f"{analysis.REVISION}.{document.REVISION}"


def meta(connection: sqlite3.Connection) -> dict[str, str]:
    """Return what the file says of itself."""
    return {row["name"]: row["value"] for row in connection.execute("SELECT * FROM meta")}


def live(connection: sqlite3.Connection) -> Generation:
    """Return the generation that is asked now."""
    row = connection.execute("SELECT value FROM meta WHERE name = 'live'").fetchone()
    return Generation(int(row["value"]))


def switch(connection: sqlite3.Connection, fresh: Generation) -> None:
    """Let a generation be the live one and drop the one before."""
    before = meta(connection).get("live")
    for name, value in (("live", str(fresh.number)), ("revision", revision())):
        connection.execute("REPLACE INTO meta VALUES (?, ?)", (name, value))
    if before is not None:
        Generation(int(before)).drop(connection)


def next_generation(connection: sqlite3.Connection) -> Generation:
    """Return a generation that is neither live nor begun; what was begun before goes."""
    known = meta(connection)
    begun = known.get("building")
    if begun is not None:
        Generation(int(begun)).drop(connection)
        connection.execute("DELETE FROM meta WHERE name IN ('building', 'cursor', 'started_at')")
    return Generation(max(int(known.get("live", "0")), int(begun or "0")) + 1)


def old_entries(connection: sqlite3.Connection) -> Iterable[IndexEntry]:
    """Return the documents of a file that was made before there were generations."""
    entries = []
    for row in connection.execute("SELECT number, id, facts FROM document ORDER BY number"):
        pages = connection.execute(
            "SELECT text FROM page WHERE document = ? ORDER BY number", (row["number"],)
        ).fetchall()
        entries.append(_entry(row, pages))
    return entries


def _entry(row: sqlite3.Row, pages: list[sqlite3.Row]) -> IndexEntry:
    facts = json.loads(row["facts"])
    return IndexEntry(
        document_id=row["id"],
        fields=facts["fields"],
        pages=tuple(page["text"] for page in pages),
        folder=facts["folder"],
        source_name=facts["source_name"],
        pdf=facts["pdf"],
    )


@functools.lru_cache(maxsize=256)
def _named(text: str, number: int) -> str:
    return text.replace("@", f"_{number}")
