"""`sohoa register …` over a data folder."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from pipeline.cli import main
from stages.register import EmbeddedRegister
from tests.unit.register.test_embedded import ENTRY

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Give the command line over a register with one entry."""
    data = tmp_path / "data"
    data.mkdir()
    register = EmbeddedRegister(data / "register.sqlite")
    register.enter(ENTRY, key="den:d1")
    register.close()

    def call(*words: str) -> tuple[int, str, str]:
        code = main(["register", *words, "--data", str(data)])
        said = capsys.readouterr()
        return code, said.out, said.err

    return call


def test_correct_and_show(run: Run) -> None:
    """A correction shows with what was before; nonsense is told by its code."""
    words = ("correct", "1/2026", "subject", "Về việc khác")
    assert run(*words, "--person", "An", "--reason", "đọc nhầm")[0] == 0
    code, out, _ = run("show", "1/2026", "--json")
    told = json.loads(out)
    assert code == 0
    assert told["values"]["subject"] == "Về việc khác"
    assert told["changes"][0]["before"] == "Về việc số hóa"
    assert "Về việc số hóa" in run("show", "1/2026")[1]
    for words, wanted in (
        (("show", "9/2026"), "INPUT-REGISTER-ENTRY"),
        (("correct", "1/2026", "subject", "x", "--person", " "), "INPUT-REGISTER-VALUE"),
        (("correct", "1/2026", "key", "x", "--person", "An"), "INPUT-REGISTER-VALUE"),
    ):
        code, _, err = run(*words)
        assert (code, wanted in err) == (2, True)


def test_export_writes_what_is_not_there(run: Run, tmp_path: Path) -> None:
    """Three kinds by their endings; nothing is overwritten."""
    for ending, start in ((".pdf", b"%PDF"), (".xlsx", b"PK"), (".csv", b"\xef\xbb\xbf")):
        file = tmp_path / f"so{ending}"
        assert run("export", str(file), "--year", "2026")[0] == 0
        assert file.read_bytes().startswith(start)
        code, _, err = run("export", str(file), "--year", "2026")
        assert (code, "INPUT-EXPORT-FILE" in err) == (2, True)
    assert "INPUT-EXPORT-KIND" in run("export", str(tmp_path / "so.docx"))[2]
    assert "INPUT-REGISTER-BOOK" in run("export", str(tmp_path / "x.csv"), "--book", "dne")[2]


def test_statistics(run: Run, tmp_path: Path) -> None:
    """As lines, as JSON, as XLSX."""
    period = ("--from", "2026-05-01", "--to", "2026-05-31")
    assert "đến 1" in run("statistics", *period)[1]
    told = json.loads(run("statistics", *period, "--json")[1])
    assert told["total"]["arrived"] == 1
    assert run("statistics", *period, "--xlsx", str(tmp_path / "tk.xlsx"))[0] == 0
    assert openpyxl.load_workbook(tmp_path / "tk.xlsx")["Tổng hợp"]["B3"].value == 1
