"""The register's database: SQLite in the data folder, or a PostgreSQL server; errors translated.

Both run the same statements. What differs is here: how a writer gets its turn (`BEGIN IMMEDIATE`;
an advisory lock a series), how a schema is made, and what the database's complaints mean. A commit
that returned survives a power cut in both (SQLite: WAL with synchronous=FULL; PostgreSQL:
synchronous_commit=on).
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from pipeline.model.errors import OperatorError, SohoaError, TransientError
from stages.register.tables import (
    ADDED_IN_2,
    ENTRY,
    METADATA,
    SCHEMA,
    VERSION,
    postgresql_rules,
    sqlite_rules,
)

BUSY_TIMEOUT_S = 30.0
"""How long a writer waits for its turn before it says IO-BUSY."""
_CONNECT_TIMEOUT_S = 5
_WRITERS_MAX = 50
_SCHEMA_LOCK = 0x736F686F61
"""Advisory lock of PostgreSQL under which one process makes the schema ("sohoa")."""

_BUSY_STATES = frozenset({"40001", "40P01", "55P03", "57014"})
"""serialization_failure, deadlock_detected, lock_not_available, query_canceled (PostgreSQL 15,
appendix A)."""
_FULL_STATES = frozenset({"53100"})
_FORBIDDEN_STATES = frozenset({"42501", "25006"})
"""No right, read-only."""
_CONFIG_STATES = frozenset({"28000", "28P01", "3D000"})
"""Wrong user or password, no such database."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PostgresServer:
    """Where a PostgreSQL server is and who asks it."""

    host: str
    """Name or address, or the folder of its Unix socket."""
    port: int
    database: str
    user: str
    password: Callable[[], str]
    """Asked when a connection is made, so that the value lies nowhere."""

    def __repr__(self) -> str:
        """Return the server without the password."""
        return f"PostgresServer({self.user}@{self.host}:{self.port}/{self.database})"


class Database:
    """An engine with its schema; safe to use from several threads."""

    def __init__(self, engine: sa.Engine, *, name: str) -> None:
        """Name an engine; the schema is made before the first transaction.

        Args:
            engine: of `sqlite_engine` or `postgresql_engine`.
            name: `embedded` or `postgresql`.
        """
        self.name = name
        self._engine = engine
        self._is_ready = False
        self._making = threading.Lock()

    @property
    def is_embedded(self) -> bool:
        """Whether it is a file of this machine."""
        return self._engine.dialect.name == "sqlite"

    def make_ready(self) -> None:
        """Make or bring up the schema, once.

        Raises:
            OperatorError: SYS-PERMISSION, SYS-DISK-FULL, SYS-CONFIG when the register was written
                by a newer sohoa.
            TransientError: IO-BUSY, PORT-DOWN.
        """
        with self._making:
            if self._is_ready:
                return
            with _translated(), self._engine.begin() as connection:
                _make_schema(connection)
            self._is_ready = True

    @contextmanager
    def write(self) -> Iterator[sa.Connection]:
        """Lend a connection whose work is durable when the block has ended.

        With SQLite it alone may write; with PostgreSQL `lock_series` and row locks keep order.
        """
        self.make_ready()
        with _translated(), self._engine.begin() as connection:
            yield connection

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """Lend a connection whose statements all see the same state."""
        self.make_ready()
        with _translated(), self._engine.connect() as lent:
            level = {} if self.is_embedded else {"isolation_level": "REPEATABLE READ"}
            connection = lent.execution_options(is_reading=True, **level)
            with connection.begin():
                yield connection

    def lock_series(self, connection: sa.Connection, book: str, year: int) -> None:
        """Wait until no other writer is at this series; held to the end of the transaction."""
        if not self.is_embedded:
            connection.execute(
                sa.text("SELECT pg_advisory_xact_lock(hashtextextended(:series, 0))"),
                {"series": f"{book}/{year}"},
            )

    def lock_entry(self, connection: sa.Connection, key: str) -> None:
        """Wait until no other writer is at what belongs to this entry."""
        if not self.is_embedded:
            connection.execute(
                sa.text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 1))"), {"key": key}
            )

    def version(self) -> str:
        """Return product and version of the database."""
        if self.is_embedded:
            question, product = "SELECT sqlite_version()", "SQLite"
        else:
            question, product = "SHOW server_version", "PostgreSQL"
        with self.read() as connection:
            return f"{product} {connection.execute(sa.text(question)).scalar()}"

    def close(self) -> None:
        """Give the connections back; a later call opens them again."""
        self._engine.dispose()


