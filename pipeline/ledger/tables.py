"""Tables of the ledger. Rules that must never break are constraints here, not code elsewhere.

State rows (`jobs`, `artifacts`, `fields`, `receipts`) say what is; `arrivals`, `attempts` and
`events` are append-only and say what happened. Times are ISO 8601 in UTC with microseconds, as
text, so that SQLite and PostgreSQL order them alike.
"""

from __future__ import annotations

import sqlalchemy as sa

METADATA = sa.MetaData()

DOCUMENTS = sa.Table(
    "documents",
    METADATA,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("media_type", sa.String(80), nullable=False),
    sa.Column("size_bytes", sa.BigInteger, nullable=False),
    sa.CheckConstraint("length(id) = 64", name="document_id_is_sha256"),
    sa.CheckConstraint("size_bytes >= 0", name="size_is_not_negative"),
)

JOBS = sa.Table(
    "jobs",
    METADATA,
    sa.Column("document_id", sa.String(64), sa.ForeignKey("documents.id"), primary_key=True),
    sa.Column("folder", sa.String(200), nullable=False),
    sa.Column("source_name", sa.Text, nullable=False),
    sa.Column("received_at", sa.String(32), nullable=False),
    sa.Column("state", sa.String(20), nullable=False),
    sa.Column("stage", sa.String(40), nullable=False, server_default=""),
    sa.Column("code", sa.String(40), nullable=True),
    sa.Column("detail", sa.Text, nullable=False, server_default=""),
    sa.Column("page", sa.Integer, nullable=True),
    sa.Column("tries", sa.Integer, nullable=False, server_default="0"),
    sa.Column("next_try_at", sa.String(32), nullable=True),
    sa.Column("priority", sa.Integer, nullable=False, server_default="0"),
    sa.Column("owner", sa.String(100), nullable=True),
    sa.Column("delivered_path", sa.Text, nullable=True),
    sa.Column("page_count", sa.Integer, nullable=True),
    sa.Column("book", sa.String(60), nullable=True),
    sa.Column("year", sa.Integer, nullable=True),
    sa.Column("arrival_number", sa.Integer, nullable=True),
    sa.Column("updated_at", sa.String(32), nullable=False),
    sa.CheckConstraint(
        "state IN ('received','running','waiting','done','rejected','quarantined','halted')",
        name="state_is_known",
    ),
    sa.CheckConstraint(
        "state <> 'done' OR (arrival_number IS NOT NULL AND delivered_path IS NOT NULL)",
        name="done_means_registered_and_delivered",
    ),
    sa.UniqueConstraint("book", "year", "arrival_number", name="one_document_per_arrival_number"),
    sa.UniqueConstraint("delivered_path", name="one_document_per_delivered_path"),
    sa.Index("jobs_by_state", "state", "next_try_at"),
    sa.Index("jobs_by_time", "received_at", "document_id", "folder"),
    sa.Index("jobs_by_state_and_time", "state", "received_at", "document_id", "folder"),
    sa.Index("jobs_by_folder", "folder", "received_at", "document_id", "state"),
    sa.Index("jobs_by_change", "updated_at", "state"),
)

ARRIVALS = sa.Table(
    "arrivals",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("at", sa.String(32), nullable=False),
    sa.Column("folder", sa.String(200), nullable=False),
    sa.Column("source_name", sa.Text, nullable=False),
    sa.Column("arrival_id", sa.String(64), nullable=False),
    sa.Column("document_id", sa.String(64), sa.ForeignKey("documents.id"), nullable=True),
    sa.Column("outcome", sa.String(20), nullable=False),
    sa.Column("code", sa.String(40), nullable=True),
    sa.Column("detail", sa.Text, nullable=False, server_default=""),
    sa.CheckConstraint("outcome IN ('new','duplicate','rejected')", name="outcome_is_known"),
    sa.Index("arrivals_by_document", "document_id"),
    sa.Index("arrivals_by_id", "arrival_id"),
    sa.Index("arrivals_by_outcome", "outcome", "id"),
)

ARTIFACTS = sa.Table(
    "artifacts",
    METADATA,
    sa.Column("document_id", sa.String(64), sa.ForeignKey("documents.id"), nullable=False),
    sa.Column("kind", sa.String(40), nullable=False),
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Column("size_bytes", sa.BigInteger, nullable=False),
    sa.Column("made_by", sa.String(120), nullable=False),
    sa.Column("at", sa.String(32), nullable=False),
    sa.PrimaryKeyConstraint("document_id", "kind", name="one_artifact_per_kind"),
    sa.Index("artifacts_of_messages", "digest", sqlite_where=sa.text("kind = 'message'")),
)

FIELDS = sa.Table(
    "fields",
    METADATA,
    sa.Column("document_id", sa.String(64), sa.ForeignKey("documents.id"), nullable=False),
    sa.Column("name", sa.String(40), nullable=False),
    sa.Column("record", sa.Text, nullable=False),
    sa.Column("person", sa.String(200), nullable=True),
    sa.Column("at", sa.String(32), nullable=False),
    sa.PrimaryKeyConstraint("document_id", "name", name="one_value_per_field"),
)

ATTEMPTS = sa.Table(
    "attempts",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("document_id", sa.String(64), sa.ForeignKey("documents.id"), nullable=False),
    sa.Column("stage", sa.String(40), nullable=False),
    sa.Column("key", sa.String(64), nullable=False),
    sa.Column("outcome", sa.String(20), nullable=False),
    sa.Column("seconds", sa.Float, nullable=False),
    sa.Column("at", sa.String(32), nullable=False),
    sa.Index("attempts_by_document", "document_id", "stage"),
)

