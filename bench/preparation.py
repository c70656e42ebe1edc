"""`python -m bench.preparation deskew | steps | readers`: the tables of preparation and reading.

Each table is printed with the set it was measured on. Times are processor time (that of
processes started included), because other programs may use the machine. Real material stays where
it is: only figures are printed. `deskew` compares with jdeskew, which is no dependency of the
product.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import random
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median

import cv2
import numpy as np
import pypdfium2 as pdfium
import tesserocr
from jdeskew.estimator import get_angle
from numpy.typing import NDArray
from PIL import Image
from trueocr.page import estimate_skew

from bench.scoring import TextScore, score_page
from pipeline.model.records import Document, MediaType, PageEntry
from stages.prepare import Options, PagePreparer, straighten
from stages.prepare.ink import part_inks
from stages.prepare.light import evened
from stages.prepare.look import look_at
from stages.prepare.marks import find_marks
from stages.prepare.orientation import Compass
from stages.prepare.quality import judge
from stages.prepare.reduced import reduce_page
from stages.prepare.scan import Scan
from stages.prepare.skew import find_feet, find_tilt
from stages.prepare.sources.pdf import PdfSource
from stages.prepare.tones import simplified
from stages.read import make_reader
from stages.read.tessdata import find_tessdata

Image8 = NDArray[np.uint8]
Estimator = Callable[[Image8, float], float]
MAX_SKEW_DEG = 15.0
SEED = 20260101


def main() -> None:
    """Run one of the tables."""
    cv2.setNumThreads(1)
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("table", choices=("deskew", "steps", "readers"))
    parser.add_argument("--shared", type=Path, default=Path("../shared/samples"))
    parser.add_argument("--sets", type=Path, nargs="*", default=[], help="generated sets")
    parser.add_argument("--pages", type=int, default=60, help="deskew: born-digital pages turned")
    parser.add_argument("--readers", default="line_reader,tesseract")
    wanted = parser.parse_args()
    if wanted.table == "deskew":
        print_deskew(wanted.shared, wanted.pages)
    elif wanted.table == "steps":
        print_steps(wanted.shared)
    else:
        print_readers(wanted.shared, wanted.sets, wanted.readers.split(","))


def turned_pages(shared: Path, count: int) -> Iterator[tuple[Image8, float, float]]:
    """Yield pages with their resolution and tilt: the turned real ones, then born-digital ones."""
    with (shared / "deskew" / "truth.tsv").open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream, delimiter="\t"):
            if float(row["tolerance"]) > 0.1:
                continue
            quarter = int(row["file"].partition("_ori")[2].partition(".")[0])
            page = (
                Image.open(shared / "deskew" / row["file"])
                .convert("L")
                .rotate(quarter, expand=True)
            )
            yield np.asarray(page), 150.0, float(row["tilt_cw_deg"])
    chance = random.Random(SEED)
    files = sorted((shared / "born_digital").glob("*.pdf"))
    for _ in range(count):
        with pdfium.PdfDocument(chance.choice(files)) as pdf:
            page = pdf[chance.randrange(len(pdf))]
            dpi = chance.choice((150, 200, 300))
            gray = np.asarray(page.render(scale=dpi / 72, grayscale=True).to_pil())
        skew_deg = chance.choice((chance.uniform(-15, 15), chance.uniform(-2, 2)))
        height, width = gray.shape
        turn = cv2.getRotationMatrix2D((width / 2, height / 2), -skew_deg, 1.0)
        turned = cv2.warpAffine(
            gray, turn, (width, height), flags=cv2.INTER_CUBIC, borderValue=(255.0,)
        )
        yield np.asarray(turned, np.uint8), float(dpi), skew_deg


def own_tilt(page: Image8, dpi: float) -> float:
    """Estimate with `stages.prepare`, reduction of the picture included."""
    small = reduce_page(page, dpi)
    tilt = find_tilt(
        find_feet(find_marks(small.ink, small.dpi).letters, small.red), max_skew_deg=MAX_SKEW_DEG
    )
    return 0.0 if tilt is None else tilt.skew_deg


def tesseract_tilt(engine: tesserocr.PyTessBaseAPI) -> Estimator:
    """Return an estimator by Tesseract's layout analysis."""

    def tilt(page: Image8, dpi: float) -> float:
        engine.SetImage(Image.fromarray(page))
        engine.SetSourceResolution(round(dpi))
        found = engine.AnalyseLayout()
        return 0.0 if found is None else float(np.degrees(found.Orientation()[3]))

    return tilt


def print_deskew(shared: Path, count: int) -> None:
    """Print errors and times of four estimators on the same pages."""
    engine = tesserocr.PyTessBaseAPI(
        path=f"{find_tessdata('vie', None)}/", lang="vie", psm=tesserocr.PSM.AUTO
    )
    ways: dict[str, Estimator] = {
        "sohoa": own_tilt,
        "jdeskew": lambda page, _: float(get_angle(page)),
        "trueocr": lambda page, _: float(estimate_skew(page)),
        "Tesseract layout": tesseract_tilt(engine),
    }
    errors: dict[str, list[float]] = defaultdict(list)
    times_ms: dict[str, list[float]] = defaultdict(list)
    for page, dpi, truth in turned_pages(shared, count):
        for name, way in ways.items():
            began = time.thread_time()
            found = way(page, dpi)
            times_ms[name].append((time.thread_time() - began) * 1000)
            errors[name].append(abs(found - truth))
    print("| estimator | pages | within 0.1° | median error | 95 % within | largest | ms a page |")
    print("|---|---|---|---|---|---|---|")
    for name, found_errors in errors.items():
        e = np.array(found_errors)
        print(
            f"| {name} | {len(e)} | {(e <= 0.1).mean():.1%} | {np.median(e):.3f}° "
            f"| {np.quantile(e, 0.95):.3f}° | {e.max():.2f}° | {median(times_ms[name]):.0f} |"
        )


