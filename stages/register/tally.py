"""Entries counted by the database: one pass, one row for each kind of entry that there is.

What an entry is worth now – who holds it, its due date, its status – is the last hand-over, status
and correction beside it. Rows are never changed or deleted, so that a count of the rows tells
whether anything has happened since the last counting.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles

from stages.register.changes import ENDED
from stages.register.journal import REGISTERED
from stages.register.tables import CORRECTION, ENTRY, HANDOVER, STATUS


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Entries of one kind."""

    holder: str
    """Unit that has them by the last hand-over, else the person; or empty."""
    folder: str
    type_name: str
    month: str
    """Month of arrival in Vietnam, `2026-05`."""
    is_waiting: bool
    is_overdue: bool
    is_digitised: bool
    seconds: tuple[int, ...]
    """From arrival to entry, whole seconds, at least 0; one for each entry, in no order."""


class _Month(sa.sql.functions.FunctionElement[str]):
    """Vietnamese month of a stored time."""

    type = sa.Text()
    inherit_cache = True


class _Seconds(sa.sql.functions.FunctionElement[int]):
    """Whole seconds of a stored time since 1970."""

    type = sa.BigInteger()
    inherit_cache = True


def _stored(element: Any, compiler: Any, **wishes: Any) -> str:
    # Without fractions and zone (UTC) both databases read the same seconds out of it.
    return f"substr({compiler.process(element.clauses, **wishes)}, 1, 19)"


@compiles(_Month, "sqlite")
def _month_sqlite(element: Any, compiler: Any, **wishes: Any) -> str:
    return f"strftime('%Y-%m', {_stored(element, compiler, **wishes)}, '+7 hours')"


@compiles(_Month, "postgresql")
def _month_postgresql(element: Any, compiler: Any, **wishes: Any) -> str:
    time = f"CAST({_stored(element, compiler, **wishes)} AS timestamp)"
    return f"to_char({time} + interval '7 hours', 'YYYY-MM')"


@compiles(_Seconds, "sqlite")
def _seconds_sqlite(element: Any, compiler: Any, **wishes: Any) -> str:
    return f"unixepoch({_stored(element, compiler, **wishes)})"


@compiles(_Seconds, "postgresql")
def _seconds_postgresql(element: Any, compiler: Any, **wishes: Any) -> str:
    time = f"CAST({_stored(element, compiler, **wishes)} AS timestamp)"
    return f"CAST(extract(epoch FROM {time}) AS bigint)"


@dataclass(frozen=True, slots=True)
class _Now:
    """The entries of a condition with what counts of them now."""

    rows: sa.FromClause
    holder: sa.ColumnElement[str]
    type_name: sa.ColumnElement[str]
    due_date: sa.ColumnElement[str]
    is_waiting: sa.ColumnElement[bool]


def _last(table: sa.Table, *which: tuple[str, str]) -> tuple[sa.FromClause, sa.ColumnElement[bool]]:
    """Return the last row of a table beside each entry, and the condition that joins it.

    Asked for entry by entry through the index on (key, id): joining a set of last rows instead took
    20 s for a month of a book of 100,000 in SQLite, which knows no sizes until somebody analyzes.
    """
    newer, row = table.alias(), table.alias()
    mine = [newer.c.key == ENTRY.c.key, *(newer.c[name] == value for name, value in which)]
    newest = sa.select(sa.func.max(newer.c.id)).where(*mine).correlate(ENTRY).scalar_subquery()
    return row, row.c.id == newest


def _now() -> _Now:
    (status, is_status), (handover, is_handover) = _last(STATUS), _last(HANDOVER)
    (type_, is_type), (due, is_due) = (
        _last(CORRECTION, ("field", name)) for name in ("type_name", "due_date")
    )
    rows: sa.FromClause = ENTRY
    for beside, joins in (
        (status, is_status), (handover, is_handover), (type_, is_type), (due, is_due),
    ):  # fmt: skip
        rows = rows.join(beside, joins, isouter=True)
    handed = sa.func.nullif(handover.c.unit, ""), handover.c.receiver
    return _Now(
        rows=rows,
        holder=sa.func.coalesce(*handed, ""),
        type_name=sa.func.coalesce(type_.c.after, ENTRY.c.type_name),
        due_date=sa.func.coalesce(
            sa.func.nullif(handover.c.due_date, ""), due.c.after, ENTRY.c.due_date
        ),
        is_waiting=sa.func.coalesce(status.c.code, REGISTERED).not_in(sorted(ENDED)),
    )


