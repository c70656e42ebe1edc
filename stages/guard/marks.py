"""Marks in the picture of a page: where ink is that no reader explained, the network looks.

Red stamps lie in the red plane alone. In the black plane, regions are chosen by ink that stands in
no word read with confidence, in the zones where stamps stand (NĐ 30/2020 PL I, ô 10a and 10b; head
and foot of any page); the network then sees the whole region, so that a stamp over print is not
torn. What it finds on a word of a sentence or inside a round seal is no mark; the rest is read once
more (`second_look`), and only what reads as a mark, or cannot be read and looks very much like one,
stays.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.model.prepared import PreparedPage
from pipeline.model.records import Box, Mark
from stages._pieces import pieces_of
from stages._seals import lies_in_seal
from stages.guard.arrows import ARROW_HIGH_MM, ARROWS_ZONE, find_arrows
from stages.guard.in_words import WordRun, looks_like
from stages.guard.ink import INK_DPI, ZONES, InkPlanes, Plane, ink_planes, stamps_dark
from stages.guard.network import CELL_PX, WORDS, MarkNetwork
from stages.guard.second_look import SPOT_MM, SecondLook, judge
from stages.guard.sightings import DOUBTED, GRADES, SECRET, Sighting, marks_of, stands_before

STAMPS, BLACK = "stamps", "black"
"""The planes of ink."""
_PAD_PX = 28
"""A region is widened by so much (7 mm), for the network's view."""
_LEAST_PX = (26, 8)
"""Smallest region: a worn `MẬT` is 10 × 3 mm."""
_MAX_REGIONS = 24
_THRESHOLD = 0.5
"""Chance from which a cell is looked at again."""
_AS_READ = 0.95
"""Chance of what reads as a mark, at least."""
_ALONE_SECRET, _ALONE_RED, _ALONE_BLACK = 0.75, 0.8, 0.95
"""Chance from which a spot that cannot be read counts: doubt is a mark of secrecy. On 890 generated
letters without a mark and 34 real ones no free spot looked like a word of secrecy with 0.6, none in
the ink of stamps like one of urgency, and two black ones did so with 0.9 (0.90 and 0.94)."""
_ALONE_DOUBT = 0.65
"""Chance from which such a spot of urgency is told as doubt: a person says what it is."""
_CERTAIN = 0.98
"""Chance from which a spot in the ink of stamps is looked at again, whatever words say."""
_OVER_PRINT = 0.9
"""Chance from which a spot on a line of small letters is looked at again."""
_SECRET_TEXTS = frozenset({"MẬT", "TỐI MẬT", "TUYỆT MẬT"})
_MAX_SPOTS = 12
_WITHIN_RINGS_MM = (8.0, 6.5)
"""A word of a mark reaches so far from its middle; a seal's rings mostly stand farther out."""
_STAMP_INK = 0.2
_BLACK_INK = 0.35
DarkOf = Callable[[str], NDArray[np.uint8]]
"""Ink of a colour → its picture, dark on light; made once."""
Region = tuple[int, int, int, int]
"""x0, y0, x1, y1 in plane pixels."""


SpotOf = Callable[[Sighting], tuple[NDArray[np.uint8], float, float, float]]
"""Sighting → a picture of its ink around it, dark on light, its place there, dots per inch."""


def find_marks(
    page: PreparedPage,
    runs: Sequence[WordRun],
    network: MarkNetwork,
    second: SecondLook,
) -> tuple[Mark, ...]:
    """Return the marks seen in the picture of a page, boxes in points.

    Args:
        page: the straightened page.
        runs: what was read on it (red ink was not).
        network: warm.
        second: reads the spots that the network proposes.
    """
    planes = ink_planes(page)
    seen: list[Sighting] = []
    if planes.stamps is not None:
        seen += _look(planes.stamps, _regions(planes.stamps > _STAMP_INK), network, STAMPS)
    unexplained = _unexplained(planes, runs)
    seen += _look(planes.black, _regions(unexplained), network, BLACK)
    alone = [item for item in seen if not _is_prose(item, runs, planes.scale)]
    dark_of = functools.cache(functools.partial(_dark, page))
    kept = _confirmed(alone, seen, functools.partial(_spot, page), planes, second)
    marks = tuple(marks_of(kept, seen, planes.scale))
    is_urgent = any(mark.text not in _SECRET_TEXTS and mark.confidence >= 0.5 for mark in marks)
    arrows = () if is_urgent else tuple(_arrows(unexplained, dark_of, page, planes, second))
    found = (*arrows, *(mark for mark in marks if not _is_part_of(mark, arrows)))
    names = {STAMPS: "red" if page.colour is not None else "black"}
    return tuple(replace(mark, colour=names.get(mark.colour, mark.colour)) for mark in found)


