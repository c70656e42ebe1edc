"""Trains the line recogniser on shards of lines and writes it back as rec.onnx.

Repeatable: weights, order of lines and schedule follow from the seed and the shards alone. The
shards may still be in the making: the trainer waits for the next one. After every few shards the
running average of the weights is written as ONNX, so that a run that is broken off has a result.

    python -m training.train --lines LINES --base rec.onnx --meta meta.json --out OUT --shards 40
"""

from __future__ import annotations

import argparse
import json
import math
import re
import shutil
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np
import torch
from torch.nn import functional

from stages.read.line_reader.crop import pad_batch
from training import graph_file
from training.network import LineNetwork, dump_initialisers, load_initialisers
from training.shards import LINES_PER_SHARD, Shard

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from training.pages import TrainingLine

BATCH_LINES = 24
"""Lines of similar width in one step."""
BATCH_AREA_PX = BATCH_LINES * 1100
"""Lines times width in one step at most, for very long lines."""
WIDEST_PX = 2400
"""Longer lines are left out: they would slow a whole step."""
CLIP_NORM = 2.0
STRETCHED, STRETCHES = 0.5, (1.2, 2.2)
"""Share of headings that are stretched, and how far."""
LONGEST_HEADING = 70
HEADING = re.compile(r"^\W*S[ốô]\b|ngày.*tháng", re.IGNORECASE)
AVERAGE = 0.995


def widened(lines: Sequence[TrainingLine], rng: np.random.Generator) -> list[TrainingLine]:
    """Return the lines, some headings stretched as the reader stretches them for a second reading.

    Equal digits that a hand set close together are narrower than the steps between which CTC can
    tell them apart; the reader reads headings stretched too, so the network must know such shapes.
    """
    found = []
    for line in lines:
        if len(line.text) <= LONGEST_HEADING and HEADING.search(line.text):
            times = float(rng.uniform(*STRETCHES)) if rng.random() < STRETCHED else 1.0
            size = (round(line.ink.shape[1] * times), line.ink.shape[0])
            ink = np.asarray(cv2.resize(line.ink, size, interpolation=cv2.INTER_LINEAR), np.uint8)
            found.append(replace(line, ink=ink) if times > 1.0 else line)
        else:
            found.append(line)
    return found


def batches_of(
    lines: Sequence[TrainingLine], rng: np.random.Generator
) -> Iterator[list[TrainingLine]]:
    """Yield the lines in groups of similar width, the groups in random order."""
    usable = [line for line in lines if line.ink.shape[1] <= WIDEST_PX]
    widths = [line.ink.shape[1] * rng.uniform(0.95, 1.05) for line in usable]
    groups: list[list[TrainingLine]] = [[]]
    for position in np.argsort(widths).tolist():
        line = usable[position]
        too_big = (len(groups[-1]) + 1) * line.ink.shape[1] > BATCH_AREA_PX
        if len(groups[-1]) >= BATCH_LINES or too_big:
            groups.append([])
        groups[-1].append(line)
    for index in rng.permutation(len(groups)).tolist():
        yield groups[index]


class Trainer:
    """Network, optimiser, schedule and running average of one run."""

    def __init__(
        self,
        network: LineNetwork,
        charset: Sequence[str],
        *,
        rate: float,
        steps: int,
        warm_up: int,
    ) -> None:
        """Prepare a run.

        Args:
            network: the network to train, in place.
            charset: the alphabet, class 1 first.
            rate: learning rate after the warm-up.
            steps: length of the run, warm-up and cosine.
            warm_up: steps until the full rate.
        """
        self.network = network
        self.average = {name: value.clone() for name, value in network.state_dict().items()}
        self._classes = {char: index for index, char in enumerate(charset, start=1)}
        self._optimiser = torch.optim.AdamW(network.parameters(), lr=rate, weight_decay=0.01)
        self._rate, self._steps, self._warm_up = rate, steps, warm_up
        self.step_count = 0

    def step(self, lines: Sequence[TrainingLine]) -> float:
        """Train on one batch and return its loss per character."""
        ink, widths = pad_batch([line.ink.astype(np.float32) / 255.0 for line in lines])
        labels = [[self._classes[char] for char in line.text] for line in lines]
        for group in self._optimiser.param_groups:
            group["lr"] = self._current_rate()
        with torch.autocast("cpu", torch.bfloat16):
            logits, lengths = self.network(torch.from_numpy(ink), torch.from_numpy(widths))
        loss = functional.ctc_loss(
            torch.log_softmax(logits.float(), -1).transpose(0, 1),
            torch.tensor([k for label in labels for k in label]),
            lengths,
            torch.tensor([len(label) for label in labels]),
            reduction="sum",
            zero_infinity=True,
        ) / max(1, sum(len(label) for label in labels))
        self._optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), CLIP_NORM)
        self._optimiser.step()
        self.step_count += 1
        self._average()
        return float(loss.detach())

    def _current_rate(self) -> float:
        if self.step_count < self._warm_up:
            return self._rate * (self.step_count + 1) / self._warm_up
        done = (self.step_count - self._warm_up) / max(1, self._steps - self._warm_up)
        return self._rate * (0.02 + 0.98 * (0.5 + 0.5 * math.cos(math.pi * min(1.0, done))))

    def _average(self) -> None:
        keep = min(AVERAGE, (1 + self.step_count) / (10 + self.step_count))
        for name, value in self.network.named_parameters():
            self.average[name].mul_(keep).add_(value.detach(), alpha=1 - keep)


