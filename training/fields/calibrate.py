"""Fits confidences of fields to what proved exact.

`python -m training.fields.calibrate --set PAGES TRUTH [--set …] --out
config/rules/confidence.toml`: PAGES is a folder of pages as JSON (`<name>.json`, as the store keeps
them), TRUTH a truth.jsonl of the generator or of ../shared/samples/letters. Isotonic fit in bins of
equal count, shrunk towards the whole so that few examples promise nothing. Prints, for each field,
the share exact, and the expected calibration error before and after. Writes figures only, never a
value.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import random
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from bench.fields import is_same
from pipeline.model.codec import pages_from_json
from stages.extract.calibration import Curve, curve_name
from stages.extract.fields import extract_fields
from stages.extract.rules import Rules, load_rules

Example = tuple[float, bool]
_LETTER_NAMES = {
    "code": "number_symbol", "issued_date": "date", "type": "doc_type", "place": "place",
    "issuer": "issuer", "issuer_parent": "issuer_parent", "subject": "subject",
    "signer_name": "signer_name", "signer_title": "signer_title", "urgency": "urgency",
}  # fmt: skip


def truth_fields(row: dict[str, Any]) -> dict[str, str]:
    """Return a truth row's fields by the names of the model."""
    if "fields" in row:
        return {name: str(value) for name, value in row["fields"].items()}
    fields = {name: str(row[key]) for name, key in _LETTER_NAMES.items()}
    code = fields["code"]
    number, _, rest = code.partition("/")
    fields["number"] = number
    fields["notation"] = rest.partition("/")[2] if rest[:4].isdigit() else rest
    return fields


def examples(
    pages: Path, truth: Path, rules: Rules, today: dt.date
) -> Iterator[tuple[str, float, bool]]:
    """Yield curve, raw estimate and whether the value was exact, for every field of a set."""
    plain = replace(rules, curves={})
    for line in truth.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        file = pages / f"{Path(row['file']).stem}.json"
        if not file.exists():
            continue
        expected = truth_fields(row)
        for item in extract_fields(pages_from_json(file.read_bytes()), plain, today=today):
            if item.name in expected:
                good = is_same(item.name, expected[item.name], item.value)
                yield curve_name(item), item.confidence, good


def fit(rows: Sequence[Example]) -> Curve:
    """Return a rising curve through the examples (pool adjacent violators on bins)."""
    mixed = random.Random(1).sample(rows, len(rows))
    ordered = sorted(mixed, key=lambda row: row[0])
    whole = sum(good for _, good in ordered) / len(ordered)
    pools: list[tuple[float, float, float]] = []
    for part in _bins(ordered):
        count = float(len(part))
        share = (sum(good for _, good in part) + 2 * whole) / (count + 2)
        pools.append((sum(raw for raw, _ in part) / count, share, count))
        while len(pools) > 1 and pools[-2][1] >= pools[-1][1]:
            (r1, s1, n1), (r2, s2, n2) = pools[-2], pools[-1]
            both = n1 + n2
            pools[-2:] = [((r1 * n1 + r2 * n2) / both, (s1 * n1 + s2 * n2) / both, both)]
    points = [(raw, min(0.995, share)) for raw, share, _ in pools]
    if points[0][0] > 0.0:
        points.insert(0, (0.0, 0.3 * points[0][1]))
    return Curve(
        raw=tuple(round(raw, 4) for raw, _ in points),
        share=tuple(round(share, 4) for _, share in points),
    )


def _bins(ordered: Sequence[Example]) -> Iterator[Sequence[Example]]:
    """Yield parts of rising estimates: small ones below, where few values lie, large ones above."""
    start, size = 0, 8
    while start < len(ordered):
        end = start + size
        if len(ordered) - end < size:
            end = len(ordered)
        yield ordered[start:end]
        start, size = end, min(60, round(size * 1.5))


def calibration_error(rows: Sequence[Example], curve: Curve | None) -> float:
    """Return the expected calibration error over ten bins, 0–1."""
    bins: dict[int, list[tuple[float, bool]]] = defaultdict(list)
    for raw, good in rows:
        sure = curve.at(raw) if curve else raw
        bins[min(9, int(sure * 10))].append((sure, good))
    return sum(
        abs(sum(sure for sure, _ in part) - sum(good for _, good in part)) for part in bins.values()
    ) / len(rows)


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--set", nargs=2, type=Path, action="append", required=True,
                        metavar=("PAGES", "TRUTH"))  # fmt: skip
    parser.add_argument("--rules", type=Path, default=Path("config/rules"))
    parser.add_argument("--today", type=dt.date.fromisoformat, default=dt.date(2027, 1, 1))
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args(arguments)
    rules = load_rules(options.rules)
    found: dict[str, list[Example]] = defaultdict(list)
    for pages, truth in options.set:
        for name, raw, good in examples(pages, truth, rules, options.today):
            found[name].append((raw, good))
    lines = ["# Made by training/fields/calibrate.py; raw estimate → share exact. Do not edit."]
    for name in sorted(found):
        rows = found[name]
        if len(rows) < 12:
            continue
        curve = fit(rows)
        exact = sum(good for _, good in rows) / len(rows)
        before, after = calibration_error(rows, None), calibration_error(rows, curve)
        print(f"{name}: {len(rows)} values, exact {exact:.3f}, ECE {before:.3f} → {after:.3f}")
        lines += ["", f"[{name}]", f"raw = {list(curve.raw)}", f"share = {list(curve.share)}"]
    options.out.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
