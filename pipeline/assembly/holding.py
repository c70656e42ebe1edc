"""Who has a document in hand: a person who is asked, or another process of sohoa."""

from __future__ import annotations

from pipeline.ledger.rows import JobRow
from pipeline.model.records import JobState

REVIEW = "review"
"""Stage at which a document waits for a person."""
HELD = "đang được xử lý / another process works on it"


def waits_for_person(job: JobRow) -> bool:
    """Return whether a person is asked for the document's doubtful fields."""
    return job.state is JobState.WAITING and job.stage == REVIEW
