"""Measuring sets: so many letters of a preset, by seed, with their truth.

A document depends on the set's seed and its own number alone, so that a longer set begins with the
shorter one.
"""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path

import cv2

from bench.generator.content import Wishes, compose
from bench.generator.files import write_pdf
from bench.generator.model import DocumentTruth, Letter
from bench.generator.old_paper import OLD, kind_of, old_paper
from bench.generator.scanner import preset_settings
from bench.generator.studio import Scan, make_scan
from bench.generator.truthfile import write_truths


@dataclass(frozen=True, slots=True, kw_only=True)
class SetRecipe:
    """What fixes a measuring set."""

    count: int
    seed: int
    preset: str = "office"
    handwritten_share: float = 0.6
    with_secrets: bool = True
    """Whether about one letter in 25 bears a secrecy mark."""
    kind: str | None = None
    """One kind of agency for all, or None for all kinds but those of the Party."""


def make_document(recipe: SetRecipe, number: int) -> Scan:
    """The document of that number, counted from 0."""
    seed = recipe.seed * 100_000 + number
    wishes = Wishes(
        handwritten_share=recipe.handwritten_share,
        secrecy=None if recipe.with_secrets else "",
        kind=recipe.kind,
    )
    if recipe.preset.startswith(OLD):
        kind = kind_of(recipe.preset, number)
        old = old_paper(kind, seed, wishes)
        return make_scan(
            old.letter, old.settings, seed=seed, preset=f"{OLD}-{kind}", wishes=old.wishes
        )
    letter: Letter = compose(seed, wishes)
    settings = preset_settings(recipe.preset, seed)
    return make_scan(letter, settings, seed=seed, preset=recipe.preset)


def write_set(folder: Path, recipe: SetRecipe, *, workers: int = 2) -> list[DocumentTruth]:
    """Write the set as PDFs into `folder`/scans and its truth into `folder`/truth.jsonl."""
    scans = folder / "scans"
    scans.mkdir(parents=True, exist_ok=True)
    jobs = [(recipe, number, scans) for number in range(recipe.count)]
    if workers == 1:
        truths = [_write_one(job) for job in jobs]
    else:
        with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
            truths = list(pool.map(_write_one, jobs, chunksize=4))
    write_truths(folder / "truth.jsonl", truths)
    return truths


def _write_one(job: tuple[SetRecipe, int, Path]) -> DocumentTruth:
    cv2.setNumThreads(1)
    recipe, number, scans = job
    scan = make_document(recipe, number)
    name = f"{recipe.preset}-{recipe.seed}-{number:05d}.pdf"
    write_pdf(scans / name, list(scan.pages))
    return replace(scan.truth, file=f"scans/{name}", note=f"{recipe.preset} set")
