"""Rows of acceptance: checks, lots, units, verdicts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckRow:
    """What the last machine checks of a batch came to."""

    at: dt.datetime
    documents: int
    pages: int
    counts: Mapping[str, int]
    """Findings by code."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LotDraft:
    """A sample to be entered."""

    round: int
    """1: everything; 2: a sample."""
    unit: str
    """`document` or `page`."""
    seed: str
    """The sample follows from it and the documents; empty in round 1."""
    level: str
    """Inspection level; empty in round 1, as are AQL, severity and letter."""
    aql: str
    severity: str
    letter: str
    lot_size: int
    sample_size: int
    accept_max: int
    """Most bad units with which the lot is accepted (Ac)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """How a lot ended."""

    verdict: str
    """`accepted` or `rejected`."""
    bad: int
    person: str
    at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LotRow:
    """One round of acceptance."""

    id: int
    batch: str
    draft: LotDraft
    person: str
    at: dt.datetime
    closing: Closing | None
    """None while it is open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitRow:
    """One unit of a lot with the verdict that counts."""

    lot: int
    ordinal: int
    """From 1."""
    item: int
    document_id: str
    page: int
    """From 1; 0 for the whole document."""
    path: str
    place: str
    faults: tuple[str, ...] | None
    """None while nobody has looked; empty: good."""
    person: str
    at: dt.datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictRow:
    """One verdict of a unit's history."""

    faults: tuple[str, ...]
    person: str
    at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LotTally:
    """How far a lot is."""

    judged: int
    bad: int
    faults: Mapping[str, int]
    """Fault → units that have it."""
