"""`sohoa separators …`, and stacks of a batch from the command line."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pipeline.assembly.acceptance_commands import Add
from pipeline.assembly.adding import PILES
from pipeline.assembly.house import House
from pipeline.assembly.new_files import new_file
from pipeline.model.catalogue import CATALOGUE
from pipeline.model.errors import InputError
from pipeline.model.stacks import Separator

_GOOD = 0
_SHEETS_MAX = 1000


def add_parsers(commands_of: Any, add: Add) -> None:
    """Add `separators`."""
    parser = add(
        commands_of, "separators", "print sheets that part the documents of a stack", separators
    )
    parser.add_argument("name", metavar="NAME", help="name of the batch")
    parser.add_argument("file", type=Path, metavar="FILE.pdf", help="written anew; must not exist")
    parser.add_argument("--count", type=int, default=20, metavar="N", help="sheets (default 20)")
    parser.add_argument("--first", type=int, default=1, metavar="N", help="ordinal of the first")
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--dossier", default="", metavar="CODE", help="notation of the dossier")
    which.add_argument(
        "--whole-dossiers",
        nargs="+",
        default=(),
        metavar="CODE",
        help="a sheet for each dossier instead: all behind it, up to the next one, belongs to it",
    )


def add_options(parser: Any) -> None:
    """Add what `sohoa batch add` says of stacks."""
    parser.add_argument(
        "--stacks", action="store_true", help="each file or folder holds many documents"
    )
    parser.add_argument(
        "--duplex-piles",
        choices=PILES,
        default="",
        help="with --stacks: all fronts were scanned, then all backs, in the same order or from "
        "the last sheet",
    )


def check_options(options: argparse.Namespace) -> None:
    """Refuse choices of `sohoa batch add` that do not go together.

    Raises:
        InputError: INPUT-BATCH-STACKS.
    """
    ways = [name for name in ("list", "growing", "rescan") if getattr(options, name)]
    if len(ways) > 1 or (options.stacks and options.rescan):
        told = [*(["stacks"] if options.stacks else []), *ways]
        raise InputError("INPUT-BATCH-STACKS", detail=", ".join(f"--{name}" for name in told))


def separators(options: argparse.Namespace) -> int:
    """`sohoa separators NAME FILE.pdf`."""
    from pipeline.assembly.separator_sheets import separator_sheets

    if not (1 <= options.count <= _SHEETS_MAX and options.first >= 1):
        raise InputError("INPUT-SEPARATOR", detail=f"--count 1-{_SHEETS_MAX}, --first 1-")
    with House.open(options.data, config=options.config) as house:
        batch = house.batches.batch(options.name).name
    dossiers = options.whole_dossiers or [options.dossier] * options.count
    made = separator_sheets(
        [
            Separator(
                batch=batch,
                dossier=dossier,
                ordinal=ordinal,
                is_dossier=bool(options.whole_dossiers),
            )
            for ordinal, dossier in enumerate(dossiers, start=options.first)
        ]
    )
    with new_file(options.file) as file:
        file.write(made)
    print(options.file, file=sys.stderr)
    return _GOOD


def stack_lines(house: House, batch: str) -> Iterator[str]:
    """Yield how the stacks of a batch stand, and which of them wait for a person and why."""
    counts = house.stacks.counts(batch)
    if counts:
        told = "  ".join(f"{state}: {count}" for state, count in sorted(counts.items()))
        yield f"  tập / stacks  {told}"
    for stack in house.stacks.noted(batch):
        fault = CATALOGUE[stack.code or ""]
        yield f"    {stack.path}  {stack.code}: {fault.message_vi} / {fault.message_en}"
