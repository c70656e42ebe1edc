"""A page line whose engines do what the page's number tells them to; importable by workers."""

from __future__ import annotations

import os
import time
from pathlib import Path

import numpy as np

from pipeline.engine.page_line import PageLine
from pipeline.model.errors import DocumentError, OperatorError
from pipeline.model.prepared import PageText, PreparedPage
from pipeline.model.records import (
    Document,
    Inspection,
    Mark,
    PageEntry,
    PageLayers,
    Quality,
    Route,
    Verdict,
    Word,
)

CORRUPT, CRASH, STALL, FLAKY, NO_ENGINE, SLOW = 901, 902, 903, 904, 905, 906


class FakeEngines:
    """Inspector, preparer, reader, mark finder and layer maker in one."""

    name = "fake"
    version = "1"

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def inspect(self, path: Path, document: Document, *, source_name: str) -> Inspection:
        """Say two pages, or die, or stall, by the file's name."""
        if "crash" in source_name:
            os.kill(os.getpid(), 9)
        if "stall" in source_name:
            time.sleep(60)
        if "empty" in source_name:
            raise DocumentError("DOC-EMPTY")
        return Inspection(route=Route.SCAN, pages=(PageEntry(number=1), PageEntry(number=2)))

    def prepare(self, path: Path, document: Document, entry: PageEntry) -> PreparedPage:
        """Behave as the page's number says."""
        if entry.number == CORRUPT:
            raise DocumentError("DOC-IMAGE-CORRUPT", page=entry.number)
        if entry.number == CRASH:
            os.kill(os.getpid(), 9)
        if entry.number == STALL:
            time.sleep(60)
        if entry.number == NO_ENGINE:
            raise OperatorError("SYS-TOOL-MISSING")
        if entry.number == FLAKY and not (self.folder / "tried").exists():
            (self.folder / "tried").touch()
            os.kill(os.getpid(), 9)
        if entry.number >= SLOW:
            time.sleep(0.05)
        gray = np.full((4, 4), 255, np.uint8)
        return PreparedPage(
            number=entry.number,
            width_mm=10,
            height_mm=10,
            dpi=10,
            colour=None,
            gray=gray,
            reading=gray,
            is_bitonal=False,
            red_ink=None,
            blue_ink=None,
            skew_deg=0,
            rotation_deg=0,
            is_blank=False,
            quality=Quality(verdict=Verdict.GOOD),
        )

    def read(self, page: PreparedPage) -> PageText:
        """Read nothing."""
        return PageText(words=(), text_confidence=0.0, reader="fake")

    def find(self, page: PreparedPage, words: tuple[Word, ...]) -> tuple[Mark, ...]:
        """Find nothing."""
        return ()

    def make(self, page: PreparedPage, text: PageText) -> PageLayers:
        """Make no image."""
        return PageLayers(number=page.number, width_mm=10, height_mm=10, profile="archival")


def make_line(argument: object) -> PageLine:
    """Build the fake page line in a worker."""
    engines = FakeEngines(Path(str(argument)))
    return PageLine(
        inspector=engines, preparer=engines, reader=engines, marks=engines, layers=engines
    )
