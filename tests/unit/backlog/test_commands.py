"""`sohoa batch`: what is typed wrongly is answered with its code, and changes nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.cli import main


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["new", "Lô 3"], "INPUT-BATCH-NAME"),
        (["new", "lo3", "--hours", "đêm"], "INPUT-BATCH-HOURS"),
        (["new", "lo3", "--profile", "tt99"], "INPUT-PROFILE"),
        (["new", "lo1"], "INPUT-BATCH-NAME"),
        (["add", "lo1", "{tmp}/none"], "INPUT-BATCH-SOURCE"),
        (["add", "lo1"], "INPUT-BATCH-SOURCE"),
        (["add", "lo1", "{tmp}", "--levels", "box,shelf"], "INPUT-BATCH-LEVELS"),
        (["add", "lo2", "{tmp}"], "INPUT-BATCH"),
        (["add", "lo1", "--list", "{tmp}/none.xlsx"], "INPUT-BATCH-SOURCE"),
        (["add", "lo1", "{tmp}", "--list", "{tmp}/l.csv", "--growing"], "INPUT-BATCH-STACKS"),
        (["add", "lo1", "--rescan", "{tmp}/l.csv", "--stacks"], "INPUT-BATCH-STACKS"),
        (["add", "lo1", "{tmp}", "--duplex-piles", "same"], "INPUT-BATCH-STACKS"),
        (["status", "lo2"], "INPUT-BATCH"),
        (["pause", "lo2"], "INPUT-BATCH"),
        (["deliver", "lo1", "{tmp}/out"], "INPUT-BATCH-EMPTY"),
        (["deliver", "lo1", "{tmp}/out", "--supplement", "--replace", "1"], "INPUT-BATCH-DELIVER"),
        (["deliver", "old", "{tmp}/out"], "INPUT-PROFILE"),
        (["check", "{tmp}"], "PACKAGE-NO-LIST"),
    ],
)
def test_wrong_use_is_told_with_its_code(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], code: str
) -> None:
    """Exit code 2, the code in both languages; no folder appears."""
    data = ["--data", str(tmp_path / "data")]
    assert main(["batch", "new", "lo1", *data]) == 0
    assert main(["batch", "new", "old", "--profile", "tt02-2019", *data]) == 0
    capsys.readouterr()
    given = [one.format(tmp=tmp_path) for one in arguments]
    assert main(["batch", *given, *data]) == 2
    assert code in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_pause_stands_in_the_status(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Paused, then not."""
    data = ["--data", str(tmp_path / "data")]
    assert main(["batch", "new", "lo1", *data]) == 0
    for command, is_paused in (("pause", True), ("resume", False)):
        assert main(["batch", command, "lo1", *data]) == 0
        capsys.readouterr()
        assert main(["batch", "status", *data]) == 0
        assert ("paused" in capsys.readouterr().out) is is_paused
