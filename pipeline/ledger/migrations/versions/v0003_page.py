"""Indexes that the page's questions need at 100,000 documents (`python -m bench page`)."""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the indexes."""
    op.create_index("jobs_by_state_and_time", "jobs", ["state", "received_at"], unique=False)
    op.create_index("jobs_by_folder", "jobs", ["folder", "received_at"], unique=False)
    op.create_index("jobs_by_change", "jobs", ["updated_at", "state"], unique=False)
