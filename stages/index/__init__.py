"""Full text search behind one port."""

from stages.index.embedded import EmbeddedIndex
from stages.index.stage import IndexStage

__all__ = ["EmbeddedIndex", "IndexStage"]
