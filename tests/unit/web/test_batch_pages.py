"""The archivist's pages over a real ledger: batches, background work, rounds, structure."""

from __future__ import annotations

import io
import json
import shutil
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import jsonschema
import pytest
from openpyxl import load_workbook

from bench.packages import finish_paper
from pipeline.access.door import Door
from pipeline.access.records import Role
from pipeline.assembly.background import Background
from pipeline.assembly.backlog_desk import HouseBacklog
from pipeline.assembly.house import House
from pipeline.assembly.pictures import PagePictures
from pipeline.ledger.batch_rows import ItemDraft
from pipeline.structure.records import Place
from scripts.documents import INTERFACE
from tests.unit.web.conftest import PASSWORD, Visitor
from tests.unit.web.memory_desk import MemoryDesk

PAPERS = 55
HERE = "/batches/bench"


@dataclass
class Office:
    """A visitor, and the house behind the page."""

    visitor: Visitor
    house: House
    background: Background
    scans: Path

    def settled(self) -> None:
        """Wait until nothing goes on behind the page."""
        deadline = time.monotonic() + 60
        while any(not one.is_over for one in self.background.works("bench")):
            assert time.monotonic() < deadline
            time.sleep(0.05)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with a batch of finished papers in two dossiers."""
    data = tmp_path_factory.mktemp("filled") / "data"
    with House.open(data, environment={}) as house:
        house.batches.create("bench", {"profile": "tt05-2025", "agency": "H30", "fonds": "P05"})
        for number in range(PAPERS):
            finish_paper(house, number)
    return data


@pytest.fixture
def office(filled: Path, tmp_path: Path, desk: MemoryDesk, door: Door) -> Iterator[Office]:
    """An archivist at the page."""
    shutil.copytree(filled, tmp_path / "data")
    scans = tmp_path / "kho"
    (scans / "h1").mkdir(parents=True)
    (scans / "h1" / "a.pdf").write_bytes(b"%PDF-1.7 a")
    stop = threading.Event()
    allowed = {"batch.sources": f"{scans}"}
    with House.open(tmp_path / "data", environment={}, overrides=allowed) as house:
        background = Background(stop)
        backlog = HouseBacklog(
            house=house,
            background=background,
            pictures=PagePictures(house.store, house.scratch),
        )
        yield Office(Visitor(desk, door, backlog=backlog), house, background, scans)
        stop.set()
        background.join()


def test_a_batch_is_made_paused_and_goes_on(office: Office) -> None:
    """Each with its note; a name that cannot be used is told beside the form."""
    visitor = office.visitor
    made = visitor.post("/batches", {"name": "kho3", "fonds": "P05", "hours": "20:00-06:00"})
    assert (made.status_code, made.headers["location"]) == (303, "/batches/kho3?note=made")
    for name in ("kho3", "Kho 3", "../x"):
        again = visitor.post("/batches", {"name": name})
        assert again.status_code == 422
        assert "INPUT-BATCH-NAME" in again.text
    for deed, is_paused in (("pause", True), ("resume", False)):
        assert visitor.post("/batches/kho3", {"deed": deed}).status_code == 303
        assert office.house.batches.batch("kho3").is_paused is is_paused
    page = visitor.get("/batches").text
    assert "kho3" in page
    assert "bench" in page


def test_what_is_there_is_shown_and_exported(office: Office) -> None:
    """Progress, reports; a batch that is not there is a page that is not there."""
    visitor = office.visitor
    assert "100.0 %" in visitor.get(HERE).text
    for kind in ("report", "sheet"):
        answer = visitor.get(f"{HERE}/{kind}.xlsx")
        sheet = load_workbook(io.BytesIO(answer.content)).active
        assert sheet.max_row == PAPERS + 1
    assert visitor.get(f"{HERE}/other.xlsx").status_code == 404
    assert visitor.get("/batches/none").status_code == 404
    assert visitor.get("/live/batches/bench/stamp").json()["stamp"]
    assert "100.0 %" in visitor.get("/live/batches/bench").text
    answers = [*visitor.get("/api/batches").json(), visitor.get("/api/batches/bench").json()]
    assert [(one["name"], one["total"]) for one in answers] == [("bench", PAPERS)] * 2
    described = json.loads(INTERFACE.read_text(encoding="utf-8"))
    schema = {"$ref": "#/components/schemas/Batch", "components": described["components"]}
    for one in answers:
        jsonschema.validate(one, schema)


def test_papers_are_added_from_allowed_folders_only(office: Office) -> None:
    """Neither another folder, nor a way out of an allowed one, nor a link that leads out."""
    visitor = office.visitor
    source = str(office.scans)
    (office.scans / "out").symlink_to("/etc")
    for folder, inside, code in (
        ("/etc", "", "INPUT-BATCH-FOLDER"),
        (source, "../", "INPUT-BATCH-FOLDER"),
        (source, "h1/../../data", "INPUT-BATCH-FOLDER"),
        (source, "out", "INPUT-BATCH-FOLDER"),
        (source, "no-such", "INPUT-BATCH-SOURCE"),
    ):
        answer = visitor.post(HERE, {"deed": "add", "source": folder, "inside": inside})
        assert answer.status_code == 422
        assert code in answer.text
    wrong = visitor.post(HERE, {"deed": "add", "source": source, "levels": "shelf"})
    assert "INPUT-BATCH-LEVELS" in wrong.text
    assert visitor.post(HERE, {"deed": "add", "source": source, "inside": "h1"}).status_code == 303
    office.settled()
    added = [item.path for item in office.house.batches.items("bench")][PAPERS:]
    assert added == [str(office.scans / "h1" / "a.pdf")]


def test_stacks_lists_and_growing_folders_are_added_too(office: Office) -> None:
    """A list names nothing outside; piles need stacks; a folder that grows is noted at once."""
    visitor, batches = office.visitor, office.house.batches
    add = {"deed": "add", "source": str(office.scans)}
    assert "INPUT-BATCH-STACKS" in visitor.post(HERE, {**add, "piles": "same"}).text
    stacks = {**add, "stacks": "1", "piles": "same", "inside": "h1"}
    assert visitor.post(HERE, stacks).status_code == 303
    office.settled()
    (made,) = [office.house.stacks.next(["bench"])]
    assert made is not None
    assert (Path(made.path).name, made.piles) == ("a.pdf", "same")
    assert visitor.post(HERE, {**stacks, "growing": "1"}).status_code == 303
    assert [(one.path, one.is_stacks) for one in batches.growing()] == [
        (str(office.scans / "h1"), True)
    ]
    listed = office.scans / "list.csv"
    (office.scans.parent / "b.pdf").write_bytes(b"%PDF-1.7 b")
    for name, count in (("../b.pdf", 0), ("h1/a.pdf", 1)):
        text = f"Số và ký hiệu hồ sơ;Tiêu đề;Đường dẫn file\n01;Hồ sơ;{name}\n"
        listed.write_text(text, encoding="utf-8")
        assert visitor.post(HERE, {**add, "inside": "list.csv"}).status_code == 303
        office.settled()
        assert len(list(batches.items("bench"))) == PAPERS + count
    assert "INPUT-CELLS" in visitor.get(HERE).text


def test_checks_and_deliveries_go_on_behind_the_page(office: Office) -> None:
    """What they came to stands on the page; a failure says why; the same is not begun twice."""
    visitor = office.visitor
    assert visitor.post(HERE, {"deed": "check"}).status_code == 303
    office.settled()
    page = visitor.get(HERE).text
    assert "CHECK-PDFA" in page, "made-up files are no PDF/A"
    assert visitor.post(HERE, {"deed": "deliver", "form": "plain"}).status_code == 303
    office.settled()
    page = visitor.get(HERE).text
    assert "bench-1" in page
    assert "kho chưa trả lời: 2" in page, "one package a dossier"
    delivered = office.house.layout.data_dir / "deliveries" / "bench-1"
    assert len(list(delivered.rglob("*.pdf"))) == PAPERS
    assert visitor.post(HERE, {"deed": "deliver", "form": "plain", "supplement": "1"}).is_redirect
    office.settled()
    assert "INPUT-BATCH-EMPTY" in visitor.get(HERE).text
    again = {"deed": "deliver", "form": "plain", "replace": "1, "}
    refused = visitor.post(HERE, {**again, "supplement": "1"})
    assert "INPUT-BATCH-DELIVER" in refused.text
    assert 'value="1, "' in refused.text, "what was typed stays"
    assert visitor.post(HERE, again).is_redirect
    office.settled()
    replaced = [*(office.house.layout.data_dir / "deliveries" / "bench-2").rglob("*.pdf")]
    assert 0 < len(replaced) < PAPERS, "one dossier of two"
    held = threading.Event()
    office.background.begin("bench", "check", lambda _: str(held.wait(20)))
    assert "INPUT-BATCH-BUSY" in visitor.post(HERE, {"deed": "check"}).text
    held.set()
    assert visitor.post(HERE, {"deed": "dance"}).status_code == 400


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_fault_of_ours_behind_the_page_is_told_and_stops_nothing(office: Office) -> None:
    """The work says so, and the next one is done."""
    office.background.begin("bench", "check", lambda _: str(1 // 0))
    office.settled()
    assert "BUG-STAGE" in office.visitor.get(HERE).text
    office.background.begin("bench", "check", lambda tell: tell(1) or "7 / 0")
    office.settled()
    assert "7 / 0" in office.visitor.get(HERE).text


def test_a_sample_is_looked_at_unit_after_unit(office: Office) -> None:
    """Each verdict leads to the next unit; then the round is closed, and the protocol is there."""
    visitor = office.visitor
    drawn = visitor.post(
        HERE,
        {"deed": "draw", "round": "2", "unit": "document", "level": "II", "aql": "4.0",
         "severity": "normal"},
    )  # fmt: skip
    assert drawn.headers["location"] == f"{HERE}/rounds/1?note=drawn"
    lot = f"{HERE}/rounds/1"
    assert "INPUT-ACCEPT-OPEN" in visitor.post(lot).text
    assert visitor.get(f"{lot}/protocol.pdf").status_code == 404, "not closed yet"
    unit = f"{lot}/units/1"
    for number in range(1, 14):
        page = visitor.get(unit)
        assert page.status_code == 200
        assert 'data-key="6"' in page.text
        said = "order" if number == 2 else "good"
        unit = visitor.post(unit, {"verdict": said}).headers["location"]
        assert unit == (f"{lot}/units/{number + 1}" if number < 13 else lot)
    both = {"verdict": "marked", "fault-legible": "1", "fault-colour": "1"}
    assert visitor.post(f"{lot}/units/2", both).headers["location"] == lot
    assert visitor.post(f"{lot}/units/2", {"verdict": "marked"}).status_code == 400
    assert "INPUT-ACCEPT-VERDICT" in visitor.post(f"{lot}/units/2", {"verdict": "ugly"}).text
    again = visitor.get(f"{lot}/units/2").text
    assert "Sai thứ tự" in again, "the history keeps the first verdict"
    assert visitor.post(lot).status_code == 303
    shown = visitor.get(lot).text
    assert "ĐẠT" in shown
    assert visitor.get(f"{lot}/protocol.pdf").content.startswith(b"%PDF")
    rescan = load_workbook(io.BytesIO(visitor.get(f"{lot}/rescan.xlsx").content)).active
    assert rescan.max_row == 2
    assert "INPUT-ACCEPT-CLOSED" in visitor.post(f"{lot}/units/2", {"verdict": "good"}).text
    for gone in (f"{HERE}/rounds/9", f"{lot}/units/99", f"{lot}/units/x", f"{lot}/x.xlsx"):
        assert visitor.get(gone).status_code == 404


def test_who_looked_and_judged_is_on_record(office: Office, door: Door) -> None:
    """With batch, round, unit, document and verdict."""
    visitor = office.visitor
    visitor.post(HERE, {"deed": "draw", "round": "1", "unit": "page"})
    visitor.get(f"{HERE}/rounds/1/units/3")
    visitor.post(f"{HERE}/rounds/1/units/3", {"verdict": "straight"})
    (line,) = door.audit.lines(action="batch.look")
    assert line.deed.facts is not None
    assert line.deed.facts["ordinal"] == "3"
    assert len(line.deed.facts["document"]) == 64
    (line,) = door.audit.lines(action="batch.judge")
    assert line.deed.facts == {"batch": "bench", "lot": "1", "ordinal": "3", "verdict": "straight"}


def test_scans_are_pictures_of_what_came(office: Office) -> None:
    """What is no picture, or is not there, is a page that is not there."""
    assert office.visitor.get(f"/scans/{'0' * 64}/1.png").status_code == 404
    assert office.visitor.get("/scans/x/one.png").status_code == 404


def test_many_dossiers_are_changed_at_once(office: Office) -> None:
    """A value of a list by its code; the papers of each have it, and the place moves along."""
    visitor = office.visitor
    page = visitor.get(f"{HERE}/structure").text
    keys = [one.split('"')[0] for one in page.split('name="row-')[1:]]
    assert len(keys) == 2
    rows = {f"row-{n}": page.split(f'name="row-{n}" value="')[1].split('"')[0] for n in (1, 2)}
    changed = visitor.post(f"{HERE}/structure", {**rows, "field": "retention", "value": "20 năm"})
    assert changed.status_code == 303
    kept = {item.dossier["retention"] for item in office.house.batches.items("bench")}
    assert kept == {"20 năm"}
    boxed = visitor.post(f"{HERE}/structure", {**rows, "field": "box", "value": "7"})
    assert boxed.status_code == 303
    assert "20 năm" in visitor.get(f"{HERE}/structure").text
    assert {item.place.split("\x1f")[2] for item in office.house.batches.items("bench")} == {"7"}


def test_every_wrong_cell_is_named_and_nothing_is_changed(office: Office) -> None:
    """Both dossiers, the field, the value and what is expected; also no field and no dossier."""
    visitor = office.visitor
    page = visitor.get(f"{HERE}/structure").text
    rows = {f"row-{n}": page.split(f'name="row-{n}" value="')[1].split('"')[0] for n in (1, 2)}
    before = [item.dossier for item in office.house.batches.items("bench")]
    wrong = visitor.post(f"{HERE}/structure", {**rows, "field": "retention", "value": "mãi mãi"})
    assert wrong.status_code == 422
    assert wrong.text.count("mãi mãi”") == 2
    assert "một trong" in wrong.text
    long = visitor.post(f"{HERE}/structure", {**rows, "field": "box", "value": "7" * 51})
    assert long.text.count("tối đa 50") == 2
    for boxes in ({**rows, "field": "seal", "value": "x"}, {"field": "box", "value": "x"}):
        assert "INPUT-BATCH-FIELD" in visitor.post(f"{HERE}/structure", boxes).text
    assert [item.dossier for item in office.house.batches.items("bench")] == before


def test_two_dossiers_never_become_one(office: Office) -> None:
    """Where a dossier of the same number lies already, nothing is moved there."""
    visitor = office.visitor
    other = Place(fonds="P05", box="9", notation="0")
    office.house.batches.add("bench", [ItemDraft(path="/x.pdf", place=other.key)])
    page = visitor.get(f"{HERE}/structure").text
    row = page.split('name="row-1" value="')[1].split('"')[0]
    taken = visitor.post(f"{HERE}/structure", {"row-1": row, "field": "box", "value": "9"})
    assert taken.status_code == 422
    assert "vị trí chưa có hồ sơ" in taken.text


@pytest.mark.parametrize("role", [Role.CLERK, Role.SEARCHER, Role.KEEPER])
def test_batches_are_for_archivists_of_the_whole_agency(office: Office, role: Role) -> None:
    """Others get no page, no picture and no answer; nor does an archivist of one unit."""
    visitor = office.visitor
    visitor.door.accounts.add("an.b", full_name="X", roles=(role,), units=None, password=PASSWORD)
    visitor.door.accounts.add(
        "an.c", full_name="Y", roles=(Role.ARCHIVIST,), units=("Phòng A",), password=PASSWORD
    )
    for name in ("an.b", "an.c"):
        visitor.sign_in(name)
        for path in ("/batches", HERE, "/api/batches", f"/scans/{'0' * 64}/1.png"):
            assert visitor.get(path).status_code == 403
        assert visitor.post(HERE, {"deed": "pause"}).status_code == 403
    assert not office.house.batches.batch("bench").is_paused
