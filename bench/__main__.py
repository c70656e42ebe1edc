"""`python -m bench …`: the measured figures of README and docs; `--help` names the tables."""

from __future__ import annotations

import argparse
import sys

from bench import (
    accuracy,
    batches,
    examples,
    likeness,
    packages,
    page_steps,
    seal_zone,
    side_by_side,
    stacks,
)
from bench.backlog import run as backlog_run
from bench.page import run as page_run
from bench.search import run as search_run
from bench.trust import tables


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    bench = commands.add_parser("bench", help="sohoa and OCRmyPDF on the same pages")
    side_by_side.add_arguments(bench)
    fields = commands.add_parser("accuracy", help="how often each field is right")
    accuracy.add_arguments(fields)
    search = commands.add_parser("search", help="recall, speed and size of the search")
    search_run.add_arguments(search)
    page = commands.add_parser("page", help="time of every page over many documents")
    page_run.add_arguments(page)
    trust = commands.add_parser("trust", help="levels before judges, pixels, speed of sealing")
    tables.add_arguments(trust)
    kept = commands.add_parser("examples", help="readings that people confirmed or corrected")
    examples.add_arguments(kept)
    sealed = commands.add_parser("seals", help="text under a seal against the same without it")
    seal_zone.add_arguments(sealed)
    steps = commands.add_parser("steps", help="where the processor time of a page goes")
    page_steps.add_arguments(steps)
    alike = commands.add_parser("likeness", help="delivered pages against their scans")
    likeness.add_arguments(alike)
    rows = commands.add_parser("batches", help="what a batch's questions cost")
    batches.add_arguments(rows)
    packed = commands.add_parser("packages", help="speed and memory of a delivery")
    packages.add_arguments(packed)
    cut = commands.add_parser("stacks", help="where documents of stacks begin")
    stacks.add_arguments(cut)
    shelf = commands.add_parser("backlog", help="a shelf with kills in it, to the delivery")
    backlog_run.add_arguments(shelf)
    options = parser.parse_args(arguments)
    ways = {
        "bench": side_by_side.main,
        "accuracy": accuracy.main,
        "page": page_run.main,
        "search": search_run.main,
        "trust": tables.main,
        "examples": examples.main,
        "likeness": likeness.main,
        "seals": seal_zone.main,
        "steps": page_steps.main,
        "packages": packages.main,
        "batches": batches.main,
        "stacks": stacks.main,
        "backlog": backlog_run.main,
    }
    return ways[options.command](options)


if __name__ == "__main__":
    sys.exit(main())
