"""Paper of 1945-1990: heads of that time, and one setting for each thing that befell such paper.

`old` as a preset goes through the kinds in turn; `old-carbon` is one kind. Sources: heads of the
Gazette of 1945-1990; Quốc hiệu changed on 2 July 1976. Must never change what today's seeds make.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from bench.generator.content import Wishes, compose, load
from bench.generator.model import Letter
from bench.generator.press import Typewriter
from bench.generator.printer import PrintWishes
from bench.generator.scanner import ScanSettings, preset_settings
from bench.generator.studio import StudioWishes

OLD = "old"
_REUNIFIED = dt.date(1976, 7, 2)
_DEMOCRATIC = "VIỆT NAM DÂN CHỦ CỘNG HÒA"
_WORKERS_PARTY = "ĐẢNG LAO ĐỘNG VIỆT NAM"
_MOTTOES = ("Độc lập - Tự do - Hạnh phúc", "Độc lập – Tự do – Hạnh phúc")
_TYPES = ("Quyết định", "Công văn", "Công văn", "Chỉ thị", "Thông báo", "Báo cáo", "Tờ trình")
_SMALL_MM = ((148.0, 210.0, 9.0), (190.0, 270.0, 11.0), (215.0, 330.0, 13.0), (160.0, 205.0, 9.5))
"""Width, height, size of type in points: A5, trimmed, F4, half a sheet of the time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OldPaper:
    """A letter of that time, how it is set, and how it is scanned today."""

    letter: Letter
    settings: ScanSettings
    wishes: StudioWishes


Drawn = tuple[ScanSettings, PrintWishes]


def kind_of(preset: str, number: int) -> str:
    """The kind that the document of that number has in a set of this preset.

    Raises:
        ValueError: the preset names no kind.
    """
    if preset == OLD:
        return KINDS[number % len(KINDS)]
    kind = preset.removeprefix(f"{OLD}-")
    if kind not in _DRAW:
        message = f"unknown preset {preset!r}; known: {', '.join(PRESETS)}"
        raise ValueError(message)
    return kind


def old_paper(kind: str, seed: int, wishes: Wishes) -> OldPaper:
    """The paper of that kind, fixed by its seed."""
    rng = random.Random(f"old-{kind}-{seed}")
    is_telegram = kind == "telegram"
    type_name = "Công điện" if is_telegram else rng.choice(_TYPES)
    bodies = load("old_agencies")["kind"]
    body = rng.choices(bodies, [row["weight"] for row in bodies])[0]
    wishes = replace(wishes, agencies="old_agencies", kind=body["name"], type_name=type_name)
    letter = compose(seed, replace(wishes, arrival=False))
    base = replace(
        preset_settings("office", seed), mode="gray", dpi=rng.choice((200, 300)), bleed=0.0,
        paper=_aged(rng),
    )  # fmt: skip
    settings, look = _DRAW[kind](rng, seed, base)
    if look.typewriter is not None:
        look = replace(look, size_pt=12.0)
    return OldPaper(
        letter=_of_its_time(rng, letter, body), settings=settings, wishes=StudioWishes(look=look)
    )


def _of_its_time(rng: random.Random, letter: Letter, body: dict[str, Any]) -> Letter:
    """Head and numbering of the letter's year; a third of the plain letters has its V/v alone."""
    types = {row["name"]: row["abbr"] for row in load("prose")["type"]}
    short = types[letter.type_name] or rng.choice(body["units"])
    is_alone = letter.is_plain_letter and rng.random() < 1 / 3
    before = _WORKERS_PARTY if letter.is_party else _DEMOCRATIC
    return replace(
        letter,
        nation=before if letter.date < _REUNIFIED else letter.nation,
        motto=rng.choice(_MOTTOES),
        joint=body["joint"],
        notation=rng.choice(body["notations"]).format(abbr=short),
        addressees=() if is_alone else letter.addressees,
        footer="",
    )


def _aged(rng: random.Random) -> tuple[int, int, int]:
    white = rng.randrange(222, 246)
    return (white, white - rng.randrange(4, 14), white - rng.randrange(18, 48))


