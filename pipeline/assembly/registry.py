"""The register's pages over the real register: port `pipeline.web.register_api.Registry`."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from pipeline.assembly.slow_answers import SlowAnswers
from pipeline.ledger.history import History
from pipeline.model.records import JobState
from pipeline.model.working_days import WorkingDays
from pipeline.web.api import RegisterRow
from pipeline.web.register_api import (
    DUE_SOON_DAYS,
    Change,
    CountView,
    DueView,
    EntryView,
    Handing,
    Spot,
    StatisticsView,
    Step,
)
from stages.register import BookKeeper, Handover, Place
from stages.register.changes import CORRECTABLE, ENDED, STATUS_MOVES
from stages.register.journal import VIETNAM, JournalRow
from stages.register.statistics import Statistics, bounds, statistics

_OVERDUE_SHOWN = 200
_OVERDUE_LISTED = 10_000
"""In XLSX and PDF; more than so many are no list that a person reads."""
_REMINDERS_MAX = 500
_UNREGISTERED = (JobState.RECEIVED, JobState.RUNNING, JobState.WAITING, JobState.HALTED)


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseRegistry:
    """What people see and do at the register; thread-safe because the register is."""

    register: BookKeeper
    history: History
    titles: Mapping[str, str]
    """Book → what it is called (`[register] books`)."""
    agency: str
    """Name on the cover of the printed register."""
    seal: Callable[[bytes], bytes]
    """Signs a PDF of ours with the agency's key."""
    working_days: WorkingDays = field(default_factory=WorkingDays)
    slow_counts: SlowAnswers[tuple[Statistics, list[DueView]]] = field(default_factory=SlowAnswers)

    def title(self, book: str) -> str:
        """Return what a book is called; one that is configured no more is called by its name."""
        return self.titles.get(book, book)

    def entry(self, spot: Spot) -> EntryView:
        """Return one entry with all that happened to it."""
        place = _place(spot)
        row = self.register.row(place)
        told = self.register.history(place)
        return EntryView(
            spot=spot,
            row=register_row(row),
            values={name: str(getattr(row.entry, name)) for name in CORRECTABLE},
            seen=row.seen,
            status=row.status,
            next_statuses=tuple(sorted(STATUS_MOVES[row.status])),
            due_date=row.due_date,
            is_overdue=row.status not in ENDED and self._is_over(row),
            changes=tuple(
                Change(
                    at=one.at,
                    person=one.person,
                    field=one.field,
                    before=one.before,
                    after=one.after,
                    reason=one.reason,
                )
                for one in told.corrections
            ),
            handings=tuple(
                Handing(
                    **{item.name: getattr(one, item.name) for item in dataclasses.fields(Handing)}
                )
                for one in told.handovers
            ),
            steps=tuple(
                Step(at=one.at, person=one.person, code=one.code, note=one.note)
                for one in told.statuses
            ),
        )

    def correct(
        self, spot: Spot, values: Mapping[str, str], *, person: str, reason: str, seen: int
    ) -> int:
        """Correct fields; return how many changed."""
        return self.register.correct(_place(spot), values, person=person, reason=reason, seen=seen)

    def hand_over(
        self,
        spot: Spot,
        *,
        unit: str,
        receiver: str,
        handed_on: str,
        due_date: str,
        note: str,
        person: str,
    ) -> None:
        """Note a hand-over."""
        said = Handover(
            unit=unit, receiver=receiver, handed_on=handed_on, due_date=due_date, note=note
        )
        self.register.hand_over(_place(spot), said, person=person)

    def receive(self, spot: Spot, handing: int, *, by: str) -> None:
        """Note who signed for a hand-over."""
        self.register.receive(_place(spot), handing, by=by)

    def set_status(self, spot: Spot, code: str, *, person: str, note: str) -> None:
        """Note how far the work is."""
        self.register.set_status(_place(spot), code, person=person, note=note)

    def statistics(self, first: dt.date, last: dt.date) -> StatisticsView:
        """Return what the Vietnamese days from `first` to `last` came to, a while ago at most."""
        dated = self.slow_counts.answer(
            (first, last, _today()),
            lambda: (
                self._count(first, last, overdue_max=_OVERDUE_SHOWN),
                self._due_soon(DUE_SOON_DAYS),
            ),
        )
        (found, due_soon), counts = dated.answer, self.history.counts()
        return StatisticsView(
            first=first,
            last=last,
            at=dated.at,
            total=_count_view(found.total),
            groups={by: tuple(map(_count_view, group)) for by, group in found.groups.items()},
            overdue=tuple(map(self._due_view, found.overdue)),
            due_soon=tuple(due_soon),
            unregistered={
                state.value: counts[state] for state in _UNREGISTERED if counts.get(state)
            },
        )

    def statistics_xlsx(self, first: dt.date, last: dt.date) -> bytes:
        """Return the same as XLSX."""
        from stages.register.spreadsheet import statistics_xlsx  # 0.2 s that few runs need

        return statistics_xlsx(self._count(first, last, overdue_max=_OVERDUE_LISTED))

    def register_xlsx(self, book: str, year: int) -> bytes:
        """Return a book and year as XLSX, in the order of the numbers."""
        from stages.register.spreadsheet import register_xlsx

        rows = self.register.rows(book, year, limit=-1)[::-1]
        return register_xlsx(rows, title=f"{self.title(book)} – {year}")

    def statistics_pdf(self, first: dt.date, last: dt.date) -> bytes:
        """Return the same as PDF."""
        from stages.register.printed_statistics import printed_statistics

        found = self._count(first, last, overdue_max=_OVERDUE_LISTED)
        return printed_statistics(found, agency=self.agency)

    def reminders(self, days: int) -> Sequence[DueView]:
        """Return what waits for an answer and is overdue or due within so many working days."""
        late = self.register.due(self._open_from(), limit=_REMINDERS_MAX)
        # Asked apart: many that are late would leave no room for those that are still in time.
        return [*map(self._due_view, late), *self._due_soon(days)]

    def _due_soon(self, days: int) -> list[DueView]:
        end = self.working_days.after(_today(), days) + dt.timedelta(days=1)
        rows = self.register.due(end, since=self._open_from(), limit=_REMINDERS_MAX)
        return list(map(self._due_view, rows))

    def _open_from(self) -> dt.date:
        return self.working_days.open_from(_today())

    def _is_over(self, row: JournalRow) -> bool:
        return bool(row.due_date) and row.due_date < self._open_from().isoformat()

    def _due_view(self, row: JournalRow) -> DueView:
        return DueView(
            spot=Spot(book=row.entry.book, year=row.year, arrival_number=row.arrival_number),
            holder=row.holder,
            due_date=row.due_date,
            is_overdue=self._is_over(row),
            code=row.code,
            subject=row.entry.subject,
        )

    def register_pdf(
        self,
        book: str,
        year: int,
        first: int | None,
        last: int | None,
        *,
        is_sealed: bool = False,
    ) -> bytes:
        """Return the printed form (Phụ lục IV) of a book and year, or of a part of it."""
        from stages.register.printed import Cover, printed_register  # 0.8 s that few runs need

        rows = self.register.rows(book, year, limit=-1, first=first, last=last)[::-1]
        cover = Cover(agency=self.agency, title=self.title(book), year=year)
        made = printed_register(rows, cover)
        return self.seal(made) if is_sealed else made

    def _count(self, first: dt.date, last: dt.date, *, overdue_max: int) -> Statistics:
        today, (start, end) = _today(), bounds(first, last)
        open_from = self._open_from()
        return statistics(
            self.register.sums(start, end, open_from),
            self.register.due(open_from, start=start, end=end, limit=overdue_max),
            first=first,
            last=last,
            today=today,
        )


def register_row(row: JournalRow) -> RegisterRow:
    """Return an entry as the list shows it."""
    return RegisterRow(
        arrival_date=row.arrival_date,
        arrival_number=row.arrival_number,
        organ_name=row.entry.organ_name,
        code=row.code,
        issued_date=row.entry.issued_date,
        type_name=row.entry.type_name,
        subject=row.entry.subject,
        to_places=row.to_whom,
        handed_over=row.handed_on,
        received_by=row.received_by,
        description=row.entry.description,
        job_id=row.entry.document_id,
    )


def _today() -> dt.date:
    return dt.datetime.now(VIETNAM).date()


def _place(spot: Spot) -> Place:
    return Place(book=spot.book, year=spot.year, arrival_number=spot.arrival_number)


def _count_view(count: object) -> CountView:
    return CountView(
        **{item.name: getattr(count, item.name) for item in dataclasses.fields(CountView)}
    )
