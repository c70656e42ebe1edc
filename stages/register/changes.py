"""What people do to an entry after it was made: correct it, hand it over, sign for it, end it.

Every deed is a new row with who and when; the row before it stays. What cannot be done is an
InputError and leaves nothing behind.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa

from pipeline.model.errors import InputError
from stages.register.entries import NUMBERS, lookalike, storable, stored
from stages.register.journal import JournalRow
from stages.register.tables import CORRECTION, HANDOVER, HANDOVER_RECEIPT, STATUS

CORRECTABLE = (
    "type_name",
    "code_number",
    "code_notation",
    "issued_date",
    "organ_name",
    "subject",
    "page_amount",
    "signer_position",
    "signer_name",
    "priority",
    "to_places",
    "description",
    "organ_id",
    "file_catalog",
    "file_notation",
    "doc_ordinal",
    "language",
    "due_date",
)
"""Fields that a person may correct; book, number, day of arrival and document stay for ever."""

STATUSES: Mapping[str, str] = MappingProxyType(
    {
        "01": "Đã đến",
        "02": "Từ chối tiếp nhận",
        "03": "Đã tiếp nhận",
        "04": "Phân công xử lý",
        "05": "Đang xử lý",
        "06": "Hoàn thành",
    }
)
"""Statuses of the exchange standard (QCVN 102:2016, status message)."""

STATUS_MOVES: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "01": frozenset({"02", "03"}),
        "02": frozenset(),
        "03": frozenset({"02", "04", "05", "06"}),
        "04": frozenset({"04", "05", "06"}),
        "05": frozenset({"04", "05", "06"}),
        "06": frozenset({"04", "05"}),
    }
)
"""What may follow each status; work that was ended may be taken up again."""

ENDED = frozenset({"02", "06"})
"""Statuses in which nothing waits."""
_ASSIGNED = "04"

TEXT_CHARS_MAX = 4000
NAME_CHARS_MAX = 200
_DATES = frozenset({"issued_date", "due_date"})
_NUMBER_MAX = 99_999


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionRow:
    """One value that a person changed."""

    id: int
    field: str
    before: str
    after: str
    person: str
    reason: str
    at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoverRow:
    """One hand-over of the paper."""

    id: int
    unit: str
    receiver: str
    handed_on: str
    """ISO 8601."""
    due_date: str
    """ISO 8601, or empty."""
    note: str
    person: str
    """Who handed it over."""
    at: dt.datetime
    received_by: str
    """Who signed for it, or empty."""
    received_at: dt.datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusRow:
    """One step of the work on the paper."""

    code: str
    note: str
    person: str
    at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryHistory:
    """All that happened to an entry, oldest first."""

    corrections: tuple[CorrectionRow, ...]
    handovers: tuple[HandoverRow, ...]
    statuses: tuple[StatusRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Handover:
    """What a clerk says of a hand-over."""

    unit: str = ""
    receiver: str = ""
    """A person; unit or person must be given."""
    handed_on: str = ""
    """ISO 8601."""
    due_date: str = ""
    """ISO 8601, or empty."""
    note: str = ""


def correct(
    connection: sa.Connection,
    row: JournalRow,
    values: Mapping[str, str],
    *,
    person: str,
    reason: str,
    at: dt.datetime,
) -> int:
    """Write corrections of one entry; return how many fields changed.

    Raises:
        InputError: INPUT-REGISTER-VALUE names field and fault.
    """
    person = named(person, "person")
    reason = text(reason, "reason")
    changes = {}
    for name, value in values.items():
        if name not in CORRECTABLE:
            raise InputError("INPUT-REGISTER-VALUE", detail=f"{name}: no such field")
        after = _value(name, value)
        if after != str(getattr(row.entry, name)):
            changes[name] = after
    corrected = _with(row, changes)
    for name, after in changes.items():
        connection.execute(
            CORRECTION.insert().values(
                key=row.key,
                field=name,
                before=str(getattr(row.entry, name)),
                after=after,
                person=person,
                reason=reason,
                at=stored(at),
                lookalike=corrected,
            )
        )
    return len(changes)


def _with(row: JournalRow, changes: Mapping[str, str]) -> str | None:
    typed: dict[str, Any] = {
        name: int(value) if name in NUMBERS else value for name, value in changes.items()
    }
    return lookalike(replace(row.entry, **typed))


def hand_over(
    connection: sa.Connection, row: JournalRow, said: Handover, *, person: str, at: dt.datetime
) -> None:
    """Write a hand-over and the status that follows from it.

    Raises:
        InputError: INPUT-REGISTER-VALUE, INPUT-REGISTER-STATUS.
    """
    unit, receiver = name(said.unit, "unit"), name(said.receiver, "receiver")
    if not unit and not receiver:
        raise InputError("INPUT-REGISTER-VALUE", detail="unit, receiver: one must be given")
    handed_on, due_date = day(said.handed_on, "handed_on"), day(said.due_date, "due_date")
    if not handed_on:
        raise InputError("INPUT-REGISTER-VALUE", detail="handed_on: must be given")
    if handed_on < row.arrival_date.isoformat():
        raise InputError("INPUT-REGISTER-VALUE", detail="handed_on: before the day of arrival")
    if due_date and due_date < handed_on:
        raise InputError("INPUT-REGISTER-VALUE", detail="due_date: before the hand-over")
    set_status(connection, row, _ASSIGNED, person=person, note="", at=at)
    connection.execute(
        HANDOVER.insert().values(
            key=row.key,
            unit=unit,
            receiver=receiver,
            handed_on=handed_on,
            due_date=due_date,
            note=text(said.note, "note"),
            person=named(person, "person"),
            at=stored(at),
        )
    )


def receive(
    connection: sa.Connection, row: JournalRow, handover_id: int, *, by: str, at: dt.datetime
) -> None:
    """Note who signed for a hand-over.

    Raises:
        InputError: INPUT-REGISTER-VALUE, INPUT-REGISTER-RECEIVED.
    """
    by = named(by, "received_by")
    mine = sa.select(HANDOVER.c.id).where(HANDOVER.c.id == handover_id, HANDOVER.c.key == row.key)
    if connection.execute(mine).scalar() is None:
        raise InputError("INPUT-REGISTER-VALUE", detail="handover: none of this entry")
    signed = sa.select(HANDOVER_RECEIPT).where(HANDOVER_RECEIPT.c.handover_id == handover_id)
    if connection.execute(signed).one_or_none() is not None:
        raise InputError("INPUT-REGISTER-RECEIVED")
    connection.execute(
        HANDOVER_RECEIPT.insert().values(handover_id=handover_id, received_by=by, at=stored(at))
    )


def set_status(
    connection: sa.Connection,
    row: JournalRow,
    code: str,
    *,
    person: str,
    note: str,
    at: dt.datetime,
) -> None:
    """Write the next status.

    Raises:
        InputError: INPUT-REGISTER-STATUS when it may not follow, INPUT-REGISTER-VALUE.
    """
    if code not in STATUS_MOVES[row.status]:
        raise InputError("INPUT-REGISTER-STATUS", detail=f"{row.status} → {code[:10]}")
    connection.execute(
        STATUS.insert().values(
            key=row.key,
            code=code,
            note=text(note, "note"),
            person=named(person, "person"),
            at=stored(at),
        )
    )


def history(connection: sa.Connection, key: str) -> EntryHistory:
    """Return all that happened to an entry."""

    def rows(question: sa.Select[Any], table: sa.Table) -> list[dict[str, Any]]:
        found = connection.execute(question.where(table.c.key == key).order_by(table.c.id))
        return [{**row._mapping, "at": _time(row.at)} for row in found]

    received_at = HANDOVER_RECEIPT.c.at.label("received_at")
    handed = sa.select(HANDOVER, HANDOVER_RECEIPT.c.received_by, received_at)
    return EntryHistory(
        corrections=tuple(
            CorrectionRow(**_only(one, CorrectionRow))
            for one in rows(sa.select(CORRECTION), CORRECTION)
        ),
        handovers=tuple(
            HandoverRow(
                **_only(one, HandoverRow)
                | {
                    "received_by": one["received_by"] or "",
                    "received_at": _time(one["received_at"]) if one["received_at"] else None,
                }
            )
            for one in rows(handed.join(HANDOVER_RECEIPT, isouter=True), HANDOVER)
        ),
        statuses=tuple(
            StatusRow(**_only(one, StatusRow)) for one in rows(sa.select(STATUS), STATUS)
        ),
    )


def _only(row: Mapping[str, Any], kind: type[Any]) -> dict[str, Any]:
    return {name: row[name] for name in kind.__slots__ if name in row}


def _time(text_: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text_)


def _value(name_: str, given: str) -> str:
    if name_ in _DATES:
        return day(given, name_)
    if name_ in NUMBERS:
        return number(given, name_)
    return text(given, name_)


def text(given: str, what: str) -> str:
    """Return text as it may be kept, without edges of blanks."""
    value = storable(given).strip()
    if len(value) > TEXT_CHARS_MAX:
        raise InputError("INPUT-REGISTER-VALUE", detail=f"{what}: over {TEXT_CHARS_MAX} letters")
    return value


def name(given: str, what: str) -> str:
    """Return a name on one line, which may be empty."""
    value = " ".join(text(given, what).split())
    if len(value) > NAME_CHARS_MAX:
        raise InputError("INPUT-REGISTER-VALUE", detail=f"{what}: over {NAME_CHARS_MAX} letters")
    return value


def named(given: str, what: str) -> str:
    """Return a name that is not empty."""
    value = name(given, what)
    if not value:
        raise InputError("INPUT-REGISTER-VALUE", detail=f"{what}: must be given")
    return value


def day(given: str, what: str) -> str:
    """Return an ISO date, or nothing for nothing."""
    value = given.strip()
    try:
        return dt.date.fromisoformat(value).isoformat() if value else ""
    except ValueError as error:
        raise InputError("INPUT-REGISTER-VALUE", detail=f"{what}: no date") from error


def number(given: str, what: str) -> str:
    """Return a whole number from 0 as it is written."""
    value = given.strip().lstrip("0") or "0"
    if not (value.isascii() and value.isdecimal() and int(value[:9]) <= _NUMBER_MAX):
        raise InputError(
            "INPUT-REGISTER-VALUE", detail=f"{what}: no number from 0 to {_NUMBER_MAX}"
        )
    return value
