"""`sohoa register …`: the register from the command line."""

from __future__ import annotations

import argparse
import dataclasses
import datetime as dt
import json
import os
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pipeline.assembly.house import House
from pipeline.model.errors import InputError
from pipeline.web.register_api import DUE_SOON_DAYS, EntryView, Spot
from stages.register.journal import VIETNAM, csv_bytes

_GOOD, _BAD = 0, 1
_PLACE = re.compile(r"(\d{1,9})/(\d{4})")

Add = Callable[[Any, str, str, Callable[[argparse.Namespace], int]], Any]
"""Adds a command with the options that all share; returns its parser."""


def add_parsers(commands_of: Any, add: Add) -> None:
    """Add `register` with its own commands."""
    parser = commands_of.add_parser(
        "register", help="look at, correct, export and count the register of incoming documents"
    )
    parts = parser.add_subparsers(metavar="PART", required=True)
    one = add(parts, "show", "show one entry with its history", show)
    _add_place(one)
    one.add_argument("--json", action="store_true", help="print one JSON object")
    one = add(parts, "correct", "correct one field of an entry; the value before is kept", correct)
    _add_place(one)
    one.add_argument("field", metavar="FIELD", help="e.g. subject, code_number, issued_date")
    one.add_argument("value", metavar="VALUE", help="the right value; dates as 2026-05-31")
    one.add_argument("--person", required=True, metavar="NAME", help="who corrects")
    one.add_argument("--reason", default="", metavar="TEXT", help="why")
    one = add(
        parts, "export", "write a book and year as .pdf (printed form), .xlsx or .csv", export
    )
    one.add_argument("file", type=Path, metavar="FILE", help="written anew; must not exist")
    one.add_argument("--book", default="den", metavar="NAME")
    one.add_argument("--year", type=int, default=_today().year, metavar="YEAR")
    one.add_argument("--from", dest="first", type=int, metavar="N", help="least number (.pdf)")
    one.add_argument("--to", dest="last", type=int, metavar="N", help="greatest number (.pdf)")
    one.add_argument("--sign", action="store_true", help="sign the printed form (.pdf)")
    one = add(parts, "reminders", "list what is overdue or due soon, and who has it", reminders)
    one.add_argument(
        "--days", type=int, default=DUE_SOON_DAYS, metavar="N", help="due within working days"
    )
    one.add_argument("--json", action="store_true", help="print one JSON object an entry")
    one = add(
        parts,
        "statistics",
        "count what arrived, was digitised, waits and is overdue, by unit, folder, type, month",
        statistics,
    )
    one.add_argument("--from", dest="first", type=_day, metavar="DAY", help="2026-01-01")
    one.add_argument("--to", dest="last", type=_day, metavar="DAY", help="2026-12-31")
    one.add_argument("--xlsx", type=Path, metavar="FILE", help="write an XLSX; must not exist")
    one.add_argument("--pdf", type=Path, metavar="FILE", help="write a PDF; must not exist")
    one.add_argument("--json", action="store_true", help="print one JSON object")


