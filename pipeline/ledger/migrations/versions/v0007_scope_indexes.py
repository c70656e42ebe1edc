"""Lists of a unit are answered from indexes too: they know the folder (`python -m bench page`)."""

from __future__ import annotations

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_MADE = (
    ("jobs_by_time", ["received_at", "document_id", "folder"]),
    ("jobs_by_state_and_time", ["state", "received_at", "document_id", "folder"]),
)


def upgrade() -> None:
    """Make the indexes anew with the folder at their end."""
    for name, columns in _MADE:
        op.drop_index(name, table_name="jobs")
        op.create_index(name, "jobs", columns, unique=False)
