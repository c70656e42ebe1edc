"""Short cuts before an engine: a page's own text is taken as it is, a blank page has none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stages.read.words import page_text

if TYPE_CHECKING:
    from pipeline.model.ports import Reader
    from pipeline.model.prepared import PageText, PreparedPage


class TextLayerFirst:
    """A reader that asks its engine only where the page has no text of its own and is not blank."""

    def __init__(self, engine: Reader) -> None:
        self._engine = engine

    @property
    def name(self) -> str:
        """The engine's name."""
        return self._engine.name

    @property
    def version(self) -> str:
        """The engine's version."""
        return self._engine.version

    def read(self, page: PreparedPage) -> PageText:
        """Return the page's own words (`text_layer`), none for a blank page, or the engine's."""
        if page.text_layer is not None:
            return page_text(page.text_layer, "text_layer")
        if page.is_blank:
            return page_text((), "")
        return self._engine.read(page)
