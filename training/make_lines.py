"""Makes shards of training lines: real-face pages, headings with handwriting, free-font prose.

Repeatable: shard k of a seed is the same on every run with the same sources. Nothing it makes is
committed; folders come as arguments.

    python -m training.make_lines --born-digital ../shared/samples/born_digital \
        --corpus ../shared/samples/corpus --mnist MNIST --fonts /usr/share --out LINES --shards 40
"""

from __future__ import annotations

import argparse
import gzip
import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np

from stages._networks import open_network
from stages.read.line_reader.detect import find_lines
from stages.read.line_reader.reader import MODEL_DIR
from stages.read.line_reader.records import Box
from training.alphabet import EXTRA
from training.born_digital import PdfPage, draw_page, list_pages, split_files
from training.closings import closings
from training.composed import Composer
from training.degrade import degrade
from training.overprint import freed, seal_over, stamped_over, worn
from training.pages import KnownPage, TrainingLine, cut_lines, cut_marks
from training.pen_digits import DigitArtist
from training.shards import LINES_PER_SHARD, Shard
from training.typefaces import find_fonts
from training.written_pages import Scribe, scribble, targets

if TYPE_CHECKING:
    from collections.abc import Sequence

    import onnxruntime as ort

DPIS = (150.0, 200.0, 240.0, 300.0)
DPI_SHARES = (0.2, 0.45, 0.1, 0.25)
ON_NUMBERS = 0.5
"""Share of stamps of arrival set on a number or day; the others fall anywhere."""
SENTENCES = (
    "Căn cứ Luật Tổ chức chính quyền địa phương ngày 19 tháng 6 năm 2015",
    "Quyết định này có hiệu lực thi hành kể từ ngày ký ban hành",
    "Thủ trưởng các cơ quan, đơn vị và cá nhân có liên quan chịu trách nhiệm thi hành",
    "Về việc triển khai thực hiện nhiệm vụ phát triển kinh tế, xã hội sáu tháng cuối năm",
    "Ủy ban nhân dân tỉnh yêu cầu các sở, ngành khẩn trương rà soát, báo cáo kết quả",
)
"""Prose of formulas for a run without a corpus."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shares:
    """What a shard is made of."""

    pages: float
    """Share of lines from born-digital pages; 0 when there are none."""
    headings: float
    """Share of lines from pages of headings in free fonts."""
    written: float
    """Share of born-digital pages on which days and numbers are written by hand."""
    marks: float
    """Share of born-digital pages with signatures and seals."""
    closings: float = 0.0
    """Share of lines from ends of letters under seals."""
    overprinted: float = 0.0
    """Share of pages of headings, and of born-digital ones, with stamps or seals over print."""


class LineMaker:
    """Makes lines from the three sources."""

    def __init__(
        self,
        pages: Sequence[PdfPage],
        composer: Composer,
        scribe: Scribe,
        detector: ort.InferenceSession,
        alphabet: Sequence[str],
    ) -> None:
        """Keep the sources; `pages` may be empty."""
        self._pages = list(pages)
        self._to_write = [p for p in pages if len(targets([text for text, _ in p.words])) >= 2]
        self._composer, self._scribe, self._detector = composer, scribe, detector
        self._known = frozenset(alphabet)

    def shard(
        self, rng: np.random.Generator, shares: Shares, size: int, *, is_hard: bool = False
    ) -> list[TrainingLine]:
        """Make the lines of one shard, in random order.

        Args:
            rng: source of chance.
            shares: what it is made of.
            size: lines.
            is_hard: degrade born-digital pages as hard as for evaluation.
        """
        pages = round(size * shares.pages) if self._pages else 0
        headings = round(size * shares.headings)
        lines: list[TrainingLine] = []
        while len(lines) < pages:
            lines += self.born_digital(rng, shares, is_hard=is_hard)
        lines = lines[:pages]
        while len(lines) < pages + headings:
            lines += self.headings(rng, shares)
        lines = lines[: pages + headings]
        sealed = len(lines) + round(size * shares.closings)
        while len(lines) < sealed:
            lines += self.closings(rng)
        lines = lines[:sealed]
        while len(lines) < size:
            lines += self._cut(self._composer.prose(rng, _dpi(rng)), rng)
        lines = lines[:size]
        return [lines[k] for k in rng.permutation(size).tolist()]

    def born_digital(
        self, rng: np.random.Generator, shares: Shares, *, is_hard: bool = False
    ) -> list[TrainingLine]:
        """Make the lines of one born-digital page."""
        is_written = bool(self._to_write) and rng.random() < shares.written
        pool = self._to_write if is_written else self._pages
        page = draw_page(pool[int(rng.integers(len(pool)))], _dpi(rng))
        if page is None:
            return []
        if is_written:
            page = self._scribe.write(page, rng)
        marks = scribble(page.gray, page.dpi, rng) if rng.random() < shares.marks else []
        if page.words and rng.random() < shares.overprinted:
            for _ in range(int(rng.integers(1, 4))):
                word = page.words[int(rng.integers(len(page.words)))].box
                seal_over(page, word.x0, word.y1, self._composer.faces, rng)
        dirty = degrade(page, rng, is_hard=is_hard)
        boxes = find_lines(self._detector, dirty.gray)
        scale = dirty.gray.shape[0] / page.gray.shape[0]
        silent = cut_marks(dirty, boxes, marks, scale) if marks else []
        return cut_lines(dirty, boxes, self._known, rng) + silent

    def headings(self, rng: np.random.Generator, shares: Shares) -> list[TrainingLine]:
        """Make the lines of a page of heads, stamps of arrival over some of them."""
        page = self._composer.headings(rng, _dpi(rng))
        if rng.random() >= shares.overprinted:
            return self._cut(page, rng, keep_others=0.12)
        numbers = [word for word in page.words if word.line >= 0 and word.text.isdigit()]
        for _ in range(int(rng.integers(2, 6))):
            pool = numbers if numbers and rng.random() < ON_NUMBERS else page.words
            word = pool[int(rng.integers(len(pool)))].box
            stamp = worn(self._composer.arrival(rng, page.dpi), rng)
            left = round(word.x1 - float(rng.uniform(0, 0.8)) * stamp.shape[1])
            page = stamped_over(
                page, stamp, left, round(word.y1 - rng.uniform(0, 1) * stamp.shape[0])
            )
        return self._cut(page, rng, keep_others=0.8)

    def closings(self, rng: np.random.Generator) -> list[TrainingLine]:
        """Make the lines of a page of ends of letters, each under a seal and a signature."""
        page, spots = closings(self._composer, rng, _dpi(rng))
        seals = [seal_over(page, x, y, self._composer.faces, rng) for x, y in spots]
        marks = [
            Box(
                x0=s.x - s.radius_px,
                y0=s.y - s.radius_px,
                x1=s.x + s.radius_px,
                y1=s.y + s.radius_px,
            )
            for s in seals
        ]
        marks += scribble(page.gray, page.dpi, rng)
        dirty = degrade(page, rng)
        scale = dirty.gray.shape[0] / page.gray.shape[0]
        if rng.random() < 0.35:
            dirty = freed(dirty, seals, scale)
        boxes = find_lines(self._detector, dirty.gray)
        return cut_lines(dirty, boxes, self._known, rng) + cut_marks(dirty, boxes, marks, scale)

    def _cut(
        self, page: KnownPage, rng: np.random.Generator, *, keep_others: float = 1.0
    ) -> list[TrainingLine]:
        dirty = degrade(page, rng)
        boxes = find_lines(self._detector, dirty.gray)
        return cut_lines(dirty, boxes, self._known, rng, keep_others=keep_others)


def _dpi(rng: np.random.Generator) -> float:
    return float(rng.choice(DPIS, p=DPI_SHARES))


def read_sentences(corpus: Path | None) -> list[str]:
    """Read paragraphs of 40 to 1,500 characters from the corpora, or take the built-in ones."""
    if corpus is None:
        return list(SENTENCES)
    texts = []
    with gzip.open(corpus / "legal_documents.jsonl.gz", "rt", encoding="utf-8") as rows:
        for row in rows:
            texts += str(json.loads(row)["text"]).split("\n")
    with gzip.open(corpus / "administrative_prose.txt.gz", "rt", encoding="utf-8") as rows:
        texts += list(rows)
    return [text.strip() for text in texts if 40 <= len(text) <= 1500]


def make_maker(
    options: argparse.Namespace, alphabet: Sequence[str], *, is_held_out: bool
) -> LineMaker:
    """Open the sources; `is_held_out` takes the born-digital files kept for evaluation."""
    fonts = find_fonts(options.fonts)
    artist = DigitArtist(options.mnist)
    pages = []
    if options.born_digital is not None:
        train, held_out = split_files(options.born_digital)
        pages = list_pages(held_out if is_held_out else train)
    composer = Composer(fonts, artist, read_sentences(options.corpus))
    scribe = Scribe(artist, fonts.regular[0], fonts.sans)
    detector = open_network(MODEL_DIR / "det.onnx", keeps_memory=False)
    return LineMaker(pages, composer, scribe, detector, alphabet)


def full_alphabet(charset: Sequence[str]) -> list[str]:
    """Return the alphabet of a meta.json widened by the missing characters."""
    return [*charset, *(char for char in EXTRA if char not in charset)]


def add_sources(parser: argparse.ArgumentParser) -> None:
    """Add the folders of the sources to a command line."""
    parser.add_argument("--born-digital", type=Path, help="folder of born-digital PDFs")
    parser.add_argument("--corpus", type=Path, help="folder of the text corpora")
    parser.add_argument("--mnist", type=Path, help="folder of the MNIST idx files")
    parser.add_argument("--fonts", type=Path, default=Path("/usr/share"), help="free fonts below")
    parser.add_argument("--meta", type=Path, default=MODEL_DIR / "meta.json", help="old alphabet")


def main() -> None:
    """Read the command line and make the shards."""
    parser = argparse.ArgumentParser(description=__doc__)
    add_sources(parser)
    parser.add_argument("--out", type=Path, required=True, help="folder for the shards")
    parser.add_argument("--shards", type=int, required=True)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--size", type=int, default=LINES_PER_SHARD, help="lines in a shard")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--pages-share", type=float, default=0.62)
    parser.add_argument("--headings-share", type=float, default=0.28)
    parser.add_argument("--written-share", type=float, default=0.4)
    parser.add_argument("--marks-share", type=float, default=0.25)
    parser.add_argument("--closings-share", type=float, default=0.15)
    parser.add_argument("--overprinted-share", type=float, default=0.3)
    held_out = "take the files kept for evaluation, degraded hard"
    parser.add_argument("--held-out", action="store_true", help=held_out)
    options = parser.parse_args()
    cv2.setNumThreads(1)
    options.out.mkdir(parents=True, exist_ok=True)
    charset = json.loads(options.meta.read_text(encoding="utf-8"))["charset"]
    alphabet = full_alphabet(charset)
    (options.out / "alphabet.json").write_text(json.dumps(alphabet), encoding="utf-8")
    maker = make_maker(options, alphabet, is_held_out=options.held_out)
    shares = Shares(
        pages=options.pages_share,
        headings=options.headings_share,
        written=options.written_share,
        marks=options.marks_share,
        closings=options.closings_share,
        overprinted=options.overprinted_share,
    )
    for number in range(options.first, options.first + options.shards):
        started = time.monotonic()
        rng = np.random.default_rng([options.seed, number])
        lines = maker.shard(rng, shares, options.size, is_hard=options.held_out)
        Shard(folder=options.out, number=number).write(lines)
        print(
            f"shard {number}: {len(lines) / (time.monotonic() - started):.0f} lines/s", flush=True
        )


if __name__ == "__main__":
    main()
