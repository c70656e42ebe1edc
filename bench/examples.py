"""`python -m bench examples`: how good the readings were that people confirmed or corrected.

Reads the labelled examples of a data folder (`keep_examples` of `[stages.review]`) and prints
figures only: how often the reading was right as it stood, how often the right one was among the
first three, and how sure the readings were.
"""

from __future__ import annotations

import argparse
import json
import statistics
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

_READINGS = 3


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what may be told."""
    parser.add_argument("--data", type=Path, required=True, help="folder of sohoa's state")


def main(options: argparse.Namespace) -> int:
    """Print the table of a data folder; exit 1 where it has no examples."""
    examples = [json.loads(path.read_text("utf-8")) for path in _paths(options.data)]
    if not examples:
        print(f"no examples in {options.data}: turn on keep_examples in [stages.review]")
        return 1
    for line in table(examples):
        print(line)
    return 0


def _paths(data: Path) -> list[Path]:
    return sorted((data / "examples").glob("*/*.json"))


def table(examples: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return the lines of a Markdown table, a row a field."""
    by_field: dict[str, list[Mapping[str, Any]]] = {}
    for example in examples:
        by_field.setdefault(example["field"], []).append(example)
    lines = [
        "| field | asked | right as read | right among three | mean confidence |",
        "|---|---|---|---|---|",
    ]
    for name, some in sorted(by_field.items()):
        right = sum(one["read"] == one["value"] for one in some)
        among = sum(one["value"] in [one["read"], *one["alternatives"]][:_READINGS] for one in some)
        sure = statistics.fmean(one["confidence"] for one in some)
        lines.append(f"| {name} | {len(some)} | {right} | {among} | {sure:.2f} |")
    return lines
