"""Rows counted in Python: what the database's counting must come to."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable

from stages.register.changes import ENDED
from stages.register.journal import JournalRow
from stages.register.tally import Tally


def whole_seconds(time: dt.datetime) -> int:
    """Return a time without its fraction."""
    return int(time.replace(microsecond=0).timestamp())


def is_late(row: JournalRow, today: dt.date) -> bool:
    """Return whether an entry waits past its due date."""
    return row.status not in ENDED and "" < row.due_date < today.isoformat()


def tallied(rows: Iterable[JournalRow], today: dt.date) -> list[Tally]:
    """Return rows by kind, times rising."""
    groups: dict[tuple[str, str, str, str, bool, bool, bool], list[int]] = defaultdict(list)
    for row in rows:
        kind = (
            row.unit or row.receiver,
            row.entry.folder,
            row.entry.type_name,
            f"{row.arrival_date:%Y-%m}",
            row.status not in ENDED,
            is_late(row, today),
            bool(row.entry.document_id),
        )
        taken = whole_seconds(row.entered_at) - whole_seconds(row.entry.arrival_at)
        groups[kind].append(max(0, taken))
    names = ("holder", "folder", "type_name", "month", "is_waiting", "is_overdue", "is_digitised")
    return [
        Tally(**dict(zip(names, kind, strict=True)), seconds=tuple(sorted(taken)))  # type: ignore[arg-type]
        for kind, taken in groups.items()
    ]
