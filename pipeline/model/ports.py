"""Ports: what the pipeline asks of the world, and the three steps of the page line.

Each port has one contract suite in tests/contract that every adapter passes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Protocol

from pipeline.model.prepared import PageText, PreparedPage
from pipeline.model.records import (
    Document,
    Inspection,
    Mark,
    PageEntry,
    PageLayers,
    Receipt,
    Registered,
    RegisterEntry,
    Word,
)
from pipeline.model.search import IndexEntry, SearchAnswer, SearchRequest


class Inspector(Protocol):
    """Opens what was received; runs in a worker process because files may be hostile."""

    def inspect(self, path: Path, document: Document, *, source_name: str) -> Inspection:
        """Say what a file is and which pages it has.

        Args:
            path: the received bytes (read only).
            document: its identity and media type.
            source_name: name under which it was dropped, to remark a wrong extension.

        Raises:
            DocumentError: DOC-EMPTY, DOC-NO-PAGES, DOC-TRUNCATED, DOC-DAMAGED, DOC-FORMAT,
                DOC-ENCRYPTED, DOC-TOO-LARGE, DOC-BOMB, DOC-TIFF-CHAIN, DOC-IMAGE-CORRUPT.
        """


class Preparer(Protocol):
    """Decodes, turns and straightens one page; runs in a worker process, one thread."""

    def prepare(self, path: Path, document: Document, entry: PageEntry) -> PreparedPage:
        """Return the page's picture.

        Raises:
            DocumentError: DOC-IMAGE-CORRUPT, DOC-TOO-LARGE, DOC-BOMB, DOC-DAMAGED; the page then
                stays unread and the document's other pages go on.
        """


class Reader(Protocol):
    """Reads words from a prepared page; one instance per worker process, warm, one thread."""

    @property
    def name(self) -> str:
        """`tesseract`, `pytesseract`, `line_reader`."""

    @property
    def version(self) -> str:
        """Version of engine and model, part of the idempotency key."""

    def read(self, page: PreparedPage) -> PageText:
        """Return the words in reading order.

        Raises:
            OperatorError: SYS-TOOL-MISSING when the engine or its model is absent.
        """


class MarkFinder(Protocol):
    """Finds stamps of secrecy and urgency in the picture; runs in a worker process, one thread."""

    def find(self, page: PreparedPage, words: tuple[Word, ...]) -> tuple[Mark, ...]:
        """Return the marks of a page, boxes in points; doubt counts as a mark."""


class LayerMaker(Protocol):
    """Compresses a prepared page for the PDF; one thread."""

    def make(self, page: PreparedPage, text: PageText) -> PageLayers:
        """Return the page's image layers (the text helps to know where text is)."""


class Rebuild(Protocol):
    """A search index being made anew beside the live one, which is asked until the switch."""

    @property
    def cursor(self) -> str:
        """What was said with the last batch entered; empty at the start."""

    @property
    def started_at(self) -> dt.datetime:
        """When it was begun, also by a process that was cut short."""

    def put_many(self, entries: Iterable[IndexEntry], *, cursor: str) -> None:
        """Enter a batch; it and the cursor outlive this process.

        Raises:
            TransientError: PORT-DOWN, IO-BUSY.
        """

    def switch(self) -> None:
        """Let it be asked from now on, in one step, and drop the one before."""


class SearchIndex(Protocol):
    """Full text search; disposable: it can always be rebuilt from the store."""

    @property
    def name(self) -> str:
        """`embedded`, `elasticsearch`."""

    def put(self, entry: IndexEntry) -> Receipt:
        """Enter or replace a document; safe to repeat; durable on return.

        Raises:
            TransientError: PORT-DOWN.
        """

    def remove(self, document_id: str) -> None:
        """Forget a document; safe to repeat."""

    def put_many(self, entries: Iterable[IndexEntry]) -> Sequence[Receipt]:
        """Enter or replace several documents; after an error some of them may be entered.

        Raises:
            TransientError: PORT-DOWN.
        """

    def search(self, request: SearchRequest) -> SearchAnswer:
        """Return what answers a question; mistakes in it are told in the answer, never raised.

        Raises:
            TransientError: PORT-DOWN.
            OperatorError: SYS-INDEX-OLD.
        """

    def rebuild(self, *, afresh: bool = False) -> Rebuild:
        """Begin an empty index beside the live one, or go on with the one begun before.

        Args:
            afresh: throw away what was begun before.
        """

    def count(self) -> int:
        """Return the number of documents held."""

    def ping(self) -> str:
        """Return one line on health; raises TransientError when down."""


class Register(Protocol):
    """The register of incoming documents (NĐ 30/2020, Đ22 and PL VI)."""

    @property
    def name(self) -> str:
        """Name of the adapter, e.g. `embedded`."""

    def find(self, key: str) -> Registered | None:
        """Return the entry made under this idempotency key, if any."""

    def enter(self, entry: RegisterEntry, *, key: str) -> Registered:
        """Enter a document with the next arrival number of its book and year.

        The same key again gives the same entry. One series a book and year, no gaps, no doubles.

        Raises:
            TransientError: PORT-DOWN, IO-BUSY.
        """

    def ping(self) -> str:
        """Return one line on health; raises TransientError when down."""
