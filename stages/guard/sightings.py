"""Words of marks as the network sees them, and the marks that they make together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from pipeline.model.records import Box, Mark
from stages.guard.ink import INK_DPI

GRADES = frozenset({"TỐI", "TUYỆT"})
SECRET = GRADES | {"MẬT"}
_FIRST = GRADES | {"THƯỢNG"}
"""Words that another follows."""
DOUBTED = 0.5
"""The chance of what is told as doubt counts so much."""
_FELLOW_PX = 32.0 / 25.4 * INK_DPI
"""`TỐI` and `TUYỆT` stand so near before `MẬT`, `THƯỢNG` before `KHẨN`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """A word of a mark in a plane."""

    word: str
    x_px: float
    y_px: float
    chance: float
    colour: str
    before: str = ""
    """The word of the mark that was read before it (`THƯỢNG`), else empty."""


def marks_of(kept: Sequence[Sighting], seen: Sequence[Sighting], scale: float) -> Iterator[Mark]:
    """Join words to marks: `TỐI` and `TUYỆT` before `MẬT`, `THƯỢNG` before `KHẨN`.

    What stands beside a word that is kept need not be kept itself, and may lie on a line: there a
    sighting is enough.
    """
    for item in kept:
        if item.word not in {"MẬT", "TỐC", "KHẨN"}:
            continue
        fellow = _fellow(item, seen)
        text = {"TỐC": "HỎA TỐC"}.get(item.word, item.word)
        if fellow is not None:
            text = f"{fellow.word} {item.word}"
        elif item.before:
            text = f"{item.before} {item.word}"
        yield _mark(text, [item] if fellow is None else [item, fellow], scale)
    for item in kept:
        if item.word not in _FIRST or any(stands_before(item, end) for end in kept):
            continue
        if item.word in GRADES:
            yield _mark(f"{item.word} MẬT", [item], scale)
        else:
            is_whole = any(stands_before(item, end) for end in seen)
            doubted = item if is_whole else replace(item, chance=DOUBTED * item.chance)
            yield _mark(f"{item.word} KHẨN", [doubted], scale)


def _fellow(item: Sighting, seen: Sequence[Sighting]) -> Sighting | None:
    """Return the surest sighting of what may stand before a mark's last word, right before it."""
    near = [other for other in seen if stands_before(other, item)]
    return max(near, key=lambda other: other.chance, default=None)


def stands_before(other: Sighting, item: Sighting) -> bool:
    """Tell whether one sighting is the first word of the mark whose last word is the other."""
    wanted = {"MẬT": GRADES, "KHẨN": frozenset({"THƯỢNG"})}.get(item.word, frozenset())
    away = item.x_px - other.x_px
    is_level = abs(item.y_px - other.y_px) < 0.9 * away
    return other.word in wanted and 0 < away < _FELLOW_PX and is_level


def _mark(text: str, members: Sequence[Sighting], scale: float) -> Mark:
    half_w, half_h = 24 / scale, 11 / scale
    first = text.split()[0] != members[0].word and len(members) == 1
    return Mark(
        text=text,
        box=Box(
            x0=max(0.0, min(m.x_px for m in members) / scale - half_w * (2.6 if first else 1.0)),
            y0=max(0.0, min(m.y_px for m in members) / scale - half_h),
            x1=max(m.x_px for m in members) / scale + half_w,
            y1=max(m.y_px for m in members) / scale + half_h,
        ),
        confidence=members[0].chance,
        colour=members[0].colour,
    )
