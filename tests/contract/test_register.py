"""What every adapter of the port `Register` promises; run over each adapter there is."""

from __future__ import annotations

import datetime as dt
import multiprocessing
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path

import pytest

from pipeline.model.errors import ContractError
from pipeline.model.ports import Register
from pipeline.model.records import RegisterEntry
from stages.register.embedded import EmbeddedRegister

ADAPTERS: dict[str, Callable[[Path], Register]] = {
    "embedded": lambda folder: EmbeddedRegister(folder / "register.sqlite")
}


@pytest.fixture(params=sorted(ADAPTERS))
def register(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Register]:
    """Give an empty register of each adapter."""
    made = ADAPTERS[request.param](tmp_path)
    yield made
    if isinstance(made, EmbeddedRegister):
        made.close()


def entry(
    document_id: str = "d1", *, book: str = "den", at: str = "2026-05-04T08:00+07:00"
) -> RegisterEntry:
    """Make an entry that arrived at a given time."""
    return RegisterEntry(
        book=book,
        type_name="Quyết định",
        code_number="12",
        code_notation="QĐ-UBND",
        issued_date="2026-05-01",
        organ_name="Ủy ban nhân dân tỉnh Hà Nam",
        subject="Về việc số hóa tài liệu",
        page_amount=3,
        signer_position="KT. CHỦ TỊCH",
        signer_name="Nguyễn Văn An",
        priority="",
        to_places="Sở Nội vụ",
        description="",
        document_id=document_id,
        arrival_at=dt.datetime.fromisoformat(at),
    )


def test_numbers_follow_each_other_from_one(register: Register) -> None:
    """The first entry of a book and year is number 1, the next number 2."""
    numbers = [register.enter(entry(f"d{n}"), key=f"k{n}").arrival_number for n in range(5)]
    assert numbers == [1, 2, 3, 4, 5]


def test_the_same_key_gives_the_same_entry(register: Register) -> None:
    """Asking twice registers once, and both answers are equal to the receipt."""
    first = register.enter(entry(), key="k")
    again = register.enter(entry(), key="k")
    assert first == again == register.find("k")
    assert first.receipt.port == "register"
    assert first.receipt.key == "k"
    assert first.receipt.at.tzinfo is not None
    assert register.enter(entry("d2"), key="k2").arrival_number == 2


def test_an_unknown_key_finds_nothing(register: Register) -> None:
    """What was not entered is not there."""
    assert register.find("never") is None


def test_books_and_years_have_their_own_series(register: Register) -> None:
    """Each book and calendar year starts at 1."""
    this = register.enter(entry("a"), key="1")
    other = register.enter(entry("b", book="mat"), key="2")
    later = register.enter(entry("c", at="2027-02-01T08:00+07:00"), key="3")
    assert [(r.book, r.year, r.arrival_number) for r in (this, other, later)] == [
        ("den", 2026, 1),
        ("mat", 2026, 1),
        ("den", 2027, 1),
    ]


def test_the_year_changes_at_midnight_in_vietnam(register: Register) -> None:
    """16:59:59 UTC is still the old year, 17:00 UTC the new one, wherever the clock stands."""
    old = register.enter(entry("a", at="2026-12-31T16:59:59.999999+00:00"), key="1")
    new = register.enter(entry("b", at="2026-12-31T17:00:00+00:00"), key="2")
    west = register.enter(entry("c", at="2026-12-31T12:00:00-05:00"), key="3")
    assert [(r.year, r.arrival_number) for r in (old, new, west)] == [
        (2026, 1),
        (2027, 1),
        (2027, 2),
    ]


def test_a_time_without_zone_is_refused(register: Register) -> None:
    """A naive time could fall into either year: a fault of ours."""
    with pytest.raises(ContractError):
        register.enter(entry(at="2026-05-04T08:00"), key="k")
    assert register.enter(entry(), key="k").arrival_number == 1


def test_an_entry_outlives_the_process(register: Register, tmp_path: Path) -> None:
    """Another opening of the same register goes on where this one ended."""
    first = register.enter(entry(), key="k")
    again = ADAPTERS[register.name](tmp_path)
    assert again.find("k") == first
    assert again.enter(entry("d2"), key="k2").arrival_number == 2
    assert register.name in again.ping()


def test_fifty_threads_leave_no_gap_and_no_double(register: Register) -> None:
    """50 writers at once, half of them with a key that another one has too."""
    keys = [f"k{n % 40}" for n in range(80)]
    with ThreadPoolExecutor(50) as pool:
        made = list(pool.map(lambda key: register.enter(entry(key), key=key), keys))
    assert {one.arrival_number for one in made} == set(range(1, 41))
    assert len({one.receipt for one in made}) == 40


def _enter_from_process(name: str, folder: str, worker: int) -> list[int]:
    register = ADAPTERS[name](Path(folder))
    with ThreadPoolExecutor(10) as pool:
        jobs = [
            pool.submit(register.enter, entry(f"{worker}-{n}"), key=f"{worker}-{n}")
            for n in range(20)
        ]
        return [job.result().arrival_number for job in jobs]


def test_writers_of_several_processes_leave_no_gap_and_no_double(tmp_path: Path) -> None:
    """Five processes with ten threads each, all opening the register anew."""
    context = multiprocessing.get_context("spawn")
    for name in sorted(ADAPTERS):
        with ProcessPoolExecutor(5, mp_context=context) as pool:
            jobs = [pool.submit(_enter_from_process, name, str(tmp_path), n) for n in range(5)]
            numbers = [number for job in jobs for number in job.result(timeout=90)]
        assert sorted(numbers) == list(range(1, 101))
