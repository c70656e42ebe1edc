"""OCRmyPDF as a separate program: born-digital PDF to PDF/A-2 (route `digital` only).

A process of its own, because files are foreign and conversions may hang or eat memory; it is given
a time limit and killed with its children. Text is never read here (`--ocr-engine none`): pages
without text were read by the page line. First without Ghostscript (`internal`: qpdf adds what is
missing and a validator must approve the result); where that is refused, with Ghostscript, if its
version does not harm text (OCRmyPDF refuses 10.0.0–10.02.0, which Debian 12 ships).
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

from ocrmypdf.exceptions import ExitCode

from pipeline.model.errors import OperatorError

_BACKENDS = ("internal", "ghostscript")
_ARGUMENTS = (
    "--skip-text",
    "--ocr-engine=none",
    "--language=vie",
    "--jobs=1",
    "--optimize=0",
    "--tagged-pdf-mode=ignore",
    "--quiet",
)


def to_pdfa(source: Path, target: Path, *, part: str, timeout_s: float) -> str | None:
    """Convert a PDF to PDF/A.

    Args:
        source: the cleaned copy.
        target: new file; exists afterwards only on success.
        part: part of ISO 19005, `1`, `2` or `3`.
        timeout_s: limit for each of the two attempts.

    Returns:
        None on success, else why it cannot be converted (for the log, no text of the document).

    Raises:
        OperatorError: SYS-TOOL-MISSING when OCRmyPDF itself cannot start.
    """
    reasons = []
    for backend in _BACKENDS:
        code = _run(
            [
                *_ARGUMENTS,
                f"--output-type=pdfa-{part}",
                f"--pdfa-backend={backend}",
                str(source),
                str(target),
            ],
            timeout_s,
        )
        if code == ExitCode.ok and target.is_file():
            return None
        target.unlink(missing_ok=True)
        reasons.append(f"{backend}: {_reason(code)}")
    return "; ".join(reasons)


def _reason(code: int | None) -> str:
    if code is None:
        return "timed out"
    return ExitCode(code).name if code in set(ExitCode) else f"exit code {code}"


def _run(arguments: list[str], timeout_s: float) -> int | None:
    """Return the exit code, None when the time limit was reached."""
    try:
        child = subprocess.Popen(
            [sys.executable, "-m", "ocrmypdf", *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # so that its children die with it
            env={**os.environ, "OMP_THREAD_LIMIT": "1"},
        )
    except OSError as error:
        raise OperatorError("SYS-TOOL-MISSING", detail=f"ocrmypdf: {error.strerror}") from error
    try:
        return child.wait(timeout_s)
    except subprocess.TimeoutExpired:
        return None
    finally:
        if child.poll() is None:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()
