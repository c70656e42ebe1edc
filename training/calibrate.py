"""Makes confidences mean what they say: fits the calibration on held-out lines.

A word's raw confidence (product of its characters' probabilities and the least blank between) is
mapped by a straight line in logits, fitted to whether the word was right. Written into meta.json;
the reliability table goes into the card.

    python -m training.calibrate --models DIR --sets HELD_OUT HEADINGS
"""

from __future__ import annotations

import argparse
import difflib
import itertools
import json
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from stages.read.line_reader.recognise import Calibration, Recogniser
from training.alphabet import LOOSE
from training.shards import Shard

if TYPE_CHECKING:
    from collections.abc import Sequence

RIDGE = 0.1
"""Pull of both weights towards 0, so that a set without errors has a finite fit."""
EDGES = (0.0, 0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 1.0)
"""Bounds of the bins of the reliability table."""


def right_words(truth: str, words: Sequence[str]) -> list[bool]:
    """Tell for every word read whether it stands in the truth at its place."""
    wanted = truth.translate(LOOSE).split()
    said = [word.translate(LOOSE) for word in words]
    right = [False] * len(said)
    matcher = difflib.SequenceMatcher(None, wanted, said, autojunk=False)
    for block in matcher.get_matching_blocks():
        for k in range(block.b, block.b + block.size):
            right[k] = True
    return right


def samples_of(recogniser: Recogniser, path: Path) -> list[list[tuple[float, bool]]]:
    """Read one shard; return each line's words: raw confidence and whether it was right."""
    lines = Shard(folder=path.parent, number=int(path.stem.split("-")[1])).read()
    answers = recogniser.answers([line.ink.astype(np.float32) / 255.0 for line in lines])
    found = []
    for line, answer in zip(lines, answers, strict=True):
        words = recogniser.words_of(answer)
        right = right_words(line.text, [word.text for word in words])
        found.append([(w.raw_confidence, hit) for w, hit in zip(words, right, strict=True)])
    return found


def fit(raw: Sequence[float], right: Sequence[bool]) -> Calibration:
    """Fit slope and offset by Newton's method on the log likelihood."""
    clipped = np.clip(np.array(raw), 1e-6, 1 - 1e-6)
    inputs = np.stack([np.log(clipped / (1 - clipped)), np.ones(len(raw))], axis=1)
    target = np.array(right, np.float64)
    weights = np.array([1.0, 0.0])
    for _ in range(60):
        said = 1 / (1 + np.exp(-np.clip(inputs @ weights, -30, 30)))
        slope = inputs.T @ (target - said) - RIDGE * weights
        bend = (inputs * (said * (1 - said))[:, None]).T @ inputs + RIDGE * np.eye(2)
        weights = weights + np.clip(np.linalg.solve(bend, slope), -0.3, 0.3)
    return Calibration(slope=float(weights[0]), offset=float(weights[1]))


def reliability(said: Sequence[float], right: Sequence[bool]) -> tuple[str, float]:
    """Return the reliability table as Markdown and the expected calibration error."""
    values, hits = np.array(said), np.array(right, np.float64)
    rows = ["| confidence | words | mean said | right |", "|---|---|---|---|"]
    error = 0.0
    for low, high in itertools.pairwise(EDGES):
        chosen = (values > low) & (values <= high)
        if chosen.any():
            mean, share = float(values[chosen].mean()), float(hits[chosen].mean())
            error += abs(mean - share) * float(chosen.mean())
            rows.append(f"| {low}–{high} | {int(chosen.sum())} | {mean:.3f} | {share:.3f} |")
    return "\n".join(rows), error


def main() -> None:
    """Read the command line, fit on every second line, and say how well it fits on the others."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--models", type=Path, required=True)
    parser.add_argument("--sets", type=Path, nargs="+", required=True)
    options = parser.parse_args()
    recogniser = Recogniser(options.models, threads=1, batch=8)
    lines: list[list[tuple[float, bool]]] = []
    for folder in options.sets:
        for path in sorted(folder.glob("lines-*.npz")):
            lines += samples_of(recogniser, path)
    fitted = [word for line in lines[::2] for word in line]
    others = [word for line in lines[1::2] for word in line]
    calibration = fit([raw for raw, _ in fitted], [right for _, right in fitted])
    said = [calibration.probability(raw) for raw, _ in others]
    table, error = reliability(said, [right for _, right in others])
    print(f"slope {calibration.slope:.4f} offset {calibration.offset:.4f}")
    print(
        f"{len(said)} words of lines not fitted on, expected calibration error {100 * error:.2f} %"
    )
    print(table)
    path = options.models / "meta.json"
    meta = json.loads(path.read_text(encoding="utf-8"))
    meta["calibration"] = {"slope": calibration.slope, "offset": calibration.offset}
    path.write_text(json.dumps(meta, ensure_ascii=False, indent=0), encoding="utf-8")


if __name__ == "__main__":
    main()
