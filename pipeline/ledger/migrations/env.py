"""Alembic's entry: runs on the connection that the ledger hands over, never on one of its own."""

from __future__ import annotations

from alembic import context

from pipeline.ledger import acceptance_tables, backlog_tables, stack_tables  # noqa: F401 - of METADATA
from pipeline.ledger.tables import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    render_as_batch=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
