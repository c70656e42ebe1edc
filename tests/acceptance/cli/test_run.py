"""`sohoa run` and its sisters as a user calls them: real process, real samples, the contract."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from bench.generator.truthfile import read_truths
from pipeline.assembly.answer import KEYS
from pipeline.model.catalogue import CATALOGUE

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

SOHOA = [sys.executable, "-c", "from pipeline.entry import main; main()"]
ROOT = Path(__file__).resolve().parents[3]


def sohoa(*arguments: object, timeout_s: float = 300) -> subprocess.CompletedProcess[str]:
    """Call the command line from another folder."""
    return subprocess.run(
        [*SOHOA, *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=timeout_s,
        cwd="/",
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=False,
    )


@dataclass(frozen=True)
class Outcome:
    """One run of all samples."""

    data: Path
    folder: Path
    process: subprocess.CompletedProcess[str]

    @property
    def answers(self) -> dict[str, dict[str, Any]]:
        """Answers by path below the samples."""
        lines = [json.loads(line) for line in self.process.stdout.splitlines()]
        return {str(Path(a["source"]).relative_to(self.folder)): a for a in lines}


@pytest.fixture(scope="module")
def outcome(samples: Path, tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """All samples through the whole job, once."""
    data = tmp_path_factory.mktemp("data")
    process = sohoa("run", samples / "scans", "--data", data, "--json")
    return Outcome(data=data, folder=samples, process=process)


def test_stdout_is_json_lines_with_exactly_the_keys_promised(outcome: Outcome) -> None:
    """Nothing else is on stdout; one line for every file."""
    lines = outcome.process.stdout.splitlines()
    files = [path for path in (outcome.folder / "scans").rglob("*") if path.is_file()]
    assert len(lines) == len(files)
    for line in lines:
        assert tuple(json.loads(line)) == KEYS


def test_states_are_those_of_the_truth(outcome: Outcome) -> None:
    """Registered or in review, quarantined, rejected, duplicate: as the samples say."""
    for truth in read_truths(outcome.folder / "truth.jsonl"):
        if (outcome.folder / truth["file"]).is_dir():
            continue
        assert outcome.answers[truth["file"]]["state"] in truth["allowed_states"], truth["file"]
    assert outcome.process.returncode == 1, "one sample is truncated"


def test_most_samples_are_registered_without_a_person(outcome: Outcome) -> None:
    """The line does not hide behind review."""
    states = [answer["state"] for answer in outcome.answers.values()]
    assert states.count("registered") >= 5


def test_registered_documents_are_whole(outcome: Outcome) -> None:
    """PDF/A signed and there, original byte for byte, text of every page, fields with evidence."""
    numbers = []
    for source, answer in outcome.answers.items():
        if answer["state"] != "registered":
            continue
        numbers.append(answer["register"]["arrival_number"])
        assert Path(answer["original"]).read_bytes() == (outcome.folder / source).read_bytes()
        text = Path(answer["text"]).read_text(encoding="utf-8")
        assert text.count("\f") == len(answer["pages"]) - 1
        with pikepdf.open(answer["pdf"]) as pdf:
            assert len(pdf.pages) == len(answer["pages"])
            assert pdf.Root.AcroForm.Fields[0].FT == "/Sig"
        code = answer["fields"]["code"]
        assert set(code) == {"value", "confidence", "page", "box", "source"}
        assert all(0 <= value <= 1 for value in code["box"])
        assert answer["timings_s"]["total"] > 0
    assert sorted(numbers) == list(range(1, len(numbers) + 1)), "one series without gap"


def test_truth_is_read_from_the_printed_samples(outcome: Outcome) -> None:
    """What is registered without a person is right in number, date and type."""
    for truth in read_truths(outcome.folder / "truth.jsonl"):
        answer = outcome.answers.get(truth["file"])
        is_by_hand = truth["number_handwritten"] or truth["day_handwritten"]
        if answer is None or answer["state"] != "registered" or is_by_hand:
            continue
        for name in ("code", "issued_date", "type"):
            assert answer["fields"][name]["value"] == truth["fields"][name], truth["file"]


def test_a_duplicate_points_to_the_first(outcome: Outcome) -> None:
    """Same document id and arrival number, one registration."""
    pair = [outcome.answers[f"scans/{name}"] for name in
            ("01-quyet-dinh.pdf", "12-quyet-dinh-ban-sao.pdf")]  # fmt: skip
    assert {answer["state"] for answer in pair} == {"registered", "duplicate"}
    assert pair[0]["document_id"] == pair[1]["document_id"]
    assert pair[0]["register"] == pair[1]["register"]


def test_every_error_speaks_both_languages(outcome: Outcome) -> None:
    """An error has a known code, two messages and a remedy."""
    for answer in outcome.answers.values():
        if answer["error"] is None:
            assert answer["state"] == "registered"
            continue
        assert set(answer["error"]) == {"code", "message_vi", "message_en", "remedy"}
        assert answer["error"]["code"] in CATALOGUE


def test_a_secret_leaves_no_word_in_the_data_folder(outcome: Outcome) -> None:
    """Neither its file's name nor its code nor its subject is anywhere but in quarantine."""
    answer = outcome.answers["scans/10-cong-van-mat.pdf"]
    assert answer["state"] == "quarantined"
    assert (answer["fields"], answer["text"], answer["pdf"]) == ({}, None, None)
    truth = next(t for t in read_truths(outcome.folder / "truth.jsonl")
                 if t["file"].endswith("10-cong-van-mat.pdf"))  # fmt: skip
    words = ["10-cong-van-mat", truth["fields"]["code"], truth["fields"]["subject"]]
    for path in outcome.data.rglob("*"):
        if path.is_file() and path != Path(answer["original"]):
            content = path.read_bytes()
            for word in words:
                assert word.encode() not in content, (path.name, word)


