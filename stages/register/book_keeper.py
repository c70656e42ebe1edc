"""The register of incoming documents over SQLite or PostgreSQL: adapters of the port `Register`.

One series of arrival numbers a book and calendar year in Vietnamese time (NĐ 30/2020, Đ22.2),
shared by all folders. The database itself refuses a gap, a double, a change and a deletion
(`tables`), and a writer takes the next number while it alone may, so it does not matter how many
threads, processes and machines write at once. A number is durable before it is told.

Values are kept whole; lengths of Phụ lục VI matter at export (`journal`, `lengths`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

import sqlalchemy as sa

from pipeline.model.errors import ContractError, InputError
from pipeline.model.records import Registered, RegisterEntry
from stages.register import changes, entries, tally
from stages.register.changes import EntryHistory, Handover
from stages.register.database import Database
from stages.register.journal import VIETNAM, JournalRow
from stages.register.statistics import Sums, summed
from stages.register.tables import CORRECTION, ENTRY, HANDOVER, STATUS
from stages.register.tally import Tally

_ANSWERS_MAX = 20
"""Counts and lists of periods that are kept."""
_Kept = TypeVar("_Kept")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where an entry stands in the register."""

    book: str
    year: int
    arrival_number: int


class BookKeeper:
    """The port `Register`, the lists that people read, and what people do to entries."""

    def __init__(
        self,
        database: Database,
        *,
        clock: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC),
    ) -> None:
        """Keep books in a database."""
        self._database = database
        self._clock = clock
        self._answers: dict[Hashable, tuple[Sequence[int], Sequence[Any]]] = {}

    @property
    def name(self) -> str:
        """`embedded` or `postgresql`."""
        return self._database.name

    def find(self, key: str) -> Registered | None:
        """Return the entry made under this idempotency key, if any."""
        with self._database.read() as connection:
            return entries.find(connection, key)

    def enter(self, entry: RegisterEntry, *, key: str) -> Registered:
        """Enter a document with the next arrival number of its book and year.

        Raises:
            TransientError: IO-BUSY, PORT-DOWN.
            OperatorError: SYS-DISK-FULL, SYS-PERMISSION.
            ContractError: BUG-STAGE when the time of arrival is not aware.
        """
        if entry.arrival_at.tzinfo is None:
            raise ContractError("BUG-STAGE", detail="register: arrival_at has no time zone")
        year = entry.arrival_at.astimezone(VIETNAM).year
        with self._database.write() as connection:
            self._database.lock_entry(connection, key)
            if known := entries.find(connection, key):
                return known
            self._database.lock_series(connection, entry.book, year)
            entries.insert(connection, entry, key=key, year=year, entered_at=self._clock())
            made = entries.find(connection, key)
        if made is None:
            raise ContractError("BUG-STAGE", detail="register: an entry is not there")
        return made

    def ping(self) -> str:
        """Return one line on health; raises TransientError when down."""
        with self._database.read() as connection:
            count = connection.execute(sa.select(sa.func.count()).select_from(ENTRY)).scalar()
        return f"{self.name}: {count} entries, {self._database.version()}"

    def similar(self, entry: RegisterEntry) -> Sequence[Registered]:
        """Return entries of other documents with the same code, issuer and date (PL VI).

        As they stand now: a corrected code warns, a code that was corrected away does not.
        """
        sought = entries.lookalike(entry)
        if sought is None:
            return []
        # A union of two indexed questions: with OR, PostgreSQL reads the whole table.
        once = sa.union(
            sa.select(ENTRY.c.key).where(ENTRY.c.lookalike == sought),
            sa.select(CORRECTION.c.key).where(CORRECTION.c.lookalike == sought),
        )
        wanted = (
            sa.select(ENTRY)
            .where(ENTRY.c.key.in_(once), ENTRY.c.document_id != entry.document_id)
            .order_by(ENTRY.c.year, ENTRY.c.book, ENTRY.c.arrival_number)
        )
        with self._database.read() as connection:
            keys = [
                row.key
                for row in entries.journal(connection, wanted)
                if entries.lookalike(row.entry) == sought
            ]
            found = [entries.find(connection, key) for key in keys]
        return [one for one in found if one is not None]

    def rows(
        self,
        book: str,
        year: int,
        *,
        limit: int = 100,
        offset: int = 0,
        first: int | None = None,
        last: int | None = None,
    ) -> Sequence[JournalRow]:
        """Return entries, the last arrival number first.

        Args:
            book: its name.
            year: of the series.
            limit: how many; -1 gives all.
            offset: how many of the newest are left out.
            first: least arrival number.
            last: greatest arrival number.
        """
        series = (ENTRY.c.book == book, ENTRY.c.year == year)
        wanted = sa.select(ENTRY).where(*series).order_by(ENTRY.c.arrival_number.desc())
        if first is not None:
            wanted = wanted.where(ENTRY.c.arrival_number >= first)
        with self._database.read() as connection:
            # Numbers have no gap, so a place in the list is a number: no row is read to skip it.
            newest = connection.execute(
                sa.select(sa.func.max(ENTRY.c.arrival_number)).where(*series)
            ).scalar()
            top = min(newest or 0, (newest or 0) if last is None else last) - offset
            wanted = wanted.where(ENTRY.c.arrival_number <= top)
            if limit >= 0:
                wanted = wanted.where(ENTRY.c.arrival_number > top - limit)
            return entries.journal(connection, wanted)

    def arrived(self, start: dt.datetime, end: dt.datetime) -> Sequence[JournalRow]:
        """Return entries of all books that arrived from `start` to before `end`, oldest first."""
        wanted = (
            sa.select(ENTRY)
            .where(_arrived(start, end))
            .order_by(ENTRY.c.arrival_at, ENTRY.c.book, ENTRY.c.arrival_number)
        )
        with self._database.read() as connection:
            return entries.journal(connection, wanted)

    def tallies(self, start: dt.datetime, end: dt.datetime, today: dt.date) -> Sequence[Tally]:
        """Return the entries that arrived from `start` to before `end`, counted by kind."""
        with self._database.read() as connection:
            return tally.tallies(connection, _arrived(start, end), today)

    def sums(self, start: dt.datetime, end: dt.datetime, today: dt.date) -> Sums:
        """Return the entries that arrived from `start` to before `end`, summed up.

        Asked again while nothing was added meanwhile, the answer is the one before.
        """
        arrived = _arrived(start, end)
        (found,) = self._kept(
            ("sums", start, end, today),
            lambda connection: [summed(tally.tallies(connection, arrived, today))],
        )
        return found

    def due(
        self,
        before: dt.date,
        *,
        since: dt.date | None = None,
        start: dt.datetime | None = None,
        end: dt.datetime | None = None,
        limit: int = 1000,
    ) -> Sequence[JournalRow]:
        """Return entries that wait for an answer that is due before a day, the longest first.

        Args:
            before: Vietnamese day; today gives what is overdue.
            since: Vietnamese day before which nothing is meant; None: however long ago.
            start: entries that arrived from then on; all when None.
            end: entries that arrived before then; all when None.
            limit: how many at most.
        """
        wanted = tally.due(_arrived(start, end), since, before, limit)
        return self._kept(
            ("due", since, start, end, before, limit),
            lambda connection: entries.journal(connection, wanted),
        )

    def _kept(
        self, asked: Hashable, answer: Callable[[sa.Connection], Sequence[_Kept]]
    ) -> Sequence[_Kept]:
        """Return the answer given before if nothing was added to the register since."""
        with self._database.read() as connection:
            version = tally.version(connection)
            known = self._answers.get(asked)
            if known is None or known[0] != version:
                known = (version, answer(connection))
        if len(self._answers) >= _ANSWERS_MAX:
            self._answers.clear()
        self._answers[asked] = known
        return known[1]

    def row(self, place: Place) -> JournalRow:
        """Return one entry.

        Raises:
            InputError: INPUT-REGISTER-ENTRY.
        """
        with self._database.read() as connection:
            return _row(connection, place)

    def history(self, place: Place) -> EntryHistory:
        """Return all that happened to an entry; raises INPUT-REGISTER-ENTRY."""
        with self._database.read() as connection:
            return changes.history(connection, _row(connection, place).key)

    def correct(
        self, place: Place, values: Mapping[str, str], *, person: str, reason: str, seen: int
    ) -> int:
        """Correct fields of an entry; return how many changed.

        Args:
            place: of the entry.
            values: field of `changes.CORRECTABLE` → value; dates are ISO 8601.
            person: who corrects.
            reason: why; may be empty.
            seen: `JournalRow.seen` of what the person looked at.

        Raises:
            InputError: INPUT-REGISTER-ENTRY, INPUT-REGISTER-VALUE, INPUT-REGISTER-STALE when
                somebody else has corrected the entry since.
        """
        with self._at(place) as (connection, row):
            if row.seen != seen:
                raise InputError("INPUT-REGISTER-STALE")
            at = self._clock()
            return changes.correct(connection, row, values, person=person, reason=reason, at=at)

    def hand_over(self, place: Place, said: Handover, *, person: str) -> None:
        """Note that a unit or person got the paper; the status becomes 04.

        Raises:
            InputError: INPUT-REGISTER-ENTRY, INPUT-REGISTER-VALUE, INPUT-REGISTER-STATUS.
        """
        with self._at(place) as (connection, row):
            changes.hand_over(connection, row, said, person=person, at=self._clock())

    def receive(self, place: Place, handover_id: int, *, by: str) -> None:
        """Note who signed for a hand-over.

        Raises:
            InputError: INPUT-REGISTER-ENTRY, INPUT-REGISTER-VALUE, INPUT-REGISTER-RECEIVED.
        """
        with self._at(place) as (connection, row):
            changes.receive(connection, row, handover_id, by=by, at=self._clock())

    def set_status(self, place: Place, code: str, *, person: str, note: str = "") -> None:
        """Note how far the work on a paper is.

        Raises:
            InputError: INPUT-REGISTER-ENTRY, INPUT-REGISTER-STATUS, INPUT-REGISTER-VALUE.
        """
        with self._at(place) as (connection, row):
            at = self._clock()
            changes.set_status(connection, row, code, person=person, note=note, at=at)

    def books(self) -> Sequence[str]:
        """Return the names of the books that have entries."""
        with self._database.read() as connection:
            return list(dict.fromkeys(one.book for one in tally.series(connection)))

    def years(self, book: str) -> Sequence[int]:
        """Return the years that have entries in a book, newest first."""
        with self._database.read() as connection:
            return [one.year for one in tally.series(connection) if one.book == book][::-1]

    def handed_units(self) -> Sequence[str]:
        """Return the units that anything was ever handed over to, as they were typed."""
        query = sa.select(HANDOVER.c.unit).where(HANDOVER.c.unit != "").distinct()
        return self._kept(
            ("handed units",), lambda connection: connection.execute(query).scalars().all()
        )

    def handed_to(self, units: Iterable[str]) -> frozenset[str]:
        """Return the documents that were ever handed over to units, named as they were typed."""
        named = tuple(sorted(units))
        query = (
            sa.select(ENTRY.c.document_id)
            .join(HANDOVER, HANDOVER.c.key == ENTRY.c.key)
            .where(HANDOVER.c.unit.in_(named))
        )
        (found,) = self._kept(
            ("handed to", named),
            lambda connection: (frozenset(connection.execute(query).scalars()),),
        )
        return found

    def steps_after(self, last: int, *, limit: int = 10_000) -> Sequence[tuple[int, str, str, str]]:
        """Return (number, document, status, note) of statuses that people set, oldest first.

        Args:
            last: number of the last one seen.
            limit: how many at most.
        """
        query = (
            sa.select(STATUS.c.id, ENTRY.c.document_id, STATUS.c.code, STATUS.c.note)
            .join(ENTRY, ENTRY.c.key == STATUS.c.key)
            .where(STATUS.c.id > last)
            .order_by(STATUS.c.id)
            .limit(limit)
        )
        with self._database.read() as connection:
            return [tuple(row) for row in connection.execute(query)]

    def close(self) -> None:
        """Give the connections back; a later call opens them again."""
        self._database.close()

    @contextmanager
    def _at(self, place: Place) -> Iterator[tuple[sa.Connection, JournalRow]]:
        """Lend an entry to write at; nobody else writes at it meanwhile."""
        with self._database.write() as connection:
            row = _row(connection, place)
            self._database.lock_entry(connection, row.key)
            yield connection, _row(connection, place)


def _arrived(start: dt.datetime | None, end: dt.datetime | None) -> sa.ColumnElement[bool]:
    """Return the condition that an entry arrived from `start` to before `end`."""
    parts: list[sa.ColumnElement[bool]] = [sa.true()]
    if start is not None:
        parts.append(ENTRY.c.arrival_at >= entries.stored(start))
    if end is not None:
        parts.append(ENTRY.c.arrival_at < entries.stored(end))
    return sa.and_(*parts)


def _row(connection: sa.Connection, place: Place) -> JournalRow:
    wanted = sa.select(ENTRY).where(
        ENTRY.c.book == place.book,
        ENTRY.c.year == place.year,
        ENTRY.c.arrival_number == place.arrival_number,
    )
    found = entries.journal(connection, wanted)
    if not found:
        raise InputError("INPUT-REGISTER-ENTRY", detail=f"{place.arrival_number}/{place.year}")
    return found[0]
