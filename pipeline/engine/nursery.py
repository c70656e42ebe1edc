"""Where page workers are born: a server process that has their modules loaded, and forks.

A spawned worker loads half a second of modules, each for itself. The fork server loads them once,
beside the parent that still loads its own, and a worker is there in a tenth of a second; it starts
no thread and opens no network, so a fork of it is safe (multiprocessing, "Contexts and start
methods"). Without `prepare`, and where the server's imports fail, each worker does its own.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Sequence
from multiprocessing import forkserver
from multiprocessing.context import BaseContext


def prepare(modules: Sequence[str]) -> None:
    """Start the server, where it does not run yet, and let it load modules; returns at once."""
    forkserver.set_forkserver_preload([*modules])
    forkserver.ensure_running()


def context() -> BaseContext:
    """Return how workers are started."""
    return multiprocessing.get_context("forkserver")
