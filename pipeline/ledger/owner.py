"""Who works on a job: a process of this machine, recognisable as dead after a crash.

A process number alone is reused by the system; together with the time the process started it is
not (proc(5), field 22 `starttime`).
"""

from __future__ import annotations

import os
from pathlib import Path


def this_owner() -> str:
    """Return the name of this process, `pid:start time in clock ticks since boot:boot id`."""
    pid = os.getpid()
    return f"{pid}:{_start_ticks(pid)}:{_boot_id()}"


def is_alive(owner: str) -> bool:
    """Return whether the process of that name still runs."""
    pid, started, boot = owner.split(":", 2)
    return boot == _boot_id() and _start_ticks(int(pid)) == started


def _start_ticks(pid: int) -> str:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return ""
    after_name = stat.rpartition(")")[2].split()  # the name may hold spaces and parentheses
    state, start_ticks = after_name[0], after_name[19]
    return "" if state in "ZX" else start_ticks


def _boot_id() -> str:
    return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
