"""What every adapter of the port `Register` promises; run over each adapter there is."""

from __future__ import annotations

import dataclasses
import datetime as dt
import multiprocessing
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest
import sqlalchemy as sa

from pipeline.model.errors import ContractError, InputError, OperatorError
from pipeline.model.records import Registered, RegisterEntry
from stages.register import BookKeeper, EmbeddedRegister, Handover, Place, PostgresRegister
from stages.register.database import postgresql_engine, sqlite_engine
from stages.register.entries import lookalike
from stages.register.statistics import summed
from stages.register.tally import Tally
from tests.servers.postgres import Cluster
from tests.unit.register.counted import is_late, tallied

ADAPTERS = ("embedded", "postgresql")


@dataclass(frozen=True)
class Home:
    """Where a register lies, told in a way that another process understands."""

    adapter: str
    folder: str
    port: int = 0
    database: str = ""

    def open(self) -> BookKeeper:
        """Open the register anew."""
        if self.adapter == "embedded":
            return EmbeddedRegister(Path(self.folder) / "register.sqlite")
        cluster = Cluster(port=self.port, tools=Path(), folder=Path())
        return PostgresRegister(cluster.server(self.database))

    def engine(self) -> sa.Engine:
        """Return the naked database, as a hand with a database tool has it."""
        if self.adapter == "embedded":
            return sqlite_engine(Path(self.folder) / "register.sqlite")
        cluster = Cluster(port=self.port, tools=Path(), folder=Path())
        return postgresql_engine(cluster.server(self.database))


@pytest.fixture(params=ADAPTERS)
def home(request: pytest.FixtureRequest, tmp_path: Path) -> Home:
    """Give a place for an empty register of each adapter."""
    if request.param == "embedded":
        return Home("embedded", str(tmp_path))
    cluster: Cluster = request.getfixturevalue("cluster")
    database = cluster.new_database().database
    return Home("postgresql", str(tmp_path), port=cluster.port, database=database)


@pytest.fixture
def register(home: Home) -> Iterator[BookKeeper]:
    """Give an empty register of each adapter."""
    made = home.open()
    yield made
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


def test_numbers_follow_each_other_from_one(register: BookKeeper) -> None:
    """The first entry of a book and year is number 1, the next number 2."""
    numbers = [register.enter(entry(f"d{n}"), key=f"k{n}").arrival_number for n in range(5)]
    assert numbers == [1, 2, 3, 4, 5]


def test_the_same_key_gives_the_same_entry(register: BookKeeper) -> None:
    """Asking twice registers once, and both answers are equal to the receipt."""
    first = register.enter(entry(), key="k")
    again = register.enter(entry(), key="k")
    assert first == again == register.find("k")
    assert first.receipt.port == "register"
    assert first.receipt.key == "k"
    assert first.receipt.at.tzinfo is not None
    assert register.enter(entry("d2"), key="k2").arrival_number == 2


def test_an_unknown_key_finds_nothing(register: BookKeeper) -> None:
    """What was not entered is not there."""
    assert register.find("never") is None


def test_books_and_years_have_their_own_series(register: BookKeeper) -> None:
    """Each book and calendar year starts at 1."""
    this = register.enter(entry("a"), key="1")
    other = register.enter(entry("b", book="mat"), key="2")
    later = register.enter(entry("c", at="2027-02-01T08:00+07:00"), key="3")
    assert [(r.book, r.year, r.arrival_number) for r in (this, other, later)] == [
        ("den", 2026, 1),
        ("mat", 2026, 1),
        ("den", 2027, 1),
    ]


def test_the_year_changes_at_midnight_in_vietnam(register: BookKeeper) -> None:
    """16:59:59 UTC is still the old year, 17:00 UTC the new one, wherever the clock stands."""
    old = register.enter(entry("a", at="2026-12-31T16:59:59.999999+00:00"), key="1")
    new = register.enter(entry("b", at="2026-12-31T17:00:00+00:00"), key="2")
    west = register.enter(entry("c", at="2026-12-31T12:00:00-05:00"), key="3")
    assert [(r.year, r.arrival_number) for r in (old, new, west)] == [
        (2026, 1),
        (2027, 1),
        (2027, 2),
    ]


def test_a_time_without_zone_is_refused(register: BookKeeper) -> None:
    """A naive time could fall into either year: a fault of ours."""
    with pytest.raises(ContractError):
        register.enter(entry(at="2026-05-04T08:00"), key="k")
    assert register.enter(entry(), key="k").arrival_number == 1


