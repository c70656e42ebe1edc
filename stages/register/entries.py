"""Entries as rows of the database: writing one, finding one, and what it is worth now.

What an entry is worth now is the row as it was entered with its corrections laid over it; the row
itself never changes.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import json
import re
import unicodedata
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from pipeline.model.records import Receipt, Registered, RegisterEntry
from stages.register.journal import REGISTERED, JournalRow
from stages.register.tables import CORRECTION, ENTRY, HANDOVER, HANDOVER_RECEIPT, STATUS

FIELDS = tuple(f.name for f in dataclasses.fields(RegisterEntry) if f.name != "arrival_at")
NUMBERS = frozenset({"page_amount", "doc_ordinal"})
"""Fields that are whole numbers."""


def storable(text: str) -> str:
    """Return text that can be kept: no halves of surrogate pairs, no NUL (PostgreSQL, 8.3)."""
    return text.encode("utf-8", "replace").decode("utf-8").replace("\0", "\ufffd")


def stored(time: dt.datetime) -> str:
    """Return an aware time as it is kept."""
    return time.astimezone(dt.UTC).isoformat(timespec="microseconds")


def lookalike(entry: RegisterEntry) -> str | None:
    """Return what two registrations of one paper share; None when too little is known.

    Spaces, dashes, letter case and leading zeros do not matter.
    """
    number = _plain(entry.code_number).lstrip("0")
    parts = (number, _plain(entry.code_notation), _plain(entry.organ_name), entry.issued_date)
    return json.dumps(parts, ensure_ascii=False) if number and all(parts[1:]) else None


def _plain(text: str) -> str:
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFC", text).casefold())


def insert(
    connection: sa.Connection,
    entry: RegisterEntry,
    *,
    key: str,
    year: int,
    entered_at: dt.datetime,
) -> None:
    """Write an entry with the next number of its series; the caller holds the series."""
    series = (ENTRY.c.book == entry.book, ENTRY.c.year == year)
    last = connection.execute(sa.select(sa.func.max(ENTRY.c.arrival_number)).where(*series))
    values = {
        name: storable(value) if isinstance(value := getattr(entry, name), str) else value
        for name in FIELDS
    }
    connection.execute(
        ENTRY.insert().values(
            **values,
            year=year,
            arrival_number=(last.scalar() or 0) + 1,
            key=key,
            arrival_at=stored(entry.arrival_at),
            entered_at=stored(entered_at),
            lookalike=lookalike(entry),
        )
    )


def find(connection: sa.Connection, key: str) -> Registered | None:
    """Return the entry made under a key."""
    row = connection.execute(sa.select(ENTRY).where(ENTRY.c.key == key)).one_or_none()
    return None if row is None else registered(dict(row._mapping))


def registered(row: Mapping[str, Any]) -> Registered:
    """Return what the register told when it entered a row."""
    said = {name: row[name] for name in ("book", "year", "arrival_number", "document_id", "key")}
    answer = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return Registered(
        book=row["book"],
        year=row["year"],
        arrival_number=row["arrival_number"],
        receipt=Receipt(
            port="register",
            key=row["key"],
            external_id=f"{row['book']}/{row['year']}/{row['arrival_number']}",
            at=dt.datetime.fromisoformat(row["entered_at"]),
            answer_digest=hashlib.sha256(answer.encode()).hexdigest(),
        ),
    )


def journal(connection: sa.Connection, wanted: sa.Select[Any]) -> list[JournalRow]:
    """Return the entries of a question as they stand now, in its order.

    Args:
        connection: one snapshot, so that an entry and what belongs to it agree.
        wanted: a select of ENTRY.
    """
    rows = [dict(row._mapping) for row in connection.execute(wanted)]
    keys = wanted.with_only_columns(ENTRY.c.key).subquery()
    corrections = _grouped(connection, sa.select(CORRECTION), CORRECTION, keys)
    handovers = _grouped(
        connection,
        sa.select(HANDOVER, HANDOVER_RECEIPT.c.received_by).join(HANDOVER_RECEIPT, isouter=True),
        HANDOVER,
        keys,
    )
    statuses = _grouped(connection, sa.select(STATUS), STATUS, keys)
    return [
        _row(row, corrections[row["key"]], handovers[row["key"]], statuses[row["key"]])
        for row in rows
    ]


def _grouped(
    connection: sa.Connection, question: sa.Select[Any], table: sa.Table, keys: sa.Subquery
) -> Mapping[str, list[Mapping[str, Any]]]:
    """Return the rows that belong to the entries asked for, oldest first, by key."""
    grouped: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    mine = question.where(table.c.key.in_(sa.select(keys.c.key))).order_by(table.c.id)
    for row in connection.execute(mine):
        grouped[row.key].append(dict(row._mapping))
    return grouped


def _row(
    row: Mapping[str, Any],
    corrections: Sequence[Mapping[str, Any]],
    handovers: Sequence[Mapping[str, Any]],
    statuses: Sequence[Mapping[str, Any]],
) -> JournalRow:
    values = {name: row[name] for name in FIELDS}
    for one in corrections:
        values[one["field"]] = int(one["after"]) if one["field"] in NUMBERS else one["after"]
    last: Mapping[str, Any] = handovers[-1] if handovers else {}
    return JournalRow(
        year=row["year"],
        arrival_number=row["arrival_number"],
        key=row["key"],
        entry=RegisterEntry(**values, arrival_at=dt.datetime.fromisoformat(row["arrival_at"])),
        entered_at=dt.datetime.fromisoformat(row["entered_at"]),
        seen=corrections[-1]["id"] if corrections else 0,
        unit=last.get("unit", ""),
        receiver=last.get("receiver", ""),
        handed_on=last.get("handed_on", ""),
        received_by=last.get("received_by") or "",
        handover_due=last.get("due_date", ""),
        status=statuses[-1]["code"] if statuses else REGISTERED,
    )
