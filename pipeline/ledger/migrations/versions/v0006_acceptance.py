"""Acceptance of batches: machine checks, samples, verdicts, closings, what goes back."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_GUARDED = ("acceptance_verdicts", "acceptance_closings")


def upgrade() -> None:
    """Make the tables; verdicts and closings can be added to and nothing else."""
    _checks()
    _lots()
    _verdicts()
    for table in _GUARDED:
        for deed in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{deed.lower()} BEFORE {deed} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is only added to'); END"
            )


def _checks() -> None:
    op.create_table(
        "batch_checks",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("batch", sa.String(60), sa.ForeignKey("batches.name"), nullable=False),
        sa.Column("documents", sa.Integer, nullable=False),
        sa.Column("pages", sa.Integer, nullable=False),
        sa.Column("counts", sa.Text, nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
    )
    op.create_index("batch_checks_by_batch", "batch_checks", ["batch", "id"], unique=False)


def _lots() -> None:
    op.create_table(
        "acceptance_lots",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("batch", sa.String(60), sa.ForeignKey("batches.name"), nullable=False),
        sa.Column("round", sa.Integer, nullable=False),
        sa.Column("unit", sa.String(20), nullable=False),
        sa.Column("seed", sa.String(64), nullable=False),
        sa.Column("level", sa.String(4), nullable=False),
        sa.Column("aql", sa.String(8), nullable=False),
        sa.Column("severity", sa.String(12), nullable=False),
        sa.Column("letter", sa.String(1), nullable=False),
        sa.Column("lot_size", sa.Integer, nullable=False),
        sa.Column("sample_size", sa.Integer, nullable=False),
        sa.Column("accept_max", sa.Integer, nullable=False),
        sa.Column("person", sa.String(200), nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.CheckConstraint("round IN (1, 2)", name="round_is_known"),
        sa.CheckConstraint("unit IN ('document','page')", name="unit_is_known"),
        sa.CheckConstraint("sample_size BETWEEN 1 AND lot_size", name="sample_fits_lot"),
    )
    op.create_index("acceptance_lots_by_batch", "acceptance_lots", ["batch", "id"], unique=False)
    op.create_table(
        "acceptance_units",
        sa.Column("lot", sa.Integer, sa.ForeignKey("acceptance_lots.id"), nullable=False),
        sa.Column("ordinal", sa.Integer, nullable=False),
        sa.Column("item", sa.Integer, sa.ForeignKey("batch_items.id"), nullable=False),
        sa.Column("document_id", sa.String(64), sa.ForeignKey("documents.id"), nullable=False),
        sa.Column("page", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("lot", "ordinal", name="one_unit_per_ordinal"),
    )


def _verdicts() -> None:
    op.create_table(
        "acceptance_verdicts",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("lot", sa.Integer, nullable=False),
        sa.Column("ordinal", sa.Integer, nullable=False),
        sa.Column("faults", sa.Text, nullable=False),
        sa.Column("person", sa.String(200), nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.ForeignKeyConstraint(
            ["lot", "ordinal"], ["acceptance_units.lot", "acceptance_units.ordinal"]
        ),
    )
    op.create_index(
        "acceptance_verdicts_by_unit",
        "acceptance_verdicts",
        ["lot", "ordinal", "id"],
        unique=False,
    )
    op.create_table(
        "acceptance_closings",
        sa.Column("lot", sa.Integer, sa.ForeignKey("acceptance_lots.id"), primary_key=True),
        sa.Column("verdict", sa.String(20), nullable=False),
        sa.Column("bad", sa.Integer, nullable=False),
        sa.Column("person", sa.String(200), nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.CheckConstraint("verdict IN ('accepted','rejected')", name="closing_verdict_is_known"),
    )
    op.create_table(
        "acceptance_returns",
        sa.Column("item", sa.Integer, sa.ForeignKey("batch_items.id"), nullable=False),
        sa.Column("document_id", sa.String(64), sa.ForeignKey("documents.id"), nullable=False),
        sa.Column("lot", sa.Integer, sa.ForeignKey("acceptance_lots.id"), nullable=False),
        sa.PrimaryKeyConstraint("item", "document_id", name="one_return_per_document"),
    )
