"""SQLite as the embedded adapters of `index` and `register` use it: connections and errors.

Why one place: both keep one database file that several threads and processes share, and both must
say the same to the pipeline when the file is busy, full or forbidden. Nothing here knows a table.
WAL with `synchronous=FULL`: a commit that returned survives a power cut (sqlite.org/wal.html).
"""

from __future__ import annotations

import queue
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.model.errors import OperatorError, SohoaError, TransientError

BUSY_TIMEOUT_S = 30.0
"""How long a writer waits for its turn before it says IO-BUSY."""

_BUSY = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
_FORBIDDEN = frozenset({sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM})
_PRIMARY_CODE = 0xFF
"""Extended result codes keep the primary one in the low byte (sqlite.org/rescode.html)."""


class Database:
    """A database file; connections are handed out one to a caller and reused."""

    def __init__(self, path: Path, schema: str) -> None:
        """Open or make the file.

        Args:
            path: the database file; its folder must exist.
            schema: statements that may be run on a file that has them already.

        Raises:
            OperatorError: SYS-PERMISSION, SYS-DISK-FULL.
            TransientError: IO-BUSY, PORT-DOWN.
        """
        self.path = path
        self._idle: queue.LifoQueue[sqlite3.Connection] = queue.LifoQueue()
        with self.write() as connection:
            for statement in schema.split(";;"):
                connection.execute(statement)

    @contextmanager
    def read(self) -> Iterator[sqlite3.Connection]:
        """Lend a connection whose statements all see the same state."""
        with self._transaction("BEGIN DEFERRED") as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """Lend a connection that alone may write; durable when the block has ended."""
        with self._transaction("BEGIN IMMEDIATE") as connection:
            yield connection

    def close(self) -> None:
        """Close what is not lent."""
        while True:
            try:
                self._idle.get_nowait().close()
            except queue.Empty:
                return

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[sqlite3.Connection]:
        try:
            connection = self._take()
            try:
                connection.execute(begin)
                yield connection
                connection.execute("COMMIT")
            finally:
                if connection.in_transaction:
                    connection.rollback()
                self._idle.put(connection)
        except sqlite3.Error as error:
            raise _translated(error) from error

    def _take(self) -> sqlite3.Connection:
        try:
            return self._idle.get_nowait()
        except queue.Empty:
            connection = sqlite3.connect(
                self.path, timeout=BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False
            )
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        return connection


def storable(text: str) -> str:
    """Return text that can be kept as UTF-8: halves of surrogate pairs become `?`."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _translated(error: sqlite3.Error) -> SohoaError:
    code = getattr(error, "sqlite_errorcode", None)
    primary = None if code is None else code & _PRIMARY_CODE
    detail = f"sqlite: {error}"
    if primary in _BUSY:
        return TransientError("IO-BUSY", detail=detail)
    if primary == sqlite3.SQLITE_FULL:
        return OperatorError("SYS-DISK-FULL", detail=detail)
    if primary in _FORBIDDEN:
        return OperatorError("SYS-PERMISSION", detail=detail)
    return TransientError("PORT-DOWN", detail=detail)
