"""The runners measure what they say and print tables without real names."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import pytest

from bench import accuracy, side_by_side
from bench.backlog.run import faults
from bench.cases import Case
from bench.field_report import report_fields
from bench.real_text import score_real_text
from bench.scoring import Tally, TextScore
from bench.side_by_side import Outcome, score_document
from bench.sohoa_runs import Measured, ProgramMissingError, measure, program

TRUTH: dict[str, Any] = {
    "pages": [
        {
            "number": 1,
            "lines": [
                {"text": "Số: 12/QĐ-UBND", "kind": "text"},
                {"text": "ĐẾN", "kind": "stamp"},
            ],
        },
        {"number": 2, "lines": [{"text": "Điều 1. Nay", "kind": "text"}]},
    ]
}


def test_measure_returns_codes_and_time() -> None:
    cost = measure(lambda: [0, 3])
    assert cost.exit_codes == (0, 3)
    assert 0 <= cost.wall_s < 5


def test_missing_program_is_named() -> None:
    with pytest.raises(ProgramMissingError, match="no-such-tool is not installed"):
        program("no-such-tool")


def test_document_score_counts_missing_pages_as_lost() -> None:
    score = score_document(TRUTH, ["ĐẾN Số: 12/QĐ-UBND"])
    assert score.lines == Tally(errors=9, letters=22)
    assert score.inserted == 0


def _outcome(name: str, speed: float) -> Outcome:
    return Outcome(
        name=name, pages_per_min=speed, cer=0.01, cer_with_spaces=0.02, line_cer=0.005,
        numeral_error=0.0, bytes_per_page=60_000, peak_tree_mb=900, peak_process_mb=400,
        wall_s=10, missing=0,
    )  # fmt: skip


def test_comparison_pairs_runs_and_prints_ratios(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    calls: list[str] = []

    def sohoa(*_: object) -> Outcome:
        calls.append("sohoa")
        return _outcome("sohoa", 80)

    def other(*_: object) -> Outcome:
        calls.append("ocrmypdf")
        return _outcome("ocrmypdf", 8)

    monkeypatch.setattr(side_by_side, "_sohoa", sohoa)
    monkeypatch.setattr(side_by_side, "_ocrmypdf", other)
    monkeypatch.setattr(side_by_side, "CACHE", tmp_path)
    parser = argparse.ArgumentParser()
    side_by_side.add_arguments(parser)
    arguments = ["--pages", "1", "--runs", "2", "--json", str(tmp_path / "out.json")]
    assert side_by_side.main(parser.parse_args(arguments)) == 0
    assert calls == ["sohoa", "ocrmypdf", "ocrmypdf", "sohoa"]
    assert "| pages/min | 80.00 | 8.00 | 10.00, 10.00 |" in capsys.readouterr().out
    assert '"pages_per_min": 80' in (tmp_path / "out.json").read_text(encoding="utf-8")


def test_a_program_that_drops_papers_is_not_the_quicker_for_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Speed and size count delivered pages alone; the text of the others is lost."""
    monkeypatch.setattr(side_by_side, "pdf_pages_text", lambda _: ["Số: 12/QĐ-UBND", "Điều 1. Nay"])
    there = tmp_path / "a.pdf"
    there.write_bytes(b"x" * 200)
    truths = [{**TRUTH, "file": "scans/a.pdf"}, {**TRUTH, "file": "scans/b.pdf"}]
    cost = Measured(wall_s=60.0, peak_tree_mb=1, peak_process_mb=1, exit_codes=(0,))
    one = side_by_side._outcome("sohoa", truths, {"a.pdf": there}, cost)
    assert (one.pages_per_min, one.bytes_per_page, one.missing) == (2.0, 100.0, 1)
    assert one.line_cer == pytest.approx(0.5)
    none = side_by_side._outcome("sohoa", truths, {}, cost)
    assert (none.pages_per_min, none.missing) == (0.0, 2)


@pytest.mark.parametrize(
    ("step", "value"),
    [
        ("whole", ["a.pdf: not sealed"]),
        ("quarantined", 1),
        ("run", {"kills": 2}),
        ("delivered", {"exit_code": 2, "checked": 0}),
        ("delivered", {"exit_code": 0, "checked": 1}),
        ("judged", {"packages": 0, "wrong": []}),
        ("judged", {"packages": 9, "wrong": [["CSIP1"]]}),
    ],
)
def test_a_long_run_is_good_only_when_every_step_is(step: str, value: object) -> None:
    """A delivery that was not written has no package that is not clean: that is no success."""
    good = {
        "whole": [], "quarantined": 0, "run": {"kills": 3},
        "delivered": {"exit_code": 0, "checked": 0}, "judged": {"packages": 9, "wrong": []},
    }  # fmt: skip
    assert faults(good, kills=3) == []
    assert len(faults({**good, step: value}, kills=3)) == 1


def test_accuracy_prints_figures_and_no_values(capsys: pytest.CaptureFixture[str]) -> None:
    case = Case(
        path=Path("a.pdf"), fields={"signer_name": "Lò Bá Quyết"}, is_number_by_hand=False,
        is_day_by_hand=False, secrecy="", label="letter 1", truth={},
    )  # fmt: skip
    record = {"state": "registered", "fields": {"signer_name": {"value": "Lò Ba Quyết"}}}
    report = report_fields([case], [record])
    accuracy._print("letters", report, (TextScore(), 0), 1.0, show=False)
    out = capsys.readouterr().out
    assert "| signer_name | 0 | 1 | 0.0% |" in out
    assert "Quyết" not in out
    assert accuracy._as_json(report, TextScore(), 1.0, show=False)["failures"] == []


def test_letters_are_skipped_with_a_reason(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    parser = argparse.ArgumentParser()
    accuracy.add_arguments(parser)
    options = parser.parse_args(["--set", "letters", "--shared", str(tmp_path)])
    assert accuracy.main(options) == 0
    assert "skipped: no letters in" in capsys.readouterr().out


def test_accuracy_over_a_generated_set(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cost = Measured(wall_s=1.0, peak_tree_mb=1, peak_process_mb=1, exit_codes=(0,))
    monkeypatch.setattr(accuracy, "run_sohoa", lambda *_, **__: ([], cost))
    monkeypatch.setattr(side_by_side, "CACHE", tmp_path)
    parser = argparse.ArgumentParser()
    accuracy.add_arguments(parser)
    arguments = ["--set", "generator", "--count", "1", "--data", str(tmp_path / "data")]
    assert accuracy.main(parser.parse_args(arguments)) == 0
    assert "no answer 1" in capsys.readouterr().out


def test_real_lines_are_scored_on_their_page(tmp_path: Path) -> None:
    folder = tmp_path / "real_text"
    folder.mkdir()
    rows = '{"letter": "a.pdf", "letter_page": 2, "text": "Điều 1"}\n'
    (folder / "lines.jsonl").write_text(rows + rows.replace("a.pdf", "b.pdf"), encoding="utf-8")
    (tmp_path / "a.txt").write_text("trang một\fĐiều 1 và dấu", encoding="utf-8")
    score, silent = score_real_text(tmp_path, {"a.pdf": {"text": str(tmp_path / "a.txt")}})
    assert score.lines == Tally(errors=0, letters=5)
    assert score.inserted == 0
    assert silent == 1
