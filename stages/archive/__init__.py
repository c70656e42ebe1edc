"""PDF/A from layers, invisible text and metadata."""

from stages.archive.stage import ArchiveStage, Options

__all__ = ["ArchiveStage", "Options"]
