"""Makes an int8 copy of rec.onnx: static QDQ, convolutions only, per channel.

Costs a little accuracy and gains speed on processors with VNNI; ship it only where the measured
loss is worth it.

    python -m training.quantise --models RUN --lines LINES --out RUN_INT8
"""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path

import numpy as np
import onnx
from onnxruntime.quantization import (
    CalibrationDataReader,
    CalibrationMethod,
    QuantFormat,
    QuantType,
    quantize_static,
)

from stages.read.line_reader.crop import pad_batch
from training.shards import Shard

CALIBRATION_LINES = 160
"""Lines whose activations set the scales."""


class LineFeed(CalibrationDataReader):
    """Feeds ink maps of a shard to the calibration, four at a time."""

    def __init__(self, shard: Shard) -> None:
        """Read the shard."""
        lines = [line for line in shard.read() if line.ink.shape[1] < 1000][:CALIBRATION_LINES]
        self._groups = [lines[k : k + 4] for k in range(0, len(lines), 4)]

    def get_next(self) -> dict[str, np.ndarray] | None:
        """Return the next inputs, or None at the end."""
        if not self._groups:
            return None
        group = self._groups.pop()
        ink, widths = pad_batch([line.ink.astype(np.float32) / 255.0 for line in group])
        return {"x": ink, "widths": widths}


def quantise(source: Path, target: Path, shard: Shard, keep: tuple[str, ...]) -> None:
    """Write the int8 copy.

    Args:
        source: rec.onnx.
        target: the file to write.
        shard: lines that set the scales.
        keep: parts of node names that stay in floating point.
    """
    names = [
        node.name
        for node in onnx.load(str(source)).graph.node
        if node.op_type == "Conv" and not any(part in node.name for part in keep)
    ]
    quantize_static(
        str(source),
        str(target),
        LineFeed(shard),
        quant_format=QuantFormat.QDQ,
        op_types_to_quantize=["Conv"],
        nodes_to_quantize=names,
        per_channel=True,
        weight_type=QuantType.QInt8,
        activation_type=QuantType.QUInt8,
        calibrate_method=CalibrationMethod.MinMax,
    )


def main() -> None:
    """Read the command line and write a folder of models with rec.onnx in int8."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--models", type=Path, required=True)
    parser.add_argument("--lines", type=Path, required=True, help="folder of shards")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--keep", nargs="*", default=["stem", "se/", "dw", "head", "score"])
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    for name in ("det.onnx", "language.npz", "meta.json"):
        shutil.copyfile(options.models / name, options.out / name)
    shard = Shard(folder=options.lines, number=0)
    quantise(options.models / "rec.onnx", options.out / "rec.onnx", shard, tuple(options.keep))


if __name__ == "__main__":
    main()
