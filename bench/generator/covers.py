"""Covers of dossiers (bìa hồ sơ, TCVN 9251:2012) with what they say; fonds and titles invented."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass

from bench.generator.content import Wishes, compose
from bench.generator.files import PageImage
from bench.generator.fonts import FontBook, Style
from bench.generator.letterhead import balance, set_line
from bench.generator.press import Typewriter
from bench.generator.scanner import preset_settings, scan
from bench.generator.sheet import A4_PT, Sheet

_RETENTIONS = ("Vĩnh viễn", "70 năm", "50 năm", "20 năm", "10 năm")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """A cover as scanned, and what stands on it."""

    page: PageImage
    facts: dict[str, str]
    """By the names of `stages.extract.cover`."""


def make_cover(seed: int, *, preset: str = "office") -> Cover:
    """A cover fixed by its seed; every other one is typed."""
    rng = random.Random(f"cover-{seed}")
    letter = compose(seed, Wishes(agencies="old_agencies", secrecy=""))
    end = letter.date + dt.timedelta(days=rng.randrange(30, 700))
    facts = {
        "title": f"Hồ sơ {letter.subject.removeprefix('V/v ').removeprefix('Về việc ')}",
        "fonds": " ".join(letter.issuer_lines),
        "catalogue": f"{rng.randrange(1, 9):02d}",
        "notation": str(rng.randrange(1, 900)),
        "start_date": letter.date.isoformat(),
        "end_date": end.isoformat(),
        "retention": rng.choice(_RETENTIONS),
        "sheet_total": str(rng.randrange(5, 280)),
    }
    settings = preset_settings(preset, seed)
    typed = Typewriter(seed=seed, uneven=0.3, ribbon=0.2) if seed % 2 else None
    book = FontBook("cursor", fixed_pt=12.0) if typed else FontBook("tinos")
    sheet = Sheet(dpi=settings.dpi, book=book, typewriter=typed)
    _set(sheet, facts, letter.date, end)
    return Cover(
        page=PageImage(
            pixels=scan(sheet, settings, seed=seed), dpi=settings.dpi,
            is_bitonal=settings.mode == "bitonal", jpeg_quality=settings.jpeg_quality,
        ),
        facts=facts,
    )  # fmt: skip


def _set(sheet: Sheet, facts: dict[str, str], start: dt.date, end: dt.date) -> None:
    axis = A4_PT[0] / 2
    large, plain = Style(size_pt=28, is_bold=True), Style(size_pt=14)
    set_line(sheet, facts["fonds"], axis_pt=axis, base_pt=90, style=plain)
    set_line(sheet, "HỒ SƠ", axis_pt=axis, base_pt=250, style=large)
    y = 300.0
    for line in balance(sheet.book, facts["title"], plain, 380):
        set_line(sheet, line, axis_pt=axis, base_pt=y, style=plain)
        y += 20
    days = [f"ngày {day.day:02d}/{day.month:02d}/{day.year}" for day in (start, end)]
    set_line(sheet, f"Từ {days[0]} đến {days[1]}", axis_pt=axis, base_pt=y + 30, style=plain)
    set_line(sheet, f"Gồm: {facts['sheet_total']} tờ", axis_pt=axis, base_pt=y + 56, style=plain)
    rows = (
        f"Phông: {facts['fonds']}",
        f"Mục lục số: {facts['catalogue']}",
        f"Hồ sơ số: {facts['notation']}",
        f"Thời hạn bảo quản: {facts['retention']}",
    )
    for at, row in enumerate(rows):
        set_line(sheet, row, axis_pt=axis, base_pt=640 + 24 * at, style=plain)
