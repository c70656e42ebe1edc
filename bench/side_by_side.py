"""`python -m bench bench`: sohoa and OCRmyPDF on the same generated pages in one run.

Pairs are run alternately (A B, B A, …), so that a machine that slows down slows both. OCRmyPDF is
run in both ways its users run it, and the faster one is reported.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

from bench.generator.sets import SetRecipe, write_set
from bench.generator.truthfile import read_truths
from bench.scoring import TextScore, score_page
from bench.sohoa_runs import Measured, cores, pdf_pages_text, run_ocrmypdf, run_sohoa

CACHE = Path("build/bench")
_PAGES_PER_LETTER = 1.5
_FORMAT = 3
"""Raise it when the generator's output for a seed changes: old caches are then left alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One program's run over the set."""

    name: str
    pages_per_min: float
    """Of the documents that were delivered: who drops papers is not the quicker for it."""
    cer: float
    cer_with_spaces: float
    line_cer: float
    """Errors inside true lines only, without inserted letters."""
    numeral_error: float
    """Share of numbers, dates and codes that are not exact."""
    bytes_per_page: float
    """Of the documents that were delivered."""
    peak_tree_mb: float
    peak_process_mb: float
    wall_s: float
    missing: int
    """Documents without a delivered PDF."""


def cached_set(recipe: SetRecipe, *, workers: int) -> Path:
    """The folder of the set, made once for each recipe."""
    name = f"{recipe.preset}-{recipe.seed}-{recipe.count}-{recipe.handwritten_share:g}-v{_FORMAT}"
    folder = CACHE / (name + ("" if recipe.with_secrets else "-open"))
    if not (folder / "truth.jsonl").exists():
        shutil.rmtree(folder, ignore_errors=True)
        write_set(folder, recipe, workers=workers)
    return folder


def main(options: argparse.Namespace) -> int:
    """Run the comparison and print the table; returns the exit code."""
    count = max(1, round(options.pages / _PAGES_PER_LETTER))
    recipe = SetRecipe(count=count, seed=options.seed, preset=options.preset, with_secrets=False)
    folder = cached_set(recipe, workers=cores())
    truths = read_truths(folder / "truth.jsonl")
    pages = sum(len(truth["pages"]) for truth in truths)
    print(f"{count} letters, {pages} pages, preset {options.preset}, seed {options.seed}, "
          f"{cores()} cores, {options.runs} paired runs")  # fmt: skip
    pairs = _pairs(folder, truths, options)
    _print_table(pairs)
    if options.json:
        report = {
            "set": asdict(recipe),
            "pages": pages,
            "cores": cores(),
            "runs": [{key: asdict(outcome) for key, outcome in pair.items()} for pair in pairs],
        }
        options.json.parent.mkdir(parents=True, exist_ok=True)
        options.json.write_text(json.dumps(report, indent=2, ensure_ascii=False), encoding="utf-8")
    return 0


Pair = dict[str, Outcome]


def _pairs(folder: Path, truths: list[dict[str, Any]], options: argparse.Namespace) -> list[Pair]:
    pairs: list[Pair] = []
    way: tuple[int, int | None] | None = None
    for number in range(options.runs):
        runners: dict[str, Callable[[], Outcome]] = {"sohoa": partial(_sohoa, folder, truths)}
        if not options.alone:
            runners["ocrmypdf"] = partial(_ocrmypdf, folder, truths, way)
        order = list(runners) if number % 2 == 0 else list(runners)[::-1]
        pair = {name: runners[name]() for name in order}
        if "ocrmypdf" in pair and way is None:
            way = (2, 1) if "--jobs 1" in pair["ocrmypdf"].name else (1, None)
        pairs.append(pair)
        for name in sorted(pair, reverse=True):
            print(f"run {number + 1}: {_row(pair[name])}", flush=True)
    return pairs


def _sohoa(folder: Path, truths: list[dict[str, Any]]) -> Outcome:
    with tempfile.TemporaryDirectory(prefix="sohoa-bench-") as data:
        records, cost = run_sohoa([folder / "scans"], Path(data) / "state", review="never")
        delivered = {
            Path(record["source"]).name: Path(record["pdf"]) for record in records if record["pdf"]
        }
        return _outcome("sohoa", truths, delivered, cost)


def _ocrmypdf(
    folder: Path, truths: list[dict[str, Any]], way: tuple[int, int | None] | None
) -> Outcome:
    """The faster of the two ways, or the one already known to be faster."""
    ways: list[tuple[int, int | None]] = [way] if way else [(1, None), (2, 1)]
    outcomes = [_ocrmypdf_once(folder, truths, at_once, jobs) for at_once, jobs in ways]
    return max(outcomes, key=lambda outcome: outcome.pages_per_min)


def _ocrmypdf_once(
    folder: Path, truths: list[dict[str, Any]], at_once: int, jobs: int | None
) -> Outcome:
    files = [folder / truth["file"] for truth in truths]
    name = "ocrmypdf, one at a time"
    if jobs is not None:
        name = f"ocrmypdf --jobs {jobs}, {at_once} at once"
    with tempfile.TemporaryDirectory(prefix="ocrmypdf-bench-") as out:
        cost = run_ocrmypdf(files, Path(out), at_once=at_once, jobs=jobs)
        delivered = {file.name: Path(out) / file.name for file in files}
        return _outcome(name, truths, delivered, cost)


def _outcome(
    name: str, truths: list[dict[str, Any]], delivered: dict[str, Path], cost: Measured
) -> Outcome:
    score, spaced = TextScore(), TextScore()
    pages = size = missing = 0
    for truth in truths:
        path = delivered.get(Path(truth["file"]).name)
        is_there = path is not None and path.exists()
        missing += not is_there
        texts = pdf_pages_text(path) if path is not None and is_there else []
        size += path.stat().st_size if path is not None and is_there else 0
        pages += len(truth["pages"]) if is_there else 0
        score += score_document(truth, texts)
        spaced += score_document(truth, texts, keep_spaces=True)
    return Outcome(
        name=name,
        pages_per_min=pages / cost.wall_s * 60,
        cer=score.cer,
        cer_with_spaces=spaced.cer,
        line_cer=score.lines.rate,
        numeral_error=score.numeral_words.rate,
        bytes_per_page=size / max(1, pages),
        peak_tree_mb=cost.peak_tree_mb,
        peak_process_mb=cost.peak_process_mb,
        wall_s=cost.wall_s,
        missing=missing,
    )


def score_document(
    truth: dict[str, Any], texts: list[str], *, keep_spaces: bool = False
) -> TextScore:
    """Score of a document's pages against its truth; a page that is not there is all lost."""
    total = TextScore()
    for page in truth["pages"]:
        text = texts[page["number"] - 1] if page["number"] <= len(texts) else ""
        lines = [line["text"] for line in page["lines"] if line["kind"] == "text"]
        stamps = [line["text"] for line in page["lines"] if line["kind"] == "stamp"]
        total += score_page(lines, text, optional=stamps, keep_spaces=keep_spaces)
    return total