def _arrows(
    unexplained: NDArray[np.bool_],
    dark_of: DarkOf,
    page: PreparedPage,
    planes: InkPlanes,
    second: SecondLook,
) -> Iterator[Mark]:
    """Yield arrows whose letters stand too wide for the network: in the ink of stamps if any."""
    colour, plane = STAMPS, planes.stamps
    if plane is None:
        colour, plane = BLACK, planes.black * unexplained
    for text, sides_px in find_arrows(plane, functools.partial(dark_of, colour), page.dpi, second):
        x0, y0, x1, y1 = (side / planes.scale for side in sides_px)
        box = Box(x0=x0, y0=y0, x1=x1, y1=y1)
        yield Mark(text=text, box=box, confidence=_AS_READ, colour=colour)


def _is_part_of(mark: Mark, arrows: Sequence[Mark]) -> bool:
    """Tell whether a word of urgency (`KHẨN`) is the end of an arrow that was read whole."""
    return any(mark.text in arrow.text and mark.box.meets(arrow.box) for arrow in arrows)


def _in_seal(item: Sighting, planes: InkPlanes) -> bool:
    """Tell whether a sighting lies inside a round seal: rings and emblem look like anything.

    What is left of a red seal stands in the black plane too, paler, so a black spot may lie in it.
    """
    pictures = (255 - np.asarray(plane * 255, np.uint8) for plane in planes.all)
    return any(lies_in_seal(picture, INK_DPI, item.x_px, item.y_px) for picture in pictures)


def _confirmed(
    seen: Sequence[Sighting],
    everywhere: Sequence[Sighting],
    spot_of: SpotOf,
    planes: InkPlanes,
    second: SecondLook,
) -> list[Sighting]:
    """Return sightings that read as marks, and strong ones outside seals that cannot be read.

    Those of urgency that are not strong are kept as doubt, with half their chance. `everywhere` are
    the sightings on lines too: a word there may be the other half of a stamp.

    What reads as a mark is one, also under a seal, where the rings spoil a long strip and a short
    one is read too; seals are looked at after all else, so that they take no other spot's turn.
    """
    kept: list[Sighting] = []
    in_seal = functools.cache(functools.partial(_in_seal, planes=planes))
    ranked = sorted(seen, key=lambda item: -item.chance)
    if len(ranked) > _MAX_SPOTS:
        ranked.sort(key=in_seal)
    for item in ranked[:_MAX_SPOTS]:
        spot = spot_of(item)
        answer = judge(second.read(*spot), item.word)
        if not answer.word and in_seal(item):
            for within_mm in _WITHIN_RINGS_MM:
                answer = judge(second.read(*spot, within_mm=within_mm), item.word)
                if answer.word:
                    break
        if answer.word:
            kept.append(replace(item, chance=max(_AS_READ, item.chance), before=answer.before))
        elif planes.is_toned and item.colour == STAMPS:
            # What cannot be read there, pens and rests of print, is looked at in the black plane.
            continue
        elif not answer.is_other and item.chance >= _ALONE_DOUBT and not in_seal(item):
            is_first = any(stands_before(item, other) for other in everywhere)
            kept += _unread(item, is_first=is_first)
    return kept


def _unread(item: Sighting, *, is_first: bool) -> tuple[Sighting, ...]:
    """Return a spot that nobody can read, where it counts: for doubt with half its chance.

    TỐI and TUYỆT stand before MẬT: where that is not even seen, they must be surer.
    """
    is_lone = item.word in GRADES and not is_first
    if item.chance >= (_ALONE_BLACK if is_lone else _least_of(item)):
        return (item,)
    return () if item.word in SECRET else (replace(item, chance=DOUBTED * item.chance),)


def _least_of(item: Sighting) -> float:
    if item.word in SECRET:
        return _ALONE_SECRET
    return _ALONE_RED if item.colour == STAMPS else _ALONE_BLACK


def _dark(page: PreparedPage, colour: str) -> NDArray[np.uint8]:
    """Return the picture of one ink, dark on light, as far down as arrows stand."""
    foot = round(ARROWS_ZONE * page.gray.shape[0] + ARROW_HIGH_MM / 25.4 * page.dpi)
    part = np.s_[:foot, :]
    return page.reading[part] if colour == BLACK else stamps_dark(page, part)


def _spot(page: PreparedPage, item: Sighting) -> tuple[NDArray[np.uint8], float, float, float]:
    """Return a sighting's ink as far as a second look reaches, its place there and its dpi."""
    x, y = (side * page.dpi / INK_DPI for side in (item.x_px, item.y_px))
    reach = SPOT_MM / 25.4 * page.dpi
    left, top = max(0, int(x - reach)), max(0, int(y - reach))
    around = np.s_[top : int(y + reach) + 1, left : int(x + reach) + 1]
    dark = page.reading[around] if item.colour == BLACK else stamps_dark(page, around)
    return dark, x - left, y - top, page.dpi


