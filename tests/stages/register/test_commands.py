"""`sohoa register …` over a data folder."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pikepdf
import pytest

from pipeline.cli import main
from stages.register import EmbeddedRegister, Place
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
    assert run("statistics", *period, "--pdf", str(tmp_path / "tk.pdf"))[0] == 0
    assert (tmp_path / "tk.pdf").read_bytes().startswith(b"%PDF")


def test_the_printed_register_is_signed_when_asked(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The whole stands under one signature, which bears the agency's name and no kind of copy."""
    (tmp_path / "data" / "sohoa.toml").write_text('[stages.sign]\nagency = "Xã An Bình"\n')
    for name, more in (("plain", ()), ("signed", ("--sign",))):
        file = tmp_path / f"{name}.pdf"
        assert run("export", str(file), "--year", "2026", *more)[0] == 0
    with pikepdf.open(tmp_path / "signed.pdf") as pdf:
        (field,) = pdf.Root.AcroForm.Fields
        look = bytes(field.AP.N.read_bytes())
        covered = [int(one) for one in field.V.ByteRange]
        fonts = field.AP.N.Resources.Font
        assert len(pdf.pages) == 2
    assert sum(covered[2:]) == (tmp_path / "signed.pdf").stat().st_size
    assert look
    assert fonts
    assert main(["verify", str(tmp_path / "signed.pdf"), "--data", str(tmp_path / "data")]) == 2
    said = capsys.readouterr().out
    assert "SIGN-DEVELOPMENT" in said or "thử nghiệm" in said.lower() or "untrusted" in said.lower()
    assert b"/ByteRange" not in (tmp_path / "plain.pdf").read_bytes()


def test_many_that_are_late_leave_room_for_what_is_still_in_time(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A reminder of tomorrow's day is worth more than one of the five hundredth late letter."""
    monkeypatch.setattr("pipeline.assembly.registry._REMINDERS_MAX", 2)
    today = on_a_day(monkeypatch, "2026-05-07")
    register = EmbeddedRegister(tmp_path / "data" / "register.sqlite")
    for number, days in ((2, -3), (3, -2), (4, -1), (5, 1)):
        due = today + dt.timedelta(days=days)
        entry = dataclasses.replace(ENTRY, document_id=f"d{number}", due_date=f"{due}")
        register.enter(entry, key=f"den:d{number}")
    register.close()
    lines = run("reminders")[1].splitlines()
    assert [line.split()[0] for line in lines] == [
        f"{today + dt.timedelta(days=n)}" for n in (-3, -2, 1)
    ]


def on_a_day(monkeypatch: pytest.MonkeyPatch, iso: str) -> dt.date:
    """Let the register think that it is a day; return it."""
    today = dt.date.fromisoformat(iso)
    monkeypatch.setattr("pipeline.assembly.registry._today", lambda: today)
    return today


def test_a_term_that_ends_on_a_day_off_runs_until_the_office_works(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Due in the days of Tết, it is overdue on the second day of work, and told of before Tết."""
    register = EmbeddedRegister(tmp_path / "data" / "register.sqlite")
    register.enter(
        dataclasses.replace(ENTRY, document_id="d2", due_date="2026-02-17"), key="den:d2"
    )
    register.close()
    for today, code, told in (
        ("2026-02-11", 0, ""),  # Wednesday; the third working day after it is the 23rd
        ("2026-02-10", 0, None),
        ("2026-02-23", 0, "sắp đến hạn"),
        ("2026-02-24", 1, "quá hạn"),
    ):
        on_a_day(monkeypatch, today)
        ended, out, _ = run("reminders")
        assert (ended, told is not None) == (code, bool(out)), today
        assert (told or "") in out


def test_reminders(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is overdue gives exit code 1, what is due soon is listed, the rest is not."""
    today = on_a_day(monkeypatch, "2026-05-05")
    register = EmbeddedRegister(tmp_path / "data" / "register.sqlite")
    for number, days in ((2, 3), (3, 4), (4, -1)):
        due = today + dt.timedelta(days=days)
        entry = dataclasses.replace(ENTRY, document_id=f"d{number}", due_date=f"{due}")
        register.enter(entry, key=f"den:d{number}")
    code, out, _ = run("reminders")
    lines = out.splitlines()
    assert code == 1
    assert [line.split()[0] for line in lines] == [
        f"{today + dt.timedelta(days=n)}" for n in (-1, 3)
    ]
    assert "quá hạn" in lines[0]
    assert "sắp đến hạn" in lines[1]
    assert len(run("reminders", "--days", "4", "--json")[1].splitlines()) == 3
    late = Place(book="den", year=2026, arrival_number=4)
    register.set_status(late, "06", person="An")
    register.close()
    assert run("reminders")[0] == 0
