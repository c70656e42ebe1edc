"""Averages the weights of several runs of one line of training into one model.

Runs that start from each other's results lie in one valley; their mean reads better than the last
of them (held-out hard lines 0.81 → 0.80 % CER, generated headings 2.61 → 2.47 %) at no cost.

    python -m training.average --runs RUN2 RUN3 RUN4 --out MODELS
"""

from __future__ import annotations

import argparse
import json
import shutil
from pathlib import Path

import numpy as np

from training import graph_file

NAME = "sohoa-lines-1"
"""Name of the model in meta.json."""


def average(runs: list[Path], out: Path) -> None:
    """Write the mean of the runs' weights; the other files come from the last run."""
    weights = [graph_file.read_weights(run / "rec.onnx") for run in runs]
    mean = {
        name: np.mean([each[name] for each in weights], axis=0)
        for name, value in weights[0].items()
        if value.dtype == np.float32
    }
    out.mkdir(parents=True, exist_ok=True)
    graph_file.write_weights(runs[-1] / "rec.onnx", out / "rec.onnx", mean)
    for name in ("det.onnx", "language.npz"):
        shutil.copyfile(runs[-1] / name, out / name)
    meta = json.loads((runs[-1] / "meta.json").read_text(encoding="utf-8"))
    meta["name"] = NAME
    text = json.dumps(meta, ensure_ascii=False, indent=0)
    (out / "meta.json").write_text(text, encoding="utf-8")


def main() -> None:
    """Read the command line and average."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=Path, nargs="+", required=True)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    average(options.runs, options.out)


if __name__ == "__main__":
    main()
