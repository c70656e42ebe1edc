"""Compressed image layers of a page for the PDF."""

from stages.layers.maker import Options, PageLayerMaker

__all__ = ["Options", "PageLayerMaker"]
