"""`sohoa batch sample | judge | close | protocol | deliver` killed (SIGKILL) before every write.

What a restart leaves is what an undisturbed run leaves: whole, once, without a rest.
"""

from __future__ import annotations

import shutil
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from bench.packages import finish_paper
from pipeline.assembly.house import House
from pipeline.cli import main
from stages.sign.check import check_signature
from tests.faults.deaths import Deaths, in_child, told_apart

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

BATCH = "bench"
PERSON = ("--person", "Trần Văn Cường")
SAMPLE = ("sample", BATCH, "--aql", "4.0", "--seed", "5e", *PERSON)
PAPERS, DRAWN, BAD = 60, 13, 2


def with_papers(data: Path, count: int) -> Path:
    """Make a data folder with a batch of finished papers."""
    with House.open(data, environment={}) as opened:
        opened.batches.create(BATCH, {"profile": "tt05-2025", "agency": "H30", "fonds": "P05"})
        for number in range(count):
            finish_paper(opened, number)
    return data


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with papers enough for a sample."""
    return with_papers(tmp_path_factory.mktemp("finished") / "data", PAPERS)


def sohoa(data: Path, *words: str) -> int:
    """Run a part of `sohoa batch`."""
    return main(["batch", *words, "--data", str(data)])


def killed_everywhere(
    before: Path, tmp_path: Path, words: tuple[str, ...], whole: Callable[[Path], None]
) -> Path:
    """Kill the command at each of its writes, run it again, and check; return an unkilled end.

    Args:
        before: data folder as the command finds it; copied.
        tmp_path: room.
        words: of the command; `{data}` stands for the data folder.
        whole: checks what must hold after the repetition.
    """

    def run(data: Path, kill_at: int | None) -> int:
        given = [word.format(data=data) for word in words]

        def call() -> int:
            Deaths(data, kill_at=kill_at, record=tmp_path / "points")
            return sohoa(data, *given)

        return in_child(call)

    undisturbed = tmp_path / "undisturbed"
    shutil.copytree(before, undisturbed)
    exit_code = run(undisturbed, None)
    whole(undisturbed)
    points = (tmp_path / "points").read_text().splitlines()
    assert len(points) > 2
    for number, point in told_apart(points):
        data = tmp_path / "killed"
        shutil.copytree(before, data)
        assert run(data, number) == -signal.SIGKILL, point
        again = run(data, None)
        assert again in {exit_code, 2}, point  # 2: it was done, and is not done twice
        whole(data)
        shutil.rmtree(data)
    return undisturbed


def test_a_sample_is_drawn_whole_or_not_at_all(finished: Path, tmp_path: Path) -> None:
    """One round with all its units, the same that an undisturbed run draws."""
    drawn: list[list[int]] = []

    def whole(data: Path) -> None:
        with House.open(data, environment={}) as house:
            (lot,) = house.lots.of(BATCH)
            units = [unit.item for unit in house.lots.units(lot.id)]
            assert len(units) == lot.draft.sample_size == DRAWN
            drawn.append(units)

    killed_everywhere(finished, tmp_path, SAMPLE, whole)
    assert len(drawn) > 2
    assert all(one == drawn[0] for one in drawn)


@pytest.fixture(scope="module")
def judged(finished: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The batch with a round of which every unit is judged but the first."""
    data = tmp_path_factory.mktemp("judged") / "data"
    shutil.copytree(finished, data)
    assert sohoa(data, *SAMPLE) == 0
    with House.open(data, environment={}) as house:
        lot = house.lots.lot(BATCH)
        for ordinal in range(2, DRAWN + 1):
            faults = ("legible",) if ordinal <= BAD else ()
            house.lots.judge(lot.id, ordinal, faults, person=PERSON[1])
    return data


def test_a_verdict_is_there_or_is_asked_for_again(judged: Path, tmp_path: Path) -> None:
    """After the repetition the unit has its verdict, and no other unit another one."""

    def whole(data: Path) -> None:
        with House.open(data, environment={}) as house:
            lot = house.lots.lot(BATCH)
            assert house.lots.unit(lot.id, 1).faults == ("order",)
            tally = house.lots.tally(lot.id)
            assert (tally.judged, tally.bad) == (DRAWN, BAD)

    killed_everywhere(judged, tmp_path, ("judge", BATCH, "1", "order", *PERSON), whole)


def test_a_closed_round_has_sent_its_bad_papers_back(judged: Path, tmp_path: Path) -> None:
    """One verdict on the lot, each bad paper sent back; the protocol then appears whole."""
    sohoa(judged, "judge", BATCH, "1", "good", *PERSON)

    def closed(data: Path) -> None:
        with House.open(data, environment={}) as house:
            closing = house.lots.lot(BATCH).closing
            assert closing is not None
            assert (closing.verdict, closing.bad) == ("accepted", 1)
            codes = [item.code for item in house.batches.items(BATCH) if not item.is_done]
            assert codes == ["DOC-RESCAN"]

    after = killed_everywhere(judged, tmp_path, ("close", BATCH, *PERSON), closed)
    done = after.rename(tmp_path / "closed")

    def told(data: Path) -> None:
        protocol = data / "bien-ban.pdf"
        check_signature(protocol.read_bytes())
        assert not list(data.glob(".*")), "no half-made file is left"
        closed(data)

    words = ("protocol", BATCH, "{data}/bien-ban.pdf", "--sign")
    killed_everywhere(done, tmp_path, words, told)


def test_a_delivery_reads_back_whole(tmp_path: Path) -> None:
    """Each package once, the list signed, nothing foreign beside them."""

    def whole(data: Path) -> None:
        assert len(list((data / "nop").glob("*.zip"))) == 1
        assert sohoa(data, "check", str(data / "nop")) == 0

    few = with_papers(tmp_path / "data", 2)
    killed_everywhere(few, tmp_path, ("deliver", BATCH, "{data}/nop"), whole)
