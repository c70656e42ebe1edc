"""Networks that are absent or damaged, in every stage that has one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.model.errors import OperatorError
from stages.guard.network import MarkNetwork
from stages.prepare.orientation import Compass
from stages.read.line_reader import LineReader


@pytest.mark.parametrize("content", [None, b"", b"no network", b"\x08\x07\x12\x00"])
@pytest.mark.parametrize(
    ("name", "open_it"),
    [
        ("marks.onnx", MarkNetwork),
        ("orient.onnx", Compass),
        ("det.onnx", lambda path: LineReader(model_dir=path.parent)),
    ],
)
def test_a_network_that_cannot_be_opened_is_for_the_keeper(
    tmp_path: Path, name: str, open_it: Callable[[Path], object], content: bytes | None
) -> None:
    """The file is named."""
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(OperatorError, match=name) as error:
        open_it(tmp_path / name)
    assert error.value.code == "SYS-TOOL-MISSING"
