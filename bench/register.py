"""How fast the register is: `python -m bench.register [--entries 100000] [--postgresql]`.

Prints writers' speed (50 threads at once) and, over a book of that many entries, the time of what
the page asks: the first rows, one entry, the warning of a double, a year's statistics, the whole
book as XLSX. PostgreSQL is started as the tests start it.
"""

from __future__ import annotations

import argparse
import contextlib
import datetime as dt
import statistics as stats
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from pipeline.model.records import RegisterEntry
from stages.register import BookKeeper, EmbeddedRegister, Place, PostgresRegister
from stages.register.entries import FIELDS, lookalike, stored
from stages.register.spreadsheet import register_xlsx
from stages.register.statistics import bounds, statistics
from stages.register.tables import ENTRY, HANDOVER, STATUS
from tests.servers import postgres

_START = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
_BATCH = 2000


def _document(number: int) -> str:
    return f"{number:064x}"


def _entry(number: int, document_of: Callable[[int], str] = _document) -> RegisterEntry:
    types = ("Quyết định", "Công văn", "Tờ trình", "Thông báo", "Kế hoạch")
    return RegisterEntry(
        book="den",
        type_name=types[number % 5],
        code_number=str(number),
        code_notation="UBND-VP",
        issued_date="2026-01-01",
        organ_name=f"Cơ quan {number % 300}",
        subject=f"Về việc số {number} của kế hoạch số hóa tài liệu lưu trữ giai đoạn 2026–2030",
        page_amount=3,
        signer_position="CHỦ TỊCH",
        signer_name="Nguyễn Văn An",
        priority="",
        to_places="Phòng Tổng hợp",
        description="",
        document_id=document_of(number),
        arrival_at=_START + dt.timedelta(minutes=5 * number),
        folder=f"den-{number % 4}",
    )


def _row(number: int, document_of: Callable[[int], str]) -> dict[str, object]:
    entry = _entry(number, document_of)
    at = entry.arrival_at + dt.timedelta(hours=number % 9)
    return {name: getattr(entry, name) for name in FIELDS} | {
        "year": 2026,
        "arrival_number": number + 1,
        "key": f"f{number}",
        "arrival_at": stored(entry.arrival_at),
        "entered_at": stored(at),
        "lookalike": lookalike(entry),
    }


def _writers(register: BookKeeper, count: int = 500) -> float:
    """Return entries a second of 50 writers at once; each is durable before it is told."""
    started = time.perf_counter()
    with ThreadPoolExecutor(50) as pool:
        made = pool.map(
            lambda n: register.enter(_entry(n), key=f"w{n}").arrival_number, range(count)
        )
        numbers = sorted(made)
    seconds = time.perf_counter() - started
    if numbers != list(range(1, count + 1)):
        raise SystemExit(f"gap or double: {numbers}")
    return count / seconds


def fill(
    register: BookKeeper, entries: int, *, document_of: Callable[[int], str] = _document
) -> None:
    """Fill the book `den` of 2026 up to so many entries, with hand-overs and statuses."""
    done = done_before = len(register.rows("den", 2026, limit=-1))
    while done < entries:
        batch = range(done, min(entries, done + _BATCH))
        with register._database.write() as connection:
            connection.execute(ENTRY.insert(), [_row(number, document_of) for number in batch])
        done += len(batch)
    # Nine of ten papers were handed over, four of five of these are done: as in an office.
    by = {"note": "", "person": "An", "at": stored(_START)}
    handed = [number for number in range(done_before, entries) if number % 10]
    ended = [number for number in handed if number % 5]
    with register._database.write() as connection:
        said = {"receiver": "", "handed_on": "2026-01-02", **by}
        rows = [
            {"unit": f"Phòng {n % 7}", "due_date": f"2026-{1 + n % 12:02}-15", "key": f"f{n}"}
            for n in handed
        ]
        connection.execute(HANDOVER.insert(), [row | said for row in rows])
        for code, numbers in (("04", handed), ("06", ended)):
            rows = [{"key": f"f{number}", "code": code, **by} for number in numbers]
            connection.execute(STATUS.insert(), rows)


def _timed(name: str, ask: Callable[[int], object], times: int = 40) -> None:
    """Print what asking takes; the processor's time is what remains of it on an idle machine."""
    taken, cpu = [], time.process_time()
    for at in range(times):
        started = time.perf_counter()
        ask(at)
        taken.append(1000 * (time.perf_counter() - started))
    cpu_ms = 1000 * (time.process_time() - cpu) / times
    p95_ms = stats.quantiles(taken, n=20)[18] if times > 1 else taken[0]
    print(f"{name}: {p95_ms:.1f} ms{' p95' if times > 1 else ''}, processor {cpu_ms:.1f} ms")


def _measure(register: BookKeeper, entries: int) -> None:
    print(f"{register.ping()}")
    print(f"50 writers at once: {_writers(register):.0f} entries/s, 1..500 without gap or double")
    started = time.perf_counter()
    fill(register, entries)
    with register._database.write() as connection:
        connection.exec_driver_sql("ANALYZE")  # PostgreSQL does it by itself, a minute later
    print(f"filled to {entries} in {time.perf_counter() - started:.0f} s")
    asks: dict[str, Callable[[int], object]] = {
        "first 100 rows": lambda at: register.rows("den", 2026, limit=101, offset=at),
        "100 rows in the middle": lambda at: register.rows(
            "den", 2026, limit=101, offset=entries // 2 + at
        ),
        "one entry with its history": lambda at: register.history(
            Place(book="den", year=2026, arrival_number=1 + at * 7)
        ),
        "warning of a double": lambda at: register.similar(_entry(at * 11)),
    }
    for name, ask in asks.items():
        _timed(name, ask)
    _timed("statistics of a month", lambda at: _count(register, dt.date(2026, 3, 1 + at), 31), 5)
    _timed("statistics of the year", lambda _: _count(register, dt.date(2026, 1, 1), 364), 1)
    _timed("the same again", lambda _: _count(register, dt.date(2026, 1, 1), 364), 20)

    def spreadsheet(at: int) -> None:
        register_xlsx(register.rows("den", 2026, limit=10_000, offset=at), title="x")

    _timed("10,000 entries as XLSX", spreadsheet, 1)


def _count(register: BookKeeper, first: dt.date, days: int) -> None:
    last = first + dt.timedelta(days=days)
    start, end = bounds(first, last)
    statistics(
        register.sums(start, end, last),
        register.due(last, start=start, end=end, limit=200),
        first=first,
        last=last,
        today=last,
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=100_000)
    parser.add_argument("--postgresql", action="store_true")
    options = parser.parse_args()
    with contextlib.ExitStack() as stack:
        if options.postgresql:
            cluster = stack.enter_context(postgres.running(is_durable=True))
            register: BookKeeper = PostgresRegister(cluster.new_database())
        else:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            register = EmbeddedRegister(folder / "register.sqlite")
        stack.callback(register.close)
        _measure(register, options.entries)


if __name__ == "__main__":
    main()
