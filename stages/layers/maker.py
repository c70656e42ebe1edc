"""Compresses a page's picture for the PDF: port `LayerMaker` (design §7, issue "Layers and size").

Runs in a page worker, one thread. What it must never do: lose ink. A page whose compact layers do
not show what the scan shows is tried once more with its own tones, then keeps its full picture and
says so.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import cv2

from pipeline.model.prepared import PageText, PreparedPage
from pipeline.model.records import ImageLayer, PageLayers
from stages._halving import halved
from stages.layers.archival import archival_layer, bitonal_layer, blank_layer
from stages.layers.check import CheckOptions, compare
from stages.layers.compact import CompactOptions, compact_page, working_page
from stages.layers.compose import HALVINGS, compose
from stages.layers.jpeg import decode_jpeg
from stages.layers.reduce import as_bytes

if TYPE_CHECKING:
    from numpy import uint8
    from numpy.typing import NDArray

PROFILES = ("archival", "compact")
"""What may be asked for."""
FALLBACK = "LAYERS-FALLBACK"
_SIDE_MIN_PX = 64
"""Smaller pictures hold no letters to cut out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How pictures are compressed."""

    profile: str = "compact"
    """`archival` (one JPEG a page; bitonal lossless) or `compact` (mixed raster content)."""
    archival_quality: int = 75
    """JPEG quality of the archival profile, 1–100."""
    blank_halvings: int = 3
    """Blank pages are halved so often (300 dpi → 37 dpi)."""
    blank_quality: int = 40
    """JPEG quality of blank pages, 1–100."""
    compact_dpi_min: float = 150.0
    """Below, the full picture is kept where it is no larger: its letters are too coarse to cut."""
    toned_tiles_max: int = 24
    """A page that failed its check in no more tiles of 2.7 mm is tried with its text in its own
    tones: a pen lighter than the type. More is a photograph (3 × 4 cm: 160 tiles), whose seams such
    tones would hide from the check but not from the eye."""
    compact: CompactOptions = field(default_factory=CompactOptions)
    """How strongly the compact profile compresses."""
    check: CheckOptions = field(default_factory=CheckOptions)
    """What a compact page must show."""

    def __post_init__(self) -> None:
        """Refuse unknown profiles."""
        if self.profile not in PROFILES:
            raise ValueError(f"profile {self.profile!r} is none of {PROFILES}")


@dataclass(frozen=True, slots=True, kw_only=True)
class PageLayerMaker:
    """Port `LayerMaker`."""

    options: Options = field(default_factory=Options)

    def make(self, page: PreparedPage, text: PageText) -> PageLayers:  # noqa: ARG002
        """Return the page's image layers, bottom first."""
        images = self._small(page)
        is_large = min(page.gray.shape) >= _SIDE_MIN_PX
        if images is None and is_large and self.options.profile == "compact":
            images = self._compact(page)
        if images is not None:
            return _layers(page, self.options.profile, images)
        has_fallen_back = is_large and self.options.profile == "compact"
        fallback = FALLBACK if has_fallen_back else None
        archival = archival_layer(page, quality=self.options.archival_quality)
        return _layers(page, "archival", (archival,), fallback=fallback)

    def _small(self, page: PreparedPage) -> tuple[ImageLayer, ...] | None:
        """Return the layers of pages that need no art: two tones, or nothing on them."""
        if page.is_bitonal:
            return (bitonal_layer(page),)
        if page.is_blank:
            options = self.options
            layer = blank_layer(
                page, halvings=options.blank_halvings, quality=options.blank_quality
            )
            scan = _reduced(page)
            size = (scan.shape[1], scan.shape[0])
            seen = as_bytes(cv2.resize(decode_jpeg(layer.data), size))
            if compare(scan, seen, options.check).has_survived:
                return (layer,)
        return None

    def _compact(self, page: PreparedPage) -> tuple[ImageLayer, ...] | None:
        options = self.options
        work = working_page(page, options.compact.working_dpi)
        scan = _reduced(work)
        for is_toned in (False, True):
            compact = compact_page(work, options.compact, is_toned=is_toned)
            found = compare(scan, compose(compact), options.check)
            if found.has_survived:
                return self._smaller(page, compact.images)
            if found.colour_tiles + found.structure_tiles > options.toned_tiles_max:
                break
        return None

    def _smaller(
        self, page: PreparedPage, compact: tuple[ImageLayer, ...]
    ) -> tuple[ImageLayer, ...]:
        if page.dpi >= self.options.compact_dpi_min:
            return compact
        archival = (archival_layer(page, quality=self.options.archival_quality),)
        return min(compact, archival, key=_size_bytes)


def _reduced(page: PreparedPage) -> NDArray[uint8]:
    return halved(page.gray if page.colour is None else page.colour, HALVINGS)


def _size_bytes(images: tuple[ImageLayer, ...]) -> int:
    return sum(len(image.data) + len(image.mask or b"") for image in images)


def _layers(
    page: PreparedPage,
    profile: str,
    images: tuple[ImageLayer, ...],
    *,
    fallback: str | None = None,
) -> PageLayers:
    return PageLayers(
        number=page.number,
        width_mm=page.width_mm,
        height_mm=page.height_mm,
        profile=profile,
        fallback=fallback,
        images=images,
    )