def _add_place(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("place", type=_place, metavar="NUMBER/YEAR", help="e.g. 12/2026")
    parser.add_argument("--book", default="den", metavar="NAME", help="its book (default den)")


def show(options: argparse.Namespace) -> int:
    """`sohoa register show 12/2026`: one entry with all that happened to it."""
    with House.open(options.data, config=options.config) as house:
        view = house.registry.entry(_spot(options))
    if options.json:
        print(json.dumps(dataclasses.asdict(view), ensure_ascii=False, default=str))
    else:
        for line in _lines(view):
            print(line)
    return _GOOD


def _lines(view: EntryView) -> list[str]:
    lines = [f"{view.spot.arrival_number}/{view.spot.year} ({view.spot.book})  {view.status}"]
    lines += [f"  {name}: {value}" for name, value in view.values.items() if value]
    lines += [
        f"  {one.at:%Y-%m-%d %H:%M} {one.person}: {one.field}: {one.before!r} → {one.after!r}"
        for one in view.changes
    ]
    lines += [
        f"  {one.handed_on} → {one.unit or one.receiver}; {one.due_date}; {one.received_by}"
        for one in view.handings
    ]
    return lines


def correct(options: argparse.Namespace) -> int:
    """`sohoa register correct 12/2026 subject "…" --person NAME`: the value before is kept."""
    spot = _spot(options)
    with House.open(options.data, config=options.config) as house:
        changed = house.registry.correct(
            spot,
            {options.field: options.value},
            person=options.person,
            reason=options.reason,
            seen=house.registry.entry(spot).seen,
        )
    print(f"{changed}")
    return _GOOD


def export(options: argparse.Namespace) -> int:
    """`sohoa register export FILE`: printed form, spreadsheet or CSV, by the file's ending."""
    book, year = options.book, options.year
    with House.open(options.data, config=options.config) as house:
        if book not in house.registry.titles:
            raise InputError("INPUT-REGISTER-BOOK", detail=book)
        match options.file.suffix.lower():
            case ".pdf":
                made = house.registry.register_pdf(
                    book, year, options.first, options.last, is_sealed=options.sign
                )
            case ".xlsx":
                made = house.registry.register_xlsx(book, year)
            case ".csv":
                made = csv_bytes(house.register.rows(book, year, limit=-1)[::-1])
            case other:
                raise InputError("INPUT-EXPORT-KIND", detail=other)
    return _write(options.file, made)


def reminders(options: argparse.Namespace) -> int:
    """`sohoa register reminders`: 1 when something is overdue, so that a timer can tell of it."""
    with House.open(options.data, config=options.config) as house:
        found = house.registry.reminders(options.days)
    for one in found:
        if options.json:
            print(json.dumps(dataclasses.asdict(one), ensure_ascii=False))
            continue
        word = "quá hạn / overdue" if one.is_overdue else "sắp đến hạn / due soon"
        print(f"{one.due_date}  {word}  {one.spot.arrival_number}/{one.spot.year} "
              f"({one.spot.book})  {one.holder or '–'}  {one.code}  {one.subject}")  # fmt: skip
    return _BAD if any(one.is_overdue for one in found) else _GOOD


def statistics(options: argparse.Namespace) -> int:
    """`sohoa register statistics`: this year so far, or a period."""
    today = _today()
    first = options.first or dt.date(today.year, 1, 1)
    last = options.last or today
    with House.open(options.data, config=options.config) as house:
        if options.xlsx is not None:
            return _write(options.xlsx, house.registry.statistics_xlsx(first, last))
        if options.pdf is not None:
            return _write(options.pdf, house.registry.statistics_pdf(first, last))
        found = house.registry.statistics(first, last)
    if options.json:
        print(json.dumps(dataclasses.asdict(found), ensure_ascii=False, default=str))
        return _GOOD
    for by, counts in {"": (found.total,), **found.groups}.items():
        for one in counts:
            print(
                f"{by:<8} {one.name:<40} đến {one.arrived}  số hóa {one.digitised}  "
                f"chưa xong {one.waiting}  quá hạn {one.overdue}"
            )
    return _GOOD


def _write(path: Path, content: bytes) -> int:
    try:
        with path.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise InputError("INPUT-EXPORT-FILE", detail=f"{path}: {error.strerror}") from error
    print(path, file=sys.stderr)
    return _GOOD


def _today() -> dt.date:
    return dt.datetime.now(VIETNAM).date()


def _spot(options: argparse.Namespace) -> Spot:
    number, year = options.place
    return Spot(book=options.book, year=year, arrival_number=number)


def _place(text: str) -> tuple[int, int]:
    found = _PLACE.fullmatch(text)
    if found is None:
        raise argparse.ArgumentTypeError("số đến/năm – arrival number/year, e.g. 12/2026")
    return int(found[1]), int(found[2])


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError("năm-tháng-ngày – e.g. 2026-05-31") from error
