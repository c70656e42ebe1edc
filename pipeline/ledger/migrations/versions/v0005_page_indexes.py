"""Indexes that answer the page's questions alone, without the rows (`python -m bench page`)."""

from __future__ import annotations

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_MADE = (
    ("jobs_by_time", "jobs", ["received_at", "document_id"]),
    ("jobs_by_state_and_time", "jobs", ["state", "received_at", "document_id"]),
    ("jobs_by_folder", "jobs", ["folder", "received_at", "document_id", "state"]),
    ("arrivals_by_outcome", "arrivals", ["outcome", "id"]),
    ("receipts_by_port", "receipts", ["port", "document_id"]),
)


def upgrade() -> None:
    """Make the indexes; three of them held less before."""
    for name, table, columns in _MADE[:3]:
        op.drop_index(name, table_name=table)
        op.create_index(name, table, columns, unique=False)
    for name, table, columns in _MADE[3:]:
        op.create_index(name, table, columns, unique=False)
