"""The register's own pages over a real register in a file."""

from __future__ import annotations

import dataclasses
import datetime as dt
import html
import io
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pikepdf
import pytest

from pipeline.access.door import Door
from pipeline.assembly.registry import HouseRegistry
from pipeline.ledger.history import History
from pipeline.ledger.ledger import Ledger
from pipeline.web.api import RegisterRow
from stages.register import BookKeeper, EmbeddedRegister, Handover, Place
from stages.register.journal import VIETNAM
from tests.unit.register.test_embedded import ENTRY
from tests.unit.web.conftest import QUICK, Visitor
from tests.unit.web.memory_desk import MemoryDesk

EVIL = '<script>alert("x")</script>'
ONE = Place(book="den", year=2026, arrival_number=1)
PAGE = "/register/entry?book=den&year=2026&number=1"


class RegisterDesk(MemoryDesk):
    """A desk that lists the same register as the pages work on."""

    keeper: BookKeeper

    def books(self) -> tuple[str, ...]:
        """Return its books."""
        return tuple(self.keeper.books())

    def years(self, book: str) -> tuple[int, ...]:
        """Return its years."""
        return tuple(self.keeper.years(book))

    def register_rows(
        self, book: str, year: int, *, limit: int = 100, offset: int = 0
    ) -> list[RegisterRow]:
        """Return its rows."""
        from pipeline.assembly.registry import register_row

        return [register_row(row) for row in self.keeper.rows(book, year, limit=limit)]


@pytest.fixture
def keeper(tmp_path: Path) -> Iterator[BookKeeper]:
    """Give a register with two entries."""
    made = EmbeddedRegister(tmp_path / "register.sqlite")
    made.enter(ENTRY, key="k1")
    made.enter(dataclasses.replace(ENTRY, document_id="d2", subject=EVIL), key="k2")
    yield made
    made.close()


@pytest.fixture
def visitor(keeper: BookKeeper, tmp_path: Path) -> Iterator[Visitor]:
    """Give a visitor of a page with that register."""
    ledger = Ledger.open(tmp_path / "ledger.sqlite")
    desk = RegisterDesk(tmp_path)
    desk.keeper = keeper
    registry = HouseRegistry(
        register=keeper,
        history=History(ledger.engine),
        titles={"den": "Sổ đăng ký văn bản đến"},
        agency="Ủy ban nhân dân xã An Bình",
        seal=lambda pdf: pdf + b"% sealed",
    )
    with Door.open(tmp_path, hasher=QUICK) as door:
        yield Visitor(desk, door, registry)
    ledger.close()


def test_the_list_leads_to_the_entry(visitor: Visitor) -> None:
    """From the register to one entry, in both languages, and nothing in it is run."""
    listed = visitor.get("/register").text
    assert "/register/entry?book=den&amp;year=2026&amp;number=1" in listed
    for language, heading in (("vi", "Thông tin trong sổ"), ("en", "Values in the register")):
        answer = visitor.get(f"/register/entry?book=den&year=2026&number=2&lang={language}")
        assert answer.status_code == 200
        assert heading in answer.text
        assert EVIL not in answer.text
        assert "&lt;script&gt;" in answer.text


def test_the_forms_lead_back_to_the_entry(visitor: Visitor) -> None:
    """Each form names the entry it belongs to."""
    shown = visitor.get(PAGE).text
    address = PAGE.replace("&", "&amp;")
    assert shown.count('method="post"') == shown.count(f'method="post" action="{address}"') == 3


def test_an_entry_that_is_not_there(visitor: Visitor) -> None:
    """Junk in the address is a page that says so."""
    for place in ("number=3", "number=x", "number=-1", "number=1&year=1", "book=%00&number=1"):
        answer = visitor.get(f"/register/entry?book=den&year=2026&{place}")
        if place.startswith(("number=3", "number=x", "number=-1")):
            assert answer.status_code == 404
            assert "INPUT-REGISTER-ENTRY" in answer.text