def tallies(
    connection: sa.Connection, arrived: sa.ColumnElement[bool], today: dt.date
) -> list[Tally]:
    """Return the entries of a condition, counted.

    Args:
        connection: one snapshot.
        arrived: condition on ENTRY.
        today: Vietnamese day; what was due before it and waits is overdue.
    """
    now = _now()
    kinds = (
        now.holder,
        ENTRY.c.folder,
        now.type_name,
        _Month(ENTRY.c.arrival_at),
        now.is_waiting,
        sa.and_(now.is_waiting, _is_before(now.due_date, today)),
        ENTRY.c.document_id != "",
    )
    taken = _Seconds(ENTRY.c.entered_at) - _Seconds(ENTRY.c.arrival_at)
    named = [kind.label(f"kind_{at}") for at, kind in enumerate(kinds)]
    seconds = sa.func.aggregate_strings(sa.cast(taken, sa.Text), ",")
    wanted = sa.select(*named, seconds).select_from(now.rows).where(arrived)
    found = connection.execute(wanted.group_by(*(sa.text(str(n + 1)) for n in range(len(kinds)))))
    return [
        Tally(
            holder=row[0],
            folder=row[1],
            type_name=row[2],
            month=row[3],
            is_waiting=bool(row[4]),
            is_overdue=bool(row[5]),
            is_digitised=bool(row[6]),
            seconds=tuple(max(0, int(one)) for one in row[7].split(",")),
        )
        for row in found
    ]


def due(
    arrived: sa.ColumnElement[bool], since: dt.date | None, before: dt.date, limit: int
) -> sa.Select[Any]:
    """Return a select of the entries that wait and are due from a day to before another."""
    now = _now()
    not_sooner = [] if since is None else [now.due_date >= since.isoformat()]
    return (
        sa.select(ENTRY)
        .select_from(now.rows)
        .where(arrived, now.is_waiting, _is_before(now.due_date, before), *not_sooner)
        .order_by(now.due_date, ENTRY.c.book, ENTRY.c.year, ENTRY.c.arrival_number)
        .limit(limit)
    )


@dataclass(frozen=True, slots=True)
class Series:
    """One series of arrival numbers."""

    book: str
    year: int
    newest: int
    """Its last number, which is how many entries it has: there are no gaps."""


# From one book and year of the primary key to the next: GROUP BY and DISTINCT read every entry,
# 25 ms of processor time at 100,000, several times a page.
_SERIES = sa.text("""
WITH RECURSIVE books (book) AS (
  SELECT min(book) FROM entry
  UNION ALL
  SELECT (SELECT min(entry.book) FROM entry WHERE entry.book > books.book)
  FROM books WHERE book IS NOT NULL
), series (book, year) AS (
  SELECT book, (SELECT min(year) FROM entry WHERE entry.book = books.book)
  FROM books WHERE book IS NOT NULL
  UNION ALL
  SELECT book, (
    SELECT min(entry.year) FROM entry WHERE entry.book = series.book AND entry.year > series.year
  ) FROM series WHERE year IS NOT NULL
)
SELECT book, year, (
  SELECT max(arrival_number) FROM entry
  WHERE entry.book = series.book AND entry.year = series.year
) FROM series WHERE year IS NOT NULL ORDER BY book, year
""")


def series(connection: sa.Connection) -> Sequence[Series]:
    """Return the series that have entries, by book and year."""
    return [Series(*row) for row in connection.execute(_SERIES)]


def version(connection: sa.Connection) -> Sequence[int]:
    """Return numbers that differ whenever an entry, status, hand-over or correction was added."""
    # SQLite has one writer, so ids appear in order and the last one tells; a PostgreSQL row of
    # a lower id may appear after one of a higher.
    is_in_order = connection.dialect.name == "sqlite"
    counts = [
        sa.select(
            sa.func.max(table.c.id) if is_in_order else sa.func.count(table.c.id)
        ).scalar_subquery()
        for table in (STATUS, HANDOVER, CORRECTION)
    ]
    entries = sum(one.newest for one in series(connection))
    return (entries, *connection.execute(sa.select(*counts)).one())


def _is_before(day: sa.ColumnElement[str], end: dt.date) -> sa.ColumnElement[bool]:
    return sa.and_(day != "", day < end.isoformat())
