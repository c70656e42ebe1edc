"""`sohoa review`: doubtful fields one by one in a terminal, one key each where all is well.

Enter takes what was read, `.2` the second reading, anything else typed is the right value, `-`
leaves the document, `q` ends. A document goes on by itself when its last field is settled.
"""

from __future__ import annotations

import argparse
import getpass
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from pipeline.assembly.answer import state_of
from pipeline.assembly.confirming import Confirming
from pipeline.assembly.holding import HELD, waits_for_person
from pipeline.assembly.house import House
from pipeline.engine.page_pool import PagePool
from pipeline.ledger.rows import JobRow
from pipeline.model.records import Field, FieldSource, JobState
from pipeline.web.present import iso_date
from pipeline.web.words import word

Add = Callable[[Any, str, str, Callable[[argparse.Namespace], int]], Any]
_GOOD, _BAD = 0, 1
_LEAVE, _QUIT = "-", "q"
_READINGS = 3
"""Readings shown of a field, the first one included."""


class _LeftError(Exception):
    """The person leaves this document for later."""


def add_parsers(commands_of: Any, add: Add) -> None:
    """Add `review`."""
    parser = add(
        commands_of,
        "review",
        "settle the doubtful fields of documents that wait for a person: Enter accepts, .2 takes "
        "the second reading, typing corrects, - leaves the document, q ends",
        review,
    )
    parser.add_argument(
        "id", metavar="ID", nargs="?", default="", help="one document only: its id or first letters"
    )
    parser.add_argument("--list", action="store_true", help="list what waits and ask nothing")
    parser.add_argument("--json", action="store_true", help="with --list: one JSON object a line")
    parser.add_argument("--person", metavar="NAME", help="who confirms (default: who is signed in)")
    parser.add_argument(
        "--snippets", type=Path, metavar="DIR", help="put a picture of each asked field there"
    )


def review(options: argparse.Namespace) -> int:
    """`sohoa review [ID]`: ask, confirm, let go on; exit 1 when something still waits."""
    with House.open(options.data, config=options.config) as house:
        waiting = _waiting(house, options.id)
        if options.list:
            for job in waiting:
                _print_waiting(house, job, as_json=options.json)
            return _GOOD
        if not waiting:
            print("không có gì chờ duyệt / nothing waits for a person", file=sys.stderr)
            return _GOOD
        person = options.person or getpass.getuser()
        with house.page_pool() as pool:
            left = [
                job for job in waiting if not _settled(house, pool, job, person, options.snippets)
            ]
    return _BAD if left else _GOOD


def _waiting(house: House, start: str) -> list[JobRow]:
    jobs = house.history.jobs(limit=1_000_000, state=JobState.WAITING)
    return [job for job in reversed(jobs) if waits_for_person(job) and job.id.startswith(start)]


def _asked(house: House, job: JobRow) -> list[Field]:
    """Return the doubtful fields; one that was not found is an empty one."""
    fields = house.history.fields(job.id)
    return [fields.get(name) or _absent(name) for name in house.asked(job)]


def _absent(name: str) -> Field:
    return Field(name=name, value="", confidence=0.0, source=FieldSource.PRINTED)


def _print_waiting(house: House, job: JobRow, *, as_json: bool) -> None:
    asked = _asked(house, job)
    if not as_json:
        names = ", ".join(_label(item) for item in asked)
        print(f"{job.id[:12]}  {job.source_name!r}: {names or job.code}")
        return
    fields = {
        item.name: {
            "value": item.value,
            "confidence": item.confidence,
            "readings": list(_readings(item)),
            "page": item.page,
        }
        for item in asked
    }
    line = {"document_id": job.id, "source_name": job.source_name, "fields": fields}
    print(json.dumps(line, ensure_ascii=False))


def _settled(house: House, pool: PagePool, job: JobRow, person: str, snippets: Path | None) -> bool:
    """Ask for one document's fields and let it go on; returns whether it did."""
    confirming = house.confirming()
    print(f"\n{job.id[:12]}  {job.source_name!r}")
    try:
        values = {
            item.name: _answer(item, _snippet(confirming, job, item, snippets))
            for item in _asked(house, job)
        }
    except _LeftError:
        return False
    now = house.history.job(job.id)
    if now is None or not waits_for_person(now):
        print(f"{HELD}; chưa ghi gì / nothing was noted")
        return False
    confirming.confirm(job.id, values, person=person)
    after = house.runner(pool).run(job.id)
    if after is None:
        print(f"{HELD}; đã ghi, văn bản tự đi tiếp / noted, it goes on by itself")
        return False
    print(f"→ {state_of(after)}")
    return after.state is JobState.DONE


def _snippet(confirming: Confirming, job: JobRow, item: Field, folder: Path | None) -> str:
    """Write the picture of a field's place; returns where it lies, empty where it has none."""
    picture = confirming.snippet(job.id, item) if folder is not None else None
    if folder is None or picture is None:
        return ""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{job.id[:12]}-{item.name}.png"
    path.write_bytes(picture)
    return str(path)


def _answer(item: Field, picture: str) -> str:
    """Ask until the answer can be right."""
    readings = _readings(item)
    print(f"  {_label(item)} ({round(100 * item.confidence)} %) {picture}".rstrip())
    for ordinal, reading in enumerate(readings, start=1):
        print(f"    .{ordinal}  {reading}")
    while True:
        try:
            typed = " ".join(input("  > ").split())
        except EOFError:
            raise _LeftError from None
        if typed == _QUIT:
            raise KeyboardInterrupt
        if typed == _LEAVE:
            raise _LeftError
        value = _value(typed, item, readings)
        if value is not None:
            return value
        print("    ngày viết 31/05/2026 / a date is 31/05/2026")


def _value(typed: str, item: Field, readings: Sequence[str]) -> str | None:
    if not typed:
        return item.value
    # A digit alone may be a number's right value: a reading is chosen with a dot before its place.
    if typed in {f".{place}" for place in range(1, len(readings) + 1)}:
        return readings[int(typed[1:]) - 1]
    return iso_date(typed) if item.name == "issued_date" else typed


def _readings(item: Field) -> tuple[str, ...]:
    """Return the best readings, the chosen one first."""
    unique = dict.fromkeys(value for value in (item.value, *item.alternatives) if value)
    return tuple(unique)[:_READINGS]


def _label(item: Field) -> str:
    return word(f"field.{item.name}", "vi")
