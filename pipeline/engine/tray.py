"""Where people find what became of a paper: done, refused, waiting, quarantined."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from pipeline.ledger.rows import JobRow
from pipeline.model.errors import SohoaError
from pipeline.model.records import Field, Page, Registered, Remark


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """A document whose work has ended."""

    job: JobRow
    pdf: Path
    """The sealed PDF (or the derivative of evidence) in the store."""
    original: Path
    fields: Mapping[str, Field]
    pages: tuple[Page, ...]
    registered: Registered
    remarks: tuple[Remark, ...]


class Tray(Protocol):
    """Writes results and notes where people look; everything is durable on return and repeatable.

    Raises:
        OperatorError: SYS-DISK-FULL, SYS-PERMISSION, SYS-FOLDER-GONE.
    """

    def finish(self, finished: Finished) -> Path:
        """Put the result and its receipt into `xong/`; return the result's path."""

    def reject(self, job: JobRow, error: SohoaError, *, original: Path) -> None:
        """Put the untouched original and a note into `loi/`."""

    def wait(self, job: JobRow, remark: Remark) -> None:
        """Put a note into `cho-ra-soat/`."""

    def release(self, job: JobRow) -> None:
        """Take the waiting note away, because the document goes on."""

    def quarantine(self, job: JobRow) -> None:
        """Leave a note in `loi/` that names neither the file nor anything in it."""
