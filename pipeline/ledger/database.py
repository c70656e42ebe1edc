"""Opening the ledger's database: pragmas, migrations, transactions, and its errors translated.

SQLite in WAL mode with synchronous=FULL: a committed row survives a power cut. `secure_delete`
overwrites what is removed, because the name of a quarantined file must not linger in free pages.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from pipeline.model.errors import OperatorError, TransientError
from pipeline.model.scope import Scope

_MIGRATIONS = Path(__file__).parent / "migrations"
_BUSY_TIMEOUT_MS = 30_000
IS_NAMED = "is_named_by_scope"
"""SQL function of a `snapshot` with a scope."""


def open_database(path: Path) -> sa.Engine:
    """Open (and where needed make or migrate) the SQLite ledger at a path.

    Raises:
        OperatorError: SYS-PERMISSION or SYS-DISK-FULL.
        TransientError: IO-BUSY.
    """
    engine = connect(path)
    with translated():
        _migrate(engine)
    return engine


def connect(path: Path) -> sa.Engine:
    """Return the engine of a SQLite file with the ledger's pragmas; its folder is made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    engine = sa.create_engine(
        f"sqlite:///{path}", connect_args={"timeout": _BUSY_TIMEOUT_MS / 1000}, pool_size=20
    )
    sa.event.listen(engine, "connect", _configure)
    sa.event.listen(engine, "begin", _begin_immediate)
    return engine


def _configure(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # SQLAlchemy's own BEGIN (below) opens every transaction
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        f"busy_timeout={_BUSY_TIMEOUT_MS}",
        "secure_delete=ON",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_immediate(connection: sa.Connection) -> None:
    # A deferred transaction that turns into a writer fails at once under contention, without
    # waiting for busy_timeout (SQLite, "Write-Ahead Logging", section 2.2).
    is_reading = connection.get_execution_options().get("is_reading", False)
    connection.exec_driver_sql("BEGIN" if is_reading else "BEGIN IMMEDIATE")


def _migrate(engine: sa.Engine) -> None:
    with engine.begin() as connection:
        if _current(connection) == newest_revision():
            return
        from alembic import command  # 0.2 s of processor time, only where something is to be made
        from alembic.config import Config

        config = Config()
        config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def newest_revision() -> str:
    """Return the revision that a ledger of this program has, by the names of its migrations."""
    newest = max(path.name for path in (_MIGRATIONS / "versions").glob("v????_*.py"))
    return newest[1:5]


def _current(connection: sa.Connection) -> str | None:
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    found = connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()
    return None if found is None else str(found)


@contextmanager
def translated() -> Iterator[None]:
    """Turn errors of the database into errors of the tree, at this border only."""
    try:
        yield
    except sa.exc.OperationalError as error:
        # SQLite gives no other way to tell its conditions apart than its extended result code.
        name = getattr(error.orig, "sqlite_errorname", "")
        if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
            raise TransientError("IO-BUSY", detail=name) from error
        if name.startswith("SQLITE_FULL"):
            raise OperatorError("SYS-DISK-FULL", detail=name) from error
        if name.startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM")):
            raise OperatorError("SYS-PERMISSION", detail=name) from error
        if name.startswith("SQLITE_IOERR"):
            raise OperatorError("SYS-DISK-FULL", detail=name) from error
        raise


@contextmanager
def transaction(engine: sa.Engine) -> Iterator[sa.Connection]:
    """Open one write transaction; commits on leaving, rolls back on an error."""
    with translated(), engine.begin() as connection:
        yield connection


@contextmanager
def snapshot(engine: sa.Engine, *, scope: Scope | None = None) -> Iterator[sa.Connection]:
    """Open one read transaction: a consistent view that waits for nobody.

    Args:
        engine: the ledger's.
        scope: lets questions ask `IS_NAMED` of a document's id: whether the scope names it. Handing
            SQLite 25,000 ids as values costs each question 100 ms, this 0.3 µs a row.
    """
    with translated(), engine.connect() as connection:
        if scope is not None:
            driver: Any = connection.connection.driver_connection
            driver.create_function(IS_NAMED, 1, scope.document_ids.__contains__, deterministic=True)
        yield connection.execution_options(is_reading=True)


def empty_wal(engine: sa.Engine) -> None:
    """Empty the write-ahead log, in which what was overwritten would linger."""
    with engine.connect() as connection:
        connection.rollback()
        connection.connection.driver_connection.execute(  # type: ignore[union-attr]
            "PRAGMA wal_checkpoint(TRUNCATE)"
        )