def print_steps(shared: Path) -> None:
    """Print the milliseconds of each step on first pages of real letters, by kind of scan."""
    source, compass, options = PdfSource(Options()), Compass(), Options()
    tables: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for path in sorted((shared / "letters").glob("*.pdf")):
        scan = simplified(source.decode(path, 1, has_text_layer=False)).squared()
        kind = "1-bit" if scan.is_bitonal else "colour" if scan.pixels.ndim == 3 else "gray"
        for name, ms in steps_ms(source, path, scan, compass, options).items():
            tables[f"{kind} {round(scan.dpi, -1):.0f} dpi"][name].append(ms)
    for kind, table in sorted(tables.items()):
        pages = len(next(iter(table.values())))
        total = sum(median(values) for values in table.values())
        cells = ", ".join(f"{name} {median(values):.1f}" for name, values in table.items())
        print(f"{kind} ({pages} pages): {cells}; sum {total:.0f} ms")


def steps_ms(
    source: PdfSource, path: Path, scan: Scan, compass: Compass, options: Options
) -> dict[str, float]:
    """Return the time of each step of one page, the least of five runs, milliseconds."""
    look = look_at(scan, options, compass)
    small, marks = look.small, look.marks
    way = straighten.plan(
        (scan.pixels.shape[0], scan.pixels.shape[1]),
        rotation_deg=0,
        skew_deg=look.skew_deg or 0.5,
        content=marks.content / np.float32(small.scale),
    )
    page = straighten.apply(scan.pixels, way)
    tone = page if page.ndim == 2 else np.ascontiguousarray(page[:, :, 0])
    steps: dict[str, Callable[[], object]] = {
        "decode": lambda: source.decode(path, 1, has_text_layer=False),
        "reduce": lambda: reduce_page(scan.pixels, scan.dpi),
        "marks": lambda: find_marks(small.ink, small.dpi),
        "direction": lambda: compass.direction(small.red),
        "tilt": lambda: find_tilt(find_feet(marks.letters, small.red), max_skew_deg=MAX_SKEW_DEG),
        "turn": lambda: straighten.apply(scan.pixels, way),
        "inks": lambda: part_inks(page) if page.ndim == 3 else None,
        "light": lambda: None if scan.is_bitonal else evened(tone, scan.dpi),
        "verdict": lambda: judge(scan, look),
    }
    return {name: min(_timed_ms(step) for _ in range(5)) for name, step in steps.items()}


def _timed_ms(step: Callable[[], object]) -> float:
    began = time.thread_time()
    step()
    return (time.thread_time() - began) * 1000


def known_pages(shared: Path, sets: list[Path]) -> Iterator[tuple[str, Path, int, list[str]]]:
    """Yield set, file, page number and the known lines of pages."""
    real: dict[tuple[str, int], list[str]] = defaultdict(list)
    for line in (shared / "real_text" / "lines.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        real[(row["letter"], row["letter_page"])].append(row["text"])
    for (name, number), lines in real.items():
        yield "real", shared / "letters" / name, number, lines
    for folder in sets:
        for line in (folder / "truth.jsonl").read_text(encoding="utf-8").splitlines():
            truth = json.loads(line)
            for page in truth["pages"]:
                texts = [row["text"] for row in page["lines"] if row["kind"] == "text"]
                if texts:
                    yield folder.name, folder / truth["file"], page["number"], texts


def print_readers(shared: Path, sets: list[Path], names: list[str]) -> None:
    """Print CER and seconds a page of readers on prepared pages."""
    preparer = PagePreparer()
    readers = {name: make_reader(name) for name in names}
    scores: dict[tuple[str, str], TextScore] = defaultdict(TextScore)
    times_s: dict[tuple[str, str], list[float]] = defaultdict(list)
    for kind, path, number, lines in known_pages(shared, sets):
        document = Document(id="0" * 64, media_type=MediaType.PDF, size_bytes=1)
        page = preparer.prepare(path, document, PageEntry(number=number))
        for name, reader in readers.items():
            began = sum(os.times()[:4])
            text = reader.read(page)
            times_s[(kind, name)].append(sum(os.times()[:4]) - began)
            grouped: dict[int, list[str]] = defaultdict(list)
            for word in text.words:
                grouped[word.line].append(word.text)
            read = "\n".join(" ".join(words) for words in grouped.values())
            scores[(kind, name)] += score_page(lines, read, count_inserted=False)
    print("| set | reader | pages | letters | CER | numerals | s a page |")
    print("|---|---|---|---|---|---|---|")
    for (kind, name), score in sorted(scores.items()):
        spent = times_s[(kind, name)]
        print(
            f"| {kind} | {name} | {len(spent)} | {score.lines.letters} | {score.lines.rate:.2%} "
            f"| {score.numerals.rate:.2%} | {sum(spent) / len(spent):.2f} |"
        )


if __name__ == "__main__":
    main()
