"""`python -m bench steps SCANS`: where the processor time of a page goes, step by step.

One page after the other in this process, as in a worker; start-up, the document's own stages
(archive, seal, index, register) and waiting are not in it. Processor time, because other programs
may use the machine.
"""

from __future__ import annotations

import argparse
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from statistics import mean, median
from typing import TypeVar

import cv2

from pipeline.model.records import Document, MediaType
from pipeline.settings.layout import Layout
from stages.guard import StampFinder
from stages.inspect import FileInspector
from stages.layers import PageLayerMaker
from stages.prepare import PagePreparer
from stages.read import make_reader

_Answer = TypeVar("_Answer")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the table may be asked."""
    parser.add_argument("scans", type=Path, help="folder of PDFs (`python -m bench.generator set`)")
    parser.add_argument("--files", type=int, default=30, metavar="N", help="so many of them")


def main(options: argparse.Namespace) -> int:
    """Print milliseconds a page of each step: mean, median, largest."""
    cv2.setNumThreads(1)
    spent: dict[str, list[float]] = defaultdict(list)

    def timed(step: str, call: Callable[[], _Answer]) -> _Answer:
        began = time.thread_time()
        answer = call()
        spent[step].append(1000 * (time.thread_time() - began))
        return answer

    inspector, preparer, reader = FileInspector(), PagePreparer(), make_reader("line_reader")
    finder, layers = StampFinder(Layout.at(None).config_dir / "rules"), PageLayerMaker()
    for path in sorted(options.scans.glob("*.pdf"))[: options.files]:
        document = Document(id="0" * 64, media_type=MediaType.PDF, size_bytes=path.stat().st_size)
        for entry in inspector.inspect(path, document, source_name=path.name).pages:
            page = timed("prepare", lambda: preparer.prepare(path, document, entry))  # noqa: B023
            text = timed("read", lambda: reader.read(page))  # noqa: B023
            timed("marks", lambda: finder.find(page, text.words))  # noqa: B023
            timed("layers", lambda: layers.make(page, text))  # noqa: B023
    if not spent["read"]:
        print(f"no PDF in {options.scans}")
        return 2
    print(f"{len(spent['read'])} pages\n")
    print("| step | mean ms | median ms | largest ms |\n|---|---|---|---|")
    for step, took in spent.items():
        print(f"| {step} | {mean(took):.0f} | {median(took):.0f} | {max(took):.0f} |")
    print(f"| all | {sum(map(mean, spent.values())):.0f} | | |")
    return 0
