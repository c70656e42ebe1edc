"""Runs `sohoa batch run` in a process of its own and kills it at random moments.

The moments are shares of the finished papers, drawn by the seed; where inside a page the kill comes
is chance. Killed is the whole process group, as by a power cut.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

from bench.sohoa_runs import program

_LOOK_S = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What the runs of a batch cost together."""

    wall_s: float = 0.0
    kills: int = 0
    peak_tree_mb: float = 0.0
    """Largest sum of the resident memory of all processes, in 10⁶ bytes; shared pages count several
    times."""
    peak_process_mb: float = 0.0


def run_with_kills(
    command: list[str], *, kills_at: list[float], share: Callable[[], float], folder: Path
) -> Cost:
    """Run the command until it ends by itself, killed whenever a share of the work is reached.

    Args:
        command: what `sohoa` is asked; the same again after each kill.
        kills_at: shares of the work, 0–1, rising; as many as were done before are left out.
        share: how much of the work is done.
        folder: gets the command's output (`run.log`) and the cost so far (`cost.json`), so that a
            bench that was cut short goes on counting.
    """
    noted = folder / "cost.json"
    cost = Cost(**json.loads(noted.read_text())) if noted.exists() else Cost()
    while True:
        with (folder / "run.log").open("ab") as out:
            process = subprocess.Popen(
                [program("sohoa"), *command], stdout=out, stderr=out, start_new_session=True
            )
        cost, is_killed = _watch(process, cost, kills_at, share, noted)
        if not is_killed:
            return cost


def _watch(
    process: subprocess.Popen[bytes],
    cost: Cost,
    kills_at: list[float],
    share: Callable[[], float],
    noted: Path,
) -> tuple[Cost, bool]:
    """Return the cost at the end of the process, and whether it was killed."""
    is_killed = False
    seen = time.monotonic()
    while process.poll() is None:
        time.sleep(_LOOK_S)
        sizes = _sizes(process.pid)
        if cost.kills < len(kills_at) and share() >= kills_at[cost.kills]:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            is_killed = True
        now = time.monotonic()
        cost = Cost(
            wall_s=cost.wall_s + now - seen,
            kills=cost.kills + is_killed,
            peak_tree_mb=max(cost.peak_tree_mb, sum(sizes) / 1e6),
            peak_process_mb=max([cost.peak_process_mb, *(size / 1e6 for size in sizes)]),
        )
        seen = now
        noted.write_text(json.dumps(asdict(cost)))
    return cost, is_killed


def moments(count: int, *, seed: int) -> list[float]:
    """Return so many shares of the work at which it is killed, rising."""
    rng = random.Random(f"kills-{seed}")
    return sorted(rng.uniform(0.05, 0.9) for _ in range(count))


def _sizes(pid: int) -> list[int]:
    try:
        parent = psutil.Process(pid)
        return [int(one.memory_info().rss) for one in (parent, *parent.children(recursive=True))]
    except psutil.Error:
        return []
