"""The line recogniser in torch: the same computation as rec.onnx, with its weights as parameters.

The ONNX graph stays the one that ships: its initialisers are read into this module, trained, and
written back (see graph_file.py). Written out as layers and not run by an interpreter of graphs,
because plain layers train twice as fast on a processor.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn
from torch.nn import functional

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

CHANNELS = 128
BLOCKS = 10
KERNEL = 9
STEP_PX = 4
FIRST_DEPTHWISE = 510
"""Folded depthwise kernels carry the exporter's numbers: onnx::Conv_510, 513, … and 511, 514, …"""


class Block(nn.Module):
    """Depthwise convolution along the line, expansion, squeeze-and-excitation, projection."""

    def __init__(self) -> None:
        super().__init__()
        self.depthwise = nn.Conv1d(CHANNELS, CHANNELS, KERNEL, padding=KERNEL // 2, groups=CHANNELS)
        self.expand = nn.Linear(CHANNELS, 2 * CHANNELS)
        self.squeeze = nn.Linear(2 * CHANNELS, CHANNELS // 2)
        self.excite = nn.Linear(CHANNELS // 2, 2 * CHANNELS)
        self.project = nn.Linear(2 * CHANNELS, CHANNELS)

    def forward(self, x: Tensor, mask: Tensor, steps: Tensor) -> Tensor:
        """Transform features of shape (lines, steps, 128); mask (lines, steps, 1)."""
        wide = self.depthwise(x.transpose(1, 2)).transpose(1, 2)
        wide = functional.hardswish(self.expand(wide))
        mean = (wide * mask).sum(1, keepdim=True) / steps
        gate = torch.sigmoid(self.excite(functional.relu(self.squeeze(mean))))
        return (x + self.project(wide * gate)) * mask


class Context(nn.Module):
    """What stands above and below: patches of the whole window, pooled by attention over rows."""

    def __init__(self) -> None:
        super().__init__()
        self.patch = nn.Conv2d(1, 32, 4, stride=4)
        self.depthwise = nn.Conv2d(32, 32, 3, padding=1, groups=32, bias=False)
        self.pointwise = nn.Conv2d(32, 64, 1)
        self.score = nn.Conv2d(64, 4, 1)
        self.row_prior = nn.Parameter(torch.zeros(1, 4, 24, 1))
        self.project = nn.Conv1d(64, CHANNELS, 1)

    def forward(self, x: Tensor) -> Tensor:
        """Map ink of shape (lines, 1, 96, width) to features (lines, 128, width / 4)."""
        x = functional.hardswish(self.patch(x))
        x = functional.hardswish(self.pointwise(self.depthwise(x)))
        # In the precision of x: with bfloat16 the product below is a third of this branch's time.
        weight = torch.softmax(self.score(x) + self.row_prior, dim=2).to(x.dtype)
        lines, channels, rows, steps = x.shape
        pooled = (x.view(lines, 4, channels // 4, rows, steps) * weight[:, :, None]).sum(3)
        return self.project(pooled.reshape(lines, channels, steps))


class LineNetwork(nn.Module):
    """The recogniser: 96 px high ink maps to logits of blank and alphabet, one step per 4 px."""

    def __init__(self, classes: int) -> None:
        """Make the layers.

        Args:
            classes: blank and alphabet.
        """
        super().__init__()
        self.stem = nn.Conv2d(1, CHANNELS, (32, 4), stride=(32, 4))
        self.context = Context()
        self.norm = nn.BatchNorm1d(CHANNELS)
        self.blocks = nn.ModuleList(Block() for _ in range(BLOCKS))
        self.head = nn.Linear(CHANNELS, classes)

    def forward(self, ink: Tensor, widths: Tensor) -> tuple[Tensor, Tensor]:
        """Read a batch.

        Args:
            ink: shape (lines, 1, 96, width), 0 paper to 1 ink.
            widths: each line's own width, px.

        Returns:
            Logits of shape (lines, steps, classes) and each line's steps.
        """
        x = self.stem(ink[:, :, 32:64])[:, :, 0] + self.context(ink)
        lengths = torch.clamp((widths + STEP_PX - 1) // STEP_PX, max=x.shape[2])
        mask = (torch.arange(x.shape[2])[None] < lengths[:, None]).to(x.dtype)[:, :, None]
        steps = lengths.clamp(min=1).float()[:, None, None]
        # The running statistics stay as they are: batches of one width are no fair sample.
        norm = self.norm
        x = functional.batch_norm(
            x,
            norm.running_mean,
            norm.running_var,
            norm.weight,
            norm.bias,
            training=False,
            eps=norm.eps,
        )
        x = functional.hardswish(x).transpose(1, 2) * mask
        for block in self.blocks:
            x = block(x, mask, steps)
        return self.head(x), lengths


def initialiser_names() -> dict[str, str]:
    """Return the name of each parameter (and running statistic) in the ONNX file."""
    names = {
        "context.row_prior": "rec.context.row_prior",
        "context.depthwise.weight": "rec.context.dw.weight",
        "context.patch.weight": "onnx::Conv_504",
        "context.patch.bias": "onnx::Conv_505",
        "context.pointwise.weight": "onnx::Conv_507",
        "context.pointwise.bias": "onnx::Conv_508",
        "norm.running_mean": "rec.stem_bn.running_mean",
        "norm.running_var": "rec.stem_bn.running_var",
        "norm.weight": "rec.stem_bn.weight",
        "norm.bias": "rec.stem_bn.bias",
    }
    for part in ("weight", "bias"):
        names[f"stem.{part}"] = f"rec.stem.{part}"
        names[f"head.{part}"] = f"rec.head.{part}"
        names[f"context.score.{part}"] = f"rec.context.score.{part}"
        names[f"context.project.{part}"] = f"rec.context.proj.{part}"
        for index in range(BLOCKS):
            ours, theirs = f"blocks.{index}", f"rec.blocks.{index}"
            names[f"{ours}.expand.{part}"] = f"{theirs}.expand.{part}"
            names[f"{ours}.squeeze.{part}"] = f"{theirs}.se.fc1.{part}"
            names[f"{ours}.excite.{part}"] = f"{theirs}.se.fc2.{part}"
            names[f"{ours}.project.{part}"] = f"{theirs}.project.{part}"
            number = FIRST_DEPTHWISE + 3 * index + (part == "bias")
            names[f"{ours}.depthwise.{part}"] = f"onnx::Conv_{number}"
    return names


def load_initialisers(network: LineNetwork, found: Mapping[str, NDArray[np.float32]]) -> None:
    """Copy the ONNX file's initialisers into the network; shapes differ only by axes of one."""
    state = network.state_dict()
    with torch.no_grad():
        for ours, theirs in initialiser_names().items():
            state[ours].copy_(torch.from_numpy(found[theirs].copy()).reshape(state[ours].shape))


def dump_initialisers(state: Mapping[str, Tensor]) -> dict[str, NDArray[np.float32]]:
    """Return the weights under their names in the ONNX file (shapes without axes of one)."""
    return {
        theirs: state[ours].detach().float().numpy() for ours, theirs in initialiser_names().items()
    }
