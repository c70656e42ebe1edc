"""Verifies a stranger's PDF in a process of its own, with limits of time and memory.

Received files may be made to hang or to fill the memory of whoever parses them (looping or huge
dictionaries). The stage therefore starts `python -m stages.sign.examine`, which prints the report
as JSON; when it does not end in time the file's signatures are UNKNOWN, never valid.
"""

from __future__ import annotations

import argparse
import json
import logging
import resource
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from pipeline.model.catalogue import CATALOGUE, Family
from pipeline.model.errors import ContractError, DocumentError, OperatorError, SohoaError
from stages.sign.report import (
    Problem,
    SignatureReport,
    Verdict,
    VerifyReport,
    report_from_json,
)

_MEMORY_BYTES_MAX = 2 << 30
_FAULT_EXIT = 3


def examine(
    path: Path,
    *,
    trust: Sequence[Path] = (),
    intermediates: Sequence[Path] = (),
    online_timeout_s: float | None = None,
    timeout_s: float,
) -> VerifyReport:
    """Report on all signatures of a PDF, like `verify`, but bounded.

    Args:
        path: the file.
        trust: certificates or folders of them to trust.
        intermediates: certificates or folders of them that complete chains.
        online_timeout_s: limit for an answer of OCSP and CRL; None asks nobody.
        timeout_s: limit for the whole.

    Raises:
        DocumentError, OperatorError: as `verify`.
        ContractError: BUG-STAGE when the process fails otherwise.
    """
    command = [sys.executable, "-m", "stages.sign.examine", "--file", str(path)]
    for option, values in (("--trust", trust), ("--intermediates", intermediates)):
        command += [word for value in values for word in (option, str(value))]
    if online_timeout_s is not None:
        command += ["--online", str(online_timeout_s)]
    root = Path(__file__).resolve().parents[2]
    try:
        outcome = subprocess.run(
            command, capture_output=True, timeout=timeout_s, check=False, cwd=root
        )
    except subprocess.TimeoutExpired:
        return _too_complex(path)
    if outcome.returncode == _FAULT_EXIT:
        told = json.loads(outcome.stdout)
        raise _error(told["code"], told["detail"])
    if outcome.returncode < 0 or b"MemoryError" in outcome.stderr:
        return _too_complex(path)
    if outcome.returncode:
        detail = f"examination ended with {outcome.returncode}"
        raise ContractError("BUG-STAGE", detail=detail)
    return report_from_json(json.loads(outcome.stdout))


def _too_complex(path: Path) -> VerifyReport:
    unread = SignatureReport(
        field="?", kind="", verdict=Verdict.UNKNOWN, problems=(Problem.TOO_COMPLEX,)
    )
    return VerifyReport(file=path.name, signatures=(unread,))


def _error(code: str, detail: str) -> SohoaError:
    kind = DocumentError if CATALOGUE[code].family is Family.DOCUMENT else OperatorError
    return kind(code, detail=detail)


def main(arguments: Sequence[str] | None = None) -> int:
    """Verify one file and print the report; 3 with code and detail when it cannot be opened."""
    from stages.sign.status import StatusSource
    from stages.sign.verify import verify

    parser = argparse.ArgumentParser(prog="python -m stages.sign.examine")
    parser.add_argument("--file", type=Path, required=True)
    parser.add_argument("--trust", type=Path, action="append", default=[])
    parser.add_argument("--intermediates", type=Path, action="append", default=[])
    parser.add_argument("--online", type=float)
    options = parser.parse_args(arguments)
    logging.disable(logging.CRITICAL)
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES_MAX, _MEMORY_BYTES_MAX))
    online = None if options.online is None else StatusSource(timeout_s=options.online)
    try:
        report = verify(
            options.file, trust=options.trust, intermediates=options.intermediates, online=online
        )
    except SohoaError as error:
        sys.stdout.write(json.dumps({"code": error.code, "detail": error.detail}))
        return _FAULT_EXIT
    sys.stdout.write(json.dumps(report.to_json()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