def test_an_entry_outlives_the_process(register: BookKeeper, home: Home) -> None:
    """Another opening of the same register goes on where this one ended."""
    first = register.enter(entry(), key="k")
    again = home.open()
    assert again.find("k") == first
    assert again.enter(entry("d2"), key="k2").arrival_number == 2
    assert register.name in again.ping()
    again.close()


def test_fifty_threads_leave_no_gap_and_no_double(register: BookKeeper) -> None:
    """50 writers at once, half of them with a key that another one has too."""
    keys = [f"k{n % 40}" for n in range(80)]
    with ThreadPoolExecutor(50) as pool:
        made = list(pool.map(lambda key: register.enter(entry(key), key=key), keys))
    assert {one.arrival_number for one in made} == set(range(1, 41))
    assert len({one.receipt for one in made}) == 40


def _enter_from_process(home: Home, worker: int) -> list[int]:
    register = home.open()
    with ThreadPoolExecutor(10) as pool:
        jobs = [
            pool.submit(register.enter, entry(f"{worker}-{n}"), key=f"{worker}-{n}")
            for n in range(20)
        ]
        numbers = [job.result().arrival_number for job in jobs]
    register.close()
    return numbers


def test_writers_of_several_processes_leave_no_gap_and_no_double(home: Home) -> None:
    """Fifty writers: five processes with ten threads each, all opening the register anew."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(5, mp_context=context) as pool:
        jobs = [pool.submit(_enter_from_process, home, n) for n in range(5)]
        numbers = [number for job in jobs for number in job.result(timeout=90)]
    assert sorted(numbers) == list(range(1, 101))


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM entry",
        "UPDATE entry SET subject = 'x'",
        "UPDATE entry SET arrival_number = 9",
        "INSERT INTO entry SELECT * FROM entry",
        "INSERT INTO entry (book, year, arrival_number, key, arrival_at, entered_at, type_name,"
        " code_number, code_notation, issued_date, organ_name, subject, page_amount,"
        " signer_position, signer_name, priority, to_places, description, document_id)"
        " SELECT book, year, arrival_number + 2, 'k9', arrival_at, entered_at, type_name,"
        " code_number, code_notation, issued_date, organ_name, subject, page_amount,"
        " signer_position, signer_name, priority, to_places, description, document_id FROM entry",
        "DELETE FROM correction",
        "UPDATE correction SET after = 'x'",
        "DELETE FROM handover",
        "UPDATE handover SET unit = 'x'",
        "DELETE FROM handover_receipt",
        "UPDATE handover_receipt SET received_by = 'x'",
        "DELETE FROM status",
        "UPDATE status SET code = '06'",
    ],
)
def test_the_database_itself_refuses_gap_double_change_and_deletion(
    register: BookKeeper, home: Home, statement: str
) -> None:
    """Even a hand with a database tool breaks no rule."""
    place = at(register.enter(entry(), key="k"))
    register.correct(place, {"subject": "Mới"}, person="An", reason="", seen=0)
    register.hand_over(place, Handover(unit="Phòng A", handed_on="2026-05-04"), person="An")
    handover = register.history(place).handovers[0].id
    register.receive(place, handover, by="Bình")
    before = register.row(place), register.history(place)
    engine = home.engine()
    with pytest.raises(sa.exc.IntegrityError), engine.begin() as connection:
        connection.exec_driver_sql(statement)
    engine.dispose()
    assert (register.row(place), register.history(place)) == before
    assert [row.arrival_number for row in register.rows("den", 2026)] == [1]


def at(made: Registered) -> Place:
    """Return where an entry stands."""
    return Place(book=made.book, year=made.year, arrival_number=made.arrival_number)


def test_every_field_of_the_annex_is_kept_whole(register: BookKeeper) -> None:
    """A subject longer than Phụ lục VI allows is not cut in the register."""
    full = dataclasses.replace(
        entry(), subject="dài " * 300, organ_id="000.00.12.H26", file_catalog="2026",
        file_notation="01.TCCB", doc_ordinal=7, language="Tiếng Anh", due_date="2026-05-20",
        folder="den", priority="HỎA TỐC",
    )  # fmt: skip
    register.enter(full, key="k")
    (row,) = register.rows("den", 2026)
    assert row.entry == full
    annex = row.annex_vi()
    assert annex["OrganId"] == "000.00.12.H26"
    assert (annex["FileCatalog"], annex["FileNotation"]) == ("2026", "01.TCCB")
    assert (annex["DocOrdinal"], annex["Priority"]) == ("7", "3")
    assert (annex["ArrivalDate"], annex["DueDate"]) == ("04/05/2026", "20/05/2026")


def test_letters_that_no_database_keeps_become_signs(register: BookKeeper) -> None:
    """Half a surrogate pair and NUL are no text; the entry is made all the same."""
    register.enter(dataclasses.replace(entry(), subject="a\ud800b\0c"), key="k")
    assert register.rows("den", 2026)[0].entry.subject == "a?b\ufffdc"


def test_a_paper_registered_before_is_told(register: BookKeeper) -> None:
    """Same code, issuer and date of another document: a warning, whatever the spelling."""
    first = register.enter(dataclasses.replace(entry(), code_number="05"), key="k1")
    again = dataclasses.replace(
        entry("d2"), code_number="5", code_notation="QĐ – UBND", organ_name="UỶ BAN"
    )
    assert list(register.similar(again)) == []
    again = dataclasses.replace(again, organ_name="ỦY BAN NHÂN DÂN  TỈNH HÀ NAM")
    assert list(register.similar(again)) == [first]
    assert list(register.similar(dataclasses.replace(again, document_id="d1"))) == []


def test_the_warning_follows_a_correction(register: BookKeeper) -> None:
    """What was corrected away warns no more; what it became does."""
    place = at(made := register.enter(entry(), key="k1"))
    register.correct(place, {"code_number": "13"}, person="An", reason="đọc nhầm", seen=0)
    assert list(register.similar(entry("d2"))) == []
    corrected = dataclasses.replace(entry("d2"), code_number="13")
    assert list(register.similar(corrected)) == [made]
    back = register.row(place).seen
    register.correct(place, {"code_number": "12"}, person="An", reason="", seen=back)
    assert list(register.similar(entry("d2"))) == [made]
    assert list(register.similar(corrected)) == []


@pytest.mark.parametrize("missing", ["code_number", "code_notation", "organ_name", "issued_date"])
def test_too_little_known_warns_of_nothing(register: BookKeeper, missing: str) -> None:
    """Two documents without a number are not alike for that."""
    poor = dataclasses.replace(entry(), **{missing: ""})
    assert lookalike(poor) is None
    register.enter(poor, key="k1")
    assert list(register.similar(dataclasses.replace(poor, document_id="d2"))) == []


def test_a_correction_keeps_who_when_before_and_after(register: BookKeeper) -> None:
    """The row shows the new value, the history both; nothing else moves."""
    place = at(register.enter(entry(), key="k"))
    changed = register.correct(
        place,
        {"subject": " Về việc  khác ", "issued_date": "2026-05-01", "page_amount": "004"},
        person="Trần Thị Bình",
        reason="đọc nhầm",
        seen=0,
    )
    assert changed == 2
    row = register.row(place)
    assert (row.entry.subject, row.entry.page_amount) == ("Về việc  khác", 4)
    told = register.history(place).corrections
    assert [(one.field, one.before, one.after) for one in told] == [
        ("subject", "Về việc số hóa tài liệu", "Về việc  khác"),
        ("page_amount", "3", "4"),
    ]
    assert {(one.person, one.reason) for one in told} == {("Trần Thị Bình", "đọc nhầm")}
    assert all(one.at.tzinfo is not None for one in told)
    assert row.seen == told[-1].id
    assert register.find("k") == register.enter(entry(), key="k")


def test_two_people_do_not_undo_each_other(register: BookKeeper) -> None:
    """Who corrects what another has corrected meanwhile is told to look again."""
    place = at(register.enter(entry(), key="k"))
    register.correct(place, {"subject": "Một"}, person="An", reason="", seen=0)
    with pytest.raises(InputError, match="INPUT-REGISTER-STALE"):
        register.correct(place, {"subject": "Hai"}, person="Bình", reason="", seen=0)
    assert register.row(place).entry.subject == "Một"


@pytest.mark.parametrize(
    ("values", "person"),
    [
        ({"subject": "x"}, " "),
        ({"issued_date": "31/12/2026"}, "An"),
        ({"issued_date": "2026-02-30"}, "An"),
        ({"page_amount": "-1"}, "An"),
        ({"page_amount": "nhiều"}, "An"),
        ({"page_amount": "٣"}, "An"),
        ({"page_amount": "0000000001234567"}, "An"),
        ({"page_amount": "0" * 9 + "9" * 5000}, "An"),
        ({"doc_ordinal": "1" * 30}, "An"),
        ({"subject": "x" * 4001}, "An"),
        ({"arrival_number": "9"}, "An"),
        ({"book": "khac"}, "An"),
        ({"document_id": "khac"}, "An"),
        ({"subject": "đúng", "due_date": "mai"}, "An"),
    ],
)
def test_a_bad_correction_changes_nothing(
    register: BookKeeper, values: dict[str, str], person: str
) -> None:
    """All values are taken, or none; number, book and document stay for ever."""
    place = at(register.enter(entry(), key="k"))
    with pytest.raises(InputError, match="INPUT-REGISTER-VALUE"):
        register.correct(place, values, person=person, reason="", seen=0)
    assert register.row(place).entry == entry()
    assert register.history(place).corrections == ()


def test_there_is_nothing_to_do_where_nothing_stands(register: BookKeeper) -> None:
    """A place without an entry is named as such."""
    nowhere = Place(book="den", year=2026, arrival_number=1)
    for ask in (
        lambda: register.row(nowhere),
        lambda: register.history(nowhere),
        lambda: register.correct(nowhere, {}, person="An", reason="", seen=0),
        lambda: register.hand_over(nowhere, Handover(unit="A"), person="An"),
        lambda: register.receive(nowhere, 1, by="An"),
        lambda: register.set_status(nowhere, "06", person="An"),
    ):
        with pytest.raises(InputError, match="INPUT-REGISTER-ENTRY"):
            ask()


def test_a_paper_goes_from_hand_to_hand(register: BookKeeper) -> None:
    """The last hand-over shows in the columns; every one and every status stays."""
    place = at(register.enter(entry(), key="k"))
    assert register.row(place).status == "03"
    first = Handover(unit="Phòng Tổng hợp", handed_on="2026-05-04", due_date="2026-05-10")
    register.hand_over(place, first, person="An")
    register.receive(place, register.history(place).handovers[0].id, by="Bình")
    row = register.row(place)
    assert (row.status, row.unit, row.received_by, row.due_date) == (
        "04", "Phòng Tổng hợp", "Bình", "2026-05-10",
    )  # fmt: skip
    assert row.columns()[6:9] == ("Phòng Tổng hợp", "04/05/2026", "Bình")
    second = Handover(receiver="Lê Văn Cường", handed_on="2026-05-05", note="gấp")
    register.hand_over(place, second, person="An")
    row = register.row(place)
    assert row.columns()[6:9] == ("Lê Văn Cường", "05/05/2026", "")
    register.set_status(place, "05", person="Cường")
    register.set_status(place, "06", person="Cường", note="đã trả lời")
    told = register.history(place)
    assert [one.code for one in told.statuses] == ["04", "04", "05", "06"]
    assert [(one.unit, one.received_by) for one in told.handovers] == [
        ("Phòng Tổng hợp", "Bình"),
        ("", ""),
    ]
    with pytest.raises(InputError, match="INPUT-REGISTER-STATUS"):
        register.set_status(place, "01", person="An")


@pytest.mark.parametrize(
    "said",
    [
        Handover(handed_on="2026-05-04"),
        Handover(unit="A"),
        Handover(unit="A", handed_on="hôm nay"),
        Handover(unit="A", handed_on="2026-05-03"),
        Handover(unit="A", handed_on="2026-05-05", due_date="2026-05-04"),
        Handover(unit="A" * 201, handed_on="2026-05-04"),
    ],
)
def test_a_bad_hand_over_changes_nothing(register: BookKeeper, said: Handover) -> None:
    """To nobody, on no day, before the paper came, due before it was handed over."""
    place = at(register.enter(entry(), key="k"))
    with pytest.raises(InputError, match="INPUT-REGISTER-VALUE"):
        register.hand_over(place, said, person="An")
    assert register.row(place).status == "03"
    assert register.history(place).handovers == ()


def test_a_hand_over_is_signed_for_once(register: BookKeeper) -> None:
    """Nobody signs over another's name, nor for another paper."""
    place, other = (at(register.enter(entry(name), key=name)) for name in ("a", "b"))
    register.hand_over(place, Handover(unit="A", handed_on="2026-05-04"), person="An")
    handover = register.history(place).handovers[0].id
    with pytest.raises(InputError, match="INPUT-REGISTER-VALUE"):
        register.receive(other, handover, by="Cường")
    register.receive(place, handover, by="Bình")
    with pytest.raises(InputError, match="INPUT-REGISTER-RECEIVED"):
        register.receive(place, handover, by="Cường")
    assert register.row(place).received_by == "Bình"


