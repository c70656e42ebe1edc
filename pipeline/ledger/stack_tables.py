"""Table of stacks; the rules of `tables` hold here too."""

from __future__ import annotations

import sqlalchemy as sa

from pipeline.ledger.tables import METADATA

STACKS = sa.Table(
    "stacks",
    METADATA,
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
    sa.Index("stacks_by_state", "state", "batch", "id"),
    sa.Index("stacks_by_digest", "digest"),
)
