"""Trains the network of marks: `python -m training.marks.train --out stages/guard/models`.

Needs torch and onnx (not among the product's dependencies). About an hour of one core. A fully
convolutional network of 126,000 parameters looks at an ink plane at 100 dpi and says for every cell
of 4 × 4 pixels which word of a mark has its middle there. Writes `marks.onnx` and prints recall and
false cells on patches of another seed.
"""

from __future__ import annotations

import argparse
import multiprocessing
import sys
import time
from pathlib import Path

import cv2
import numpy as np
import torch
from torch import nn

from training.marks.synthetic import CLASSES, IGNORE, STRIDE, Studio


def _conv(before: int, after: int, stride: int, dilation: int) -> list[nn.Module]:
    return [
        nn.Conv2d(before, after, 3, stride, dilation, dilation, bias=False),
        nn.BatchNorm2d(after),
        nn.ReLU(inplace=True),
    ]


class _Wider(nn.Module):
    """A look farther around, added to what is known."""

    def __init__(self, channels: int, dilation: int) -> None:
        super().__init__()
        self.look = nn.Sequential(*_conv(channels, channels, 1, dilation))

    def forward(self, known: torch.Tensor) -> torch.Tensor:
        """Return what is known, with more of its surroundings."""
        wider: torch.Tensor = known + self.look(known)
        return wider


class MarkNet(nn.Module):
    """A look at full detail, two strides of two, then dilated layers that see 45 mm of paper.

    Spaced capitals of an arrow and what a stamp of arrival over a mark is need that width.
    """

    def __init__(self) -> None:
        super().__init__()
        plan = (
            (1, 12, 1, 1),
            (12, 16, 2, 1),
            (16, 32, 2, 1),
            (32, 48, 1, 1),
            (48, 48, 1, 2),
            (48, 48, 1, 4),
            (48, 48, 1, 4),
        )
        layers = [layer for step in plan for layer in _conv(*step)]
        self.body = nn.Sequential(*layers, _Wider(48, 8), _Wider(48, 1))
        self.head = nn.Conv2d(48, len(CLASSES), 1)

    def forward(self, ink: torch.Tensor) -> torch.Tensor:
        """Return logits (batch, classes, height / 4, width / 4) of ink 0–1."""
        scores: torch.Tensor = self.head(self.body(ink))
        return scores


_CHUNK = 1000