def load_network(base: Path, charset_old: int, charset_new: int, seed: int) -> LineNetwork:
    """Read a network from rec.onnx, its head widened to a larger alphabet."""
    weights = graph_file.widen_head(graph_file.read_weights(base), charset_new - charset_old, seed)
    network = LineNetwork(1 + charset_new)
    load_initialisers(network, weights)
    return network


def wait_for(shard: Shard, timeout_s: float) -> list[TrainingLine]:
    """Read a shard, waiting for it while it is in the making."""
    deadline = time.monotonic() + timeout_s
    while not shard.path.exists():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{shard.path} did not come within {timeout_s:.0f} s")
        time.sleep(1.0)
    return shard.read()


def run(options: argparse.Namespace) -> None:
    """Train over the shards in order and write rec.onnx every few of them."""
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    meta = json.loads(options.meta.read_text(encoding="utf-8"))
    alphabet = json.loads((options.lines / "alphabet.json").read_text(encoding="utf-8"))
    network = load_network(options.base, len(meta["charset"]), len(alphabet), options.seed)
    steps = options.shards * LINES_PER_SHARD // BATCH_LINES
    trainer = Trainer(network, alphabet, rate=options.rate, steps=steps, warm_up=options.warm_up)
    options.out.mkdir(parents=True, exist_ok=True)
    started = time.monotonic()
    for number in range(options.shards):
        shard = Shard(folder=options.lines, number=options.first + number)
        lines = wait_for(shard, options.wait_s)
        rng = np.random.default_rng([options.seed, shard.number])
        losses = [trainer.step(batch) for batch in batches_of(widened(lines, rng), rng)]
        minutes = (time.monotonic() - started) / 60
        print(f"{number + 1} shards {minutes:.1f} min loss {np.mean(losses):.4f}", flush=True)
        if (number + 1) % options.every == 0 or number + 1 == options.shards:
            weights = dump_initialisers(trainer.average)
            graph_file.write_weights(options.base, options.out / "rec.onnx", weights)
            meta["charset"] = alphabet
            text = json.dumps(meta, ensure_ascii=False, indent=0)
            (options.out / "meta.json").write_text(text, encoding="utf-8")
            for name in ("det.onnx", "language.npz"):
                shutil.copyfile(options.base.parent / name, options.out / name)


def main() -> None:
    """Read the command line and train."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=Path, required=True, help="folder of shards")
    parser.add_argument(
        "--base",
        type=Path,
        required=True,
        help="rec.onnx to start from, the other models beside it",
    )
    parser.add_argument("--meta", type=Path, required=True, help="meta.json beside it")
    parser.add_argument("--out", type=Path, required=True, help="folder for rec.onnx, meta.json")
    parser.add_argument("--shards", type=int, required=True, help="shards to train on")
    parser.add_argument("--first", type=int, default=0, help="number of the first shard")
    parser.add_argument("--every", type=int, default=4, help="write after so many shards")
    parser.add_argument("--rate", type=float, default=3e-4, help="learning rate")
    parser.add_argument("--warm-up", type=int, default=200, help="steps until the full rate")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--wait-s", type=float, default=1800.0, help="longest wait for a shard")
    run(parser.parse_args())


if __name__ == "__main__":
    main()
