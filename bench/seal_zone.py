"""`python -m bench seals`: is text under a seal read as if the seal were not there?

Each generated letter is scanned twice from the same seed, with its seal and without, and the page
of the signature is prepared and read. Lines that the seal touches are scored apart, on both, beside
all other lines of the pages with a seal. What no reader can see (a pen's stroke over the name) is
there in both. Colour, gray and 1-bit scans are different tasks and stand in rows of their own.
"""

from __future__ import annotations

import argparse
import math
import tempfile
from collections import defaultdict
from dataclasses import dataclass, replace
from pathlib import Path
from typing import get_args

import cv2

from bench.generator.content import Wishes, compose
from bench.generator.files import write_pdf
from bench.generator.model import Box, LineTruth
from bench.generator.scanner import Mode, preset_settings
from bench.generator.studio import Scan, make_scan
from bench.scoring import TextScore, score_page
from pipeline.model.records import Document, MediaType, PageEntry
from stages.prepare import PagePreparer
from stages.read import make_reader

_GOAL = 1.5
"""CER under a seal in colour over that of the same lines without it."""
_A4_MM = (210.0, 297.0)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the table may be asked."""
    parser.add_argument("--count", type=int, default=40, metavar="N", help="letters of each kind")
    parser.add_argument("--seed", type=int, default=71)


def main(options: argparse.Namespace) -> int:
    """Print the table; 1 when a seal in colour costs more than it may."""
    cv2.setNumThreads(1)
    line = _PageLine()
    print(
        f"{options.count} generated letters of preset office for each kind, seed {options.seed}\n"
    )
    print("| scan | lines under the seal | CER there | the same lines without the seal "
          "| other lines | with : without |")  # fmt: skip
    print("|---|---|---|---|---|---|")
    is_missed = False
    for mode in get_args(Mode):
        total = _Scores(under=TextScore(), bare=TextScore(), other=TextScore())
        for number in range(options.count):
            total += line.scores(options.seed * 100_000 + number, mode)
        under, bare, other = total.under.lines, total.bare.lines, total.other.lines
        ratio = under.rate / max(bare.rate, 1e-9)
        is_missed = is_missed or (mode == "colour" and ratio > _GOAL)
        print(f"| {mode} | {total.under.exact_lines.letters} | {under.rate:.2%} "
              f"| {bare.rate:.2%} | {other.rate:.2%} | {ratio:.1f} |",
              flush=True)  # fmt: skip
    return int(is_missed)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scores:
    under: TextScore
    bare: TextScore
    other: TextScore

    def __add__(self, more: _Scores) -> _Scores:
        return _Scores(
            under=self.under + more.under,
            bare=self.bare + more.bare,
            other=self.other + more.other,
        )


class _PageLine:
    """Scans, prepares and reads the signature pages of letters."""

    def __init__(self) -> None:
        self._preparer = PagePreparer()
        self._reader = make_reader("line_reader")

    def scores(self, seed: int, mode: Mode) -> _Scores:
        """Return what was read right of one letter; nothing where no line lies under its seal."""
        letter = replace(compose(seed, Wishes(secrecy="")), is_sealed=True)
        settings = replace(preset_settings("office", seed), mode=mode)
        sealed = make_scan(letter, settings, seed=seed)
        bare = make_scan(replace(letter, is_sealed=False), settings, seed=seed)
        number = sealed.truth.signature_page
        lines = sealed.truth.pages[number - 1].lines
        ring = next(line.box for line in lines if line.text == letter.seal_ring)
        printed = [line for line in lines if line.kind == "text"]
        under = [line.text for line in printed if _is_touched(line, ring)]
        other = [line.text for line in printed if not _is_touched(line, ring)]
        read = self._read(sealed, number)
        return _Scores(
            under=score_page(under, read, count_inserted=False),
            bare=score_page(under, self._read(bare, number), count_inserted=False),
            other=score_page(other, read, count_inserted=False),
        )

    def _read(self, scan: Scan, number: int) -> str:
        with tempfile.TemporaryDirectory(prefix="seals-") as folder:
            path = Path(folder) / "page.pdf"
            write_pdf(path, [scan.pages[number - 1]])
            document = Document(id="0" * 64, media_type=MediaType.PDF, size_bytes=1)
            page = self._preparer.prepare(path, document, PageEntry(number=1))
        rows: dict[int, list[str]] = defaultdict(list)
        for word in self._reader.read(page).words:
            rows[word.line].append(word.text)
        return "\n".join(" ".join(words) for words in rows.values())


def _is_touched(line: LineTruth, ring: Box) -> bool:
    """Tell whether a word of a line reaches into the circle of a seal, given by its square."""
    x, y = ((ring[at] + ring[at + 2]) / 2 * _A4_MM[at] for at in (0, 1))
    radius = (ring[2] - ring[0]) / 2 * _A4_MM[0]

    def away(box: Box) -> float:
        left, top, right, bottom = (side * _A4_MM[at % 2] for at, side in enumerate(box))
        return math.hypot(x - min(max(x, left), right), y - min(max(y, top), bottom))

    return any(away(word.box) < radius for word in line.words)
