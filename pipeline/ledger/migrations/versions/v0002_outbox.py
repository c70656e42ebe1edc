"""The outbox: what is pushed onward, and each call."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables of the outbox."""
    op.create_table(
        "outbox",
        sa.Column("target", sa.String(length=60), nullable=False),
        sa.Column("document_id", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("tries", sa.Integer(), server_default="0", nullable=False),
        sa.Column("next_try_at", sa.String(length=32), nullable=False),
        sa.Column("is_asked", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=True),
        sa.Column("detail", sa.Text(), server_default="", nullable=False),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("answer_digest", sa.String(length=64), nullable=True),
        sa.Column("owner", sa.String(length=100), nullable=True),
        sa.Column("created_at", sa.String(length=32), nullable=False),
        sa.Column("updated_at", sa.String(length=32), nullable=False),
        sa.CheckConstraint(
            "state IN ('waiting','sending','sent','poison','refused')",
            name="parcel_state_is_known",
        ),
        sa.CheckConstraint(
            "state <> 'sent' OR (external_id IS NOT NULL AND answer_digest IS NOT NULL)",
            name="sent_means_there_is_a_receipt",
        ),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"]),
        sa.PrimaryKeyConstraint("target", "document_id", name="one_parcel_per_target"),
    )
    op.create_index("outbox_due", "outbox", ["target", "state", "next_try_at"], unique=False)
    op.create_table(
        "outbox_calls",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("target", sa.String(length=60), nullable=False),
        sa.Column("document_id", sa.String(length=64), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.Column("action", sa.String(length=20), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=True),
        sa.Column("detail", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "outbox_calls_by_parcel", "outbox_calls", ["target", "document_id", "id"], unique=False
    )
