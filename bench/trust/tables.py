"""`python -m bench trust`: the tables of docs/trust.md, made by one command.

veraPDF by profile and EU DSS by level and algorithm (both fetched by Maven), pixels that differ,
speed. With `--write` the tables take their place in docs/trust.md.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench.pki import Pki
from bench.trust.cases import (
    Case,
    bad_cases,
    good_cases,
    renewed_cases,
    sealed,
    stage_of,
)
from bench.trust.papers import letter
from bench.trust.speed import measure
from stages.archive.profile import PROFILES
from stages.sign.levels import LEVELS, with_stamp
from stages.sign.picture import PageFrame, draw_pages
from tests.judges import dss, verapdf

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "trust.md"
_BEGIN, _END = "<!-- tables: python -m bench trust --write -->", "<!-- end of tables -->"
_LOOK_DPI = 150.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    parser.add_argument("--documents", type=int, default=40, help="sealed for each cell of speed")
    parser.add_argument("--write", action="store_true", help="put the tables into docs/trust.md")


def main(options: argparse.Namespace) -> int:
    """Make the tables, print them, and write them where asked."""
    with tempfile.TemporaryDirectory() as name:
        lines = list(_tables(Path(name), documents=options.documents))
    text = "\n".join(lines)
    print(text)
    if options.write:
        _write(text)
    return 0


def _tables(folder: Path, *, documents: int) -> Iterator[str]:
    pdfa = letter(folder / "letter")
    (folder / "pki").mkdir()
    with Pki(folder / "pki").serving() as pki:
        yield from _profiles(pki, folder)
        yield from _levels(pki, pdfa, folder)
        yield from _pixels(pki, pdfa, folder)
    yield from _speed(pdfa, documents)


def _profiles(pki: Pki, folder: Path) -> Iterator[str]:
    yield f"veraPDF {verapdf.VERSION}, one scanned letter a profile, each file as delivered:"
    yield ""
    yield "| profile | unsigned | " + " | ".join(LEVELS) + " | B-LTA stamped again |"
    yield "|---|" + "---|" * (len(LEVELS) + 2)
    for profile in PROFILES:
        base = letter(folder / f"profile-{profile}", profile=profile)
        files = [base]
        for level in LEVELS:
            stage = stage_of(pki, "ECDSA P-256", level)
            files.append(sealed(stage, base, folder / f"{profile}-{level}.pdf"))
        again = folder / f"{profile}-again.pdf"
        again.write_bytes(with_stamp(files[-1].read_bytes(), stage.options.services().tsa))
        files.append(again)
        found = verapdf.judge(files, profile)
        yield f"| {profile} | " + " | ".join(found[path.name] for path in files) + " |"
    yield ""


def _levels(pki: Pki, pdfa: Path, folder: Path) -> Iterator[str]:
    yield f"EU DSS {dss.VERSION}; B-LT and B-LTA offline, by what stands in the file alone:"
    yield ""
    yield "| key | level | DSS sees | indication | sub-indication |"
    yield "|---|---|---|---|---|"
    makers = (good_cases, renewed_cases, bad_cases)
    cases = [case for make in makers for case in make(pki, pdfa, folder)]
    is_offline = {case.path: case.level in LEVELS[2:] for case in cases}
    found = {
        name: judgements
        for offline in (False, True)
        for name, judgements in dss.judge(
            [case.path for case in cases if is_offline[case.path] is offline],
            root=pki.trust,
            is_online=not offline,
        ).items()
    }
    yield from (_judged(case, found[case.path.name]) for case in cases)
    yield ""


def _judged(case: Case, judgements: tuple[dss.Judgement, ...]) -> str:
    (judgement,) = judgements
    expected = (case.indication, case.sub_indication)
    mark = "" if (judgement.indication, judgement.sub_indication) == expected else " (unexpected)"
    return (
        f"| {case.key} | {case.level} | {judgement.format} | {judgement.indication}{mark} "
        f"| {judgement.sub_indication} |"
    )


def _pixels(pki: Pki, pdfa: Path, folder: Path) -> Iterator[str]:
    yield f"Pixels that differ outside the signature's box, PDFium, {_LOOK_DPI:.0f} dpi:"
    yield ""
    yield "| level | pixels compared | pixels that differ |"
    yield "|---|---|---|"
    for level in LEVELS:
        path = sealed(stage_of(pki, "RSA 2048", level), pdfa, folder / f"look-{level}.pdf")
        compared = differ = 0
        pairs = zip(_drawn(pdfa), _drawn(path), strict=True)
        for number, ((frame, old), (_, new)) in enumerate(pairs):
            unlike = np.any(old != new, axis=2)
            if not number:
                edge = int(frame.height_pt * 0.12 * _LOOK_DPI / 72)
                unlike[:edge, unlike.shape[1] // 2 :] = False
            compared += unlike.size
            differ += int(np.count_nonzero(unlike))
        yield f"| {level} | {compared} | {differ} |"
    yield ""


def _drawn(path: Path) -> Iterator[tuple[PageFrame, NDArray[np.uint8]]]:
    for page in draw_pages(path.read_bytes(), dpi=_LOOK_DPI, first_only=False):
        yield page.frame, page.pixels


def _speed(pdfa: Path, documents: int) -> Iterator[str]:
    load = os.getloadavg()[0]
    yield (
        f"Speed, whole stage, {documents} documents a cell, two threads, authorities in another "
        f"process of the same machine ({os.cpu_count()} cores, load {load:.1f} before the first "
        "cell), status kept:"
    )
    yield ""
    yield "| key | level | documents/s | processor ms a document |"
    yield "|---|---|---|---|"
    for cell in measure(pdfa, documents=documents):
        yield (
            f"| {cell.key} | {cell.level} | {cell.documents_per_s:.1f} | {cell.processor_ms:.0f} |"
        )
    yield ""
    yield f"Made {dt.datetime.now(dt.UTC):%Y-%m-%d}."


def _write(text: str) -> None:
    before, _, rest = DOCUMENT.read_text(encoding="utf-8").partition(_BEGIN)
    _, _, after = rest.partition(_END)
    DOCUMENT.write_text(f"{before}{_BEGIN}\n\n{text}\n\n{_END}{after}", encoding="utf-8")
