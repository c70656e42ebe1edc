"""`python -m bench accuracy`: how often each field is right, printed in the order of the goals.

Prints figures, and of real letters no word of their content unless `--show-failures` is given.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bench import old_accuracy, unreadable
from bench.cases import SHARED, Case, generator_cases, letter_cases
from bench.field_report import FieldReport, report_fields
from bench.generator.sets import SetRecipe
from bench.generator.truthfile import read_truths
from bench.real_text import score_real_text
from bench.scoring import Tally, TextScore
from bench.side_by_side import cached_set, score_document
from bench.sohoa_runs import cores, run_sohoa

_ROWS = (
    "number (printed)", "number (by hand or stamped)", "number", "notation", "code",
    "issued_date (day printed)", "issued_date (day by hand)", "issued_date", "issuer",
    "issuer_parent", "type", "subject", "signer_name", "signer_title", "urgency (marked)",
    "urgency (none on paper)", "place", "addressee", "recipients",
)  # fmt: skip


def main(options: argparse.Namespace) -> int:
    """Run the sets asked for and print their tables; returns the exit code."""
    reports: dict[str, Any] = {}
    if options.set in {"generator", "all"}:
        reports["generator"] = _generator(options)
    if options.set == "old":
        reports["old"] = old_accuracy.report(options)
    if options.set == "unreadable":
        reports["unreadable"] = unreadable.report(options)
    if options.set in {"letters", "all"}:
        reports["letters"] = _letters(options)
    if options.json:
        options.json.parent.mkdir(parents=True, exist_ok=True)
        options.json.write_text(json.dumps(reports, indent=2, ensure_ascii=False), encoding="utf-8")
    return 0


def _generator(options: argparse.Namespace) -> dict[str, Any]:
    recipe = SetRecipe(count=options.count, seed=options.seed, preset=options.preset)
    folder = cached_set(recipe, workers=cores())
    cases = generator_cases(folder, read_truths(folder / "truth.jsonl"))
    with _data_folder(options.data, "generator") as data:
        answers, cost = run_sohoa([folder / "scans"], data, review=options.review)
        records = _by_case(cases, answers)
        report = report_fields(cases, records)
        text, silent = _generated_text(cases, records)
    title = f"generator: {len(cases)} documents, preset {recipe.preset}, seed {recipe.seed}"
    _print(title, report, (text, silent), cost.wall_s, show=options.show_failures)
    return _as_json(report, text, cost.wall_s, show=True) | {"silent_pages": silent}


def _letters(options: argparse.Namespace) -> dict[str, Any]:
    cases = letter_cases(options.shared)
    if not cases:
        reason = f"skipped: no letters in {options.shared}"
        print(reason)
        return {"skipped": reason}
    with _data_folder(options.data, "letters") as data:
        paths = [case.path for case in cases]
        answers, cost = run_sohoa(paths, data, review=options.review)
        report = report_fields(cases, _by_case(cases, answers))
        named = {Path(answer["source"]).name: answer for answer in answers}
        text, silent = score_real_text(options.shared, named)
    _print(f"real letters: {len(cases)} documents", report, (text, silent), cost.wall_s,
           show=options.show_failures)  # fmt: skip
    return _as_json(report, text, cost.wall_s, show=options.show_failures) | {
        "silent_pages": silent
    }


@contextmanager
def _data_folder(given: Path | None, name: str) -> Iterator[Path]:
    if given is not None:
        yield given / name
        return
    with tempfile.TemporaryDirectory(prefix="sohoa-accuracy-") as folder:
        yield Path(folder) / name


def _by_case(cases: list[Case], answers: list[dict[str, Any]]) -> list[dict[str, Any] | None]:
    named = {Path(answer["source"]).name: answer for answer in answers}
    return [named.get(case.path.name) for case in cases]


def _generated_text(
    cases: list[Case], records: list[dict[str, Any] | None]
) -> tuple[TextScore, int]:
    """CER of the run's text, and how many pages came without any (they are not scored)."""
    total, silent = TextScore(), 0
    for case, record in zip(cases, records, strict=True):
        path = (record or {}).get("text")
        if case.secrecy or not path:
            silent += len(case.truth["pages"]) * (not case.secrecy)
            continue
        texts = Path(path).read_text(encoding="utf-8").split("\f")
        total += score_document(case.truth, texts)
    return total, silent


