"""The search index that the configuration asks for."""

from __future__ import annotations

from pathlib import Path

from pipeline.assembly.options import IndexOptions
from stages.index import ElasticIndex, EmbeddedIndex

AnyIndex = EmbeddedIndex | ElasticIndex


def open_index(options: IndexOptions, *, folder: Path) -> AnyIndex:
    """Open the index; Elasticsearch is not asked before the first question.

    Args:
        options: which engine, and where.
        folder: the data folder, which holds the embedded index.

    Raises:
        OperatorError: SYS-PERMISSION, SYS-DISK-FULL (embedded).
        TransientError: IO-BUSY (embedded).
    """
    if options.engine == "embedded":
        return EmbeddedIndex(folder / "index.sqlite")
    secret = options.password if options.user else options.api_key
    return ElasticIndex(options, secret=secret.reveal)
