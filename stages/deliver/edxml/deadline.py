"""When a document must have been sent: QĐ 28/2018/QĐ-TTg, Đ6.

The same day, at the latest in the morning of the next working day; an urgent one at once.
"""

from __future__ import annotations

import datetime as dt

from pipeline.model.working_days import WorkingDays
from stages.deliver.edxml.dialect import VIETNAM

_NOON = dt.time(12)


def deadline(finished_at: dt.datetime, days: WorkingDays) -> dt.datetime:
    """Return the latest time to send what was finished at a time: noon of the next working day."""
    day = days.after(finished_at.astimezone(VIETNAM).date())
    return dt.datetime.combine(day, _NOON, VIETNAM)


def is_late(finished_at: dt.datetime, days: WorkingDays, *, now: dt.datetime) -> bool:
    """Return whether the time to send is over."""
    return now > deadline(finished_at, days)
