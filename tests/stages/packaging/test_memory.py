"""Packages of many documents, in a process whose memory is its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def test_memory_does_not_grow_with_the_documents(tmp_path: Path) -> None:
    """Ten times the documents cost less than 3 KB each: the ZIP's directory and the ids."""
    command = [sys.executable, "-m", "tests.stages.packaging.peak", str(tmp_path)]
    root = Path(__file__).parents[3]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=root)
    assert 0 < float(done.stdout) < 3000