def _row(outcome: Outcome) -> str:
    return (
        f"{outcome.name}: {outcome.pages_per_min:.1f} pages/min, CER {outcome.cer:.2%} "
        f"(lines only {outcome.line_cer:.2%}, with spaces {outcome.cer_with_spaces:.2%}), "
        f"numerals wrong {outcome.numeral_error:.2%}, {outcome.bytes_per_page / 1000:.0f} KB/page, "
        f"peak {outcome.peak_tree_mb:.0f} MB (one process {outcome.peak_process_mb:.0f} MB)"
        + (f", {outcome.missing} documents missing" if outcome.missing else "")
    )


_MEASURES: dict[str, Callable[[Outcome], float]] = {
    "pages/min": lambda outcome: outcome.pages_per_min,
    "CER %": lambda outcome: outcome.cer * 100,
    "CER of lines %": lambda outcome: outcome.line_cer * 100,
    "CER with spaces %": lambda outcome: outcome.cer_with_spaces * 100,
    "numerals wrong %": lambda outcome: outcome.numeral_error * 100,
    "KB/page": lambda outcome: outcome.bytes_per_page / 1000,
    "peak MB, all processes": lambda outcome: outcome.peak_tree_mb,
    "peak MB, one process": lambda outcome: outcome.peak_process_mb,
    "documents missing": lambda outcome: outcome.missing,
}


def _print_table(pairs: list[Pair]) -> None:
    print("\n| median of paired runs | sohoa | OCRmyPDF | ratio of each pair |")
    print("|---|---|---|---|")
    for title, value in _MEASURES.items():
        ours = [value(pair["sohoa"]) for pair in pairs]
        theirs = [value(pair["ocrmypdf"]) for pair in pairs if "ocrmypdf" in pair]
        ratios = [ours[i] / theirs[i] for i in range(len(theirs)) if theirs[i]]
        shown = ", ".join(f"{ratio:.2f}" for ratio in ratios)
        middle = f"{statistics.median(theirs):.2f}" if theirs else "–"
        print(f"| {title} | {statistics.median(ours):.2f} | {middle} | {shown or '–'} |")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `python -m bench bench`."""
    parser.add_argument("--pages", type=int, default=45, help="about so many pages")
    parser.add_argument("--runs", type=int, default=3, help="paired runs")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--preset", default="office", help="clean, office, bad or mixed")
    parser.add_argument("--alone", action="store_true", help="without OCRmyPDF")
    parser.add_argument("--json", type=Path, help="write all figures there")
