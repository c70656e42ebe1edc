"""Compressed image layers of a page for the PDF."""

from stages.layers.check import CheckOptions
from stages.layers.compact import CompactOptions
from stages.layers.maker import Options, PageLayerMaker

__all__ = ["CheckOptions", "CompactOptions", "Options", "PageLayerMaker"]
