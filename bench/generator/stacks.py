"""Stacks: one scan of many documents, with or without separator sheets, and where each begins.

A stack depends on the recipe's seed and its own number alone. One page's picture is in memory at a
time; a stack that is written already is not made again, so a run that was cut short goes on.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, field, replace
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Literal

import cv2
import numpy as np
import pypdfium2
from PIL import Image

from bench.generator.annexes import KINDS, print_annex
from bench.generator.content import Wishes, compose
from bench.generator.files import PageImage, write_pdf, write_tiff
from bench.generator.fonts import FontBook, Style
from bench.generator.letterhead import set_line
from bench.generator.model import Letter
from bench.generator.printer import PrintWishes, blank_sheet, print_letter
from bench.generator.scanner import ScanSettings, preset_settings, scan
from bench.generator.sheet import A4_PT, Sheet
from bench.generator.studio import fields_of
from pipeline.assembly.separator_sheets import separator_sheets
from pipeline.model.stacks import Separator

PageKind = Literal["separator", "first", "continuation", "signature", "annex", "form", "blank"]
BATCH = "bench"
"""Batch that separator sheets name."""
_NUMBERINGS = ("top", "dashes", "bottom", "of", "slash", "none")
_NUMBERING_SHARES = (10, 3, 3, 3, 2, 3)


@dataclass(frozen=True, slots=True, kw_only=True)
class StackRecipe:
    """What fixes a set of stacks."""

    count: int
    seed: int
    with_separators: bool = False
    documents: int = 10
    """Mean number of documents in a stack."""
    missing_share: float = 0.02
    """Share of documents of four pages and more that lack one of their inner sheets, 0–1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StackPage:
    """What is true of one page of a stack."""

    kind: PageKind
    document: int
    """Ordinal of the document in the stack, from 1; a separator sheet is of the one behind it."""
    printed: str = ""
    """Page number as printed, or empty."""
    rotation_deg: int = 0
    """Turn of the scan, clockwise."""


@dataclass(slots=True, kw_only=True)
class StackTruth:
    """What is true of a stack."""

    file: str
    seed: int
    has_separators: bool
    is_duplex: bool
    scan: dict[str, Any] = field(default_factory=dict)
    documents: list[dict[str, Any]] = field(default_factory=list)
    """One a document: `first` and `last` page in the scan (from 1), `pages` without blank ones,
    `missing` printed numbers of sheets that were lost, `fields` by their contract names."""
    pages: list[StackPage] = field(default_factory=list)