def test_a_correction_by_the_form(visitor: Visitor, keeper: BookKeeper) -> None:
    """Vietnamese dates are taken; who signed in, and why, are kept."""
    form = {
        "deed": "correct", "seen": "0", "value-issued_date": "3/5/2026",
        "value-subject": "Về việc khác", "reason": "đọc nhầm",
    }  # fmt: skip
    answer = visitor.post(PAGE, form)
    assert answer.status_code == 303
    row = keeper.row(ONE)
    assert (row.entry.issued_date, row.entry.subject) == ("2026-05-03", "Về việc khác")
    shown = visitor.get(answer.headers["location"]).text
    assert "Đã ghi sửa đổi." in shown
    assert "Về việc số hóa" in shown  # what it was before
    assert keeper.history(ONE).corrections[0].person == "Lê Thị B"
    late = visitor.post(PAGE, form)
    assert late.status_code == 422
    assert "INPUT-REGISTER-STALE" in late.text


@pytest.mark.parametrize(
    ("form", "code"),
    [
        (
            {"deed": "correct", "seen": "0", "value-issued_date": "32/1/2026"},
            "VALUE",
        ),
        ({"deed": "hand-over", "unit": "x" * 5000, "handed_on": "5/5/2026"}, "VALUE"),
        ({"deed": "correct", "seen": "9" * 40, "value-subject": "x"}, "STALE"),
        ({"deed": "hand-over", "handed_on": "5/5/2026"}, "VALUE"),
        ({"deed": "receive", "handing": "7", "received_by": "B"}, "VALUE"),
        ({"deed": "status", "code": "01"}, "STATUS"),
    ],
)
def test_what_cannot_be_done_shows_the_form_again(
    visitor: Visitor, keeper: BookKeeper, form: dict[str, str], code: str
) -> None:
    """A code, its words, and nothing changed."""
    before = keeper.row(ONE), keeper.history(ONE)
    answer = visitor.post(PAGE, form)
    assert answer.status_code == 422
    assert f"INPUT-REGISTER-{code}" in answer.text
    assert (keeper.row(ONE), keeper.history(ONE)) == before


def test_a_deed_that_nobody_knows_is_refused(visitor: Visitor) -> None:
    """No form of ours sends it."""
    assert visitor.post(PAGE, {"deed": "delete"}).status_code == 400


def test_a_foreign_page_changes_nothing(visitor: Visitor, keeper: BookKeeper) -> None:
    """The guard stands before these forms too."""
    form = {"deed": "status", "code": "06"}
    assert visitor.post(PAGE, form, origin="http://evil.example").status_code == 403
    assert keeper.row(ONE).status == "03"


def test_hand_over_receipt_and_end_by_the_forms(visitor: Visitor, keeper: BookKeeper) -> None:
    """A paper's way from the desk to its answer."""
    form = {
        "deed": "hand-over", "unit": "Phòng Tổng hợp", "handed_on": "5/5/2026",
        "due_date": "6/5/2026", "person": "An",
    }  # fmt: skip
    assert visitor.post(PAGE, form).status_code == 303
    shown = visitor.get(PAGE).text
    assert "quá hạn" in shown
    handing = str(keeper.history(ONE).handovers[0].id)
    signed = {"deed": "receive", "handing": handing, "received_by": "Lê Văn Cường"}
    assert visitor.post(PAGE, signed).status_code == 303
    assert visitor.post(PAGE, {"deed": "status", "code": "06", "person": "C"}).status_code == 303
    row = keeper.row(ONE)
    assert (row.status, row.received_by) == ("06", "Lê Văn Cường")
    assert "quá hạn" not in visitor.get(PAGE).text


