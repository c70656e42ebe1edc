"""Working hours of a batch: `20:00-06:00` in Vietnamese time, or always."""

from __future__ import annotations

import datetime as dt
import re

from pipeline.ledger.batch_rows import BatchRow
from pipeline.packaging.records import VIETNAM

_HOURS = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)")


def is_hours(text: str) -> bool:
    """Return whether a text names hours."""
    return not text or _HOURS.fullmatch(text) is not None


def is_working(hours: str, now: dt.datetime) -> bool:
    """Return whether a batch of these hours works now; hours may run over midnight."""
    found = _HOURS.fullmatch(hours)
    if found is None:
        return True
    first, last = dt.time(int(found[1]), int(found[2])), dt.time(int(found[3]), int(found[4]))
    at = now.astimezone(VIETNAM).time()
    if first <= last:
        return first <= at < last
    return at >= first or at < last


def works_now(row: BatchRow, now: dt.datetime, only: str | None) -> bool:
    """Return whether a batch is worked on now.

    Args:
        row: the batch.
        now: the aware time.
        only: name of the one batch that is worked on, or None for all.
    """
    if row.is_paused or (only is not None and row.name != only):
        return False
    return is_working(row.options.get("hours", ""), now)
