"""Rows of batches: what is told of a batch, of a folder that grows into it and of its papers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from pipeline.model.records import JobState
from pipeline.model.stacks import Part

BATCH_FOLDER = "batch"
"""`folder` of every job that came by a batch; no watched folder may have this name."""
OPEN_STATES = (JobState.RECEIVED.value, JobState.RUNNING.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchRow:
    """One batch."""

    name: str
    is_paused: bool
    options: Mapping[str, str]
    """As given when it was made: profile, agency, creator, fonds, transfer, hours …"""
    created_at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRow:
    """A folder that still grows."""

    batch: str
    path: str
    levels: str
    """Names of the folder levels, joined by commas, or empty."""
    is_stacks: bool = False
    """Each file or folder in it holds many documents."""
    piles: str = ""
    """Of stacks: see `StackRow.piles`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemDraft:
    """One paper to be added."""

    path: str
    """Absolute."""
    place: str = ""
    """Key of the dossier, empty for a loose paper."""
    ordinal: int = 0
    """Place in the dossier where it is known, else 0: in order of adding."""
    dossier: Mapping[str, str] = field(default_factory=dict)
    document: Mapping[str, str] = field(default_factory=dict)
    is_listed: bool = False
    """A list says it: it replaces what was known. What folders tell never does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemRow:
    """One paper of a batch, with its job."""

    id: int
    batch: str
    path: str
    place: str
    ordinal: int
    dossier: Mapping[str, str]
    document: Mapping[str, str]
    state: str
    """`new`, `entered`, `doubled` (the same bytes came before) or `refused`."""
    document_id: str | None
    code: str | None
    """Why it was refused, or why its job waits or failed."""
    detail: str
    job_state: str | None
    page_count: int
    stack_digest: str | None = None
    """Of a paper cut out of a stack: sha-256 of the stack's bytes."""
    part: Part | None = None
    """Which pages of that stack it is."""
    file: str | None = None
    """Name of its file below the folder of parts, else the paper lies at `path`."""

    @property
    def is_done(self) -> bool:
        """Whether it is a finished document."""
        return self.state == "entered" and self.job_state == JobState.DONE.value
