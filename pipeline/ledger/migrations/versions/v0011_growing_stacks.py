"""What a folder that grows holds: documents, or stacks of many each."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; folders noted before hold documents."""
    op.add_column(
        "batch_sources", sa.Column("is_stacks", sa.Boolean, nullable=False, server_default="0")
    )
    op.add_column(
        "batch_sources", sa.Column("piles", sa.String(20), nullable=False, server_default="")
    )