def _print(
    title: str, report: FieldReport, scored: tuple[TextScore, int], wall_s: float, *, show: bool
) -> None:
    print(f"\n{title}\n\n| field, exact after folding | right | of | rate |\n|---|---|---|---|")
    for name in _ROWS:
        if name in report.rows:
            tally = report.rows[name]
            right = tally.letters - tally.errors
            print(f"| {name} | {right} | {tally.letters} | {1 - tally.rate:.1%} |")
    _print_decisions(report)
    states = ", ".join(f"{state} {count}" for state, count in sorted(report.states.items()))
    print(f"\nstates: {states}")
    print(f"calibration error of field confidence: {report.calibration_error():.1%}")
    print(f"seconds per document: {wall_s / max(1, report.documents):.2f} on the clock, "
          f"median {_median(report.seconds):.2f} inside; guard and extract "
          f"{_median(report.field_seconds) * 1000:.0f} ms")  # fmt: skip
    _print_text(*scored)
    if show:
        for failure in report.failures:
            mark = " ACCEPTED" if failure.was_accepted else ""
            print(f"  {failure.label} {failure.field}{mark}: {failure.expected!r} "
                  f"read {failure.got!r} ({failure.confidence:.2f})")  # fmt: skip


def _print_decisions(report: FieldReport) -> None:
    """What was held, what was let through, and how much of that was wrong."""
    rows = {
        "secrecy marks missed": report.secrecy_missed,
        "secrecy false alarms": report.secrecy_false,
        "accepted without review but wrong, fields": report.accepted_fields,
        "accepted with a wrong field, documents": report.accepted_documents,
        "to review": Tally(errors=report.states["review"], letters=report.documents),
    }
    for name, tally in rows.items():
        print(f"| {name} | {tally.errors} | {tally.letters} | {tally.rate:.2%} |")


def _print_text(text: TextScore, silent: int) -> None:
    print(f"text: CER of true lines {text.lines.rate:.2%} ({text.lines.letters} letters, "
          f"{text.exact_lines.letters} lines, {1 - text.exact_lines.rate:.1%} of them exact), "
          f"numbers, dates and codes wrong {text.numeral_words.rate:.2%}, "
          f"inserted {text.inserted / max(1, text.lines.letters):.2%}")  # fmt: skip
    if silent:
        print(f"pages that came without text and are not in that CER: {silent}")


def _median(values: list[float]) -> float:
    return statistics.median(values) if values else 0.0


def _as_json(report: FieldReport, text: TextScore, wall_s: float, *, show: bool) -> dict[str, Any]:
    rows = {
        name: {"wrong": tally.errors, "of": tally.letters} for name, tally in report.rows.items()
    }
    return {
        "fields": rows,
        "secrecy_missed": asdict(report.secrecy_missed),
        "secrecy_false_alarms": asdict(report.secrecy_false),
        "accepted_wrong_fields": asdict(report.accepted_fields),
        "accepted_wrong_documents": asdict(report.accepted_documents),
        "review_share": report.review_share,
        "states": dict(report.states),
        "calibration_error": report.calibration_error(),
        "seconds_per_document": wall_s / max(1, report.documents),
        "guard_and_extract_s": _median(report.field_seconds),
        "text": asdict(text) | {"cer_of_lines": text.lines.rate},
        "failures": [asdict(failure) for failure in report.failures] if show else [],
    }


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `python -m bench accuracy`."""
    parser.add_argument(
        "--set", choices=("generator", "letters", "old", "unreadable", "all"), default="all"
    )
    parser.add_argument("--count", type=int, default=300, help="documents of the generator set")
    parser.add_argument("--seed", type=int, default=5)
    parser.add_argument("--preset", default="office", help="clean, office, bad or mixed")
    parser.add_argument("--data", type=Path, help="keep sohoa's state there")
    parser.add_argument("--review", choices=("never", "doubtful"), default="doubtful",
                        help="review policy; never gives every document its text")  # fmt: skip
    parser.add_argument("--shared", type=Path, default=SHARED, help="folder of the real samples")
    parser.add_argument(
        "--show-failures", action="store_true", help="print wrong values: personal data"
    )
    parser.add_argument("--json", type=Path, help="write all figures there")