def test_lists_are_cut_newest_first(register: BookKeeper) -> None:
    """Rows, books and years as the page asks for them."""
    for number in range(5):
        register.enter(entry(f"d{number}"), key=f"k{number}")
    register.enter(entry("old", at="2025-03-01T08:00+07:00"), key="old")
    assert [row.arrival_number for row in register.rows("den", 2026, limit=2, offset=1)] == [4, 3]
    assert [row.arrival_number for row in register.rows("den", 2026, first=2, last=3)] == [3, 2]
    assert len(register.rows("den", 2026, limit=-1)) == 5
    assert list(register.books()) == ["den"]
    assert list(register.years("den")) == [2026, 2025]
    start, end = (dt.datetime(year, 1, 1, tzinfo=dt.UTC) for year in (2025, 2026))
    assert [row.key for row in register.arrived(start, end)] == ["old"]


def test_what_counts_is_what_the_rows_say(register: BookKeeper) -> None:
    """The lean question for statistics and the whole rows agree, whatever was done."""
    for number in range(6):
        register.enter(
            dataclasses.replace(entry(f"d{number}", at=f"2026-05-0{number + 1}T00:30+07:00"),
                                due_date="2026-05-20", folder=f"f{number % 2}"),
            key=f"k{number}",
        )  # fmt: skip
    one, two, three = (Place(book="den", year=2026, arrival_number=n) for n in (1, 2, 3))
    register.correct(one, {"type_name": "Thông báo", "due_date": ""}, person="A", reason="", seen=0)
    for unit in ("Phòng A", "Phòng B"):
        register.hand_over(two, Handover(unit=unit, handed_on="2026-05-09"), person="A")
    register.hand_over(
        three, Handover(receiver="Cường", handed_on="2026-05-09", due_date="2026-06-01"), person="A"
    )
    register.set_status(two, "06", person="A")
    start = dt.datetime.fromisoformat("2026-05-01T00:00+07:00")
    end = dt.datetime.fromisoformat("2026-05-06T00:00+07:00")
    rows = register.arrived(start, end)
    assert len(rows) == 5

    def counted(today: dt.date) -> list[Tally]:
        found = register.tallies(start, end, today)
        return sorted((dataclasses.replace(one, seconds=tuple(sorted(one.seconds)))
                       for one in found), key=repr)  # fmt: skip

    for today in (dt.date(2026, 5, 20), dt.date(2026, 5, 21), dt.date(2026, 7, 1)):
        rows = register.arrived(start, end)
        assert counted(today) == sorted(tallied(rows, today), key=repr)
        assert register.sums(start, end, today) == summed(tallied(rows, today))
        late = sorted((row for row in rows if is_late(row, today)),
                      key=lambda row: (row.due_date, row.arrival_number))  # fmt: skip
        assert list(register.due(today, start=start, end=end)) == late
    assert [row.arrival_number for row in late] == [4, 5, 3]
    assert [row.arrival_number for row in register.due(today, limit=9)] == [4, 5, 6, 3]
    last = dt.date.fromisoformat(late[-1].due_date)
    assert [row.arrival_number for row in register.due(today, since=last, limit=9)] == [3]
    after = last + dt.timedelta(days=1)
    assert not register.due(today, since=after, limit=9)
    register.set_status(three, "05", person="A")
    rows = register.arrived(start, end)
    assert register.sums(start, end, today) == summed(tallied(rows, today)), "never an old answer"
    register.correct(
        Place(book="den", year=2026, arrival_number=4),
        {"due_date": "2027-01-01"}, person="A", reason="", seen=0,
    )  # fmt: skip
    assert [row.arrival_number for row in register.due(today)] == [5, 6, 3]


def test_a_register_of_a_newer_sohoa_is_not_touched(register: BookKeeper, home: Home) -> None:
    """An older program says so instead of writing what it does not understand."""
    register.enter(entry(), key="k")
    engine = home.engine()
    with engine.begin() as connection:
        connection.exec_driver_sql("INSERT INTO register_schema VALUES (99)")
    engine.dispose()
    again = home.open() if home.adapter == "postgresql" else None
    with pytest.raises(OperatorError, match="SYS-CONFIG"):
        (again or home.open()).find("k")
    if again is not None:
        again.close()
