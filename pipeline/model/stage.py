"""What a step of the document line is.

A stage is a small frozen class. It knows the model and nothing else of the pipeline: what it needs
comes in through `Work`, what it made goes out through a `StageResult`, and failure is an error of
`pipeline.model.errors`. Stages run in a thread of the main process, several documents at once: they
hold no state but warm, thread-safe engines. A stage may be run again for the same document after a
crash and must then come to the same result (`Effect.PURE`) or ask the outside world first
(`Effect.OUTSIDE`: intent, `find(key)`, call, receipt – the stage's adapter holds `find`).
"""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from pipeline.model.records import (
    Document,
    Field,
    Inspection,
    Page,
    Receipt,
    Registered,
    Remark,
)


class Effect(enum.Enum):
    """Whether a stage touches the world outside its own files."""

    PURE = "pure"
    OUTSIDE = "outside"


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """All that a stage may look at."""

    document: Document
    source_name: str
    """Name of the dropped file or folder (may hold any character); for people only."""
    folder: str
    """Name of the watched folder, or `run`."""
    received_at: dt.datetime
    now: dt.datetime
    inspection: Inspection
    pages: tuple[Page, ...]
    fields: Mapping[str, Field]
    """By name; empty before `extract`."""
    artifacts: Mapping[str, Path]
    """Kind → readable file. `original` is always there."""
    scratch: Path
    """Empty folder of this attempt, removed afterwards."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """The stage did its work."""

    artifacts: Mapping[str, Path | bytes] = field(default_factory=dict)
    """Kind → a file in scratch, or bytes; the runner makes them durable."""
    fields: tuple[Field, ...] = ()
    remarks: tuple[Remark, ...] = ()
    receipt: Receipt | None = None
    registered: Registered | None = None
    """Set by `register` alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """Nothing to do, and why."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A person must act before the job can go on."""

    remark: Remark


@dataclass(frozen=True, slots=True, kw_only=True)
class Secret:
    """A state secret: the runner quarantines the document and forgets its text."""

    page: int
    """Page that bears the mark, from 1. The mark's grade is not told on purpose."""


StageResult = Done | Skipped | Waiting | Secret


class Stage(Protocol):
    """A step of the document line."""

    @property
    def name(self) -> str:
        """Name of the stage's package."""

    @property
    def revision(self) -> int:
        """Raised whenever the same input may give another result."""

    @property
    def options_digest(self) -> str:
        """Short digest of the options and tool versions that shape the result."""

    @property
    def needs(self) -> frozenset[str]:
        """Kinds of artifact that must exist before."""

    @property
    def makes(self) -> frozenset[str]:
        """Kinds of artifact that exist afterwards (unless skipped)."""

    @property
    def effect(self) -> Effect:
        """Whether the outside world is touched."""

    def run(self, work: Work) -> StageResult:
        """Do the step for one document.

        Raises:
            DocumentError, TransientError, OperatorError, ContractError: see `errors`.
        """
