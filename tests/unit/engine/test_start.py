"""What a start loads: on a batch of twenty pages a second of it is a tenth of the time."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
HEAVY = {"pyhanko.sign", "alembic", "fontTools.subset", "aiohttp", "uvicorn", "fastapi", "openpyxl"}


def loaded(statement: str) -> set[str]:
    """Return the modules that a fresh interpreter has after a statement."""
    answer = subprocess.run(
        [sys.executable, "-c", f"{statement}; import sys; print('\\n'.join(sys.modules))"],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    return set(answer.stdout.split())


def test_the_command_line_loads_nothing_that_comes_later() -> None:
    """Sealing, migrations and the web page are loaded where they are needed."""
    modules = loaded("import pipeline.cli")
    assert "stages.sign.stage" in modules  # else the next line would say nothing
    assert HEAVY & modules == set()


def test_the_entry_loads_next_to_nothing() -> None:
    """A page worker imports the main module again."""
    modules = loaded("import pipeline.entry")
    assert {name for name in modules if name.startswith(("pipeline.", "stages."))} == {
        "pipeline.entry"
    }