def make_patches(count: int, seed: int, words: list[str]) -> tuple[np.ndarray, np.ndarray]:
    """Return inks and labels of so many patches, the same whatever the number of processors."""
    tasks = [
        (min(_CHUNK, count - start), seed * 1000 + start // _CHUNK, words)
        for start in range(0, count, _CHUNK)
    ]
    with multiprocessing.Pool() as pool:
        parts = pool.starmap(_chunk, tasks, chunksize=1)
    return np.concatenate([p[0] for p in parts]), np.concatenate([p[1] for p in parts])


def _chunk(count: int, seed: int, words: list[str]) -> tuple[np.ndarray, np.ndarray]:
    cv2.setNumThreads(1)
    studio = Studio(seed, words)
    patches = [studio.patch() for _ in range(count)]
    return np.stack([p.ink for p in patches]), np.stack([p.labels for p in patches])


def known_words(rules: Path) -> list[str]:
    """Return words for the text around stamps, from the names in the rules folder."""
    text = (rules / "communes_2025.txt").read_text(encoding="utf-8")
    return sorted({word for word in text.split() if word.isalpha() and len(word) > 1})


def _cropped(
    inks: np.ndarray, labels: np.ndarray, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Take the same window of 224 × 72 pixels, on the grid of cells, out of all patches."""
    row, column = rng.integers(0, 7), rng.integers(0, 9)
    y, x = row * STRIDE, column * STRIDE
    return (
        np.ascontiguousarray(inks[:, y : y + 72, x : x + 224]),
        np.ascontiguousarray(labels[:, row : row + 18, column : column + 56]),
    )


def train(
    net: MarkNet, inks: np.ndarray, labels: np.ndarray, *, epochs: float, rate: float,
    hard: np.ndarray | None, keep: Path,
) -> None:  # fmt: skip
    """Train in place; `hard` are patches without any mark, mixed into every batch."""
    rng = np.random.default_rng(5)
    batch = 40
    steps = round(epochs * (len(inks) // batch))
    optimiser = torch.optim.AdamW(net.parameters(), lr=rate, weight_decay=1e-4)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, rate, total_steps=steps)
    weight = torch.tensor([1.0, 3.0, 2.0, 2.0, 2.0, 2.0, 2.0])
    loss_of = nn.CrossEntropyLoss(weight=weight, ignore_index=IGNORE)
    started = time.perf_counter()
    for step in range(steps):
        chosen = rng.integers(0, len(inks), batch)
        x, y = inks[chosen].astype(np.float32) / 255, labels[chosen].astype(np.int64)
        if hard is not None and len(hard):
            picked = hard[rng.integers(0, len(hard), batch // 4)].astype(np.float32) / 255
            x = np.concatenate([x, picked])
            y = np.concatenate([y, np.zeros((len(picked), *y.shape[1:]), np.int64)])
        x = np.clip(x * rng.uniform(0.75, 1.2, (len(x), 1, 1)), 0, 1).astype(np.float32)
        x, y = _cropped(x, y, rng)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            scores = net(torch.from_numpy(x)[:, None])
        loss = loss_of(scores.float(), torch.from_numpy(y))
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
        if step % 100 == 0:
            spent = time.perf_counter() - started
            print(f"step {step}/{steps} loss {loss.item():.4f} {spent:.0f} s", flush=True)
            torch.save(net.state_dict(), keep)


def judge(net: MarkNet, inks: np.ndarray, labels: np.ndarray) -> None:
    """Print for each class how many words are found and how many cells are false."""
    net.eval()
    with torch.no_grad():
        scores = [
            net(torch.from_numpy(inks[i : i + 64].astype(np.float32) / 255)[:, None]).softmax(1)
            for i in range(0, len(inks), 64)
        ]
    chance = torch.cat(scores).numpy()
    for value in range(1, len(CLASSES)):
        has = np.array([(label == value).any() for label in labels])
        peak = chance[:, value].reshape(len(labels), -1)
        clean = np.array([not ((label == value) | (label == IGNORE)).any() for label in labels])
        for bar in (0.3, 0.5, 0.7):
            inside = [
                (chance[i, value][labels[i] == value] > bar).any() for i in np.flatnonzero(has)
            ]
            false = (peak[clean].max(1) > bar).mean()
            print(f"{CLASSES[value]} > {bar}: found {np.mean(inside):.4f}, false {false:.5f}")


def export(net: MarkNet, path: Path) -> None:
    """Write the network as ONNX with free height and width."""
    net.eval()
    sample = torch.zeros(1, 1, 96, 256)
    torch.onnx.export(
        nn.Sequential(net, nn.Softmax(dim=1)),
        (sample,),
        str(path),
        input_names=["ink"],
        output_names=["chance"],
        dynamic_axes={"ink": {2: "height", 3: "width"}, "chance": {2: "rows", 3: "columns"}},
        opset_version=17,
        dynamo=False,
    )


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="folder for marks.onnx")
    parser.add_argument("--rules", type=Path, default=Path("config/rules"))
    parser.add_argument("--patches", type=int, default=60_000)
    parser.add_argument("--seed", type=int, default=11, help="of the patches")
    parser.add_argument("--epochs", type=float, default=5)
    parser.add_argument("--rate", type=float, default=4e-3, help="highest rate of learning")
    parser.add_argument("--hard", type=Path, help="npy of uint8 patches without marks")
    parser.add_argument("--start", type=Path, help="weights to go on from")
    parser.add_argument("--cache", type=Path, help="npz to keep or take the patches from")
    options = parser.parse_args(arguments)
    torch.manual_seed(3)
    torch.set_num_threads(1)
    words = known_words(options.rules)
    if options.cache and options.cache.exists():
        cached = np.load(options.cache)
        inks, labels = cached["inks"], cached["labels"]
    else:
        inks, labels = make_patches(options.patches, options.seed, words)
        if options.cache:
            np.savez_compressed(options.cache, inks=inks, labels=labels)
    net = MarkNet()
    options.out.mkdir(parents=True, exist_ok=True)
    if options.start:
        net.load_state_dict(torch.load(options.start))
    hard = np.load(options.hard) if options.hard else None
    kept = options.out / "marks.pt"
    train(net, inks, labels, epochs=options.epochs, rate=options.rate, hard=hard, keep=kept)
    judge(net, *make_patches(3000, 99, words))
    export(net, options.out / "marks.onnx")
    return 0


if __name__ == "__main__":
    sys.exit(main())
