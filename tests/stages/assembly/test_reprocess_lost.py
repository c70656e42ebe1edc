"""Reading again where the store has lost a file: that document alone stays as it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.packages import finish_paper
from pipeline.assembly.house import House
from pipeline.assembly.reprocessing import Outcome, Reprocessing
from pipeline.ledger.rereading import Change, Choice
from pipeline.ledger.rows import JobRow
from pipeline.model.errors import OperatorError
from pipeline.model.records import Artifact
from stages import read


class Reading(Reprocessing):
    """Finds the first document's file gone, in one of the two places where it is looked for."""

    fault: Exception = FileNotFoundError()
    seen: int = 0

    def _read(self, job: JobRow) -> tuple[Change, ...]:
        type(self).seen += 1
        if self.seen == 1:
            raise self.fault
        return ()

    def _publish(self, job: JobRow) -> None:
        """Nothing is published here."""


@pytest.mark.parametrize(
    ("fault", "read_on"),
    [
        (FileNotFoundError(), True),
        (OperatorError("SYS-STORE-LOST"), True),
        (OperatorError("SYS-DISK-FULL"), False),
    ],
)
def test_a_lost_file_holds_up_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, fault: Exception, read_on: bool
) -> None:
    """What the store has lost is told; what is away for all ends the run."""
    monkeypatch.setattr(Reading, "fault", fault)
    monkeypatch.setattr(Reading, "seen", 0)
    with House.open(tmp_path / "data", environment={}) as house:
        house.batches.create("bench", {"profile": "tt05-2025", "agency": "H30", "fonds": "P05"})
        for number in range(3):
            finish_paper(house, number)
        for job in house.history.jobs():
            pages = Artifact(kind="pages", digest="0" * 64, size_bytes=1, made_by="read")
            house.ledger.stage_done(
                job.id, stage="read", key="k", outcome="done", seconds=0.0, artifacts=[pages]
            )
        work = Reading(
            plan=house.plan(), ledger=house.ledger, history=house.history, store=house.store,
            index=house.index, pool=None, scratch=house.scratch, observer=house.observer,  # type: ignore[arg-type]
            revision=read.REVISION, read_by=house.read_by, priority=50,
        )  # fmt: skip
        told: list[Outcome] = []
        assert not work.run(Choice(before=read.REVISION), told.append)
    assert len(told) == (3 if read_on else 1)
    error = told[0].error
    assert error is not None
    assert error.code == ("SYS-STORE-LOST" if read_on else "SYS-DISK-FULL")
    assert all(one.error is None for one in told[1:])
