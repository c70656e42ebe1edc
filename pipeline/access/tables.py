"""Tables of who may do what, in a file of their own beside the ledger.

Of their own, because every page that is seen writes a line here: the work on documents must not
wait for readers, nor readers for the work. No password and no token is kept, only what proves one:
argon2id of a password, SHA-256 of 256 random bits. The record of what was seen is append-only by
triggers; nothing that sohoa runs changes or deletes a line.
"""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from pipeline.ledger.database import connect, transaction

METADATA = sa.MetaData()

ACCOUNTS = sa.Table(
    "accounts",
    METADATA,
    sa.Column("name", sa.String(40), primary_key=True),
    sa.Column("full_name", sa.String(200), nullable=False),
    sa.Column("roles", sa.Text, nullable=False),
    sa.Column("units", sa.Text, nullable=True),
    sa.Column("password_hash", sa.Text, nullable=False),
    sa.Column("created_at", sa.String(32), nullable=False),
    sa.Column("disabled_at", sa.String(32), nullable=True),
)
"""`units` is a JSON list; NULL means the whole agency."""

SESSIONS = sa.Table(
    "sessions",
    METADATA,
    sa.Column("digest", sa.String(64), primary_key=True),
    sa.Column("account", sa.String(40), sa.ForeignKey("accounts.name"), nullable=False),
    sa.Column("created_at", sa.String(32), nullable=False),
    sa.Column("seen_at", sa.String(32), nullable=False),
)

TOKENS = sa.Table(
    "tokens",
    METADATA,
    sa.Column("id", sa.String(12), primary_key=True),
    sa.Column("account", sa.String(40), sa.ForeignKey("accounts.name"), nullable=False),
    sa.Column("label", sa.String(100), nullable=False),
    sa.Column("roles", sa.Text, nullable=False),
    sa.Column("digest", sa.String(64), nullable=False, unique=True),
    sa.Column("created_at", sa.String(32), nullable=False),
    sa.Column("expires_at", sa.String(32), nullable=True),
    sa.Column("revoked_at", sa.String(32), nullable=True),
)

AUDIT = sa.Table(
    "audit",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("at", sa.String(32), nullable=False),
    sa.Column("account", sa.String(40), nullable=False),
    sa.Column("action", sa.String(40), nullable=False),
    sa.Column("document_id", sa.String(64), nullable=True),
    sa.Column("address", sa.String(60), nullable=False),
    sa.Column("status", sa.Integer, nullable=False),
    sa.Column("facts", sa.Text, nullable=False),
    sa.Index("audit_by_account", "account", "id"),
    sa.Index("audit_by_action", "action", "at"),
    sa.Index("audit_by_document", "document_id", "id"),
)

_RULES = tuple(
    f"""CREATE TRIGGER IF NOT EXISTS audit_is_never_{done} BEFORE {deed} ON audit
        BEGIN SELECT raise(ABORT, 'audit_is_never_{done}'); END"""
    for deed, done in (("UPDATE", "changed"), ("DELETE", "deleted"))
)


def open_tables(path: Path) -> sa.Engine:
    """Open the file, making it where needed; only its owner may read it.

    Raises:
        OperatorError: SYS-PERMISSION or SYS-DISK-FULL.
        TransientError: IO-BUSY.
    """
    engine = connect(path)
    with transaction(engine) as connection:
        METADATA.create_all(connection)
        for rule in _RULES:
            connection.exec_driver_sql(rule)
    path.chmod(0o600)
    return engine
