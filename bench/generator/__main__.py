"""`python -m bench.generator samples | set | stacks`: writes scans with their truth."""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path

from bench.generator import old_paper, scanner
from bench.generator.samples import write_samples
from bench.generator.sets import SetRecipe, write_set
from bench.generator.stacks import StackRecipe, write_stacks


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; returns the exit code."""
    options = _parser().parse_args(arguments)
    started = time.perf_counter()
    if options.command == "stacks":
        return _stacks(options)
    if options.command == "samples":
        truths = write_samples(options.out, workers=options.workers)
    else:
        recipe = SetRecipe(
            count=options.count,
            seed=options.seed,
            preset=options.preset,
            handwritten_share=options.handwritten_share,
            with_secrets=not options.no_secrets,
            kind=options.kind,
        )
        truths = write_set(options.out, recipe, workers=options.workers)
    pages = sum(len(truth.pages) for truth in truths)
    spent = time.perf_counter() - started
    print(f"{len(truths)} files, {pages} pages in {spent:.1f} s: {options.out}", file=sys.stderr)
    return 0


def _stacks(options: argparse.Namespace) -> int:
    started = time.perf_counter()
    recipe = StackRecipe(
        count=options.stacks,
        seed=options.seed,
        with_separators=options.separators,
        documents=options.documents,
    )
    truths = write_stacks(options.out, recipe, workers=options.workers)
    pages = sum(len(truth["pages"]) for truth in truths)
    documents = sum(len(truth["documents"]) for truth in truths)
    spent = time.perf_counter() - started
    print(
        f"{len(truths)} stacks, {documents} documents, {pages} pages in {spent:.1f} s: "
        f"{options.out}",
        file=sys.stderr,
    )
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench.generator", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    samples = commands.add_parser("samples", help="the fixed demo set")
    numbered = commands.add_parser("set", help="a measuring set")
    stacks = commands.add_parser("stacks", help="scans of many documents each, resumable")
    stacks.add_argument("--stacks", type=int, required=True, help="number of stacks")
    stacks.add_argument("--seed", type=int, default=1)
    stacks.add_argument("--documents", type=int, default=10, help="mean documents in a stack")
    stacks.add_argument("--separators", action="store_true", help="a sheet before each document")
    for command in (samples, numbered, stacks):
        command.add_argument("--out", type=Path, required=True, help="folder to write into")
        command.add_argument("--workers", type=int, default=min(2, os.cpu_count() or 1))
    numbered.add_argument("--count", type=int, required=True, help="number of documents")
    numbered.add_argument("--seed", type=int, default=1)
    numbered.add_argument(
        "--preset", choices=(*scanner.PRESETS, *old_paper.PRESETS), default="office"
    )
    numbered.add_argument("--handwritten-share", type=float, default=0.6,
                          help="share of numbers by hand or stamped, 0 to 1")  # fmt: skip
    numbered.add_argument("--no-secrets", action="store_true", help="no secrecy marks")
    numbered.add_argument("--kind", help="one kind of agency for all (data/agencies.toml)")
    return parser


if __name__ == "__main__":
    sys.exit(main())
