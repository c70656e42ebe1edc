"""Read again by a later reader, killed (SIGKILL) on the way: whole, once, the former files kept."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import traceback
from pathlib import Path

import pytest
import sqlalchemy as sa
from openpyxl import load_workbook

from pipeline.assembly.house import House
from pipeline.assembly.reprocessing import Outcome, Reprocessing
from pipeline.assembly.worker import build_page_line
from pipeline.cli import main
from pipeline.engine.inline import InlinePages
from pipeline.engine.page_line import PageLine
from pipeline.ledger.rereading import Choice
from pipeline.ledger.tables import ARTIFACTS, FIELDS
from pipeline.model.codec import field_to_json
from pipeline.model.records import Field, FieldSource, JobState
from pipeline.model.stage import Secret, StageResult, Work
from stages import read
from stages.sign.check import check_signature
from tests.faults.test_kill import Killer, run

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

SAID = "Trích yếu do người xác nhận"


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> PageLine:
    """Warm engines, made once; the children inherit them."""
    with House.open(tmp_path_factory.mktemp("warm"), environment={}) as house:
        return build_page_line(house.worker_options())


@pytest.fixture(scope="module")
def old(line: PageLine, samples: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with one letter that an older reader read badly; its subject is confirmed."""
    folder = tmp_path_factory.mktemp("old")
    scan = samples / "scans" / "04-thong-bao-lech.pdf"
    status = run(line, folder / "data", scan, kill_at=None, record=folder / "points")
    assert os.waitstatus_to_exitcode(status) == 0
    with House.open(folder / "data", environment={}) as house:
        (job,) = house.history.jobs()
        house.ledger.confirm(job.id, {"subject": SAID}, person="Lan")
        badly = Field(name="type", value="Thông cáo", confidence=0.1, source=FieldSource.PRINTED)
        surely = Field(name="place", value="Nơi khác", confidence=1.0, source=FieldSource.PRINTED)
        with house.ledger.engine.begin() as connection:
            connection.execute(
                ARTIFACTS.update().where(ARTIFACTS.c.kind == "pages").values(made_by="read")
            )
            for item in (badly, surely):
                connection.execute(
                    FIELDS.update()
                    .where(FIELDS.c.name == item.name)
                    .values(record=json.dumps(field_to_json(item)))
                )
    return folder / "data"


def again(house: House, line: PageLine) -> Reprocessing:
    """The work over a house, without worker processes."""
    return Reprocessing(
        plan=house.plan(),
        ledger=house.ledger,
        history=house.history,
        store=house.store,
        index=house.index,
        pool=InlinePages(line),
        scratch=house.scratch,
        observer=house.observer,
        revision=read.REVISION,
        read_by=house.read_by,
        priority=house.batch_options.priority,
    )


