"""Opens the networks that come with the stages, for the processor."""

from __future__ import annotations

from typing import TYPE_CHECKING

import onnxruntime as ort
from onnxruntime.capi import onnxruntime_pybind11_state as foreign

from pipeline.model.errors import OperatorError

if TYPE_CHECKING:
    from pathlib import Path

_FAULTS = (
    # onnxruntime's own errors derive from nothing but Exception.
    foreign.NoSuchFile,
    foreign.InvalidProtobuf,
    foreign.InvalidGraph,
    foreign.InvalidArgument,
    foreign.Fail,
    OSError,
    RuntimeError,
    ValueError,
)


def open_network(
    model: Path, *, threads: int = 1, keeps_memory: bool = True
) -> ort.InferenceSession:
    """Open a network.

    Args:
        model: the ONNX file.
        threads: threads inside one run, 1 or more; 1 where pages are worked on side by side.
        keeps_memory: whether memory is kept from run to run: a third faster on large pictures; with
            batches of changing shape it grows without end and buys nothing.

    Raises:
        OperatorError: SYS-TOOL-MISSING when the file is absent or damaged.
    """
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    options.enable_cpu_mem_arena = keeps_memory
    try:
        return ort.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
    except _FAULTS as fault:
        detail = f"{model.name}: {type(fault).__name__}"
        raise OperatorError("SYS-TOOL-MISSING", detail=detail) from fault