def write_stacks(folder: Path, recipe: StackRecipe, *, workers: int = 2) -> list[dict[str, Any]]:
    """Write stacks into `folder`/stacks, each with its truth beside it; returns the truths.

    `folder`/stacks holds nothing but scans, so that it can be added to a batch as it is; the truth
    of stack-00001.pdf is `folder`/truth/stack-00001.json.
    """
    for name in ("stacks", "truth"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    jobs = [(recipe, number, folder) for number in range(recipe.count)]
    if workers == 1:
        return [_write_one(job) for job in jobs]
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        return list(pool.map(_write_one, jobs))


def _write_one(job: tuple[StackRecipe, int, Path]) -> dict[str, Any]:
    recipe, number, folder = job
    beside = folder / "truth" / f"stack-{number:05d}.json"
    if beside.exists():
        found: dict[str, Any] = json.loads(beside.read_text(encoding="utf-8"))
        return found
    cv2.setNumThreads(1)
    stack = Stack(recipe, number)
    is_tiff = stack.settings.mode == "bitonal" and number % 2 == 1
    stack.truth.file = f"stacks/stack-{number:05d}{'.tif' if is_tiff else '.pdf'}"
    target = folder / stack.truth.file
    part = target.with_name(f".{target.name}.part")
    if is_tiff:
        write_tiff(part, list(stack.pages()), compression="group4")
    else:
        write_pdf(part, stack.pages())
    part.replace(target)
    record = asdict(stack.truth)
    part = beside.with_name(f".{beside.name}.part")
    part.write_text(json.dumps(record, ensure_ascii=False), encoding="utf-8")
    part.replace(beside)
    return record


@dataclass(frozen=True, slots=True)
class _Side:
    sheet: Sheet
    kind: PageKind
    printed: str = ""


class Stack:
    """One stack in the making; `truth` is whole once all of `pages()` were taken."""

    def __init__(self, recipe: StackRecipe, number: int) -> None:
        self._recipe = recipe
        self.seed = recipe.seed * 1_000_000 + number * 1000
        self._rng = random.Random(f"stack-{self.seed}")
        self.settings = _settings(self._rng, self.seed)
        is_duplex = self._rng.random() < 0.35
        self.truth = StackTruth(
            file="",
            seed=self.seed,
            has_separators=recipe.with_separators,
            is_duplex=is_duplex,
            scan=asdict(self.settings),
        )

    def pages(self) -> Iterator[PageImage]:
        """The scanned pages, one after another."""
        low = max(2, self._recipe.documents * 6 // 10)
        count = self._rng.randrange(low, 2 * self._recipe.documents - low + 1)
        for ordinal in range(1, count + 1):
            if self._recipe.with_separators:
                sheet = _separator(ordinal, self.settings.dpi)
                turn = self._rng.choice((0, 0, 0, 90, 180, 270))
                yield from self._scan(self._backed([_Side(sheet, "separator")]), ordinal, turn)
            letter, sides = self._document(self.seed + ordinal)
            missing = self._lose_sheet(sides)
            start = len(self.truth.pages) + 1
            yield from self._scan(self._backed(sides), ordinal, 0)
            whole = range(start, len(self.truth.pages) + 1)
            self.truth.documents.append({
                "first": start,
                "last": whole[-1],
                "pages": [at for at in whole if self.truth.pages[at - 1].kind != "blank"],
                "missing": missing,
                "fields": fields_of(letter),
            })  # fmt: skip

    def _scan(self, sides: list[_Side], ordinal: int, turn_deg: int) -> Iterator[PageImage]:
        mine = replace(self.settings, rotation_deg=(self.settings.rotation_deg + turn_deg) % 360)
        for place, side in enumerate(sides):
            number = len(self.truth.pages) + 1
            leaning = replace(mine, skew_deg=round(mine.skew_deg + self._rng.gauss(0, 0.25), 3))
            back = sides[place ^ 1].sheet if place ^ 1 < len(sides) else None
            pixels = scan(side.sheet, leaning, seed=self.seed * 1000 + number, back=back)
            self.truth.pages.append(
                StackPage(kind=side.kind, document=ordinal, printed=side.printed,
                          rotation_deg=leaning.rotation_deg)
            )  # fmt: skip
            yield PageImage(pixels=pixels, dpi=mine.dpi, is_bitonal=mine.mode == "bitonal",
                            jpeg_quality=mine.jpeg_quality)  # fmt: skip

    def _backed(self, sides: list[_Side]) -> list[_Side]:
        """With the empty backs that a duplex scanner takes too."""
        if not self.truth.is_duplex:
            return sides
        is_two_sided = len(sides) > 1 and self._rng.random() < 0.5
        made: list[_Side] = []
        for place, side in enumerate(sides):
            made.append(side)
            is_last_front = place == len(sides) - 1 and place % 2 == 0
            if not is_two_sided or is_last_front:
                made.append(_Side(blank_sheet(self.settings.dpi), "blank"))
        return made

    def _document(self, seed: int) -> tuple[Letter, list[_Side]]:
        rng, dpi = random.Random(f"stack-document-{seed}"), self.settings.dpi
        blocks = rng.choices((None, 12, 18, 26, 34), (52, 20, 14, 9, 5))[0]
        letter = compose(seed, Wishes(secrecy="", body_blocks=blocks))
        printed = print_letter(letter, seed=seed, dpi=dpi, wishes=PrintWishes(has_numbers=False))
        style = rng.choices(_NUMBERINGS, _NUMBERING_SHARES)[0]
        parts: list[tuple[PageKind, list[Sheet]]] = [("continuation", list(printed.sheets))]
        count = rng.choices((0, 1, 2), (62, 27, 11))[0]
        for ordinal in range(1, count + 1):
            annex = rng.choice(KINDS)
            made = print_annex(letter, annex, seed=seed + 500 * ordinal, dpi=dpi, ordinal=ordinal,
                               of=count)  # fmt: skip
            parts.append(("form" if annex == "form" else "annex", list(made)))
        sides: list[_Side] = []
        goes_on = rng.random() < 0.4
        total = sum(len(sheets) for _, sheets in parts)
        for index, (kind, sheets) in enumerate(parts):
            before = len(sides) if goes_on else 0
            whole = total if goes_on else len(sheets)
            for place, sheet in enumerate(sheets):
                text = "" if index and kind == "form" else _number(style, before + place + 1, whole)
                _print_number(sheet, text, style)
                sides.append(_Side(sheet, kind, text))
        sides[printed.signature_page - 1] = replace(
            sides[printed.signature_page - 1], kind="signature"
        )
        sides[0] = replace(sides[0], kind="first")
        return letter, sides

    def _lose_sheet(self, sides: list[_Side]) -> list[str]:
        is_lost = self._rng.random() < self._recipe.missing_share
        inner = [place for place in range(1, len(sides) - 1) if sides[place].kind == "continuation"]
        if not is_lost or len(sides) < 4 or not inner:
            return []
        return [sides.pop(self._rng.choice(inner)).printed]


def _settings(rng: random.Random, seed: int) -> ScanSettings:
    """One scanner a stack: the office preset at the settings used for backlogs."""
    mode, dpi = rng.choices(
        (("colour", 200), ("gray", 200), ("bitonal", 200), ("bitonal", 150), ("gray", 150),
         ("colour", 300)),
        (30, 28, 22, 6, 8, 6),
    )[0]  # fmt: skip
    settings = preset_settings("office", seed)
    turn = 180 if rng.random() < 0.08 else 0
    return replace(settings, mode=mode, dpi=dpi, rotation_deg=turn)  # type: ignore[arg-type]


def _separator(ordinal: int, dpi: int) -> Sheet:
    """The product's own sheet, drawn from its PDF."""
    made = separator_sheets([Separator(batch=BATCH, dossier="", ordinal=ordinal)])
    with pypdfium2.PdfDocument(made) as document:
        page = document[0].render(scale=dpi / 72, grayscale=True).to_numpy()
    sheet = Sheet(dpi=dpi, book=FontBook("tinos"))
    ink = Image.fromarray(np.ascontiguousarray(255 - page.reshape(page.shape[:2])))
    sheet.black.paste(ink.resize(sheet.black.size))
    return sheet


def _number(style: str, number: int, total: int) -> str:
    if style == "of":
        return f"Trang {number}/{total}"
    if style == "none" or number == 1:
        return ""
    return {"dashes": f"- {number} -", "slash": f"{number}/{total}"}.get(style, str(number))


def _print_number(sheet: Sheet, text: str, style: str) -> None:
    if not text:
        return
    y = {"top": 42.0, "dashes": 42.0}.get(style, A4_PT[1] - 34)
    x = A4_PT[0] - 90 if style in {"of", "slash"} else A4_PT[0] / 2
    set_line(sheet, text, axis_pt=x, base_pt=y, style=Style(size_pt=13))
