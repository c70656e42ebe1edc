"""veraPDF kept warm: an optional judge over a share of the delivered files (`verapdf_share`).

No part of the product: the keeper names veraPDF's jar and has a JDK (Java 17). One JVM serves the
whole process, one file at a time; it is started at the first file and again when it ended.
"""

from __future__ import annotations

import os
import re
import subprocess
import threading
from pathlib import Path

from pipeline.model.errors import ContractError, OperatorError

_PROGRAM = Path(__file__).with_name("Warm.java")
_START_TIMEOUT_S = 60.0
_JUDGE_TIMEOUT_S = 120.0
_CLAIM = re.compile(rb"<pdfaid:part>(\d)</pdfaid:part>\s*<pdfaid:conformance>([UBA])<")


class WarmVeraPdf:
    """Port to a warm veraPDF; safe from several threads."""

    def __init__(self, jar: Path) -> None:
        """Name the jar; nothing is started yet."""
        self._jar = jar
        self._child: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()

    def check(self, path: Path) -> None:
        """Judge a file by what it claims to be.

        Raises:
            ContractError: BUG-PDFA with the rules that it breaks, or when it claims nothing.
            OperatorError: SYS-TOOL-MISSING when veraPDF cannot be started or does not answer.
        """
        claim = _CLAIM.search(path.read_bytes())
        if claim is None:
            raise ContractError("BUG-PDFA", detail="veraPDF: the file claims no PDF/A")
        flavour = (claim.group(1) + claim.group(2)).decode().lower()
        with self._lock:
            answer = self._ask(f"{flavour}\t{path}\n")
        if answer != "PASS":
            raise ContractError("BUG-PDFA", detail=f"veraPDF {flavour}: {answer}")

    def close(self) -> None:
        """End the JVM; the next file would start another one."""
        with self._lock:
            self._end()

    def _ask(self, line: str) -> str:
        child = self._child
        if child is None or child.poll() is not None:
            self._end()
            child = self._child = self._start()
        if child.stdin is None:
            raise OperatorError("SYS-TOOL-MISSING", detail="veraPDF: no input")
        try:
            child.stdin.write(line.encode())
            child.stdin.flush()
        except OSError as error:
            self._end()
            raise OperatorError("SYS-TOOL-MISSING", detail="veraPDF ended") from error
        return self._line(child, _JUDGE_TIMEOUT_S)

    def _start(self) -> subprocess.Popen[bytes]:
        try:
            child = subprocess.Popen(
                [
                    *("java", "-Xmx512m", "-XX:TieredStopAtLevel=1", "-cp", str(self._jar)),
                    str(_PROGRAM),
                ],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                # Without a language of the machine's Java finds no file whose name bears a tone.
                env={**os.environ, "LC_ALL": "C.UTF-8"},
            )
        except OSError as error:
            raise OperatorError("SYS-TOOL-MISSING", detail=f"java: {error.strerror}") from error
        if self._line(child, _START_TIMEOUT_S) != "READY":
            raise OperatorError("SYS-TOOL-MISSING", detail=f"veraPDF does not start: {self._jar}")
        return child

    def _line(self, child: subprocess.Popen[bytes], timeout_s: float) -> str:
        """Return the next line; a JVM that stays silent is killed and the line is empty."""
        watch = threading.Timer(timeout_s, child.kill)
        watch.start()
        try:
            line = child.stdout.readline() if child.stdout is not None else b""
        finally:
            watch.cancel()
        if not line:
            self._child = child
            self._end()
            raise OperatorError("SYS-TOOL-MISSING", detail=f"veraPDF does not answer: {self._jar}")
        return line.decode("utf-8", "replace").strip()

    def _end(self) -> None:
        child, self._child = self._child, None
        if child is None:
            return
        child.kill()
        child.wait()
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                pipe.close()
