"""Reads and writes the weights of rec.onnx; the graph itself is kept as it was shipped.

Three changes to trueocr's file: unused nodes are removed, the logits become an output (for other
readings and calibration), and the head gets rows for characters that the alphabet lacked.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray

LOGITS_BEFORE = "/rec/Transpose_output_0"
HEAD = ("rec.head.weight", "rec.head.bias")
UNUSED = ("LogSoftmax", "TopK")
NEW_ROW_BIAS = -6.0
"""Bias of a new character's row: it starts improbable and is learned."""


def read_weights(path: Path) -> dict[str, NDArray[np.float32]]:
    """Return the initialisers of an ONNX file by name."""
    model = onnx.load(str(path))
    return {tensor.name: numpy_helper.to_array(tensor) for tensor in model.graph.initializer}


def widen_head(
    weights: Mapping[str, NDArray[np.float32]], extra: int, seed: int
) -> dict[str, NDArray[np.float32]]:
    """Return the weights with `extra` further rows in the head, the trained rows kept."""
    wide = dict(weights)
    if extra:
        old = weights[HEAD[0]]
        noise = np.random.default_rng(seed).normal(0, 0.02, (extra, *old.shape[1:]))
        wide[HEAD[0]] = np.concatenate([old, noise.astype(np.float32)])
        bias = np.full(extra, NEW_ROW_BIAS, np.float32)
        wide[HEAD[1]] = np.concatenate([weights[HEAD[1]], bias])
    return wide


def write_weights(source: Path, target: Path, weights: Mapping[str, NDArray[np.float32]]) -> None:
    """Write an ONNX file with the graph of `source` and other weights.

    Args:
        source: trueocr's rec.onnx or a file written by this function.
        target: the file to write.
        weights: values by initialiser name; shapes may leave out axes of one, the head may have
            more rows.
    """
    model = onnx.load(str(source))
    _expose_logits(model)
    for tensor in model.graph.initializer:
        if tensor.name in weights:
            value = np.asarray(weights[tensor.name], np.float32)
            shape = list(tensor.dims)
            if tensor.name in HEAD:
                shape[0] = value.shape[0]
            if math.prod(shape) != value.size:
                raise ValueError(f"{tensor.name}: {value.shape} does not fit {shape}")
            tensor.CopyFrom(numpy_helper.from_array(value.reshape(shape), tensor.name))
    onnx.checker.check_model(model)
    onnx.save(model, str(target))


def _expose_logits(model: onnx.ModelProto) -> None:
    graph = model.graph
    if any(output.name == "logits" for output in graph.output):
        return
    for node in list(graph.node):
        if node.op_type in UNUSED or "blank" in node.output:
            graph.node.remove(node)
    for node in graph.node:
        for names in (node.input, node.output):
            for index, name in enumerate(names):
                if name == LOGITS_BEFORE:
                    names[index] = "logits"
    shape = ["B", "T", "C"]
    graph.output.append(helper.make_tensor_value_info("logits", TensorProto.FLOAT, shape))
    used = {name for node in graph.node for name in node.input}
    for node in list(graph.node):
        if node.op_type == "Constant" and node.output[0] not in used:
            graph.node.remove(node)
