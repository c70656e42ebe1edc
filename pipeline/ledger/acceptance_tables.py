"""Tables of acceptance: samples, verdicts and closings; verdicts are only ever added to."""

from __future__ import annotations

import sqlalchemy as sa

from pipeline.ledger.backlog_tables import BATCHES  # noqa: F401 - the tables refer to its metadata
from pipeline.ledger.tables import METADATA

BATCH_CHECKS = sa.Table(
    "batch_checks",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("batch", sa.String(60), sa.ForeignKey("batches.name"), nullable=False),
    sa.Column("documents", sa.Integer, nullable=False),
    sa.Column("pages", sa.Integer, nullable=False),
    sa.Column("counts", sa.Text, nullable=False),
    sa.Column("at", sa.String(32), nullable=False),
    sa.Index("batch_checks_by_batch", "batch", "id"),
)

LOTS = sa.Table(
    "acceptance_lots",
    METADATA,
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
    sa.Index("acceptance_lots_by_batch", "batch", "id"),
)

UNITS = sa.Table(
    "acceptance_units",
    METADATA,
    sa.Column("lot", sa.Integer, sa.ForeignKey("acceptance_lots.id"), nullable=False),
    sa.Column("ordinal", sa.Integer, nullable=False),
    sa.Column("item", sa.Integer, sa.ForeignKey("batch_items.id"), nullable=False),
    sa.Column("document_id", sa.String(64), sa.ForeignKey("documents.id"), nullable=False),
    sa.Column("page", sa.Integer, nullable=False),
    sa.PrimaryKeyConstraint("lot", "ordinal", name="one_unit_per_ordinal"),
)

VERDICTS = sa.Table(
    "acceptance_verdicts",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("lot", sa.Integer, nullable=False),
    sa.Column("ordinal", sa.Integer, nullable=False),
    sa.Column("faults", sa.Text, nullable=False),
    sa.Column("person", sa.String(200), nullable=False),
    sa.Column("at", sa.String(32), nullable=False),
    sa.ForeignKeyConstraint(
        ["lot", "ordinal"], ["acceptance_units.lot", "acceptance_units.ordinal"]
    ),
    sa.Index("acceptance_verdicts_by_unit", "lot", "ordinal", "id"),
)

CLOSINGS = sa.Table(
    "acceptance_closings",
    METADATA,
    sa.Column("lot", sa.Integer, sa.ForeignKey("acceptance_lots.id"), primary_key=True),
    sa.Column("verdict", sa.String(20), nullable=False),
    sa.Column("bad", sa.Integer, nullable=False),
    sa.Column("person", sa.String(200), nullable=False),
    sa.Column("at", sa.String(32), nullable=False),
    sa.CheckConstraint("verdict IN ('accepted','rejected')", name="closing_verdict_is_known"),
)

RETURNS = sa.Table(
    "acceptance_returns",
    METADATA,
    sa.Column("item", sa.Integer, sa.ForeignKey("batch_items.id"), nullable=False),
    sa.Column("document_id", sa.String(64), sa.ForeignKey("documents.id"), nullable=False),
    sa.Column("lot", sa.Integer, sa.ForeignKey("acceptance_lots.id"), nullable=False),
    sa.PrimaryKeyConstraint("item", "document_id", name="one_return_per_document"),
)
