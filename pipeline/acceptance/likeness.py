"""Whether texts are nearly alike, told without holding them: sketches, and an index on disk.

A sketch is the least hash in each of 96 bins over a text's pairs of words (one-permutation
min-wise hashing); the share of equal bins estimates the share of common pairs (Jaccard). Those
texts are compared that share a band of three bins, the twenty with most such bands: of texts alike
to 50 % one in seventy is missed. The index lies in a file, so that a batch of any size takes no
memory (ADR 19 has the measurements).
"""

from __future__ import annotations

import hashlib
import sqlite3
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TypeAlias

_BINS = 96
_BAND = 3
_NONE = (1 << 64) - 1
_PAIRS_MIN = 20
"""Texts of fewer pairs are too short to tell."""
_CANDIDATES_MAX = 20
"""Forms that fill a shelf all share bands with each other."""

Sketch: TypeAlias = "array[int]"


@dataclass(frozen=True, slots=True)
class Twin:
    """An earlier text that is nearly alike."""

    key: str
    share: float
    """Of common pairs of words, 0–1."""


def sketch_of(words: Iterable[str]) -> Sketch | None:
    """Return the sketch of a text, None when it is too short to tell; case does not matter."""
    bins = array("Q", [_NONE]) * _BINS
    pairs = {f"{one} {other}" for one, other in pairwise(word.casefold() for word in words)}
    if len(pairs) < _PAIRS_MIN:
        return None
    for pair in pairs:
        value = int.from_bytes(hashlib.blake2b(pair.encode(), digest_size=8).digest())
        place = value % _BINS
        bins[place] = min(bins[place], value)
    return bins


def joined(sketches: Sequence[Sketch | None]) -> Sketch | None:
    """Return the sketch of texts taken together, None when none of them tells anything."""
    known = [one for one in sketches if one is not None]
    if not known:
        return None
    return array("Q", [min(values) for values in zip(*known, strict=True)])


def likeness(one: Sketch, other: Sketch) -> float:
    """Return the share of common pairs of words, 0–1, to about 5 %."""
    used = [(a, b) for a, b in zip(one, other, strict=True) if a != _NONE or b != _NONE]
    return sum(a == b for a, b in used) / len(used)


class Likenesses:
    """Finds earlier texts that are nearly alike; one thread at a time."""

    def __init__(self, folder: Path, *, least: float) -> None:
        """Open an index in an empty folder, which the caller removes.

        Args:
            folder: for its file.
            least: texts that share at least so much are alike, 0–1.
        """
        self._least = least
        self._database = sqlite3.connect(folder / "likeness.sqlite", isolation_level=None)
        self._database.executescript(
            "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;"
            "CREATE TABLE texts (id INTEGER PRIMARY KEY, key TEXT, bins BLOB);"
            "CREATE TABLE bands (band BLOB, text INTEGER, PRIMARY KEY (band, text)) WITHOUT ROWID;"
        )

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def twin(self, key: str, sketch: Sketch) -> Twin | None:
        """Return the earlier text most alike, None when there is none; then remember this one."""
        bands = _bands(sketch)
        marks = ",".join("?" * len(bands))
        found = self._database.execute(
            f"SELECT text FROM bands WHERE band IN ({marks}) "  # noqa: S608 - question marks
            "GROUP BY text ORDER BY count(*) DESC, text LIMIT ?",
            (*bands, _CANDIDATES_MAX),
        ).fetchall()
        twins = [self._compared(text, sketch) for (text,) in found]
        best = max(twins, key=lambda one: one.share, default=None)
        self._add(key, sketch, bands)
        return None if best is None or best.share < self._least else best

    def _compared(self, text: int, sketch: Sketch) -> Twin:
        key, blob = self._database.execute(
            "SELECT key, bins FROM texts WHERE id = ?", (text,)
        ).fetchone()
        bins = array("Q")
        bins.frombytes(blob)
        return Twin(key, likeness(sketch, bins))

    def _add(self, key: str, sketch: Sketch, bands: Sequence[bytes]) -> None:
        self._database.execute("BEGIN")
        added = self._database.execute(
            "INSERT INTO texts (key, bins) VALUES (?, ?)", (key, sketch.tobytes())
        )
        self._database.executemany(
            "INSERT INTO bands VALUES (?, ?)", [(band, added.lastrowid) for band in bands]
        )
        self._database.execute("COMMIT")


def _bands(sketch: Sketch) -> list[bytes]:
    """Return what texts are looked up by: each band with its place, but for empty ones."""
    return [
        start.to_bytes(1) + band.tobytes()
        for start in range(0, _BINS, _BAND)
        if _NONE not in (band := sketch[start : start + _BAND])
    ]
