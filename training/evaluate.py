"""Scores a line recogniser: real lines, real headings, hard degraded held-out lines.

Real samples are for measuring only and take no part in training. Figures only are printed: the
samples name people.

    python -m training.evaluate --models DIR --samples ../shared/samples
"""

from __future__ import annotations

import argparse
import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
import tesserocr
from PIL import Image

from stages.read.line_reader.reader import MODEL_DIR, LineReader
from stages.read.line_reader.recognise import Recogniser
from stages.read.line_reader.records import Box, ReadLine
from training.alphabet import for_score
from training.headings_check import Reading, made_headings, real_headings
from training.shards import Shard

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """Character errors over a set of lines."""

    errors: int
    """Insertions, deletions and substitutions."""
    chars: int
    """Characters of the truth, spaces not counted."""
    lines: int
    """Lines compared."""
    right: int
    """Lines without any error."""

    def __str__(self) -> str:
        """Say it in one line."""
        rate = 100 * self.errors / max(1, self.chars)
        whole = 100 * self.right / max(1, self.lines)
        rest = f"{whole:.1f} % of {self.lines} lines right"
        return f"CER {rate:.3f} % ({self.errors} of {self.chars}), {rest}"


def edit_distance(left: str, right: str) -> int:
    """Return the Levenshtein distance of two texts."""
    row = list(range(len(right) + 1))
    for i, a in enumerate(left, start=1):
        previous, row[0] = row[0], i
        for j, b in enumerate(right, start=1):
            previous, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, previous + (a != b))
    return row[-1]


def score(pairs: Sequence[tuple[str, str]]) -> Score:
    """Compare (truth, reading) pairs without spaces, dashes and quotes folded."""
    errors = [edit_distance(for_score(truth), for_score(read)) for truth, read in pairs]
    return Score(
        errors=sum(errors),
        chars=sum(len(for_score(truth)) for truth, _ in pairs),
        lines=len(pairs),
        right=sum(error == 0 for error in errors),
    )


def text_of(line: ReadLine | None) -> str:
    """Return the text of a line, empty where nothing was read."""
    return line.text if line else ""


def real_pages(folder: Path) -> Iterator[tuple[NDArray[np.uint8], list[dict[str, Any]]]]:
    """Yield each real page and its records: box, text."""
    by_page: dict[int, list[dict[str, Any]]] = {}
    for row in (folder / "lines.jsonl").read_text(encoding="utf-8").splitlines():
        record = json.loads(row)
        by_page.setdefault(record["page"], []).append(record)
    for number, records in sorted(by_page.items()):
        yield load_gray(next((folder / "pages").glob(f"{number:02d}.*"))), records


def real_lines(reader: LineReader, folder: Path) -> tuple[list[tuple[str, str]], float]:
    """Read the real lines in their given boxes; return pairs and milliseconds per line."""
    pairs: list[tuple[str, str]] = []
    spent = 0.0
    for gray, records in real_pages(folder):
        boxes = [Box(x0=b[0], y0=b[1], x1=b[2], y1=b[3]) for b in (r["box"] for r in records)]
        started = time.process_time()
        read = reader.read_boxes(gray, boxes)
        spent += time.process_time() - started
        pairs += [(r["text"], text_of(line)) for r, line in zip(records, read, strict=True)]
    return pairs, 1000 * spent / max(1, len(pairs))


def page_times(reader: LineReader, folder: Path) -> list[float]:
    """Return the processor seconds of reading each real page whole, the better of two runs."""
    times = []
    for gray, _ in real_pages(folder):
        runs = []
        for _ in range(2):
            started = time.process_time()
            reader.read_page(gray)
            runs.append(time.process_time() - started)
        times.append(min(runs))
    return times


def tesseract_lines(tessdata: Path, folder: Path) -> tuple[list[tuple[str, str]], float]:
    """Read the same lines with Tesseract `vie`, one line at a time; as `real_lines`."""
    pairs: list[tuple[str, str]] = []
    spent = 0.0
    with tesserocr.PyTessBaseAPI(
        path=str(tessdata), lang="vie", psm=tesserocr.PSM.SINGLE_LINE
    ) as api:
        for gray, records in real_pages(folder):
            for record in records:
                x0, y0, x1, y1 = record["box"]
                margin = (y1 - y0) // 5
                cut = gray[max(0, y0 - margin) : y1 + margin, max(0, x0 - margin) : x1 + margin]
                started = time.process_time()
                api.SetImage(Image.fromarray(cut))
                pairs.append((record["text"], api.GetUTF8Text()))
                spent += time.process_time() - started
    return pairs, 1000 * spent / max(1, len(pairs))


def shard_pairs(recogniser: Recogniser, path: Path) -> list[tuple[str, str]]:
    """Read the lines of one shard; return (truth, reading) pairs."""
    lines = Shard(folder=path.parent, number=int(path.stem.split("-")[1])).read()
    answers = recogniser.answers([line.ink.astype(np.float32) / 255.0 for line in lines])
    texts = [" ".join(w.text for w in recogniser.words_of(answer)) for answer in answers]
    return [(line.text, text) for line, text in zip(lines, texts, strict=True)]


def load_gray(path: Path) -> NDArray[np.uint8]:
    """Read a page image as gray."""
    return np.asarray(cv2.imread(str(path), cv2.IMREAD_GRAYSCALE), np.uint8)


def main() -> None:
    """Read the command line and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--models", type=Path, default=MODEL_DIR, help="folder with the models (those that ship)"
    )
    parser.add_argument(
        "--samples", type=Path, default=Path("../shared/samples"), help="the shared samples"
    )
    parser.add_argument(
        "--sets", type=Path, nargs="*", default=[], help="folders of held-out shards"
    )
    parser.add_argument(
        "--tesseract", type=Path, help="tessdata folder: read the lines with it too"
    )
    options = parser.parse_args()
    reader = LineReader(model_dir=options.models)
    pairs, line_ms = real_lines(reader, options.samples / "real_text")
    print(f"real lines: {score(pairs)}; {line_ms:.2f} ms a line")
    times = page_times(reader, options.samples / "real_text")
    print(f"real pages: {np.median(times):.3f} s of one core, median of {len(times)}")
    if options.tesseract is not None:
        pairs, line_ms = tesseract_lines(options.tesseract, options.samples / "real_text")
        print(f"Tesseract on the same lines: {score(pairs)}; {line_ms:.1f} ms a line")
    headings = real_headings(reader, options.samples / "letters")
    recogniser = Recogniser(options.models, threads=1, batch=8)
    for folder in options.sets:
        for path in sorted(folder.glob("lines-*.npz")):
            made = shard_pairs(recogniser, path)
            print(f"{folder.name}/{path.stem}: {score(made)}")
            headings += made_headings(made)
    print_headings(headings)


def print_headings(headings: Sequence[Reading]) -> None:
    """Print how many numbers and days were read whole, by kind."""
    for name in sorted({heading.name for heading in headings}):
        chosen = [heading for heading in headings if heading.name == name]
        print(f"{name}: {sum(h.is_right for h in chosen)} of {len(chosen)}")


if __name__ == "__main__":
    main()
