"""Shards of training lines on disk: one file each, written whole or not at all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from training.pages import TrainingLine

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


LINES_PER_SHARD = 1920
"""Lines in a shard unless said otherwise; the schedule of training counts with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shard:
    """Where a shard lies."""

    folder: Path
    """Folder of all shards of a run."""
    number: int
    """Number from 0; shards are used in this order."""

    @property
    def path(self) -> Path:
        """The shard's file."""
        return self.folder / f"lines-{self.number:04d}.npz"

    def write(self, lines: Sequence[TrainingLine]) -> None:
        """Write the lines; the file appears complete."""
        widths = np.array([line.ink.shape[1] for line in lines], np.int64)
        texts = np.array([line.text for line in lines])
        ink = np.concatenate([line.ink for line in lines], axis=1)
        partial = self.path.with_suffix(".partial.npz")
        np.savez(partial, ink=ink, widths=widths, texts=texts)
        partial.rename(self.path)

    def read(self) -> list[TrainingLine]:
        """Read the lines back."""
        with np.load(self.path) as stored:
            ink, widths, texts = stored["ink"], stored["widths"], stored["texts"]
        ends = np.cumsum(widths)
        return [
            TrainingLine(ink=ink[:, end - width : end], text=str(text))
            for width, end, text in zip(widths, ends, texts, strict=True)
        ]
