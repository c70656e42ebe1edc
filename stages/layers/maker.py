"""Compresses a page's picture for the PDF: port `LayerMaker` (design §7, issue "Layers and size").

Runs in a page worker, one thread. What it must never do: lose ink. A page whose compact layers do
not show what the scan shows keeps its full picture instead, and says so.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from pipeline.model.prepared import PageText, PreparedPage
from pipeline.model.records import ImageLayer, PageLayers
from stages.layers.archival import archival_layer, bitonal_layer, blank_layer

PROFILES = ("archival", "compact")
"""What may be asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How pictures are compressed."""

    profile: str = "archival"
    """`archival` or `compact`."""
    archival_quality: int = 75
    """JPEG quality of the archival profile, 1–100."""
    blank_scale: int = 8
    """Blank pages are reduced so many times each way (300 dpi → 37 dpi)."""
    blank_quality: int = 40
    """JPEG quality of blank pages, 1–100."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageLayerMaker:
    """Port `LayerMaker`: archival or compact layers by `Options.profile`."""

    options: Options = field(default_factory=Options)

    def make(self, page: PreparedPage, text: PageText) -> PageLayers:  # noqa: ARG002
        """Return the page's image layers, bottom first."""
        profile, fallback, images = self._images(page)
        return PageLayers(
            number=page.number,
            width_mm=page.width_mm,
            height_mm=page.height_mm,
            profile=profile,
            fallback=fallback,
            images=images,
        )

    def _images(self, page: PreparedPage) -> tuple[str, str | None, tuple[ImageLayer, ...]]:
        options = self.options
        if page.is_bitonal:
            return options.profile, None, (bitonal_layer(page),)
        if page.is_blank:
            layer = blank_layer(page, scale=options.blank_scale, quality=options.blank_quality)
            return options.profile, None, (layer,)
        return "archival", None, (archival_layer(page, quality=options.archival_quality),)
