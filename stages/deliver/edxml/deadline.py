"""When a document must have been sent: QĐ 28/2018/QĐ-TTg, Đ6.

The same day, at the latest in the morning of the next working day; an urgent one at once. Working
days are Monday to Friday; public holidays are not known here, so the alarm may come a day early.
"""

from __future__ import annotations

import datetime as dt

from stages.deliver.edxml.dialect import VIETNAM

_NOON = dt.time(12)
_FRIDAY = 4


def deadline(finished_at: dt.datetime) -> dt.datetime:
    """Return the latest time to send what was finished at a time: noon of the next working day."""
    day = finished_at.astimezone(VIETNAM).date() + dt.timedelta(days=1)
    while day.weekday() > _FRIDAY:
        day += dt.timedelta(days=1)
    return dt.datetime.combine(day, _NOON, VIETNAM)


def is_late(finished_at: dt.datetime, *, now: dt.datetime) -> bool:
    """Return whether the time to send is over."""
    return now > deadline(finished_at)
