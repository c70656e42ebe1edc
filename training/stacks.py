"""Fit the weights of `stages/stack/boundaries.py` to generated stacks, and say how calibrated.

`python -m bench.generator stacks --stacks 24 --seed 11 --out O`, then
`python -m training.stacks O`: logistic regression with a small ridge, printed as the table that
stands in the code. Seeds of this fit are never those of the report (`python -m bench stacks`).
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from bench.stacks import looked_at
from stages.stack.boundaries import features

_RIDGE = 0.3
_ROUNDS = 60


def main() -> None:
    """Fit and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path, help="stacks of the generator")
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    rows: list[list[float]] = []
    firsts: list[float] = []
    names: list[str] = []
    for stack in looked_at(options.folder, workers=options.workers):
        before = None
        for page, truth in zip(stack.pages, stack.truth["pages"], strict=True):
            if page.is_blank or page.separator is not None:
                continue
            if before is not None:
                found = features(page, before)
                names = list(found)
                rows.append(list(found.values()))
                firsts.append(float(truth["kind"] == "first"))
            before = page
    weights = _fitted(np.array(rows), np.array(firsts))
    for name, weight in zip(names, weights, strict=True):
        print(f'    "{name}": {weight:.2f},')
    print(f"{len(rows)} pages, {int(sum(firsts))} of them first")


def _fitted(signs: np.ndarray, firsts: np.ndarray) -> np.ndarray:
    """Newton's method for ridge logistic regression."""
    weights = np.zeros(signs.shape[1])
    ridge = _RIDGE * np.eye(signs.shape[1])
    for _ in range(_ROUNDS):
        shares = 1 / (1 + np.exp(-signs @ weights))
        slope = signs.T @ (firsts - shares) - ridge @ weights
        curve = (signs * (shares * (1 - shares))[:, None]).T @ signs + ridge
        weights = weights + np.linalg.solve(curve, slope)
    return weights


if __name__ == "__main__":
    main()
