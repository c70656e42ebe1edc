"""A stack killed (SIGKILL) before each write, from its bytes to the jobs of its documents.

Real page line, splitter, feeder, store and ledger in a forked child; nothing is lost, nothing is
cut twice.
"""

from __future__ import annotations

import hashlib
import io
import shutil
import signal
from pathlib import Path

import pikepdf
import pytest
from PIL import Image, ImageDraw

from pipeline.assembly.batches import TakesIn
from pipeline.assembly.house import House
from pipeline.assembly.separator_sheets import separator_sheets
from pipeline.assembly.stacks import splitter
from pipeline.assembly.worker import build_page_line
from pipeline.backlog.feeder import Feeder, FeederOptions
from pipeline.backlog.scanning import drafts
from pipeline.engine.inline import InlinePages
from pipeline.engine.page_line import PageLine
from pipeline.model.records import JobState
from pipeline.model.stacks import Separator
from tests.faults.deaths import Deaths, in_child, told_apart

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

BATCH = "kho3"
LETTERS = ((2, 3), (5,))
"""Pages of the stack that are documents; 1 and 4 are separator sheets."""


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> PageLine:
    """Warm engines, made once; the children inherit them."""
    with House.open(tmp_path_factory.mktemp("warm"), environment={}) as house:
        return build_page_line(house.worker_options())


@pytest.fixture(scope="module")
def scan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sheet before each of two documents; every page has a width of its own."""
    path = tmp_path_factory.mktemp("scan") / "hop-1.pdf"
    with pikepdf.new() as stack:
        for ordinal, pages in enumerate(LETTERS, 1):
            sheet = separator_sheets([Separator(batch=BATCH, dossier="H05", ordinal=ordinal)])
            for data in (sheet, *map(_page, pages)):
                with pikepdf.open(io.BytesIO(data)) as part:
                    stack.pages.extend(part.pages)
        stack.save(path, deterministic_id=True)
    return path


def _page(number: int) -> bytes:
    image = Image.new("L", (800 + number, 1100), 255)
    ImageDraw.Draw(image).rectangle((200, 500, 600, 540 + 10 * number), fill=0)
    data = io.BytesIO()
    image.save(data, "PDF", resolution=100)
    return data.getvalue()


def work(line: PageLine, data: Path, *, confirm: str, kill_at: int | None, record: Path) -> int:
    """Split, confirm and take in, in a child; return its exit code."""

    def call() -> int:
        settings = {"SOHOA_STAGES__STACK__CONFIRM": confirm}
        with House.open(data, environment=settings) as house:
            Deaths(data, kill_at=kill_at, record=record)
            splitting = splitter(house, InlinePages(line), lambda: None, only=BATCH)
            feeding = Feeder(
                batches=house.batches,
                takes_in=TakesIn(receiving=house.receiving),
                options=FeederOptions(window=9, priority=50),
                wake=lambda: None,
                hold=lambda _: None,
                parts_dir=house.layout.parts,
            )
            while splitting.step():
                pass
            for stack in house.stacks.waiting():
                assert stack.plan is not None
                house.stacks.confirm(stack.id, stack.plan, person="Lan")
            while splitting.step() or feeding.step():
                pass
            splitting.sweep()
        return 0

    return in_child(call)


def assert_whole(data: Path, scan: Path, point: str) -> None:
    """Each document once, with its own pages; the stack's bytes kept; no rest anywhere."""
    digest = hashlib.sha256(scan.read_bytes()).hexdigest()
    with House.open(data, environment={}) as house:
        assert house.stacks.counts(BATCH) == {"cut": 1}, point
        assert house.store.path(digest).read_bytes() == scan.read_bytes(), point
        items = list(house.batches.items(BATCH))
        assert [item.state for item in items] == ["entered", "entered"], point
        assert [item.part.pages for item in items if item.part] == list(LETTERS), point
        jobs = {job.id: job for job in house.history.jobs(limit=10)}
        assert {item.document_id for item in items} == set(jobs), point
        assert {job.state for job in jobs.values()} == {JobState.RECEIVED}, point
        for item in items:
            assert item.document_id is not None
            assert item.dossier == {"notation": "H05"}, point
            (told,) = house.history.remarks(item.document_id)
            assert (told.code, told.facts["stack"]) == ("STACK-PART", digest), point
            with pikepdf.open(house.store.path(item.document_id)) as part:
                widths = [round(float(page.mediabox[2]) / 0.72) for page in part.pages]
            assert item.part is not None
            assert widths == [800 + number for number in item.part.pages], point
        stored = {
            path.name for path in (data / "store").rglob("*") if len(path.name) == len(digest)
        }
        assert stored == {digest, *jobs}, point
        assert not [path for path in house.layout.parts.rglob("*") if path.is_file()], point


@pytest.mark.parametrize("confirm", ["doubtful", "always"])
def test_a_stack_survives_a_kill_before_each_write(
    line: PageLine, scan: Path, tmp_path: Path, confirm: str
) -> None:
    """Sure stacks and confirmed ones; a third run finds nothing to do."""
    before = tmp_path / "before"
    with House.open(before, environment={}) as house:
        house.batches.create(BATCH, {})
        found = drafts(scan, levels=(), is_folder_document=False)
        house.stacks.add(BATCH, found, piles="")

    def made(name: str) -> Path:
        return shutil.copytree(before, tmp_path / name)

    record = tmp_path / "points"
    undisturbed = made("undisturbed")
    assert work(line, undisturbed, confirm=confirm, kill_at=None, record=record) == 0
    points = record.read_text().splitlines()
    assert_whole(undisturbed, scan, "no kill")
    assert {"os.link ", "os.rename .part", "INSERT INTO batch_items", "commit"} <= set(points)
    numbered = told_apart(points)
    if confirm == "always":  # before its pictures and after its first part it is as the sure one
        span = range(points.index("open .jpg"), points.index("os.rename .part"))
        numbered = [one for one in numbered if one[0] in span]
    for number, point in numbered:
        data = made(f"killed-{number}")
        code = work(line, data, confirm=confirm, kill_at=number, record=record)
        assert code == -signal.SIGKILL, point
        assert work(line, data, confirm=confirm, kill_at=None, record=record) == 0, point
        assert_whole(data, scan, f"{number} {point}")
    assert work(line, data, confirm=confirm, kill_at=None, record=record) == 0
    assert "INSERT INTO batch_items" not in record.read_text()
    assert_whole(data, scan, "third run")
