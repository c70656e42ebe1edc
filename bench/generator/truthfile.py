"""truth.jsonl: one JSON object per document, in UTF-8, sorted by file."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from bench.generator.model import DocumentTruth


def write_truths(path: Path, truths: Iterable[DocumentTruth]) -> None:
    """Write all records, replacing the file."""
    lines = [json.dumps(truth.to_json(), ensure_ascii=False) for truth in truths]
    path.write_text("".join(line + "\n" for line in lines), encoding="utf-8")


def read_truths(path: Path) -> list[dict[str, Any]]:
    """The records as plain dictionaries."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]
