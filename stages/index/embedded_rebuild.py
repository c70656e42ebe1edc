"""The embedded index made anew beside the live one; the switch is one row of the same file."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

from pipeline.model.errors import TransientError
from pipeline.model.search import IndexEntry
from stages._sqlite import Database
from stages.index.generation import Generation, live, meta, next_generation, revision, switch

_NAMES = ("building", "building-revision", "cursor", "started_at")


@dataclass(slots=True)
class EmbeddedRebuild:
    """The port `Rebuild` over the next generation of tables."""

    database: Database
    tables: Generation
    started_at: dt.datetime
    cursor: str = ""

    @classmethod
    def begin(cls, database: Database, *, afresh: bool, now: dt.datetime) -> EmbeddedRebuild:
        """Go on with what was begun under this revision, else begin."""
        with database.write() as connection:
            known = meta(connection)
            if not afresh and known.get("building-revision") == revision() and "building" in known:
                return cls(
                    database,
                    Generation(int(known["building"])),
                    dt.datetime.fromisoformat(known["started_at"]),
                    known["cursor"],
                )
            tables = next_generation(connection)
            tables.make(connection)
            values = (str(tables.number), revision(), "", now.astimezone(dt.UTC).isoformat())
            for name, value in zip(_NAMES, values, strict=True):
                connection.execute("REPLACE INTO meta VALUES (?, ?)", (name, value))
        return cls(database, tables, now)

    def put_many(self, entries: Iterable[IndexEntry], *, cursor: str) -> None:
        """Enter a batch and note how far it is, in one transaction."""
        with self.database.write() as connection:
            self._check(connection)
            before = live(connection)
            for entry in entries:
                # The same number as now: pages of hits stay what they are over the switch.
                wanted = before.number_of(connection, entry.document_id)
                self.tables.put(connection, entry, wanted=wanted)
            connection.execute("REPLACE INTO meta VALUES ('cursor', ?)", (cursor,))
        self.cursor = cursor

    def switch(self) -> None:
        """Let the new generation be asked."""
        with self.database.write() as connection:
            self._check(connection)
            switch(connection, self.tables)
            for name in _NAMES:
                connection.execute("DELETE FROM meta WHERE name = ?", (name,))

    def _check(self, connection: sqlite3.Connection) -> None:
        if meta(connection).get("building") != str(self.tables.number):
            raise TransientError("IO-BUSY", detail="another reindex took over")
