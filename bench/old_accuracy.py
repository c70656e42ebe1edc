"""`python -m bench accuracy --set old`: old paper by kind, read by the whole job.

One row a kind: wrong letters, fields right, how many wait for a person, and what was accepted but
wrong. Text is scored of documents that wait too.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path
from typing import Any

from bench.cases import Case, generator_cases
from bench.field_report import FieldReport, report_fields
from bench.generator.old_paper import KINDS, OLD
from bench.generator.sets import SetRecipe
from bench.generator.truthfile import read_truths
from bench.line_confidence import print_by_confidence
from bench.scoring import TextScore
from bench.side_by_side import cached_set, score_document
from bench.sohoa_runs import cores, run_sohoa

_FIELDS = ("code", "issued_date", "issuer", "type", "subject", "signer_name")
_HEAD = (
    "| kind | documents, pages | CER | " + " | ".join(name.replace("_", " ") for name in _FIELDS)
    + " | waits | taken for secret | accepted but wrong |"
)  # fmt: skip


def report(options: argparse.Namespace) -> dict[str, Any]:
    """Print the table of `--count` documents, the kinds in turn; return its figures by kind."""
    recipe = SetRecipe(count=options.count, seed=options.seed, preset=OLD, with_secrets=False)
    folder = cached_set(recipe, workers=cores())
    cases = generator_cases(folder, read_truths(folder / "truth.jsonl"))
    with tempfile.TemporaryDirectory(prefix="sohoa-old-") as data:
        state = options.data or Path(data)
        answers, _ = run_sohoa([folder / "scans"], state / OLD, review=options.review)
        named = {Path(answer["source"]).name: answer for answer in answers}
        pairs = [(case, named.get(case.path.name)) for case in cases]
        print(f"\nold paper: {len(cases)} documents, seed {recipe.seed}\n\n{_HEAD}")
        print("|---" * (len(_FIELDS) + 6) + "|")
        rows = {kind: _row(kind, pairs, show=options.show_failures) for kind in (*KINDS, "")}
        print_by_confidence(state / OLD, cases)
    return rows


def _row(
    kind: str, pairs: list[tuple[Case, dict[str, Any] | None]], *, show: bool
) -> dict[str, Any]:
    """Print one kind's row; all kinds for an empty name."""
    mine = [pair for pair in pairs if not kind or pair[0].truth["preset"] == f"{OLD}-{kind}"]
    fields = report_fields([case for case, _ in mine], [record for _, record in mine])
    text = sum((_text(case, record) for case, record in mine), TextScore())
    pages = sum(len(case.truth["pages"]) for case, _ in mine)
    right = {name: 1 - fields.rows[name].rate for name in _FIELDS}
    wrong = fields.accepted_fields
    shares = " | ".join(f"{share:.0%}" for share in right.values())
    held = f"{fields.review_share:.0%} | {fields.secrecy_false.errors}"
    print(f"| {kind or 'all'} | {len(mine)}, {pages} | {text.lines.rate:.1%} | {shares} | "
          f"{held} | {wrong.errors} of {wrong.letters} |")  # fmt: skip
    if show and kind:
        _print_failures(fields)
    return {
        "documents": len(mine),
        "pages": pages,
        "cer": text.lines.rate,
        "fields": right,
        "waits": fields.review_share,
        "accepted_wrong": wrong.errors,
        "accepted": wrong.letters,
        "states": dict(fields.states),
    }


def _text(case: Case, record: dict[str, Any] | None) -> TextScore:
    """The score of a document's text; one that came without any is lost whole."""
    path = (record or {}).get("text")
    texts = Path(path).read_text(encoding="utf-8").split("\f") if path else []
    return score_document(case.truth, texts)


def _print_failures(fields: FieldReport) -> None:
    for one in fields.failures:
        mark = " ACCEPTED" if one.was_accepted else ""
        print(f"    {one.label} {one.field}{mark}: {one.expected!r} read {one.got!r} "
              f"({one.confidence:.2f})")  # fmt: skip
