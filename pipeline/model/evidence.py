"""The artifact `report`: what stage `sign` found of the digital signatures a document came with.

Written as JSON by `sign`; `index` and `register` take from it what they hold.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

VERDICTS_VI = {
    "valid": "hợp lệ",
    "invalid": "không hợp lệ",
    "unknown": "chưa xác định",
}
"""Verdict (ETSI EN 319 102-1: TOTAL-PASSED, TOTAL-FAILED, INDETERMINATE) → its name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What the signatures of a received file are worth."""

    verdict: str
    """`valid`, `invalid` or `unknown`: of all signatures together."""
    signers: tuple[str, ...]
    """Names, in the order in which they signed."""

    def words_vi(self) -> str:
        """Return the verdict and the signers for people."""
        signers = "; ".join(dict.fromkeys(self.signers))
        return VERDICTS_VI[self.verdict] + (f" ({signers})" if signers else "")


def read_evidence(report: Path) -> Evidence:
    """Read the artifact; raises OSError, and ValueError or LookupError when it is none."""
    told = json.loads(report.read_bytes())
    verdict = told["verdict"]
    if verdict not in VERDICTS_VI:
        raise ValueError(f"no verdict: {verdict!r}")
    signers = tuple(one["signer"] for one in told["signatures"] if one["signer"])
    return Evidence(verdict=verdict, signers=signers)
