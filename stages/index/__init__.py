"""Full text search behind one port."""

from stages.index.elastic import ElasticIndex
from stages.index.embedded import EmbeddedIndex
from stages.index.options import Options
from stages.index.stage import IndexStage

__all__ = ["ElasticIndex", "EmbeddedIndex", "IndexStage", "Options"]
