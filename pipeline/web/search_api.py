"""What the page asks of the house when people search: views that cross the protocol `Desk`."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.model.records import Box, JobState
from pipeline.model.search import FacetValue, Hit, SearchAnswer


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One answer of a search, with the job to open."""

    hit: Hit
    job_id: str | None
    state: JobState = JobState.DONE


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """What a question brought, as the page shows it."""

    answer: SearchAnswer
    """Its hits stand in `found` with their jobs."""
    found: tuple[Found, ...] = ()
    states: tuple[FacetValue, ...] = ()
    """How many hits are in each state of a job."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageMarks:
    """Where the words of a question stand on a page."""

    page: int
    """From 1."""
    pages: int
    """Pages of the document."""
    width_pt: float
    """Size of the straightened page in points; boxes are in it, origin top left."""
    height_pt: float
    boxes: tuple[Box, ...]
    pages_met: tuple[int, ...]
    """Numbers of the pages that hold words of the question."""