def test_what_is_overdue_is_named_with_its_holder(visitor: Visitor, keeper: BookKeeper) -> None:
    """A line to remind of, with the way to the entry."""
    said = Handover(unit="Phòng <A>", handed_on="2026-05-05", due_date="2026-05-06")
    keeper.hand_over(ONE, said, person="An")
    shown = visitor.get("/statistics?from=1/5/2026&to=31/5/2026").text
    assert "Quá hạn, cần nhắc" in shown
    assert "number=1" in shown
    assert "Phòng &lt;A&gt;" in shown
    assert "Đến hạn trong ba ngày làm việc tới" not in shown
    today = dt.datetime.now(VIETNAM).date()
    said = Handover(unit="Phòng B", handed_on=f"{today}", due_date=f"{today}")
    keeper.hand_over(Place(book="den", year=2026, arrival_number=2), said, person="An")
    shown = visitor.get("/statistics?from=1/5/2020&to=31/5/2020").text
    assert "Đến hạn trong ba ngày làm việc tới" in shown, "whatever period is shown"
    assert "number=2" in shown


def test_statistics_by_unit_folder_type_and_month(visitor: Visitor, keeper: BookKeeper) -> None:
    """The page and its XLSX tell the same counts; a period that is none is told."""
    keeper.set_status(ONE, "06", person="An")
    shown = visitor.get("/statistics?from=1/5/2026&to=31/5/2026").text
    for words in ("Theo đơn vị", "Theo thư mục", "Theo tên loại", "2026-05", "Công văn"):
        assert words in shown
    assert "Số liệu lúc" in shown
    answer = visitor.get("/statistics.xlsx?from=2026-05-01&to=2026-05-31")
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    assert [cell.value for cell in book["Tổng hợp"][3]][1:5] == [2, 2, 1, 0]
    assert [cell.value for cell in book["Tên loại"][2]][:2] == ["Công văn", 2]
    for period in ("from=2026-05-31&to=2026-05-01", "from=mai", "from=1900-01-01&to=2026-01-01"):
        assert visitor.get(f"/statistics?{period}").status_code == 422
        assert visitor.get(f"/statistics.xlsx?{period}").status_code == 400
        assert visitor.get(f"/statistics.pdf?{period}").status_code == 400
    answer = visitor.get("/statistics.pdf?from=2026-05-01&to=2026-05-31")
    assert answer.headers["content-type"] == "application/pdf"
    assert "/statistics.pdf?from=2026-05-01" in shown
    empty = visitor.get("/statistics?from=1/1/2020&to=2/1/2020")
    assert empty.status_code == 200


def test_the_printed_form_and_the_spreadsheet(visitor: Visitor) -> None:
    """PDF with an embedded face, from–to; XLSX with ten columns and the annex."""
    answer = visitor.get("/register.pdf?book=den&year=2026&from=2&to=2")
    assert answer.headers["content-type"] == "application/pdf"
    with pikepdf.open(io.BytesIO(answer.content)) as pdf:
        assert len(pdf.pages) == 2
    answer = visitor.get("/register.xlsx?book=den&year=2026")
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    assert [row[1].value for row in book.worksheets[0].iter_rows(min_row=3)] == [1, 2]
    assert book["Phụ lục VI"].max_column == 21
    for address in ("/register.pdf?book=x&year=2026", "/register.xlsx?book=den&year=1"):
        assert visitor.get(address).status_code == 404


def test_signing_the_printed_form_is_a_deed_of_its_own(visitor: Visitor, door: Door) -> None:
    """A form of the page asks for it, no link does; the record says who signed which book."""
    address = "/register-signed.pdf?book=den&year=2026"
    assert f'method="post" action="{html.escape(address)}"' in visitor.get("/register").text
    assert visitor.get(address).status_code == 405
    assert visitor.post(address, {"csrf": "x"}).status_code == 403
    assert visitor.post(address).content.endswith(b"% sealed")
    noted = door.audit.lines(action="register.sign")[0].deed
    assert (noted.account, noted.facts) == ("le.thi.b", {"book": "den 2026"})
    assert visitor.post("/register-signed.pdf?book=x&year=2026").status_code == 404


def test_a_page_answers_in_time(visitor: Visitor, keeper: BookKeeper) -> None:
    """Statistics of an ordinary month are counted well within a second."""
    started = dt.datetime.now(dt.UTC)
    assert visitor.get("/statistics").status_code == 200
    assert (dt.datetime.now(dt.UTC) - started).total_seconds() < 5
