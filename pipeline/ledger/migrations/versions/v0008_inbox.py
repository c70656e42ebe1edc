"""Messages fetched from other systems, and what their senders are told."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables, and the index that finds messages among artifacts."""
    op.create_table(
        "inbox",
        sa.Column("source", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("document_id", sa.String(length=64), nullable=True),
        sa.Column("code", sa.String(length=40), nullable=True),
        sa.Column("is_told", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.CheckConstraint(
            "(document_id IS NULL) <> (code IS NULL)", name="fetched_is_taken_or_refused"
        ),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"]),
        sa.PrimaryKeyConstraint("source", "name", name="one_row_per_fetched_message"),
    )
    op.create_table(
        "notices",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("source", sa.String(length=60), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("document_id", sa.String(length=64), nullable=True),
        sa.Column("status", sa.String(length=2), nullable=False),
        sa.Column("step", sa.Integer(), server_default="0", nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("state", sa.String(length=20), server_default="waiting", nullable=False),
        sa.Column("tries", sa.Integer(), server_default="0", nullable=False),
        sa.Column("next_try_at", sa.String(length=32), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=True),
        sa.Column("detail", sa.Text(), server_default="", nullable=False),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.CheckConstraint("state IN ('waiting','sent','refused')", name="notice_state_is_known"),
        sa.CheckConstraint(
            "state <> 'sent' OR external_id IS NOT NULL", name="told_means_there_is_a_name"
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("source", "digest", "status", "step", name="one_notice_per_status"),
    )
    op.create_index("notices_by_state", "notices", ["source", "state", "id"], unique=False)
    op.create_index(
        "artifacts_of_messages",
        "artifacts",
        ["digest"],
        unique=False,
        sqlite_where=sa.text("kind = 'message'"),
    )
