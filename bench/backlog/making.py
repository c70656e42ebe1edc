"""Papers of a generated shelf: today's letters, bad scans and old paper, in dossiers.

A paper depends on the seed and its own number alone, and its line of truth is written after it: a
maker that was cut short goes on with the next paper. One process; run it niced beside other work.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import cv2

from bench.generator.files import write_pdf
from bench.generator.old_paper import OLD
from bench.generator.sets import SetRecipe, make_document
from bench.generator.truthfile import read_truths

PAPERS, TRUTH = "papers", "truth.jsonl"
_PRESETS = ("office", "office", "bad", OLD, OLD)
"""Of five papers in turn."""
_PER_DOSSIER = 25


def make_papers(
    folder: Path, *, pages: int, seed: int, tell: Callable[[int], None] = lambda _: None
) -> int:
    """Write papers until there are so many pages; return the pages.

    Args:
        folder: gets `papers/<dossier>/<number>.pdf` and `truth.jsonl`.
        pages: at least so many.
        seed: of the whole shelf.
        tell: is told the pages after each paper.
    """
    cv2.setNumThreads(1)
    folder.mkdir(parents=True, exist_ok=True)
    listing = folder / TRUTH
    _drop_torn_line(listing)
    known = read_truths(listing) if listing.exists() else []
    done = sum(len(truth["pages"]) for truth in known)
    number = len(known)
    with listing.open("a", encoding="utf-8") as out:
        while done < pages:
            truth = _make(folder, seed, number)
            out.write(json.dumps(truth, ensure_ascii=False) + "\n")
            out.flush()
            done += len(truth["pages"])  # type: ignore[arg-type]
            number += 1
            tell(done)
    return done


def _make(folder: Path, seed: int, number: int) -> dict[str, object]:
    preset = _PRESETS[number % len(_PRESETS)]
    recipe = SetRecipe(count=1, seed=seed, preset=preset, with_secrets=False)
    scan = make_document(recipe, number)
    name = f"{PAPERS}/h{number // _PER_DOSSIER:04d}/{number:05d}.pdf"
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    write_pdf(folder / name, list(scan.pages))
    return replace(scan.truth, file=name, note="backlog").to_json()


def _drop_torn_line(listing: Path) -> None:
    """Forget the line that a killed maker left half written."""
    if not listing.exists():
        return
    text = listing.read_text(encoding="utf-8")
    whole = text[: text.rfind("\n") + 1]
    if whole != text:
        listing.write_text(whole, encoding="utf-8")
