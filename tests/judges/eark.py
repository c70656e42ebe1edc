"""eark-validator, the judge of packages in the tests; installed apart, run as a program."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.judges.verapdf import CACHE, HERE, absent

REQUIREMENTS = HERE / "eark-requirements.txt"


def installed() -> Path:
    """Return the folder of the validator, installing it at first use; skips or fails without."""
    folder = CACHE / "eark"
    stamp = folder / ".requirements"
    wanted = REQUIREMENTS.read_text(encoding="utf-8")
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == wanted:
        return folder
    shutil.rmtree(folder, ignore_errors=True)
    command = [
        *(sys.executable, "-m", "pip", "install", "-q", "--disable-pip-version-check"),
        *("--no-deps", "--target", str(folder), "-r", str(REQUIREMENTS)),
    ]
    try:
        outcome = subprocess.run(command, capture_output=True, timeout=110, check=False)
    except subprocess.TimeoutExpired:
        absent("pip took too long to fetch eark-validator")
    if outcome.returncode:
        absent("pip could not fetch eark-validator")
    stamp.write_text(wanted, encoding="utf-8")
    return folder


def judge(paths: Sequence[Path], unpacked: Path) -> list[dict[str, Any]]:
    """Return the verdict on each package; `unpacked` is an empty folder for its temporaries."""
    command = [sys.executable, str(HERE / "eark_main.py"), str(installed()), *map(str, paths)]
    outcome = subprocess.run(
        command, capture_output=True, timeout=110, check=False, env={"TMPDIR": str(unpacked)}
    )
    assert outcome.returncode == 0, outcome.stderr.decode()
    return [json.loads(line) for line in outcome.stdout.splitlines()]
