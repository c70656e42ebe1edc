"""The index that tells what was fetched from a target itself: it does not go back there."""

from __future__ import annotations

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the index."""
    op.create_index("inbox_by_document", "inbox", ["document_id", "source"], unique=False)
