"""`sohoa review` as a clerk calls it: asked, answered, gone on; examples kept where wanted."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bench import examples
from bench.generator.truthfile import read_truths

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

SOHOA = [sys.executable, "-c", "from pipeline.entry import main; main()"]
ROOT = Path(__file__).resolve().parents[3]
LETTER = "scans/01-quyet-dinh.pdf"


def sohoa(*arguments: object, typed: str = "") -> subprocess.CompletedProcess[str]:
    """Call the command line with something typed."""
    return subprocess.run(
        [*SOHOA, *map(str, arguments)],
        input=typed,
        capture_output=True,
        text=True,
        timeout=200,
        cwd="/",
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=False,
    )


def test_a_letter_is_asked_for_corrected_and_goes_on(samples: Path, tmp_path: Path) -> None:
    settings = tmp_path / "always.toml"
    settings.write_text('[stages.review]\npolicy = "always"\nkeep_examples = true\n', "utf-8")
    here = ("--data", tmp_path / "data", "--config", settings)
    first = sohoa("run", samples / LETTER, "--json", *here)
    assert json.loads(first.stdout)["state"] == "review"

    listed = sohoa("review", "--list", "--json", *here)
    (waiting,) = [json.loads(line) for line in listed.stdout.splitlines()]
    assert waiting["document_id"] == json.loads(first.stdout)["document_id"]

    left = sohoa("review", *here, typed="-\n")
    assert left.returncode == 1
    assert len(sohoa("review", "--list", *here).stdout.splitlines()) == 1

    snippets = tmp_path / "snippets"
    names = list(waiting["fields"])
    typed = "".join("Về việc thử nghiệm\n" if name == "subject" else "\n" for name in names)
    done = sohoa("review", "--person", "Nguyễn Thị Mẫu", "--snippets", snippets, *here, typed=typed)
    assert done.returncode == 0, done.stdout + done.stderr
    assert sohoa("review", "--list", *here).stdout == ""
    assert any(path.read_bytes().startswith(b"\x89PNG") for path in snippets.iterdir())

    again = json.loads(sohoa("run", samples / LETTER, "--json", *here).stdout)
    life = sohoa("explain", waiting["document_id"][:12], *here).stdout
    assert again["register"]["arrival_number"] == 1
    assert "Nguyễn Thị Mẫu" in life

    kept = [
        json.loads(path.read_text("utf-8"))
        for path in (tmp_path / "data").glob("examples/*/*.json")
    ]
    truth = {one["file"]: one for one in read_truths(samples / "truth.jsonl")}[LETTER]
    corrected = next(one for one in kept if one["field"] == "subject")
    assert len(kept) == len(names)
    assert corrected["value"] == "Về việc thử nghiệm"
    assert corrected["read"] == truth["fields"]["subject"]
    assert "Nguyễn Thị Mẫu" not in json.dumps(kept, ensure_ascii=False)
    rows = examples.table(kept)
    assert any(row.startswith("| subject | 1 | 0 | 0 |") for row in rows)


def test_nothing_to_review_says_so(tmp_path: Path) -> None:
    empty = sohoa("review", "--data", tmp_path / "data")
    assert (empty.returncode, empty.stdout) == (0, "")
    assert "không có gì chờ duyệt" in empty.stderr