def sqlite_engine(path: Path) -> sa.Engine:
    """Return the engine of a file; its folder must exist."""
    engine = sa.create_engine(
        sa.URL.create("sqlite", database=str(path)),
        connect_args={"timeout": BUSY_TIMEOUT_S},
        pool_size=5,
        max_overflow=_WRITERS_MAX,
        pool_timeout=BUSY_TIMEOUT_S,
    )
    sa.event.listen(engine, "connect", _configure_sqlite)
    sa.event.listen(engine, "begin", _begin_sqlite)
    return engine


def postgresql_engine(server: PostgresServer) -> sa.Engine:
    """Return the engine of a server; nothing is asked yet."""
    wait_ms = round(BUSY_TIMEOUT_S * 1000)
    engine = sa.create_engine(
        sa.URL.create(
            "postgresql+psycopg",
            username=server.user,
            host=server.host,
            port=server.port,
            database=server.database,
        ),
        connect_args={
            "connect_timeout": _CONNECT_TIMEOUT_S,
            "application_name": "sohoa",
            "options": f"-c lock_timeout={wait_ms} -c statement_timeout={2 * wait_ms}"
            " -c synchronous_commit=on -c client_encoding=UTF8",
        },
        isolation_level="READ COMMITTED",
        pool_size=5,
        max_overflow=10,
        pool_timeout=BUSY_TIMEOUT_S,
        pool_pre_ping=True,
    )

    def give_password(_dialect: Any, _record: Any, _args: Any, params: dict[str, Any]) -> None:
        if password := server.password():
            params["password"] = password

    sa.event.listen(engine, "do_connect", give_password)
    return engine


def _configure_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # SQLAlchemy's own BEGIN (below) opens every transaction
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: sa.Connection) -> None:
    # A deferred transaction that turns into a writer fails at once under contention (ledger).
    is_reading = connection.get_execution_options().get("is_reading", False)
    connection.exec_driver_sql("BEGIN" if is_reading else "BEGIN IMMEDIATE")


def _make_schema(connection: sa.Connection) -> None:
    is_sqlite = connection.dialect.name == "sqlite"
    if not is_sqlite:
        lock = sa.text("SELECT pg_advisory_xact_lock(:lock)")
        connection.execute(lock, {"lock": _SCHEMA_LOCK})
    found = _schema_version(connection)
    if found == VERSION:
        return
    if found > VERSION:
        detail = f"register: schema {found}, this sohoa knows {VERSION}"
        raise OperatorError("SYS-CONFIG", detail=detail)
    if found == 1:
        _add_columns(connection)
    METADATA.create_all(connection)
    for rule in sqlite_rules() if is_sqlite else postgresql_rules():
        connection.exec_driver_sql(rule)
    connection.execute(SCHEMA.insert().values(version=VERSION))


def _schema_version(connection: sa.Connection) -> int:
    tables = sa.inspect(connection).get_table_names()
    if SCHEMA.name in tables:
        return int(connection.execute(sa.select(sa.func.max(SCHEMA.c.version))).scalar() or 0)
    return 1 if ENTRY.name in tables else 0


def _add_columns(connection: sa.Connection) -> None:
    compiler = connection.dialect.ddl_compiler(connection.dialect, None)  # type: ignore[arg-type]
    for name in ADDED_IN_2:
        column = compiler.get_column_specification(ENTRY.c[name])
        connection.exec_driver_sql(f"ALTER TABLE entry ADD COLUMN {column}")
    connection.exec_driver_sql("CREATE INDEX entry_arrival ON entry (arrival_at)")


@contextmanager
def _translated() -> Iterator[None]:
    """Turn errors of the database into errors of the tree, at this border only."""
    try:
        yield
    except sa.exc.IntegrityError:
        raise  # a broken rule is a fault of the caller, who knows what it means
    except sa.exc.TimeoutError as error:
        raise TransientError("IO-BUSY", detail="register: no free connection") from error
    except sa.exc.DBAPIError as error:
        meaning = _meaning(error)
        if meaning is None:
            raise
        raise meaning from error


def _meaning(error: sa.exc.DBAPIError) -> SohoaError | None:
    """Return what a complaint of the database means; None when it is a fault of ours."""
    detail = f"register: {error.orig}".strip()
    name = getattr(error.orig, "sqlite_errorname", "") or ""
    state = getattr(error.orig, "sqlstate", "") or ""
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")) or state in _BUSY_STATES:
        return TransientError("IO-BUSY", detail=detail)
    if name.startswith("SQLITE_FULL") or state in _FULL_STATES:
        return OperatorError("SYS-DISK-FULL", detail=detail)
    forbidden = ("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM")
    if name.startswith(forbidden) or state in _FORBIDDEN_STATES:
        return OperatorError("SYS-PERMISSION", detail=detail)
    if state in _CONFIG_STATES:
        return OperatorError("SYS-CONFIG", detail=detail)
    if isinstance(error, (sa.exc.OperationalError, sa.exc.InterfaceError)):
        return TransientError("PORT-DOWN", detail=detail)
    return None
