"""Stacks of many documents, and which of their pages a paper of a batch is."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table, and the columns that tell where a paper was cut from."""
    op.create_table(
        "stacks",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("batch", sa.String(60), sa.ForeignKey("batches.name"), nullable=False),
        sa.Column("path", sa.Text, nullable=False),
        sa.Column("dossier", sa.Text, nullable=False, server_default="{}"),
        sa.Column("piles", sa.String(20), nullable=False, server_default=""),
        sa.Column("state", sa.String(20), nullable=False, server_default="new"),
        sa.Column("digest", sa.String(64), nullable=True),
        sa.Column("media_type", sa.String(60), nullable=True),
        sa.Column("size_bytes", sa.Integer, nullable=False, server_default="0"),
        sa.Column("code", sa.String(40), nullable=True),
        sa.Column("detail", sa.Text, nullable=False, server_default=""),
        sa.Column("signs", sa.Text, nullable=True),
        sa.Column("plan", sa.Text, nullable=True),
        sa.Column("person", sa.Text, nullable=True),
        sa.Column("changed_at", sa.String(32), nullable=False),
        sa.UniqueConstraint("batch", "path", name="one_stack_per_path"),
        sa.CheckConstraint(
            "state IN ('new','waiting','planned','cut','refused')", name="stack_state_is_known"
        ),
        sa.CheckConstraint("piles IN ('','same','reversed')", name="piles_are_known"),
        sa.CheckConstraint(
            "state NOT IN ('waiting','planned','cut') OR (digest IS NOT NULL AND plan IS NOT NULL)",
            name="a_planned_stack_is_kept",
        ),
    )
    op.create_index("stacks_by_state", "stacks", ["state", "batch", "id"], unique=False)
    op.create_index("stacks_by_digest", "stacks", ["digest"], unique=False)
    op.add_column("batch_items", sa.Column("stack", sa.Integer, nullable=True))
    op.add_column("batch_items", sa.Column("part", sa.Text, nullable=True))
    op.add_column("batch_items", sa.Column("file", sa.Text, nullable=True))
