"""`python -m bench accuracy --set unreadable`: how much invented text pages without print come to.

Every page is one document; nothing on it can be read, so each letter told as its text is invented.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path
from typing import Any

from bench.generator.files import write_pdf
from bench.generator.unreadable import KINDS, unreadable_page
from bench.sohoa_runs import run_sohoa


def report(options: argparse.Namespace) -> dict[str, Any]:
    """Print the table of `--count` pages, the kinds in turn; return its figures by kind."""
    with tempfile.TemporaryDirectory(prefix="sohoa-unreadable-") as name:
        folder = Path(name) / "scans"
        folder.mkdir()
        for number in range(options.count):
            kind = KINDS[number % len(KINDS)]
            path = folder / f"{kind}.{number:04d}.pdf"
            write_pdf(path, [unreadable_page(kind, options.seed * 10_000 + number)])
        state = options.data or Path(name)
        answers, _ = run_sohoa([folder], state / "unreadable", review="never")
        print(f"\npages that nobody can read: {options.count}, seed {options.seed}\n")
        print("| kind | pages | say that they were not read | taken for secret | letters told |")
        print("|---|---|---|---|---|")
        return {kind: _row(kind, answers) for kind in KINDS}


def _row(kind: str, answers: list[dict[str, Any]]) -> dict[str, Any]:
    mine = [one for one in answers if Path(one["source"]).name.startswith(f"{kind}.")]
    silent = sum(_is_silent(one) for one in mine)
    letters = sum(_letters(one) for one in mine) / max(1, len(mine))
    secret = sum(one["state"] == "quarantined" for one in mine)
    print(f"| {kind} | {len(mine)} | {silent} | {secret} | {letters:.1f} |")
    return {"pages": len(mine), "say_so": silent, "secret": secret, "letters_a_page": letters}


def _is_silent(answer: dict[str, Any]) -> bool:
    """Whether the page says that it was not read, or was taken for blank."""
    return any(
        page["is_blank"] or "PAGE-UNREADABLE" in page["quality"]["reasons"]
        for page in answer["pages"]
    )


def _letters(answer: dict[str, Any]) -> int:
    text = Path(answer["text"]).read_text(encoding="utf-8") if answer["text"] else ""
    return sum(not letter.isspace() for letter in text)
