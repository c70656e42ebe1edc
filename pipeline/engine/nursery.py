"""Where page workers are born: a server process that has their modules loaded, and forks.

A spawned worker loads half a second of modules, each for itself. The fork server loads them once,
beside the parent that still loads its own, and a worker is there in a tenth of a second; it starts
no thread and opens no network, so a fork of it is safe (multiprocessing, "Contexts and start
methods"). Without `prepare`, and where the server's imports fail, each worker does its own.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from multiprocessing import forkserver
from multiprocessing.context import BaseContext
from pathlib import Path


def prepare(modules: Sequence[str]) -> None:
    """Start the server, where it does not run yet, and let it load modules; returns at once."""
    forkserver.set_forkserver_preload([*modules])
    _start()


def _start() -> None:
    with _own_path():
        forkserver.ensure_running()


@contextmanager
def _own_path() -> Iterator[None]:
    """Let a Python that is started here look for modules where this one does, and nowhere else.

    The server is started by `python -c`, which looks into the working directory first: a folder
    `stages` there, of another version or of somebody else, would be read instead of ours.
    """
    ours = {
        "PYTHONSAFEPATH": "1",
        "PYTHONPATH": os.pathsep.join(place or str(Path.cwd()) for place in sys.path),
    }
    before = {name: os.environ.get(name) for name in ours}
    os.environ.update(ours)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def context() -> BaseContext:
    """Return how workers are started; the server runs from here on, prepared or not."""
    _start()
    return multiprocessing.get_context("forkserver")
