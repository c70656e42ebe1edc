"""Rounds of acceptance over the real ledger: drawn, judged, closed, sent back, told."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from openpyxl import load_workbook

from bench.packages import finish_paper
from pipeline.assembly.accepting import Choice, draw, rescan_rows
from pipeline.assembly.house import House
from pipeline.assembly.protocol import protocol_pdf, protocol_rows
from pipeline.cli import main
from pipeline.ledger import lots
from pipeline.ledger.acceptance_tables import VERDICTS
from pipeline.ledger.batch_rows import ItemDraft
from pipeline.ledger.lot_rows import LotRow
from pipeline.model.errors import InputError

BATCH = "bench"
PERSON = "Trần Văn Cường"


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with a batch of 60 finished papers in two dossiers."""
    data = tmp_path_factory.mktemp("finished") / "data"
    with House.open(data, environment={}) as opened:
        opened.batches.create(BATCH, {"profile": "tt05-2025", "agency": "H30", "fonds": "P05"})
        for number in range(60):
            finish_paper(opened, number)
    return data


@pytest.fixture
def house(finished: Path, tmp_path: Path) -> Iterator[House]:
    """A copy of it, for one test."""
    shutil.copytree(finished, tmp_path / "data")
    with House.open(tmp_path / "data", environment={}) as opened:
        yield opened


def drawn(house: House, **choice: str | int) -> LotRow:
    """Draw a round."""
    row = house.batches.batch(BATCH)
    return draw(house, row, Choice(**choice), person=PERSON)  # type: ignore[arg-type]


def judged(house: House, lot: LotRow, *bad: int) -> None:
    """Judge every unit; those named are bad."""
    for ordinal in range(1, lot.draft.sample_size + 1):
        faults = ("legible", "order") if ordinal in bad else ()
        house.lots.judge(lot.id, ordinal, faults, person=PERSON)


def test_a_lot_is_accepted_with_as_many_bad_units_as_ac(house: House) -> None:
    """60 documents, II, AQL 4.0: E, 13 units, Ac 1; one bad is accepted and goes back."""
    lot = drawn(house, aql="4.0")
    draft = lot.draft
    assert (draft.letter, draft.sample_size, draft.accept_max, draft.lot_size) == ("E", 13, 1, 60)
    judged(house, lot, 3)
    closing = house.lots.close(lot, person=PERSON)
    assert (closing.verdict, closing.bad) == ("accepted", 1)
    back = [item for item in house.batches.items(BATCH) if item.state == "refused"]
    assert [(item.id, item.code) for item in back] == [
        (house.lots.unit(lot.id, 3).item, "DOC-RESCAN")
    ]


def test_one_more_rejects_it(house: House) -> None:
    """Re = Ac + 1; the next round is drawn anew, over what is still there."""
    lot = drawn(house, aql="4.0")
    judged(house, lot, 3, 4)
    assert house.lots.close(lot, person=PERSON).verdict == "rejected"
    again = drawn(house, aql="4.0")
    assert again.draft.lot_size == 58
    assert again.draft.seed != lot.draft.seed


def test_the_first_round_is_everything(house: House) -> None:
    """Each page once; one bad one rejects."""
    lot = drawn(house, round=1, unit="page")
    assert (lot.draft.sample_size, lot.draft.accept_max) == (60, 0)
    units = list(house.lots.units(lot.id))
    assert [unit.ordinal for unit in units] == list(range(1, 61))
    assert {unit.page for unit in units} == {1}
    judged(house, lot, 60)
    assert house.lots.close(lot, person=PERSON).verdict == "rejected"


def test_the_same_seed_draws_the_same_sample(house: House) -> None:
    """As the protocol tells it, anybody can draw it again."""
    lot = drawn(house, aql="4.0")
    judged(house, lot)
    house.lots.close(lot, person=PERSON)
    row = house.batches.batch(BATCH)
    again = draw(house, row, Choice(aql="4.0"), person=PERSON, seed=lot.draft.seed)
    first, second = (
        [(unit.item, unit.page) for unit in house.lots.units(one.id)] for one in (lot, again)
    )
    assert first == second