def in_child(line: PageLine, data: Path, *, kill_at: int | None, record: Path) -> int:
    """Read again in a child; return its exit code, negative when it was killed."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            with House.open(data, observer=Killer(kill_at, record), environment={}) as house:
                choice = Choice(before=read.REVISION)
                status = 0 if again(house, line).run(choice, lambda _: None) else 3
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def copied(old: Path, target: Path) -> Path:
    """A copy of the data folder whose delivered file lies in the copy too."""
    shutil.copytree(old, target)
    with House.open(target, environment={}) as house, house.ledger.engine.begin() as connection:
        connection.execute(
            sa.text("UPDATE jobs SET delivered_path = replace(delivered_path, :old, :new)"),
            {"old": str(old), "new": str(target)},
        )
    return target


def assert_read_again(data: Path, before: dict[str, str], point: str) -> None:
    """Check all that must hold of the letter that was read again."""
    with House.open(data, environment={}) as house:
        (job,) = house.history.jobs()
        assert (job.state, job.arrival_number) == (JobState.DONE, 1), point
        files = house.history.artifacts(job.id)
        assert files["pages"].made_by == house.read_by, point
        assert files["sealed"].digest != before["sealed"], point
        assert {kind: files[f"{kind}~1"].digest for kind in before} == before, point
        assert all(house.store.verify(one.digest) for one in files.values()), point
        delivered = Path(job.delivered_path or "")
        assert delivered.read_bytes() == house.store.path(files["sealed"].digest).read_bytes()
        check_signature(delivered.read_bytes())
        assert len(list(delivered.parent.glob("*.pdf"))) == 1, point
        fields = house.history.fields(job.id)
        assert fields["type"].value == "Thông báo", point
        assert (fields["subject"].value, fields["subject"].source) == (SAID, FieldSource.PERSON)
        assert fields["place"].value == "Nơi khác", "the surer reading holds"
        assert house.index.count() == 1, point
        entries = house.register.rows("den", job.year or 0)
        assert [row.entry.type_name for row in entries] == ["Thông báo"], point


def test_a_kill_anywhere_leaves_the_old_or_the_new_reading_whole(
    line: PageLine, old: Path, tmp_path: Path
) -> None:
    """The second run ends what the first began; a third finds nothing to do."""
    with House.open(old, environment={}) as house:
        (job,) = house.history.jobs()
        held = house.history.artifacts(job.id)
        before = {kind: held[kind].digest for kind in ("pages", "layers", "text", "sealed", "pdfa")}
    record = tmp_path / "points"
    assert in_child(line, copied(old, tmp_path / "whole"), kill_at=None, record=record) == 0
    assert_read_again(tmp_path / "whole", before, "no kill")
    points = record.read_text().split()
    deadly = ["read.before-guard", "sign.noted", "reprocess.kept", "reprocess.indexed",
              "reprocess.delivered"]  # fmt: skip
    for point in deadly:
        data = copied(old, tmp_path / point)
        assert (
            in_child(line, data, kill_at=points.index(point), record=record) == -signal.SIGKILL
        ), point
        assert in_child(line, data, kill_at=None, record=record) == 0, point
        assert_read_again(data, before, point)
        with House.open(data, environment={}) as house:
            seen: list[Outcome] = []
            assert again(house, line).run(Choice(before=read.REVISION), seen.append)
            assert seen == [], point


def test_a_mark_found_at_last_leaves_all_as_it_was(
    line: PageLine, old: Path, tmp_path: Path
) -> None:
    """The keeper is told; nothing of the reading is kept."""

    class Finds:
        name, revision, options_digest = "guard", 1, ""

        def run(self, work: Work) -> StageResult:
            return Secret(page=work.pages[0].number)

    data = copied(old, tmp_path / "data")
    with House.open(data, environment={}) as house, contextlib.ExitStack():
        (job,) = house.history.jobs()
        held = house.history.artifacts(job.id)
        work = again(house, line)
        work.plan = type(work.plan)(guard=Finds(), stages=work.plan.stages)  # type: ignore[arg-type]
        seen: list[Outcome] = []
        assert not work.run(Choice(before=read.REVISION), seen.append)
        assert [one.error.code for one in seen if one.error] == ["REPROCESS-SECRET"]
        assert house.history.artifacts(job.id) == held


def test_the_command_reads_again_and_says_what_changed(
    old: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Dry run, run, report in both forms; wrong use is told."""
    data = copied(old, tmp_path / "data")
    command = ["reprocess", "--data", str(data)]
    assert main([*command, "--since", "99"]) == 2
    assert main([*command, "--batch", "none"]) == 2
    capsys.readouterr()
    assert main([*command, "--dry-run", "--folder", "den"]) == 0
    assert capsys.readouterr().out == ""
    assert main([*command, "--dry-run"]) == 0
    assert len(capsys.readouterr().out.split()) == 1
    report = tmp_path / "changes.xlsx"
    assert main([*command, "--since", str(read.REVISION), "--report", str(report)]) == 0
    rows = list(load_workbook(report).active.values)
    assert [row[3:6] for row in rows[1:]] == [("type", "Thông cáo", "Thông báo")]
    assert main([*command, "--report", str(tmp_path / "changes.json")]) == 0, "nothing left to do"
    (told,) = json.loads((tmp_path / "changes.json").read_text())
    assert (told["name"], told["after"], told["is_registered"]) == ("type", "Thông báo", True)
    assert main([*command, "--report", str(report)]) == 2, "nothing is overwritten"
    assert main(["audit", "--rate", "0", "--data", str(data)]) == 0
    assert "0 không còn dùng" in capsys.readouterr().err
