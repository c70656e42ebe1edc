"""How far the confidence of a line tells whether its text stands on the page."""

from __future__ import annotations

import hashlib
from itertools import pairwise
from pathlib import Path

from rapidfuzz import fuzz

from bench.cases import Case
from bench.scoring import folded
from pipeline.assembly.house import House
from pipeline.model.codec import pages_from_json
from pipeline.model.records import Word

_EDGES = (0.0, 0.2, 0.3, 0.4, 0.5, 0.7, 1.01)
_TRUE, _INVENTED = 70.0, 50.0
"""Likeness to the best place of the page's true text, 0–100, from which a line is taken for a true
one, and below which for an invented one; between them it could be either."""


def print_by_confidence(data: Path, cases: list[Case]) -> None:
    """Print letters of true and of invented lines by the mean confidence of their line."""
    counts = {low: [0, 0, 0] for low in _EDGES[:-1]}
    with House.open(data, environment={}) as house:
        for case in cases:
            digest = hashlib.sha256(case.path.read_bytes()).hexdigest()
            artifact = house.history.artifacts(digest).get("pages")
            if artifact is None:
                continue
            pages = pages_from_json(house.store.path(artifact.digest).read_bytes())
            for page, truth in zip(pages, case.truth["pages"], strict=True):
                whole = "\n".join(folded(line["text"]) for line in truth["lines"])
                for line in page.lines():
                    _count(counts, line, whole)
    print("\n| mean confidence of the line | letters | of a true line | invented |")
    print("|---|---|---|---|")
    for low, high in pairwise(_EDGES):
        letters, true, invented = counts[low]
        print(f"| {low:.1f}-{min(1.0, high):.1f} | {letters} | {true} | {invented} |")


def _count(counts: dict[float, list[int]], line: list[Word], whole: str) -> None:
    letters = sum(len(word.text) for word in line)
    mean = sum(word.confidence * len(word.text) for word in line) / letters
    read = folded(" ".join(word.text for word in line))
    likeness = fuzz.partial_ratio(read, whole) if len(read) >= 3 else 0.0
    row = counts[max(edge for edge in counts if edge <= mean)]
    row[0] += letters
    row[1] += letters * (likeness >= _TRUE)
    row[2] += letters * (likeness < _INVENTED)