def test_verdicts_are_added_to_and_never_changed(house: House) -> None:
    """The last one counts, the earlier ones stay; the database itself refuses anything else."""
    lot = drawn(house, aql="4.0")
    house.lots.judge(lot.id, 1, ("legible",), person="A")
    house.lots.judge(lot.id, 1, (), person="B")
    unit = house.lots.unit(lot.id, 1)
    assert (unit.faults, unit.person) == ((), "B")
    said = [(one.faults, one.person) for one in house.lots.history(lot.id, 1)]
    assert said == [(("legible",), "A"), ((), "B")]
    for deed in (VERDICTS.update().values(person="C"), VERDICTS.delete()):
        with (
            pytest.raises(sa.exc.IntegrityError, match="only added to"),
            house.ledger.engine.begin() as connection,
        ):
            connection.execute(deed)


def test_a_round_is_closed_when_all_is_seen_and_then_stays(house: House) -> None:
    """Open units hold it up; closed, it takes no verdict and is not closed again."""
    lot = drawn(house, aql="4.0")
    house.lots.judge(lot.id, 1, (), person=PERSON)
    with pytest.raises(InputError, match="INPUT-ACCEPT-OPEN") as caught:
        house.lots.close(lot, person=PERSON)
    assert caught.value.detail == "12"
    with pytest.raises(InputError, match="INPUT-ACCEPT-OPEN"):
        drawn(house)
    judged(house, lot)
    house.lots.close(lot, person=PERSON)
    for again in (
        lambda: house.lots.close(lot, person=PERSON),
        lambda: house.lots.judge(lot.id, 1, (), person=PERSON),
    ):
        with pytest.raises(InputError, match="INPUT-ACCEPT-CLOSED"):
            again()


def test_the_next_unit_goes_round(house: House) -> None:
    """Behind the last one comes the first that was passed over; none is left at the end."""
    lot = drawn(house, aql="4.0")
    assert house.lots.next_unit(lot.id) == 1
    house.lots.judge(lot.id, 13, (), person=PERSON)
    assert house.lots.next_unit(lot.id, after=12) == 1
    assert house.lots.next_unit(lot.id, after=1) == 2
    judged(house, lot)
    assert house.lots.next_unit(lot.id) is None


def test_a_rejected_paper_comes_back_only_as_another_scan(house: House, tmp_path: Path) -> None:
    """Its old bytes stay sent back; new bytes become a document; deliveries lack the old one."""
    lot = drawn(house, aql="4.0")
    judged(house, lot, 5)
    house.lots.close(lot, person=PERSON)
    unit = house.lots.unit(lot.id, 5)
    assert house.batches.again(BATCH, [unit.path, "/no/such"]) == 1
    (item,) = house.batches.waiting([BATCH], limit=9)
    house.batches.entered(item.id, unit.document_id, is_new=True)
    (item,) = [one for one in house.batches.items(BATCH) if one.id == unit.item]
    assert (item.state, item.code, item.is_done) == ("refused", "DOC-RESCAN", False)
    house.batches.again(BATCH, [unit.path])
    other = next(one.document_id for one in house.batches.items(BATCH) if one.id != unit.item)
    assert other is not None
    house.batches.entered(unit.item, other, is_new=False)
    (item,) = [one for one in house.batches.items(BATCH) if one.id == unit.item]
    assert item.state == "doubled"