def _unexplained(planes: InkPlanes, runs: Sequence[WordRun]) -> NDArray[np.bool_]:
    """Return black ink of the zones that stands in no word read with confidence."""
    ink = planes.black > _BLACK_INK
    height = ink.shape[0]
    zones = np.zeros(height, np.bool_)
    for top, bottom in ZONES:
        zones[int(top * height) : int(bottom * height)] = True
    ink &= zones[:, None]
    for run in runs:
        if run.looks_like_mark:
            continue
        for word in run.words:
            if word.confidence >= 0.6 and len(word.text) > 1:
                box = word.box
                sides = (box.x0, box.y0, box.x1, box.y1)
                x0, y0, x1, y1 = (round(side * planes.scale) for side in sides)
                if not (zones[min(max(0, y0), height - 1)] or zones[min(y1, height - 1)]):
                    continue
                ink[max(0, y0 - 2) : y1 + 2, max(0, x0 - 2) : x1 + 2] = False
    return ink


def _regions(ink: NDArray[np.bool_]) -> list[Region]:
    """Return boxes around ink that lies together, large enough for a stamp, widened."""
    height, width = ink.shape
    half = cv2.resize(
        ink.view(np.uint8) * 255, (width // 2, height // 2), interpolation=cv2.INTER_AREA
    )
    joined = cv2.dilate((half > 60).astype(np.uint8), np.ones((3, 9), np.uint8))
    _, stats, _ = pieces_of(joined)
    found: list[tuple[int, Region]] = []
    for x, y, w, h, area in stats[1:] * 2:
        if w - 16 < _LEAST_PX[0] or h - 4 < _LEAST_PX[1]:
            continue
        region = (
            max(0, int(x) - _PAD_PX),
            max(0, int(y) - _PAD_PX),
            min(width, int(x + w) + _PAD_PX),
            min(height, int(y + h) + _PAD_PX),
        )
        found.append((int(area), region))
    found.sort(reverse=True)
    return [region for _, region in found[:_MAX_REGIONS]]


def _look(
    plane: Plane, regions: Sequence[Region], network: MarkNetwork, colour: str
) -> Iterator[Sighting]:
    for x0, y0, x1, y1 in _merged(regions):
        chances = network.chances(plane[y0:y1, x0:x1])
        for ordinal in range(1, len(WORDS)):
            layer = chances[ordinal]
            if layer.max() <= _THRESHOLD:
                continue
            for row, column, chance in _peaks(layer):
                yield Sighting(
                    word=WORDS[ordinal],
                    x_px=x0 + (column + 0.5) * CELL_PX,
                    y_px=y0 + (row + 0.5) * CELL_PX,
                    chance=chance,
                    colour=colour,
                )


def _merged(regions: Sequence[Region]) -> list[Region]:
    """Join regions that overlap, so that no stamp is looked at twice or in halves."""
    pending = list(regions)
    out: list[Region] = []
    while pending:
        region = pending.pop()
        for other in pending:
            if (
                region[0] < other[2]
                and other[0] < region[2]
                and region[1] < other[3]
                and other[1] < region[3]
            ):
                pending.remove(other)
                pending.append(
                    (
                        min(region[0], other[0]),
                        min(region[1], other[1]),
                        max(region[2], other[2]),
                        max(region[3], other[3]),
                    )
                )
                break
        else:
            out.append(region)
    return out


def _peaks(layer: NDArray[np.float32]) -> Iterator[tuple[float, float, float]]:
    """Yield row, column and chance of each island above the threshold."""
    islands = (layer > _THRESHOLD).astype(np.uint8)
    labels, _, centres = pieces_of(islands)
    for ordinal in range(1, len(centres)):
        chance = float(layer[labels == ordinal].max())
        yield float(centres[ordinal][1]), float(centres[ordinal][0]), chance


def _is_prose(item: Sighting, runs: Sequence[WordRun], scale: float) -> bool:
    """Tell whether the sighting lies on a word of a sentence, heading or cell that was read.

    A stamp may lie over a line too: neither small letters nor other words look like a mark's, so a
    sure sighting on them is looked at again; so is a certain one in the ink of stamps, which print
    does not explain, whatever was read of another stamp there.
    """
    x_pt, y_pt = item.x_px / scale, item.y_px / scale
    for run in runs:
        if run.looks_like_mark or not run.is_legible:
            continue
        for word in run.words:
            box = word.box
            if not (box.x0 - 2 < x_pt < box.x1 + 2 and box.y0 - 2 < y_pt < box.y1 + 2):
                continue
            if run.spells(item.word, word):
                is_certain = item.colour == STAMPS and item.chance >= _CERTAIN
                return not is_certain and run.is_sentence_with(word)
            is_read = word.confidence > 0.7 and len(word.text) > 1
            if item.colour == BLACK and is_read:
                return item.chance < _OVER_PRINT or looks_like(word, item.word)
    return False
