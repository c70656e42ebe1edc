"""What the archive said of packages that were delivered; only added to."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table and what protects it."""
    op.create_table(
        "delivery_answers",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("delivery", sa.Integer, nullable=False),
        sa.Column("package", sa.Text, nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("detail", sa.Text, nullable=False, server_default=""),
        sa.Column("person", sa.String(200), nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.ForeignKeyConstraint(
            ["delivery", "package"], ["delivery_packages.delivery", "delivery_packages.name"]
        ),
        sa.CheckConstraint(
            "status IN ('received','accepted','rejected')", name="archive_status_is_known"
        ),
    )
    op.create_index(
        "delivery_answers_by_package", "delivery_answers", ["delivery", "package", "id"],
        unique=False,
    )  # fmt: skip
    for deed in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER delivery_answers_no_{deed.lower()} BEFORE {deed} ON delivery_answers "
            "BEGIN SELECT RAISE(ABORT, 'delivery_answers is only added to'); END"
        )