def _machine(rng: random.Random, seed: int, *, worn: float = 0.3) -> PrintWishes:
    machine = Typewriter(
        seed=seed, uneven=rng.uniform(0.2, 0.7), ribbon=rng.uniform(0, 2 * worn),
        are_marks_by_hand=rng.random() < 0.4,
    )  # fmt: skip
    return PrintWishes(family="cursor", typewriter=machine)


def _typewriter(rng: random.Random, seed: int, base: ScanSettings) -> Drawn:
    return replace(base, mode="colour", print_level=rng.uniform(0.7, 0.9)), _machine(rng, seed)


def _stencil(rng: random.Random, seed: int, base: ScanSettings) -> Drawn:
    settings = replace(base, mottle=rng.uniform(0.25, 0.6), faint_patches=rng.uniform(0, 0.3),
                       stroke_px=rng.choice((0, 1)), print_level=0.85)  # fmt: skip
    return settings, _machine(rng, seed, worn=0.0)


def _carbon(rng: random.Random, seed: int, base: ScanSettings) -> Drawn:
    settings = replace(
        base, mode="colour", spread_mm=rng.uniform(0.07, 0.15), ink=(62, 54, 104),
        print_level=rng.uniform(0.55, 0.8), bleed=0.06, faint_patches=rng.uniform(0, 0.3),
    )  # fmt: skip
    return settings, _machine(rng, seed, worn=0.1)


def _fax(rng: random.Random, seed: int, base: ScanSettings) -> Drawn:
    del seed
    settings = replace(base, fax_lines_per_mm=rng.choice((3.85, 7.7, 7.7)),
                       print_level=rng.uniform(0.45, 0.75), faint_patches=rng.uniform(0, 0.35),
                       light_fall=0.1)  # fmt: skip
    return settings, PrintWishes()


def _show_through(rng: random.Random, seed: int, base: ScanSettings) -> Drawn:
    settings = replace(base, mode="colour", bleed=rng.uniform(0.2, 0.38), print_level=0.85)
    return settings, _machine(rng, seed)


def _stained(rng: random.Random, seed: int, base: ScanSettings) -> Drawn:
    settings = replace(base, mode="colour", stains=rng.randrange(3, 9), light_fall=0.15,
                       paper=(rng.randrange(205, 228), 190, 140), print_level=0.8)  # fmt: skip
    return settings, _machine(rng, seed)


def _gray(rng: random.Random, seed: int, base: ScanSettings) -> Drawn:
    return replace(base, dpi=150), PrintWishes() if seed % 2 else _machine(rng, seed)


def _bitonal(rng: random.Random, seed: int, base: ScanSettings) -> Drawn:
    settings, look = _gray(rng, seed, base)
    threshold = rng.randrange(135, 175)
    return replace(settings, mode="bitonal", print_level=0.9, threshold=threshold), look


def _small(rng: random.Random, seed: int, base: ScanSettings) -> Drawn:
    del seed
    width, height, size_pt = rng.choice(_SMALL_MM)
    return base, PrintWishes(paper_mm=(width, height), size_pt=size_pt)


def _torn(rng: random.Random, seed: int, base: ScanSettings) -> Drawn:
    settings = replace(base, mode="colour", torn_mm=rng.uniform(12, 38), punch_holes=True)
    return settings, _machine(rng, seed)


def _telegram(rng: random.Random, seed: int, base: ScanSettings) -> Drawn:
    machine = Typewriter(seed=seed, uneven=rng.uniform(0.2, 0.5), ribbon=0.3, is_telegraph=True)
    return base, PrintWishes(family="cursor", typewriter=machine)


_DRAW: dict[str, Callable[[random.Random, int, ScanSettings], Drawn]] = {
    "typewriter": _typewriter,
    "stencil": _stencil,
    "carbon": _carbon,
    "fax": _fax,
    "show-through": _show_through,
    "stained": _stained,
    "gray150": _gray,
    "bitonal150": _bitonal,
    "small": _small,
    "torn": _torn,
    "telegram": _telegram,
}
KINDS: tuple[str, ...] = tuple(_DRAW)
PRESETS: tuple[str, ...] = (OLD, *(f"{OLD}-{kind}" for kind in KINDS))
