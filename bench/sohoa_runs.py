"""Starts sohoa and other programs, and measures them: time, memory of the whole process tree.

One file for all foreign programs of the bench, with the reason of each flag. Must never run two
measured programs at a time unless a variant says so.
"""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pikepdf
import psutil

_SAMPLE_S = 0.05
_MB = 1_000_000


class ProgramMissingError(RuntimeError):
    """A program the bench needs is not installed; the message names it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What one run cost."""

    wall_s: float
    peak_tree_mb: float
    """Largest sum of the resident memory of all processes started, in 10⁶ bytes; pages shared by
    several processes count several times."""
    peak_process_mb: float
    """Largest resident memory of any one process, in 10⁶ bytes."""
    exit_codes: tuple[int, ...]


class _Watcher(threading.Thread):
    """Samples the memory of every process below this one."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self._is_over = threading.Event()
        self._me = psutil.Process()
        self.peak_tree = 0
        self.peak_process = 0

    def run(self) -> None:
        while not self._is_over.wait(_SAMPLE_S):
            sizes = [_resident(child) for child in self._me.children(recursive=True)]
            self.peak_tree = max(self.peak_tree, sum(sizes))
            self.peak_process = max([self.peak_process, *sizes])

    def stop(self) -> None:
        self._is_over.set()
        self.join()


def _resident(process: psutil.Process) -> int:
    try:
        return int(process.memory_info().rss)
    except psutil.Error:
        return 0


def measure(act: Callable[[], Sequence[int]]) -> Measured:
    """Run `act`, which starts processes and returns their exit codes, and say what it cost."""
    watcher = _Watcher()
    watcher.start()
    started = time.perf_counter()
    try:
        codes = tuple(act())
    finally:
        wall_s = time.perf_counter() - started
        watcher.stop()
    return Measured(
        wall_s=wall_s,
        peak_tree_mb=watcher.peak_tree / _MB,
        peak_process_mb=watcher.peak_process / _MB,
        exit_codes=codes,
    )


def program(name: str) -> str:
    """Path of a program: beside this interpreter, else on the path.

    Raises:
        ProgramMissingError: when it is in neither.
    """
    beside = Path(sys.executable).parent / name
    found = str(beside) if beside.exists() else shutil.which(name)
    if found is None:
        message = f"{name} is not installed"
        raise ProgramMissingError(message)
    return found


def run_sohoa(
    paths: Sequence[Path], data: Path, *, review: str = "doubtful"
) -> tuple[list[dict[str, Any]], Measured]:
    """`sohoa run PATH… --json --data DIR`: one record for each document, and the cost.

    `review` is the policy of the review stage: with `never` every document goes on to its signed
    PDF/A, which a comparison of speed needs; with `doubtful` some wait for a person.
    """
    data.mkdir(parents=True, exist_ok=True)
    settings = data.parent / f"{data.name}-bench.toml"
    settings.write_text(f'[stages.review]\npolicy = "{review}"\n', encoding="utf-8")
    command = [program("sohoa"), "run", *map(str, paths), "--json", "--data", str(data)]
    command += ["--config", str(settings)]
    output: list[str] = []

    def act() -> list[int]:
        done = subprocess.run(command, stdout=subprocess.PIPE, check=False, text=True)
        output.append(done.stdout)
        return [done.returncode]

    cost = measure(act)
    return [json.loads(line) for line in output[0].splitlines() if line.strip()], cost


def run_ocrmypdf(files: Sequence[Path], out: Path, *, at_once: int, jobs: int | None) -> Measured:
    """OCRmyPDF over every file, `at_once` processes side by side with `jobs` workers each.

    The flags are those of the comparison in the issue; `--quiet` only keeps the progress bar away.
    """
    out.mkdir(parents=True, exist_ok=True)
    tool = program("ocrmypdf")
    flags = ["-l", "vie", "--deskew", "--rotate-pages", "--output-type", "pdfa", "--quiet"]
    if jobs is not None:
        flags += ["--jobs", str(jobs)]

    def one(file: Path) -> int:
        command = [tool, *flags, str(file), str(out / file.name)]
        return subprocess.run(command, check=False, stderr=subprocess.DEVNULL).returncode

    def act() -> list[int]:
        with ThreadPoolExecutor(max_workers=at_once) as pool:
            return list(pool.map(one, files))

    return measure(act)


def pdf_pages_text(path: Path) -> list[str]:
    """The text layer of each page as poppler gives it (`pdftotext`, reading order of its own).

    Annotations are left out first: the visible text of a signature is no text of the scan.
    """
    buffer = io.BytesIO()
    with pikepdf.open(path) as pdf:
        for page in pdf.pages:
            if "/Annots" in page:
                del page["/Annots"]
        pdf.save(buffer)
    done = subprocess.run(
        [program("pdftotext"), "-enc", "UTF-8", "-", "-"],
        input=buffer.getvalue(),
        stdout=subprocess.PIPE,
        check=False,
    )
    pages = done.stdout.decode("utf-8", "replace").split("\f")
    return pages[:-1] if len(pages) > 1 else pages


def cores() -> int:
    """Cores this process may use."""
    return len(os.sched_getaffinity(0))
