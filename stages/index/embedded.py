"""Search in one SQLite FTS5 file: the embedded adapter of the port `SearchIndex`.

The text is cut into words by `analysis`; FTS5 only parts them at spaces. The file holds one live
generation of tables, and another one while the index is made anew: the switch is one row, seen by
every process at its next question. A file of another revision is made anew at opening.

Several threads and processes may share the file. A put is durable on return.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import sqlite3
from collections.abc import Callable, Iterable
from pathlib import Path

from pipeline.model.records import Receipt
from pipeline.model.search import IndexEntry, SearchAnswer, SearchRequest
from stages._sqlite import Database
from stages.index.embedded_rebuild import EmbeddedRebuild
from stages.index.embedded_search import Asking
from stages.index.generation import (
    Generation,
    live,
    meta,
    next_generation,
    old_entries,
    revision,
    switch,
)
from stages.index.language import read_question

_META = "CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID"
_OLD = ("words", "page", "document")


class EmbeddedIndex:
    """The port `SearchIndex` over one SQLite file."""

    name = "embedded"

    def __init__(
        self, path: Path, *, clock: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC)
    ) -> None:
        """Open or make the index; its folder must exist.

        Raises:
            OperatorError: SYS-PERMISSION, SYS-DISK-FULL.
            TransientError: IO-BUSY, PORT-DOWN.
        """
        self._database = Database(path, _META)
        self._clock = clock
        self._renew()

    def put(self, entry: IndexEntry) -> Receipt:
        """Enter or replace a document; durable on return."""
        return self.put_many([entry])[0]

    def put_many(self, entries: Iterable[IndexEntry]) -> list[Receipt]:
        """Enter or replace documents in one transaction: all of them or none."""
        with self._database.write() as connection:
            tables = live(connection)
            numbers = [(entry, tables.put(connection, entry)) for entry in entries]
        return [self._receipt(entry, number) for entry, number in numbers]

    def remove(self, document_id: str) -> None:
        """Forget a document; safe to repeat."""
        with self._database.write() as connection:
            live(connection).forget(connection, document_id)

    def search(self, request: SearchRequest) -> SearchAnswer:
        """Return what answers a question; mistakes in it are told, never raised."""
        question = read_question(request.query)
        if question.is_empty:
            return SearchAnswer(mistakes=question.mistakes)
        with self._database.read() as connection:
            return Asking(connection, live(connection), question, request).answer()

    def rebuild(self, *, afresh: bool = False) -> EmbeddedRebuild:
        """Begin the next generation, or go on with one begun before."""
        return EmbeddedRebuild.begin(self._database, afresh=afresh, now=self._clock())

    def count(self) -> int:
        """Return the number of documents held."""
        with self._database.read() as connection:
            return live(connection).count(connection)

    def ping(self) -> str:
        """Return one line on health; raises TransientError when down."""
        return f"{self.name}: {self.count()} documents, SQLite {sqlite3.sqlite_version}"

    def close(self) -> None:
        """Close the file; a later call opens it again."""
        self._database.close()

    def _receipt(self, entry: IndexEntry, number: int) -> Receipt:
        said = {
            "document": entry.document_id,
            "pages": len(entry.pages),
            "revision": revision(),
        }
        return Receipt(
            port="index",
            key=entry.document_id,
            external_id=f"{self.name}/{number}",
            at=self._clock(),
            answer_digest=hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest(),
        )

    def _renew(self) -> None:
        """Make the first generation, or the next one when the revision is another."""
        with self._database.write() as connection:
            known = meta(connection)
            if known.get("revision") == revision():
                return
            number = int(known.get("live", "0"))
            fresh = next_generation(connection)
            fresh.make(connection)
            for entry in _kept(connection, number):
                fresh.put(connection, entry)
            switch(connection, fresh)
            for name in _OLD:
                connection.execute(f"DROP TABLE IF EXISTS {name}")


def _kept(connection: sqlite3.Connection, number: int) -> Iterable[IndexEntry]:
    """Return what the file holds, however old it is."""
    if number:
        return Generation(number).entries(connection)
    found = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'document'").fetchone()
    return old_entries(connection) if found else ()
