"""Tables of the register of incoming documents; its rules are constraints and triggers here.

`entry` is written once. What changes later stands beside it, append-only: `correction` (a value and
what it replaces), `handover` and `handover_receipt` (who has the paper), `status` (how far it is).
No row is ever changed or deleted, by whomever: the database refuses it. Times are ISO 8601 in UTC
with microseconds, days ISO 8601, both as text, so that SQLite and PostgreSQL order them alike.

Sources: Nghị định 30/2020/NĐ-CP, Đ22.2 (one series a calendar year), Phụ lục IV and VI.
"""

from __future__ import annotations

import sqlalchemy as sa

METADATA = sa.MetaData()

ENTRY = sa.Table(
    "entry",
    METADATA,
    sa.Column("book", sa.Text, nullable=False),
    sa.Column("year", sa.Integer, nullable=False),
    sa.Column("arrival_number", sa.Integer, nullable=False, autoincrement=False),
    sa.Column("key", sa.Text, nullable=False, unique=True),
    sa.Column("arrival_at", sa.Text, nullable=False),
    sa.Column("entered_at", sa.Text, nullable=False),
    sa.Column("lookalike", sa.Text, nullable=True),
    sa.Column("type_name", sa.Text, nullable=False),
    sa.Column("code_number", sa.Text, nullable=False),
    sa.Column("code_notation", sa.Text, nullable=False),
    sa.Column("issued_date", sa.Text, nullable=False),
    sa.Column("organ_name", sa.Text, nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("page_amount", sa.Integer, nullable=False),
    sa.Column("signer_position", sa.Text, nullable=False),
    sa.Column("signer_name", sa.Text, nullable=False),
    sa.Column("priority", sa.Text, nullable=False),
    sa.Column("to_places", sa.Text, nullable=False),
    sa.Column("description", sa.Text, nullable=False),
    sa.Column("document_id", sa.Text, nullable=False),
    # Since schema 2; the defaults fill the entries of schema 1.
    sa.Column("organ_id", sa.Text, nullable=False, server_default=""),
    sa.Column("file_catalog", sa.Text, nullable=False, server_default=""),
    sa.Column("file_notation", sa.Text, nullable=False, server_default=""),
    sa.Column("doc_ordinal", sa.Integer, nullable=False, server_default="0"),
    sa.Column("language", sa.Text, nullable=False, server_default="Tiếng Việt"),
    sa.Column("due_date", sa.Text, nullable=False, server_default=""),
    sa.Column("folder", sa.Text, nullable=False, server_default=""),
    sa.PrimaryKeyConstraint("book", "year", "arrival_number"),
    sa.CheckConstraint("book <> ''", name="entry_book_has_a_name"),
    sa.CheckConstraint("key <> ''", name="entry_key_is_given"),
    sa.CheckConstraint("year BETWEEN 1900 AND 9999", name="entry_year_is_a_year"),
    sa.CheckConstraint("arrival_number >= 1", name="entry_counts_from_one"),
    sa.Index("entry_lookalike", "lookalike"),
    sa.Index("entry_document", "document_id"),
    sa.Index("entry_arrival", "arrival_at"),
    sqlite_with_rowid=False,
)

CORRECTION = sa.Table(
    "correction",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("key", sa.Text, sa.ForeignKey("entry.key"), nullable=False),
    sa.Column("field", sa.Text, nullable=False),
    sa.Column("before", sa.Text, nullable=False),
    sa.Column("after", sa.Text, nullable=False),
    sa.Column("person", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("at", sa.Text, nullable=False),
    sa.Column("lookalike", sa.Text, nullable=True),
    sa.CheckConstraint("before <> after", name="correction_changes_something"),
    sa.CheckConstraint("person <> ''", name="correction_has_an_author"),
    sa.Index("correction_key", "key", "id"),
    sa.Index("correction_lookalike", "lookalike"),
)

HANDOVER = sa.Table(
    "handover",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("key", sa.Text, sa.ForeignKey("entry.key"), nullable=False),
    sa.Column("unit", sa.Text, nullable=False),
    sa.Column("receiver", sa.Text, nullable=False),
    sa.Column("handed_on", sa.Text, nullable=False),
    sa.Column("due_date", sa.Text, nullable=False),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("person", sa.Text, nullable=False),
    sa.Column("at", sa.Text, nullable=False),
    sa.CheckConstraint("unit <> '' OR receiver <> ''", name="handover_has_a_receiver"),
    sa.CheckConstraint("person <> ''", name="handover_has_an_author"),
    sa.Index("handover_key", "key", "id"),
)

HANDOVER_RECEIPT = sa.Table(
    "handover_receipt",
    METADATA,
    sa.Column("handover_id", sa.Integer, sa.ForeignKey("handover.id"), primary_key=True),
    sa.Column("received_by", sa.Text, nullable=False),
    sa.Column("at", sa.Text, nullable=False),
    sa.CheckConstraint("received_by <> ''", name="handover_receipt_has_a_name"),
)

STATUS = sa.Table(
    "status",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("key", sa.Text, sa.ForeignKey("entry.key"), nullable=False),
    sa.Column("code", sa.Text, nullable=False),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("person", sa.Text, nullable=False),
    sa.Column("at", sa.Text, nullable=False),
    sa.CheckConstraint("code IN ('01','02','03','04','05','06')", name="status_is_known"),
    sa.Index("status_key", "key", "id"),
)

SCHEMA = sa.Table(
    "register_schema",
    METADATA,
    sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
)
VERSION = 2
"""1: sohoa 0.1, `entry` alone. 2: all fields of Phụ lục VI, corrections, hand-over, statuses."""

ADDED_IN_2 = (
    "organ_id",
    "file_catalog",
    "file_notation",
    "doc_ordinal",
    "language",
    "due_date",
    "folder",
)
"""Columns of `entry` that a register of schema 1 lacks."""

_WRITTEN_ONCE = ("entry", "correction", "handover", "handover_receipt", "status")


def sqlite_rules() -> tuple[str, ...]:
    """Return the triggers of SQLite."""
    rules = [
        """CREATE TRIGGER IF NOT EXISTS entry_follows_the_last BEFORE INSERT ON entry
           WHEN NEW.arrival_number <> 1 + coalesce(
             (SELECT max(arrival_number) FROM entry
              WHERE book = NEW.book AND year = NEW.year), 0)
           BEGIN SELECT raise(ABORT, 'entry_follows_the_last'); END"""
    ]
    for table in _WRITTEN_ONCE:
        rules += [
            f"""CREATE TRIGGER IF NOT EXISTS {table}_is_never_{done} BEFORE {deed} ON {table}
                BEGIN SELECT raise(ABORT, '{table}_is_never_{done}'); END"""
            for deed, done in (("UPDATE", "changed"), ("DELETE", "deleted"))
        ]
    return tuple(rules)


def postgresql_rules() -> tuple[str, ...]:
    """Return functions and triggers of PostgreSQL.

    The lock makes the next writer of a series wait for the end of this one's transaction; each
    statement of a volatile function sees what was committed until then (PostgreSQL 15, 38.7).
    """
    rules = [
        """CREATE OR REPLACE FUNCTION register_entry_follows_the_last() RETURNS trigger
           LANGUAGE plpgsql AS $$ BEGIN
             PERFORM pg_advisory_xact_lock(hashtextextended(NEW.book || '/' || NEW.year, 0));
             IF NEW.arrival_number <> 1 + coalesce(
               (SELECT max(arrival_number) FROM entry
                WHERE book = NEW.book AND year = NEW.year), 0) THEN
               RAISE EXCEPTION 'entry_follows_the_last' USING ERRCODE = '23000';
             END IF;
             RETURN NEW;
           END $$""",
        """CREATE OR REPLACE FUNCTION register_row_stays() RETURNS trigger
           LANGUAGE plpgsql AS $$ BEGIN
             RAISE EXCEPTION USING MESSAGE = TG_TABLE_NAME || '_is_never_changed_or_deleted',
               ERRCODE = '23000';
           END $$""",
        """CREATE OR REPLACE TRIGGER entry_follows_the_last BEFORE INSERT ON entry
           FOR EACH ROW EXECUTE FUNCTION register_entry_follows_the_last()""",
    ]
    for table in _WRITTEN_ONCE:
        rules += [
            f"""CREATE OR REPLACE TRIGGER {table}_stays BEFORE UPDATE OR DELETE ON {table}
                FOR EACH ROW EXECUTE FUNCTION register_row_stays()""",
            f"""CREATE OR REPLACE TRIGGER {table}_is_never_emptied BEFORE TRUNCATE ON {table}
                FOR EACH STATEMENT EXECUTE FUNCTION register_row_stays()""",
        ]
    return tuple(rules)