def test_killed_in_the_middle_nothing_is_half(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A closing that dies before the papers go back is no closing; a sample likewise."""

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    lot = drawn(house, aql="4.0")
    judged(house, lot, 3)
    with monkeypatch.context() as patched:
        patched.setattr(lots, "_send_back", die)
        with pytest.raises(KeyboardInterrupt):
            house.lots.close(lot, person=PERSON)
    assert house.lots.lot(BATCH).closing is None
    assert all(item.is_done for item in house.batches.items(BATCH))
    assert house.lots.close(lot, person=PERSON).verdict == "accepted"

    def dying() -> Iterator[tuple[int, str, int]]:
        item = next(house.batches.items(BATCH))
        yield item.id, item.document_id or "", 0
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        house.lots.draw(BATCH, lot.draft, dying(), person=PERSON)
    assert len(house.lots.of(BATCH)) == 1


def test_a_stack_that_waits_holds_the_lot_up(house: House, tmp_path: Path) -> None:
    """Its papers are not known yet."""
    house.stacks.add(BATCH, [ItemDraft(path=str(tmp_path / "stack.pdf"))], piles="")
    with pytest.raises(InputError, match="INPUT-BATCH-OPEN"):
        drawn(house)


def test_a_batch_with_unfinished_papers_is_no_lot(house: House) -> None:
    """Neither is an empty one."""
    house.batches.create("empty", {})
    with pytest.raises(InputError, match="INPUT-BATCH-EMPTY"):
        draw(house, house.batches.batch("empty"), Choice(), person=PERSON)
    house.batches.add(BATCH, [ItemDraft(path="/new.pdf")])
    with pytest.raises(InputError, match="INPUT-BATCH-OPEN"):
        drawn(house)


def test_the_rescan_list_names_pages_and_why(house: House) -> None:
    """One row a paper."""
    lot = drawn(house, unit="page", aql="4.0")
    judged(house, lot, 2)
    rows = list(rescan_rows(house, lot))
    unit = house.lots.unit(lot.id, 2)
    assert len(rows) == 2
    assert rows[1][0] == unit.path
    assert rows[1][3] == "1"
    assert "sai thứ tự" in str(rows[1][4])


def test_the_protocol_says_who_when_plan_and_verdict(house: House) -> None:
    """As rows and as PDF; not before the round is closed."""
    lot = drawn(house, aql="4.0")
    row = house.batches.batch(BATCH)
    judged(house, lot, 2, 3)
    with pytest.raises(InputError, match="INPUT-ACCEPT-OPEN"):
        list(protocol_rows(house, row, lot))
    house.lots.close(lot, person="Lê Thị Bình")
    house.lots.checked(BATCH, documents=60, pages=60, counts={"CHECK-GAP": 2})
    lot = house.lots.lot(BATCH)
    rows = [list(one) for one in protocol_rows(house, row, lot)]
    told = {one[0]: one[1] for one in rows if len(one) == 2}
    assert told["Kết luận"] == "KHÔNG ĐẠT"
    assert told["Số hạt mầm của mẫu"] == lot.draft.seed
    assert told["Ac / Re"] == "1 / 2"
    assert str(told["Khóa sổ"]).startswith("Lê Thị Bình")
    assert str(told["  CHECK-GAP"]).startswith("2 ")
    assert len(rows[-1]) == 7
    assert protocol_pdf(house, row, lot).startswith(b"%PDF")


def test_the_whole_round_from_the_command_line(
    house: House, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Draw, judge, close, rescan list in and out, protocol; the exit code is the verdict."""
    data = ["--data", str(tmp_path / "data")]

    def sohoa(*arguments: str) -> int:
        return main(["batch", *arguments, *data])

    assert sohoa("sample", BATCH, "--aql", "4.0", "--person", PERSON) == 0
    assert "13 / 60 document  E Ac 1 Re 2" in capsys.readouterr().out
    assert sohoa("judge", BATCH, "1", "blurred", "--person", PERSON) == 2
    assert sohoa("judge", BATCH, "99", "good", "--person", PERSON) == 2
    judged(house, house.lots.lot(BATCH), 1, 2)
    assert sohoa("judge", BATCH, "1", "legible,straight", "--person", PERSON) == 0
    assert sohoa("close", BATCH, "--person", PERSON) == 1
    assert "KHÔNG ĐẠT" in capsys.readouterr().out
    listed = tmp_path / "quet-lai.csv"
    assert sohoa("rescan", BATCH, str(listed)) == 0
    assert sohoa("rescan", BATCH, str(listed)) == 2, "nothing is overwritten"
    with listed.open(encoding="utf-8-sig", newline="") as file:
        assert len(list(csv.reader(file))) == 3
    assert sohoa("add", BATCH, "--rescan", str(listed)) == 2, "the scans are not there"
    assert sohoa("protocol", BATCH, str(tmp_path / "bb.xlsx")) == 0
    assert load_workbook(tmp_path / "bb.xlsx").active["A1"].value.startswith("BIÊN BẢN")
    assert sohoa("protocol", BATCH, str(tmp_path / "bb.pdf"), "--sign") == 0
    assert b"/ByteRange" in (tmp_path / "bb.pdf").read_bytes()
