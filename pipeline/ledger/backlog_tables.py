"""Tables of batches and deliveries; the rules of `tables` hold here too."""

from __future__ import annotations

import sqlalchemy as sa

from pipeline.ledger.tables import METADATA

BATCHES = sa.Table(
    "batches",
    METADATA,
    sa.Column("name", sa.String(60), primary_key=True),
    sa.Column("state", sa.String(20), nullable=False),
    sa.Column("options", sa.Text, nullable=False),
    sa.Column("created_at", sa.String(32), nullable=False),
    sa.CheckConstraint("state IN ('open','paused')", name="batch_state_is_known"),
)

BATCH_SOURCES = sa.Table(
    "batch_sources",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("batch", sa.String(60), sa.ForeignKey("batches.name"), nullable=False),
    sa.Column("path", sa.Text, nullable=False),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("levels", sa.String(100), nullable=False, server_default=""),
    sa.Column("added_at", sa.String(32), nullable=False),
    sa.Column("is_stacks", sa.Boolean, nullable=False, server_default="0"),
    sa.Column("piles", sa.String(20), nullable=False, server_default=""),
    sa.UniqueConstraint("batch", "path", name="one_source_per_path"),
    sa.CheckConstraint("kind IN ('tree','folders','growing')", name="source_kind_is_known"),
)

BATCH_ITEMS = sa.Table(
    "batch_items",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("batch", sa.String(60), sa.ForeignKey("batches.name"), nullable=False),
    sa.Column("path", sa.Text, nullable=False),
    sa.Column("place", sa.Text, nullable=False, server_default=""),
    sa.Column("ordinal", sa.Integer, nullable=False, server_default="0"),
    sa.Column("dossier", sa.Text, nullable=False, server_default="{}"),
    sa.Column("document", sa.Text, nullable=False, server_default="{}"),
    sa.Column("state", sa.String(20), nullable=False, server_default="new"),
    sa.Column("document_id", sa.String(64), sa.ForeignKey("documents.id"), nullable=True),
    sa.Column("code", sa.String(40), nullable=True),
    sa.Column("detail", sa.Text, nullable=False, server_default=""),
    sa.Column("stack", sa.Integer, nullable=True),
    sa.Column("part", sa.Text, nullable=True),
    sa.Column("file", sa.Text, nullable=True),
    sa.UniqueConstraint("batch", "path", name="one_item_per_path"),
    sa.CheckConstraint(
        "state IN ('new','entered','doubled','refused')", name="item_state_is_known"
    ),
    sa.CheckConstraint(
        "state NOT IN ('entered','doubled') OR document_id IS NOT NULL",
        name="entered_means_there_is_a_document",
    ),
    sa.Index("batch_items_by_state", "batch", "state", "id"),
    sa.Index("batch_items_by_place", "batch", "place", "ordinal", "id"),
    sa.Index("batch_items_by_document", "document_id"),
)

DELIVERIES = sa.Table(
    "deliveries",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("batch", sa.String(60), nullable=False),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("status", sa.String(20), nullable=False),
    sa.Column("form", sa.String(20), nullable=False),
    sa.Column("folder", sa.Text, nullable=False),
    sa.Column("created_at", sa.String(32), nullable=False),
    sa.Column("finished_at", sa.String(32), nullable=True),
    sa.UniqueConstraint("batch", "revision", name="one_delivery_per_revision"),
    sa.CheckConstraint(
        "status IN ('new','supplement','replacement')", name="delivery_status_is_known"
    ),
    sa.CheckConstraint("form IN ('sip','plain')", name="delivery_form_is_known"),
)

DELIVERY_PACKAGES = sa.Table(
    "delivery_packages",
    METADATA,
    sa.Column("delivery", sa.Integer, sa.ForeignKey("deliveries.id"), nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("key", sa.Text, nullable=False),
    sa.Column("previous", sa.Text, nullable=True),
    sa.Column("document_count", sa.Integer, nullable=False),
    sa.Column("at", sa.String(32), nullable=False),
    sa.PrimaryKeyConstraint("delivery", "name", name="one_receipt_per_package"),
    sa.Index("delivery_packages_by_key", "key"),
)

DELIVERED_DOCUMENTS = sa.Table(
    "delivered_documents",
    METADATA,
    sa.Column("delivery", sa.Integer, sa.ForeignKey("deliveries.id"), nullable=False),
    sa.Column("package", sa.Text, nullable=False),
    sa.Column("document_id", sa.String(64), sa.ForeignKey("documents.id"), nullable=False),
    sa.PrimaryKeyConstraint(
        "delivery", "package", "document_id", name="one_line_per_packed_document"
    ),
    sa.Index("delivered_documents_by_document", "document_id"),
)

DELIVERY_ANSWERS = sa.Table(
    "delivery_answers",
    METADATA,
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
    sa.Index("delivery_answers_by_package", "delivery", "package", "id"),
)
