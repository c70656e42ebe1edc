"""`python -m bench trust`: the tables of docs/trust.md, made by one command.

Speed, veraPDF by profile and EU DSS by level and algorithm (both fetched by Maven), pixels that
differ, what readers of PDF find. With `--write` the tables take their place in docs/trust.md.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import statistics
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench.pki import Pki
from bench.trust.cases import (
    Case,
    bad_cases,
    good_cases,
    renewed_cases,
    sealed,
    stage_of,
)
from bench.trust.look import DPI, looks
from bench.trust.papers import born_digital, letter, papers
from bench.trust.reading import delivered, distance_mm, sought
from bench.trust.speed import measure
from stages.archive.profile import PROFILES
from stages.sign.levels import LEVELS, with_stamp
from tests.judges import dss, verapdf
from tests.judges.everything import judge_all
from tests.judges.readers import pdfium_marks, pdfium_text, poppler_text, viewer, words_of

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "trust.md"
_BEGIN, _END = "<!-- tables: python -m bench trust --write -->", "<!-- end of tables -->"
_SEEDS = (1, 2, 3, 4, 5, 6)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    parser.add_argument("--documents", type=int, default=40, help="sealed for each cell of speed")
    parser.add_argument("--write", action="store_true", help="put the tables into docs/trust.md")


def main(options: argparse.Namespace) -> int:
    """Make the tables, print them, and write them where asked."""
    with tempfile.TemporaryDirectory() as name:
        lines = []
        for line in _tables(Path(name), documents=options.documents):
            print(line, flush=True)
            lines.append(line)
    text = "\n".join(lines)
    if options.write:
        _write(text)
    return 0


def _tables(folder: Path, *, documents: int) -> Iterator[str]:
    pdfa = letter(folder / "letter")
    yield from _speed(pdfa, documents)
    yield ""
    (folder / "pki").mkdir()
    with Pki(folder / "pki").serving() as pki:
        yield from _profiles(pki, folder)
        yield from _levels(pki, pdfa, folder)
        yield from _pixels(pki, folder)
    yield from _everything(folder)
    yield from _readers(folder)
    yield f"Made {dt.datetime.now(dt.UTC):%Y-%m-%d}."


def _profiles(pki: Pki, folder: Path) -> Iterator[str]:
    yield f"veraPDF {verapdf.VERSION}, a scanned letter and a born-digital page (OCRmyPDF's route)"
    yield "in each profile, each file as delivered:"
    yield ""
    yield "| profile | route | unsigned | " + " | ".join(LEVELS) + " | B-LTA stamped again |"
    yield "|---|---|" + "---|" * (len(LEVELS) + 2)
    for profile in PROFILES:
        for route, make in (("scan", letter), ("born digital", born_digital)):
            name = f"{profile}-{route}".replace(" ", "-")
            base = make(folder / f"profile-{name}", profile=profile)
            files = [base]
            for level in LEVELS:
                stage = stage_of(pki, "ECDSA P-256", level)
                files.append(sealed(stage, base, folder / f"{name}-{level}.pdf"))
            again = folder / f"{name}-again.pdf"
            again.write_bytes(with_stamp(files[-1].read_bytes(), stage.options.services().tsa))
            files.append(again)
            # What has text of its own keeps its fonts, whose letters nobody vouches for: level b.
            flavour = "2b" if (profile, route) == ("2u", "born digital") else profile
            found = verapdf.judge(files, flavour)
            told = f"{route}{'' if flavour == profile else f' (as {flavour})'}"
            yield f"| {profile} | {told} | " + " | ".join(found[one.name] for one in files) + " |"
    yield ""


def _everything(folder: Path) -> Iterator[str]:
    broken = folder / "changed.pdf"
    tally = judge_all(path for path in sorted(folder.rglob("*.pdf")) if path != broken)
    total = tally.passed + len(tally.failed)
    yield (
        f"Of all {total} PDF/A files made for these tables veraPDF passes {tally.passed}, "
        f"{tally.files_per_s:.1f} files/s in one warm process (goal 5; {_load()})."
    )
    yield from (f"- {path.name}: {fault}" for path, fault in tally.failed.items())
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


def _pixels(pki: Pki, folder: Path) -> Iterator[str]:
    yield f"Pixels that differ outside the signature's box, {DPI} dpi, every page, sealed with the"
    yield "conversion mark and its QR code:"
    yield ""
    yield "| document | level | renderer | pages | pixels compared | pixels that differ |"
    yield "|---|---|---|---|---|---|"
    for number, (name, paper) in enumerate(papers(folder / "papers")):
        level = LEVELS[number % len(LEVELS)]
        stage = stage_of(pki, "RSA 2048", level, conversion_mark=True, conversion_code=True)
        path = sealed(stage, paper, folder / f"look-{number}.pdf")
        for look in looks(paper, path):
            assert look.shown, name
            yield (
                f"| {name} | {level} | {look.renderer} | {look.pages} | {look.compared} "
                f"| {look.differ} |"
            )
    yield ""


def _readers(folder: Path) -> Iterator[str]:
    yield "Text and search on generated letters (first pages, scanned, read and written by sohoa);"
    yield "sought are words with tones that stand once on the page, marked by PDFium, the engine of"
    yield "Chromium's viewer; mm by which the mark misses the word's ink (goal 1):"
    yield ""
    yield "| letter | poppler, PDFium, pdf.js agree | words sought | median | largest | over 1 mm |"
    yield "|---|---|---|---|---|---|"
    (folder / "read").mkdir()
    for page in delivered(folder / "read", _SEEDS):
        text = pdfium_text(page.path)
        with viewer(page.path) as shown:
            texts = [words_of(one) for one in (text, poppler_text(page.path), shown.text())]
        misses = [
            distance_mm(pdfium_marks(page.path, word), ink) for word, ink in sought(page, text)
        ]
        yield (
            f"| {page.path.stem} | {'yes' if texts[0] == texts[1] == texts[2] else 'NO'} "
            f"({len(texts[0])} words) | {len(misses)} | {statistics.median(misses):.2f} "
            f"| {max(misses):.2f} | {sum(one > 1.0 for one in misses)} |"
        )
    yield ""


def _load() -> str:
    return f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"


def _speed(pdfa: Path, documents: int) -> Iterator[str]:
    yield (
        f"Speed, whole stage, {documents} documents a cell, two threads of one process, "
        "authorities in another process of the same machine, status kept (goals: 20 documents/s at "
        "B-B, 10 at B-LT):"
    )
    yield ""
    yield "| key | level | documents/s | processor ms a document | load of the machine |"
    yield "|---|---|---|---|---|"
    for cell in measure(pdfa, documents=documents):
        yield (
            f"| {cell.key} | {cell.level} | {cell.documents_per_s:.1f} | {cell.processor_ms:.0f} "
            f"| {cell.load:.1f} |"
        )


def _write(text: str) -> None:
    before, _, rest = DOCUMENT.read_text(encoding="utf-8").partition(_BEGIN)
    _, _, after = rest.partition(_END)
    DOCUMENT.write_text(f"{before}{_BEGIN}\n\n{text}\n\n{_END}{after}", encoding="utf-8")
