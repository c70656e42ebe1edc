"""Search in one SQLite FTS5 file: the embedded adapter of the port `SearchIndex`.

The text is cut into words by `analysis`; FTS5 only parts them at spaces. The entries themselves
(fields, text of each page) lie in plain tables, the word lists in a contentless FTS5 table, so the
text is kept once. Made under another analysis REVISION, the word lists are made anew at opening.

Several threads and processes may share the file. A put is durable on return.
Cost with 20,000 documents of two pages: put some ms, search some ten ms, 15 KB on disk each.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from pipeline.model.records import Hit, IndexEntry, Receipt
from stages._sqlite import Database, storable
from stages.index import answer, match
from stages.index.analysis import REVISION, cited_codes, code_tokens, streams
from stages.index.question import ROW_TIERS, Question, Tier, read_question

_SCHEMA = f"""
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID
;;
CREATE TABLE IF NOT EXISTS document (
  number INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  facts TEXT NOT NULL
)
;;
CREATE TABLE IF NOT EXISTS page (
  document INTEGER NOT NULL REFERENCES document (number),
  number INTEGER NOT NULL CHECK (number >= 1),
  text TEXT NOT NULL,
  PRIMARY KEY (document, number)
) WITHOUT ROWID
;;
CREATE VIRTUAL TABLE IF NOT EXISTS words USING fts5 (
  {", ".join(match.COLUMNS)}, content='', tokenize="ascii tokenchars '_'"
)
"""
_COLUMNS = ", ".join(match.COLUMNS)
_HOLDERS = ", ".join("?" for _ in match.COLUMNS)
_ENTER = f"INSERT INTO words (rowid, {_COLUMNS}) VALUES (?, {_HOLDERS})"  # noqa: S608 – constants
_FORGET = f"INSERT INTO words (words, rowid, {_COLUMNS}) VALUES ('delete', ?, {_HOLDERS})"  # noqa: S608
_WEIGHTS = ", ".join(str(weight) for weight in match.WEIGHTS)
_FIND = (
    f"SELECT rowid, bm25(words, {_WEIGHTS}) FROM words"  # noqa: S608 – constants
    " WHERE words MATCH ? ORDER BY rowid DESC LIMIT ?"
)
_ANY = "SELECT 1 FROM words WHERE words MATCH ? LIMIT 1"
_WEIGHED_MAX = 3000
"""Of a tier that more documents meet, the newest so many are weighed: weighing 20,000 takes 70 ms,
and what they all have in common says little."""
_TIER_STEP = 1000.0
"""Greater than any bm25 score, so that tiers never mix."""


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
        self._database = Database(path, _SCHEMA)
        self._clock = clock
        self._renew()

    def put(self, entry: IndexEntry) -> Receipt:
        """Enter or replace a document; durable on return."""
        return self.put_many([entry])[0]

    def put_many(self, entries: Iterable[IndexEntry]) -> list[Receipt]:
        """Enter or replace documents in one transaction: all of them or none."""
        with self._database.write() as connection:
            numbers = [(entry, _replace(connection, entry)) for entry in entries]
        return [self._receipt(entry, number) for entry, number in numbers]

    def remove(self, document_id: str) -> None:
        """Forget a document; safe to repeat."""
        with self._database.write() as connection:
            _forget(connection, document_id)

    def search(self, query: str, *, limit: int = 20, offset: int = 0) -> Sequence[Hit]:
        """Return hits, best first; an unusable query gives none."""
        question = read_question(query)
        limit, offset = max(0, limit), max(0, offset)
        if question.is_empty or not limit:
            return []
        with self._database.read() as connection:
            ranked = _rank(connection, question, offset + limit)
            chosen = list(ranked.items())[offset : offset + limit]
            return [answer.hit(connection, number, score, question) for number, score in chosen]

    def count(self) -> int:
        """Return the number of documents held."""
        with self._database.read() as connection:
            return int(connection.execute("SELECT count(*) FROM document").fetchone()[0])

    def ping(self) -> str:
        """Return one line on health; raises TransientError when down."""
        return f"{self.name}: {self.count()} documents, SQLite {sqlite3.sqlite_version}"

    def close(self) -> None:
        """Close the file; a later call opens it again."""
        self._database.close()

    def _receipt(self, entry: IndexEntry, number: int) -> Receipt:
        said = {"document": entry.document_id, "pages": len(entry.pages), "revision": REVISION}
        return Receipt(
            port="index",
            key=entry.document_id,
            external_id=f"{self.name}/{number}",
            at=self._clock(),
            answer_digest=hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest(),
        )

    def _renew(self) -> None:
        """Make the word lists anew when they were made under another revision."""
        wanted = str(REVISION)
        with self._database.write() as connection:
            row = connection.execute("SELECT value FROM meta WHERE name = 'analysis'").fetchone()
            if row is not None and row["value"] == wanted:
                return
            connection.execute("INSERT INTO words (words) VALUES ('delete-all')")
            for number in connection.execute("SELECT number FROM document").fetchall():
                _enter_words(connection, _ENTER, number[0])
            connection.execute("REPLACE INTO meta VALUES ('analysis', ?)", (wanted,))


def _rank(connection: sqlite3.Connection, question: Question, needed: int) -> dict[int, float]:
    """Return at least `needed` documents with their scores, best first, if there are so many."""
    ranked: dict[int, float] = {}
    rows = match.row(question)
    has_rows = bool(rows) and connection.execute(_ANY, (rows,)).fetchone() is not None
    for tier, expression in match.expressions(question):
        if len(ranked) >= needed:
            break
        if has_rows or tier not in ROW_TIERS:
            _collect(connection, tier, expression, needed, ranked)
    if not ranked and (expression := match.pairs(question)):
        _collect(connection, Tier.PAIRS, expression, needed, ranked)
    return ranked


def _collect(
    connection: sqlite3.Connection,
    tier: Tier,
    expression: str,
    needed: int,
    ranked: dict[int, float],
) -> None:
    """Add the documents of a tier below those ranked before, the newer first where equal."""
    found = connection.execute(_FIND, (expression, _WEIGHED_MAX)).fetchall()
    found.sort(key=lambda row: row[1])
    for number, cost in found[: needed + len(ranked)]:
        ranked.setdefault(number, tier * _TIER_STEP - cost)


def _replace(connection: sqlite3.Connection, entry: IndexEntry) -> int:
    _forget(connection, entry.document_id)
    # Names of files may hold what is no UTF-8: JSON in ASCII keeps it (surrogate escapes).
    facts = json.dumps(
        {
            "fields": {name: storable(value) for name, value in entry.fields.items()},
            "folder": entry.folder,
            "source_name": entry.source_name,
            "pdf": entry.pdf,
        }
    )
    cursor = connection.execute(
        "INSERT INTO document (id, facts) VALUES (?, ?)", (entry.document_id, facts)
    )
    number = int(cursor.lastrowid or 0)
    connection.executemany(
        "INSERT INTO page (document, number, text) VALUES (?, ?, ?)",
        [(number, at, storable(text)) for at, text in enumerate(entry.pages, 1)],
    )
    _enter_words(connection, _ENTER, number)
    return number


def _forget(connection: sqlite3.Connection, document_id: str) -> None:
    row = connection.execute("SELECT number FROM document WHERE id = ?", (document_id,)).fetchone()
    if row is None:
        return
    _enter_words(connection, _FORGET, row["number"])
    connection.execute("DELETE FROM page WHERE document = ?", (row["number"],))
    connection.execute("DELETE FROM document WHERE number = ?", (row["number"],))


def _enter_words(connection: sqlite3.Connection, statement: str, number: int) -> None:
    """Enter a stored document's words, or take them out: FTS5 must be given the very same."""
    row = connection.execute("SELECT facts FROM document WHERE number = ?", (number,)).fetchone()
    pages = connection.execute(
        "SELECT text FROM page WHERE document = ? ORDER BY number", (number,)
    ).fetchall()
    values = _words(json.loads(row["facts"])["fields"], "\n".join(page["text"] for page in pages))
    connection.execute(statement, (number, *values))


def _words(fields: dict[str, str], text: str) -> tuple[str, ...]:
    """Return the words of a document in the order of `match.COLUMNS`."""
    named = {name: streams(value) for name, value in fields.items()}
    none = ("", "")
    code, subject, issuer = (named.pop(name, none) for name in ("code", "subject", "issuer"))
    exact_body, body = streams(text)
    keys = code_tokens(fields.get("code", ""))
    between = " _ "
    return (
        " ".join((code[1], *keys)),
        subject[1],
        issuer[1],
        between.join(folded for _, folded in named.values()),
        body,
        between.join(exact for exact, _ in (code, subject, issuer, *named.values())),
        exact_body,
        " ".join(cited_codes(text)),
    )
