"""Speed of sealing: documents a second by level and key, as the document line runs it.

The whole stage is timed, with the placing over measured ink, the checks of the signed bytes and the
comparison of pixels; two document threads; the authorities run in a process of their own on the
same machine and take their share of it. Status answers are kept, as in a standing process.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.trust.cases import AGENCY, KEYS, work_on
from stages.sign import Options, Pkcs12Seal, SignStage
from stages.sign.levels import LEVELS

_SEAL_OF = {"RSA 2048": "seal-rsa", "RSA-PSS 2048": "seal-rsa", "ECDSA P-256": "seal-ec"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Speed:
    """One cell of the table."""

    level: str
    key: str
    documents_per_s: float
    processor_ms: float
    """Processor time of our process a document; it depends less on what else the machine does."""
    load: float
    """Of the machine over the last minute, ours and others'."""


@contextlib.contextmanager
def _authorities(folder: Path) -> Iterator[dict[str, Any]]:
    with subprocess.Popen(
        [sys.executable, "-m", "bench.pki", str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        yield json.loads(child.stdout.readline())
        child.stdin.close()


def measure(pdfa: Path, *, documents: int, threads: int = 2) -> Iterator[Speed]:
    """Seal a document again and again at every level with every key.

    Args:
        pdfa: the PDF/A to be sealed.
        documents: how many a cell.
        threads: documents at once.
    """
    with tempfile.TemporaryDirectory() as name, _authorities(Path(name)) as told:
        for key in KEYS:
            path, secret = (Path(one) for one in told["seals"][_SEAL_OF[key]])
            provider = Pkcs12Seal(path, passphrase_file=secret, is_pss="PSS" in key)
            for level in LEVELS:
                options = Options(
                    agency=AGENCY,
                    level=level,  # type: ignore[arg-type]  # one of LEVELS
                    tsa_url=told["tsa_url"],
                    trust=(told["trust"],),
                )
                stage = SignStage(provider=provider, options=options)
                scratch = Path(name) / f"{key}-{level}"
                stage.run(work_on(pdfa, scratch / "warm"))
                rate, processor_ms = _rate(stage, pdfa, scratch, documents, threads)
                yield Speed(
                    level=level,
                    key=key,
                    documents_per_s=rate,
                    processor_ms=processor_ms,
                    load=os.getloadavg()[0],
                )


def _rate(
    stage: SignStage, pdfa: Path, scratch: Path, documents: int, threads: int
) -> tuple[float, float]:
    works = [work_on(pdfa, scratch / str(number)) for number in range(documents)]
    started, used = time.perf_counter(), time.process_time()
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(stage.run, works))
    seconds, used = time.perf_counter() - started, time.process_time() - used
    return documents / seconds, 1000 * used / documents