def test_run_again_goes_on_where_it_was(outcome: Outcome) -> None:
    """The second run prints the same answers, registers nothing anew and is quick."""
    started = time.monotonic()
    again = sohoa("run", outcome.folder / "scans", "--data", outcome.data, "--json")
    seconds = time.monotonic() - started
    lines = {json.loads(line)["source"]: json.loads(line) for line in again.stdout.splitlines()}
    for answer in outcome.answers.values():
        assert lines[answer["source"]] == answer
    assert seconds < 60


def test_search_finds_with_and_without_tones(outcome: Outcome) -> None:
    """Words without tones find toned ones; hits have exactly the keys promised."""
    keys = {
        "document_id", "score", "page", "snippet", "code", "subject", "issuer", "issued_date",
        "pdf",
    }  # fmt: skip
    registered = [a for a in outcome.answers.values() if a["state"] == "registered"]
    wanted = registered[0]
    plain = sohoa("search", wanted["fields"]["code"]["value"], "--data", outcome.data, "--json")
    hits = [json.loads(line) for line in plain.stdout.splitlines()]
    assert hits[0]["document_id"] == wanted["document_id"]
    assert set(hits[0]) == keys
    assert Path(hits[0]["pdf"]).is_file()
    folded = sohoa("search", "uy ban nhan dan", "--data", outcome.data, "--json")
    snippets = " ".join(json.loads(line)["snippet"] for line in folded.stdout.splitlines())
    assert "<mark>" in snippets
    toned = snippets.casefold().replace("<mark>", "").replace("</mark>", "")
    assert "ủy ban nhân dân" in toned
    junk = sohoa("search", '"((*', "--data", outcome.data, "--json")
    assert (junk.returncode, junk.stdout) == (0, "")


def test_explain_tells_a_life_and_status_lists_it(outcome: Outcome) -> None:
    """The ledger alone tells what happened."""
    wanted = next(a for a in outcome.answers.values() if a["state"] == "registered")
    told = sohoa("explain", wanted["document_id"][:12], "--data", outcome.data)
    assert told.returncode == 0
    for event in ("received", "read.done", "sign.done", "register.done", "done"):
        assert event in told.stdout
    listed = sohoa("status", "--data", outcome.data)
    assert wanted["document_id"][:12] in listed.stdout
    assert sohoa("explain", "ffff", "--data", outcome.data).returncode == 2


def test_verify_knows_our_seal_and_says_when_it_is_broken(outcome: Outcome, tmp_path: Path) -> None:
    """A development seal is intact but of unknown trust (2); a changed byte is not valid (1)."""
    wanted = next(a for a in outcome.answers.values() if a["state"] == "registered")
    assert sohoa("verify", wanted["pdf"]).returncode == 2
    data = bytearray(Path(wanted["pdf"]).read_bytes())
    data[len(data) // 3] ^= 0x01
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(data)
    assert sohoa("verify", broken).returncode in {1, 2}
    assert sohoa("verify", tmp_path / "absent.pdf").returncode == 2


def test_doctor_says_what_is_and_is_not_in_order(outcome: Outcome) -> None:
    """The development identity is named as such; nothing is broken."""
    told = sohoa("doctor", "--data", outcome.data)
    assert "SIGN-DEVELOPMENT" in told.stdout
    assert told.returncode == 0


def test_a_folder_of_images_is_one_document(samples: Path, tmp_path: Path) -> None:
    """`--as-document` makes each named folder one document, pages in natural order."""
    folder = samples / "scans" / "08-nghi-quyet"
    process = sohoa("run", folder, "--as-document", "--data", tmp_path, "--json")
    (answer,) = [json.loads(line) for line in process.stdout.splitlines()]
    assert len(answer["pages"]) == len(list(folder.iterdir()))
    truth = next(t for t in read_truths(samples / "truth.jsonl") if t["file"].endswith("quyet")
                 and (samples / t["file"]).is_dir())  # fmt: skip
    assert answer["fields"]["code"]["value"] == truth["fields"]["code"]


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("run",),
        ("run", "/no/such/file"),
        ("nonsense",),
        ("explain", "zz", "--data", "/dev/null/x"),
    ],
)
def test_wrong_use_is_exit_code_two(arguments: tuple[str, ...]) -> None:
    """And stdout stays empty."""
    process = sohoa(*arguments)
    assert (process.returncode, process.stdout) == (2, "")


@pytest.mark.parametrize(
    "command",
    [
        "watch",
        "run",
        "status",
        "explain",
        "retry",
        "search",
        "reindex",
        "verify",
        "doctor",
        "serve",
    ],
)
def test_help_is_enough_to_use_a_command(command: str) -> None:
    """Each command explains itself and takes --data."""
    process = sohoa(command, "--help")
    assert process.returncode == 0
    assert "--data" in process.stdout


def test_a_run_killed_in_the_middle_goes_on(samples: Path, tmp_path: Path) -> None:
    """SIGKILL of the whole process at some moment, then the same command: every line, no double."""
    scans = samples / "scans"
    command = [*SOHOA, "run", str(scans), "--data", str(tmp_path), "--json"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd="/", env=environment
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()  # the first document has ended, others are under way
        process.send_signal(signal.SIGKILL)
    again = sohoa("run", scans, "--data", tmp_path, "--json")
    answers = [json.loads(line) for line in again.stdout.splitlines()]
    assert len(answers) == len([path for path in scans.rglob("*") if path.is_file()])
    numbers = sorted(a["register"]["arrival_number"] for a in answers if a["state"] == "registered")
    assert numbers == list(range(1, len(numbers) + 1))
