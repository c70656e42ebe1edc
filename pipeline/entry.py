"""The console script's entry.

A page worker imports the main module again (multiprocessing, "The spawn and forkserver start
methods"). This one imports nothing heavy until it is called, so a worker does not load ledger, web
page and signing: 2 s and 100 MB less for each. And it starts what the workers come from before it
loads what reads the command line: on two cores the one does not wait for the other.
"""

from __future__ import annotations

import importlib
import sys

_READING = {"run", "watch", "batch", "reprocess"}
"""Commands that start page workers."""
_WORKERS_LOAD = ("pipeline.assembly.worker", "pebble.pool.process")


def main() -> None:
    """Run `sohoa` and end with its exit code."""
    if _READING.intersection(sys.argv[1:2]):
        importlib.import_module("pipeline.engine.nursery").prepare(_WORKERS_LOAD)
    cli = importlib.import_module("pipeline.cli")
    sys.exit(cli.main())
