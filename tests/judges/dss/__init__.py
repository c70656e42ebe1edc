"""EU DSS, an independent judge of signatures: fetched by Maven with a pinned pom, run as a program.

Never part of the product. Absent Java or Maven skips a test at home and fails it under CI=true. One
JVM judges all files of a call.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.judges.verapdf import CACHE, absent

HERE = Path(__file__).parent
VERSION = "6.3"
_FETCH_TIMEOUT_S = 280
_JUDGE_TIMEOUT_S = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What DSS says of one signature."""

    format: str
    """Level as DSS sees it, `PAdES-BASELINE-LT`."""
    indication: str
    """`TOTAL_PASSED`, `TOTAL_FAILED`, `INDETERMINATE`; `UNREADABLE` for a file it cannot open."""
    sub_indication: str
    faults: str


def jars() -> Path:
    """Return the folder of DSS, fetching it at first use; skips or fails where that cannot be."""
    folder = CACHE / f"dss-{VERSION}"
    if shutil.which("javac") is None:
        absent("no javac (default-jdk-headless)")
    if (folder / "complete").is_file():
        return folder
    if shutil.which("mvn") is None:
        absent("no mvn (maven)")
    command = [
        *("mvn", "-q", "-B", "-f", str(HERE / "pom.xml"), "dependency:copy-dependencies"),
        *(f"-DoutputDirectory={folder}", "-DincludeScope=runtime"),
    ]
    try:
        outcome = subprocess.run(
            command, capture_output=True, timeout=_FETCH_TIMEOUT_S, check=False
        )
    except subprocess.TimeoutExpired:
        absent("Maven took too long to fetch EU DSS")
    if outcome.returncode:
        absent("Maven could not fetch EU DSS")
    (folder / "complete").touch()
    return folder


def judge(
    paths: Sequence[Path], *, root: Path, is_online: bool
) -> dict[str, tuple[Judgement, ...]]:
    """Return the judgements on every file: name → one per signature, in order.

    Args:
        paths: PDF files with different names.
        root: the trusted root, PEM.
        is_online: whether DSS may ask OCSP and CRL; else the file alone must prove all.
    """
    command = [
        *("java", "-Xmx512m", "-XX:TieredStopAtLevel=1", "-cp", f"{jars()}/*"),
        *(str(HERE / "Judge.java"), "online" if is_online else "offline", str(root)),
        *map(str, paths),
    ]
    outcome = subprocess.run(command, capture_output=True, timeout=_JUDGE_TIMEOUT_S, check=True)
    found: dict[str, list[Judgement]] = {path.name: [] for path in paths}
    for line in outcome.stdout.decode().splitlines():
        name, kind, indication, sub_indication, faults = line.split("\t")
        found[name].append(
            Judgement(
                format=kind,
                indication=indication,
                sub_indication="" if sub_indication == "-" else sub_indication,
                faults=faults,
            )
        )
    return {name: tuple(judgements) for name, judgements in found.items()}
