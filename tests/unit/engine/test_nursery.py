"""The server that page workers are forked from loads our modules, wherever it is started."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
_WORK = """
from pipeline.engine import nursery
if __name__ == "__main__":
    nursery.prepare(["stages._seals"])
    worker = nursery.context().Process(target=print, args=("worked",))
    worker.start()
    worker.join()
    raise SystemExit(worker.exitcode)
"""


def test_a_folder_of_that_name_where_it_is_started_is_not_loaded(tmp_path: Path) -> None:
    marker = tmp_path / "loaded"
    foreign = tmp_path / "stages"
    foreign.mkdir()
    text = f"from pathlib import Path\nPath({str(marker)!r}).touch()\n"
    (foreign / "__init__.py").write_text(text, encoding="utf-8")
    program = tmp_path / "bin" / "program.py"
    program.parent.mkdir()
    program.write_text(_WORK, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, str(program)],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert (done.returncode, done.stdout.strip()) == (0, "worked"), done.stderr
    assert not marker.exists()