INTENTS = sa.Table(
    "intents",
    METADATA,
    sa.Column("document_id", sa.String(64), sa.ForeignKey("documents.id"), nullable=False),
    sa.Column("port", sa.String(40), nullable=False),
    sa.Column("key", sa.String(64), nullable=False),
    sa.Column("target", sa.Text, nullable=False, server_default=""),
    sa.Column("at", sa.String(32), nullable=False),
    sa.PrimaryKeyConstraint("document_id", "port", "key", name="one_intent_per_key"),
)

RECEIPTS = sa.Table(
    "receipts",
    METADATA,
    sa.Column("document_id", sa.String(64), sa.ForeignKey("documents.id"), nullable=False),
    sa.Column("port", sa.String(40), nullable=False),
    sa.Column("key", sa.String(64), nullable=False),
    sa.Column("external_id", sa.Text, nullable=False),
    sa.Column("answer_digest", sa.String(64), nullable=False),
    sa.Column("at", sa.String(32), nullable=False),
    sa.PrimaryKeyConstraint("document_id", "port", "key", name="one_receipt_per_key"),
    sa.Index("receipts_by_port", "port", "document_id"),
)

EVENTS = sa.Table(
    "events",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("at", sa.String(32), nullable=False),
    sa.Column("document_id", sa.String(64), nullable=True),
    sa.Column("action", sa.String(60), nullable=False),
    sa.Column("facts", sa.Text, nullable=False, server_default="{}"),
    sa.Index("events_by_document", "document_id", "id"),
)

OUTBOX = sa.Table(
    "outbox",
    METADATA,
    sa.Column("target", sa.String(60), nullable=False),
    sa.Column("document_id", sa.String(64), sa.ForeignKey("documents.id"), nullable=False),
    sa.Column("state", sa.String(20), nullable=False),
    sa.Column("tries", sa.Integer, nullable=False, server_default="0"),
    sa.Column("next_try_at", sa.String(32), nullable=False),
    sa.Column("is_asked", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("code", sa.String(40), nullable=True),
    sa.Column("detail", sa.Text, nullable=False, server_default=""),
    sa.Column("external_id", sa.Text, nullable=True),
    sa.Column("answer_digest", sa.String(64), nullable=True),
    sa.Column("owner", sa.String(100), nullable=True),
    sa.Column("created_at", sa.String(32), nullable=False),
    sa.Column("updated_at", sa.String(32), nullable=False),
    sa.PrimaryKeyConstraint("target", "document_id", name="one_parcel_per_target"),
    sa.CheckConstraint(
        "state IN ('waiting','sending','sent','poison','refused')", name="parcel_state_is_known"
    ),
    sa.CheckConstraint(
        "state <> 'sent' OR (external_id IS NOT NULL AND answer_digest IS NOT NULL)",
        name="sent_means_there_is_a_receipt",
    ),
    sa.Index("outbox_due", "target", "state", "next_try_at"),
)

OUTBOX_CALLS = sa.Table(
    "outbox_calls",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("target", sa.String(60), nullable=False),
    sa.Column("document_id", sa.String(64), nullable=False),
    sa.Column("at", sa.String(32), nullable=False),
    sa.Column("action", sa.String(20), nullable=False),
    sa.Column("code", sa.String(40), nullable=True),
    sa.Column("detail", sa.Text, nullable=False, server_default=""),
    sa.Index("outbox_calls_by_parcel", "target", "document_id", "id"),
)

INBOX = sa.Table(
    "inbox",
    METADATA,
    sa.Column("source", sa.String(60), nullable=False),
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Column("document_id", sa.String(64), sa.ForeignKey("documents.id"), nullable=True),
    sa.Column("code", sa.String(40), nullable=True),
    sa.Column("is_told", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("at", sa.String(32), nullable=False),
    sa.PrimaryKeyConstraint("source", "name", name="one_row_per_fetched_message"),
    sa.CheckConstraint(
        "(document_id IS NULL) <> (code IS NULL)", name="fetched_is_taken_or_refused"
    ),
    sa.Index("inbox_by_document", "document_id", "source"),
)

NOTICES = sa.Table(
    "notices",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("source", sa.String(60), nullable=False),
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Column("document_id", sa.String(64), nullable=True),
    sa.Column("status", sa.String(2), nullable=False),
    sa.Column("step", sa.Integer, nullable=False, server_default="0"),
    sa.Column("reason", sa.Text, nullable=False, server_default=""),
    sa.Column("state", sa.String(20), nullable=False, server_default="waiting"),
    sa.Column("tries", sa.Integer, nullable=False, server_default="0"),
    sa.Column("next_try_at", sa.String(32), nullable=False),
    sa.Column("code", sa.String(40), nullable=True),
    sa.Column("detail", sa.Text, nullable=False, server_default=""),
    sa.Column("external_id", sa.Text, nullable=True),
    sa.Column("at", sa.String(32), nullable=False),
    sa.UniqueConstraint("source", "digest", "status", "step", name="one_notice_per_status"),
    sa.CheckConstraint("state IN ('waiting','sent','refused')", name="notice_state_is_known"),
    sa.CheckConstraint(
        "state <> 'sent' OR external_id IS NOT NULL", name="told_means_there_is_a_name"
    ),
    sa.Index("notices_by_state", "source", "state", "id"),
)
