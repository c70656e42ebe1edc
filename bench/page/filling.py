"""A data folder of many documents, written straight into its tables: the page's bench asks it.

One letter goes through the whole job first; every other document has its files and the rows that
its life left, so that a page of any document is as heavy as a real one.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bench.generator.samples import write_samples
from bench.inline_runs import run_inline
from bench.register import fill
from bench.search.collection import letters
from pipeline.access.door import Door
from pipeline.access.records import ACCOUNT_ROLES, Role
from pipeline.access.tables import AUDIT
from pipeline.assembly.house import House
from pipeline.ledger.rows import stamp
from pipeline.ledger.tables import (
    ARRIVALS,
    ARTIFACTS,
    ATTEMPTS,
    DOCUMENTS,
    EVENTS,
    FIELDS,
    JOBS,
    RECEIPTS,
)
from pipeline.model.records import JobState

FOLDERS = ("den", "noi-vu", "tai-chinh", "dat-dai")
CONFIG = "".join(f'[folders.{name}]\nunits = ["Phòng {name}"]\n' for name in FOLDERS[1:])
PASSWORD = "mật khẩu của phép đo"  # noqa: S105 - of accounts made for the bench alone
_BATCH = 2000
_NOW = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)
# Of a hundred documents: what an office that is at work has lying about.
_ENDS = (
    [("done", None)] * 92
    + [("waiting", "REVIEW-DOUBTFUL")] * 3
    + [("rejected", "DOC-TRUNCATED")] * 2
    + [("halted", "BUG-STAGE"), ("quarantined", "GUARD-SECRET"), ("received", None)]
)


def document_id(number: int) -> str:
    """Return the id of a document of the index's letters."""
    return hashlib.sha256(f"letter-{number}".encode()).hexdigest()


def fill_house(data: Path, config: Path, documents: int) -> None:
    """Make everything; a folder that was made before is left as it is."""
    done = data / "filled"
    if done.is_file() and done.read_text() == str(documents):
        return
    data.mkdir(parents=True, exist_ok=True)
    with House.open(data, config=config, environment={}) as house:
        model = _one_letter(house, data)
        _fill_ledger(house, model, documents)
        print("ledger", flush=True)
        fill(house.register, documents, document_of=document_id)
        print("register", flush=True)
        batch = []
        for item in letters(documents):
            batch.append(item.entry)
            if len(batch) == _BATCH:
                house.index.put_many(batch)
                batch = []
        house.index.put_many(batch)
        print("index", flush=True)
        with house.ledger.engine.begin() as connection:
            connection.exec_driver_sql("ANALYZE")
    with Door.open(data) as door:
        _fill_door(door, documents)
    done.write_text(str(documents))


def _one_letter(house: House, data: Path) -> str:
    write_samples(data / "samples", workers=1)
    scan = data / "samples" / "scans" / "04-thong-bao-lech.pdf"
    return str(run_inline(house, [scan])[0]["document_id"])


def _fill_ledger(house: House, model: str, documents: int) -> None:
    engine = house.ledger.engine
    with engine.connect() as connection:
        rows = {
            table.name: [
                dict(row._mapping)
                for row in connection.execute(sa.select(table).where(table.c.document_id == model))
            ]
            for table in (FIELDS, ARTIFACTS, ATTEMPTS, EVENTS, RECEIPTS)
        }
    for row in (*rows["attempts"], *rows["events"]):
        row.pop("id")
    for start in range(1, documents, _BATCH):  # the letter itself is the first
        numbers = range(start, min(documents, start + _BATCH))
        with engine.begin() as connection:
            for table, many in _batch(numbers, rows):
                connection.execute(table.insert(), many)


def _batch(
    numbers: range, rows: Mapping[str, list[dict[str, Any]]]
) -> Iterator[tuple[sa.Table, list[dict[str, Any]]]]:
    ids = {number: document_id(number) for number in numbers}
    yield (
        DOCUMENTS,
        [{"id": one, "media_type": "application/pdf", "size_bytes": 1} for one in ids.values()],
    )
    yield JOBS, [_job(number, one) for number, one in ids.items()]
    yield ARRIVALS, [
        {
            "at": _at(number), "folder": FOLDERS[number % 4], "source_name": f"scan {number}.pdf",
            "arrival_id": str(number), "document_id": one, "outcome": "new",
        }
        for number, one in ids.items()
    ]  # fmt: skip
    named = {"subject": "Về việc số {} của kế hoạch số hóa tài liệu lưu trữ", "code": "{}/UBND-VP"}
    for table in (FIELDS, ARTIFACTS, ATTEMPTS, EVENTS, RECEIPTS):
        many = []
        for number, one in ids.items():
            if table is RECEIPTS and _ENDS[number % 100][0] != "done":
                continue  # neither indexed nor registered
            for row in rows[table.name]:
                made = {**row, "document_id": one}
                if table is FIELDS and row["name"] in named:
                    record = json.loads(row["record"])
                    record["value"] = named[row["name"]].format(number)
                    made["record"] = json.dumps(record, ensure_ascii=False)
                many.append(made)
        yield table, many


def _job(number: int, one: str) -> dict[str, Any]:
    state, code = _ENDS[number % 100]
    is_done = state == JobState.DONE.value
    return {
        "document_id": one,
        "folder": FOLDERS[number % 4],
        "source_name": f"scan {number}.pdf",
        "received_at": _at(number),
        "updated_at": _at(number),
        "state": state,
        "stage": "review" if state == "waiting" else "register",
        "code": code,
        "detail": "",
        "page_count": 3,
        "delivered_path": f"/xong/{number}.pdf" if is_done else None,
        "book": "den" if is_done else None,
        "year": 2026 if is_done else None,
        "arrival_number": number + 1 if is_done else None,
    }


def _at(number: int) -> str:
    return stamp(_NOW - dt.timedelta(minutes=number))


def _fill_door(door: Door, documents: int) -> None:
    values = {"password": PASSWORD, "full_name": "Phép đo"}
    door.accounts.add("chung", roles=ACCOUNT_ROLES, units=None, **values)
    door.accounts.add("don.vi", roles=[Role.CLERK], units=["Phòng 3", "Phòng noi-vu"], **values)
    lines = [
        {
            "at": _at(number), "account": "chung" if number % 3 else "don.vi",
            "action": ("document.view", "document.page", "search")[number % 3],
            "document_id": document_id(number), "address": "127.0.0.1", "status": 200,
            "facts": "{}",
        }
        for number in range(documents, 0, -1)
    ]  # fmt: skip
    with door.engine.begin() as connection:
        connection.execute(AUDIT.insert(), lines)
        connection.exec_driver_sql("ANALYZE")
