"""The console script's entry.

A page worker is a spawned process, and a spawned process imports the main module again
(multiprocessing, "The spawn and forkserver start methods"). This one imports nothing heavy until it
is called, so a worker does not load ledger, web page and signing: 2 s and 100 MB less for each.
"""

from __future__ import annotations

import importlib
import sys


def main() -> None:
    """Run `sohoa` and end with its exit code."""
    cli = importlib.import_module("pipeline.cli")
    sys.exit(cli.main())
