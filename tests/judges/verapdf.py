"""veraPDF, the judge of PDF/A in the tests: fetched by Maven with a pinned pom, run as a program.

Never part of the product. Absent Java or Maven skips a test at home and fails it under CI=true.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

HERE = Path(__file__).parent
VERSION = "1.30.2"
MAIN_CLASS = "org.verapdf.apps.GreenfieldCliWrapper"
CACHE = HERE.parents[1] / "build" / "judges"
"""Where the jar is kept between runs."""


def jar() -> Path:
    """Return veraPDF's jar, fetching it at first use; skips or fails where that cannot be."""
    if shutil.which("java") is None:
        absent("no java (openjdk-17-jre-headless)")
    return fetched(f"cli-{VERSION}.jar")


def fetched(name: str) -> Path:
    """Return a file that `pom.xml` names, fetching all of them when it is not there yet."""
    found = CACHE / name
    if found.is_file():
        return found
    if shutil.which("mvn") is None:
        absent("no mvn (maven)")
    command = [
        *("mvn", "-q", "-B", "-f", str(HERE / "pom.xml"), "dependency:copy-dependencies"),
        *(f"-DoutputDirectory={CACHE}", "-DincludeScope=runtime", "-DexcludeTransitive=true"),
    ]
    try:
        outcome = subprocess.run(command, capture_output=True, timeout=110, check=False)
    except subprocess.TimeoutExpired:
        absent(f"Maven took too long to fetch {name}")
    if outcome.returncode or not found.is_file():
        absent(f"Maven could not fetch {name}")
    return found


def absent(reason: str) -> None:
    """Skip at home, fail in CI."""
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


def judge(paths: Sequence[Path], flavour: str) -> dict[str, str]:
    """Return the verdict on every file: name → `PASS` or what failed.

    Args:
        paths: PDF files with different names.
        flavour: `2u` or `2b`; the file's own claim is not asked.
    """
    command = [
        *("java", "-Xmx256m", "-XX:TieredStopAtLevel=1", "-cp", str(jar()), MAIN_CLASS),
        *("--flavour", flavour, "--format", "text", "-v", *map(str, paths)),
    ]
    out = subprocess.run(command, capture_output=True, timeout=110, check=False).stdout.decode()
    verdicts: dict[str, str] = {}
    name = ""
    for line in out.splitlines():
        word, _, rest = line.strip().partition(" ")
        if word in {"PASS", "FAIL"}:
            name = Path(rest.rsplit(" ", 1)[0]).name
            verdicts[name] = word
        elif name and verdicts[name] != "PASS":
            verdicts[name] += f" {line.strip()}"
    return verdicts
