"""A heading whose coloured writing is set beside its print instead of over it.

A clerk's blue number climbs over `Số:` and `/QĐ`, a red numbering stamp lies on them: 1623 loses
the digit that the colon hides, and every look at the line agrees on 623. Colour tells the two
apart, and on a gray scan the tone does: toner is nearly black, a ballpoint and a stamp are not. So
the print is taken without the pen, moved apart where the number stands, and the number is set into
the gap: `Số: 1623 /QĐ`, as the network was trained to see it. And a printed number that a blue pen
crossed, the date in a stamp of arrival, is read without the pen.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import cv2
import numpy as np

from stages._tones import pen_ink, strokes
from stages.read.line_reader.looks import Look, digit_groups, settled
from stages.read.line_reader.records import Box, ReadLine, ReadWord

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from stages.read.line_reader.seals import SealHint

PRINT_LOOKS = (Look(), Look(stretch=1.5), Look(up=-0.06, down=0.06, stretch=1.5))
"""How a heading is cut whose pens are taken out."""
PARTED_LOOKS = (
    Look(),
    Look(stretch=1.5),
    Look(up=-0.06, down=0.06, stretch=1.3),
    Look(up=-0.30, down=0.10, stretch=1.5),
)
"""How one is cut whose print was moved apart."""
_REACH = 2.0
"""A heading is cut out with so many of its heights around it."""
_ABOVE, _BELOW = 0.3, 0.2
"""Ink so far above and below the line, in its heights, belongs to it."""
_BESIDE = 0.3
"""The same to its sides."""
_APART = 1.2
"""Paper as wide as this, in line heights, parts two pieces of writing."""
_LEAST_INK, _NARROWEST, _WIDEST = 0.1, 0.15, 7.0
"""Ink (squared) and width of a piece of writing, in line heights."""
_MARGIN = 0.25
"""Paper on both sides of writing that is set into a gap, in line heights."""
_STROKE = 0.3
"""Pale ink lower than this, in line heights, is the rim of a letter."""
_RED_TONE = 90
"""Red ink, pale in the red channel, is read at least so dark."""
_DARK = 140
_PRINTED = 0.6
"""Looks at the print alone that agree less may have seen a remnant of the hand's digits."""
_WHOLE = 0.7
"""Looks at the parted picture that agree so much are believed against those at the whole line."""
_HALO, _RIM = np.ones((3, 3), np.uint8), np.ones((9, 9), np.uint8)
_NUMBER = re.compile(r"^\W*S\w{0,2}[^\w/-]*\d{1,5}\s*[/-]")
"""A number stands before the first stroke; what stands behind it may be a year (`/2025/NĐ-CP`)."""
_NUMBER_START = re.compile(r"^\W*S[ốôóòỐÔÓ]")
_NOTATION = re.compile(r"^\W*S[^/]*/\s?([A-ZĐƯ][^\s/]*-[A-ZĐƯ]\S*)$")
_WRITTEN = re.compile(r"^\W*(S[ốôóòỐÔÓo]\W|[A-ZĐÀ-Ỵ][^,;]{1,40},\s*ng[àa]y)")
"""Starts of the headings in which a clerk writes: `Số:`, `Hà Nội, ngày`."""
_DATE = re.compile(r"\d\D*th[áaàâ]ng\D*\d", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class InkedHeading:
    """The surroundings of a heading that holds coloured writing, by its inks."""

    printed: NDArray[np.uint8]
    """Without the writing."""
    parted: NDArray[np.uint8]
    """The print moved apart and the writing set between."""
    box: Box
    """The line in `printed`."""
    parted_box: Box
    """The line in `parted`."""
    is_black: bool
    """The pen was told by its tone alone: what is left in `printed` may be its darkest strokes."""


def by_ink(
    gray: NDArray[np.uint8], hint: SealHint, line: ReadLine, *, is_sure: bool = False
) -> InkedHeading | None:
    """Part a heading by its inks; None where it holds one only, or the scan has two tones.

    Args:
        gray: page image as it is read.
        hint: the page's inks.
        line: the heading.
        is_sure: its looks agree; then a black pen is not looked for where it could change nothing.
    """
    height = line.box.height_px
    left, top = (max(0, int(side - _REACH * height)) for side in (line.x0, line.y0))
    spot = np.s_[top : int(line.y1 + _REACH * height), left : int(line.x1 + _REACH * height)]
    box = Box(x0=line.x0 - left, y0=line.y0 - top, x1=line.x1 - left, y1=line.y1 - top)
    page = gray[spot]
    if not page.size or height < 1 or line.box.width_px < 1:
        return None
    needs_pen = not is_sure or hint.pale_ink is not None
    may_be_black = needs_pen and _WRITTEN.search(line.text) is not None
    layers, is_black = _layers(page, hint, spot, box, may_be_black=may_be_black)
    writing = np.full_like(page, 255)
    spans = []
    for ink, tones in layers:
        pen = cv2.dilate(ink.view(np.uint8), _HALO).view(np.bool_)
        for start, end in _pieces(ink, box):
            around = np.s_[:, max(0, start - 2) : end + 2]
            writing[around][pen[around]] = tones[around][pen[around]]
            spans.append((max(0, start - 2), end + 2))
    coloured = np.zeros(page.shape, np.uint8)
    for ink, _ in layers:
        coloured |= ink.view(np.uint8)
    # A stamp's rules and dotted lines are no writing; without them the print reads better.
    if np.count_nonzero(coloured[_row_of(box)]) < _LEAST_INK * height**2:
        return None
    printed = page.copy()
    printed[cv2.dilate(coloured, _HALO).view(np.bool_)] = 255
    # What is pale around a stroke is its rim; print is dark up to the stroke.
    rim = cv2.dilate(coloured, _RIM).view(np.bool_)
    printed[rim & (printed > _DARK)] = 255
    parted, wider = _parted(printed, writing, box, sorted(spans))
    return InkedHeading(
        printed=printed,
        parted=parted,
        box=box,
        parted_box=replace(box, x1=box.x1 + wider),
        is_black=is_black,
    )


def _layers(
    page: NDArray[np.uint8],
    hint: SealHint,
    spot: tuple[slice, slice],
    box: Box,
    *,
    may_be_black: bool,
) -> tuple[list[tuple[NDArray[np.bool_], NDArray[np.uint8]]], bool]:
    """Return where each ink but the print's stands in a cut, and the picture that shows it.

    And whether it is a black pen's.

    A black ballpoint has no colour, but a tone, on colour scans too: looked for in headings that
    are filled in by hand, not in sentences with a date.
    """
    height = box.height_px
    if hint.blue_ink is not None and hint.red_ink is not None:
        coloured = [
            (hint.blue_ink[spot], page),
            (hint.red_ink[spot], np.minimum(page, _RED_TONE)),
        ]
        if any(True for ink, _ in coloured for _ in _pieces(ink, box)):
            return coloured, False
    if may_be_black and not hint.is_bitonal:
        pen = pen_ink(page, _row_of(box), line_px=height)
        if pen is not None and any(_pieces(pen, box)):
            return [(pen, page)], True
    pale = hint.pale_ink
    if pale is None:
        return [], False
    return [(strokes(pale[spot], least_px=_STROKE * height), page)], False


def told_by_print(read: Sequence[ReadLine | None]) -> list[ReadLine]:
    """Return the looks at a heading whose number or date is print, so that its pens say nothing.

    Args:
        read: looks at `InkedHeading.printed`.

    Returns:
        Those that read the same digits; none where a hand wrote them, or where it is not clear.
    """
    whole = [
        (tuple(digits for digits, _ in digit_groups(item)), item)
        for item in read
        if item is not None and (_NUMBER.search(item.text) or _DATE.search(item.text))
    ]
    votes = Counter(digits for digits, _ in whole)
    chosen = votes.most_common(1)[0][0] if votes else ()
    alike = [item for digits, item in whole if digits == chosen]
    belief = sum(min(sure for _, sure in digit_groups(item)) for item in alike)
    return alike if belief >= _PRINTED * len(read) else []


def whole_number(voted: ReadLine, parted: Sequence[ReadLine | None]) -> ReadLine:
    """Return the heading with the digits that print hid, where the parted picture shows them.

    All looks at the whole line miss the 1 of 1623 that lies on the colon, and outvote those that
    see it apart; what they read is then the end of the number. Who outvotes nobody is left alone.

    Args:
        voted: the heading by the vote of all looks.
        parted: looks at `InkedHeading.parted`.
    """
    seen = [item for item in parted if item is not None]
    votes = Counter(tuple(digits for digits, _ in digit_groups(item)) for item in seen)
    digits = votes.most_common(1)[0][0] if votes else ()
    alike = [item for item in seen if tuple(said for said, _ in digit_groups(item)) == digits]
    own = digit_groups(voted)
    if not digits or len(own) != len(digits):
        return voted
    belief = sum(min(sure for _, sure in digit_groups(item)) for item in alike)
    hidden = [(apart, said) for apart, (said, _) in zip(digits, own, strict=True) if apart != said]
    is_end = all(apart.endswith(said) or apart.startswith(said) for apart, said in hidden)
    if not hidden or not is_end or belief < _WHOLE * len(parted):
        return voted
    return settled(replace(alike[0], alternatives=(voted.text, *voted.alternatives)), alike[1:])


def with_printed_notation(voted: ReadLine, printed: Sequence[ReadLine | None]) -> ReadLine:
    """Return a number's line with what stands behind the stroke as the print alone shows it.

    Args:
        voted: the heading by the vote of all looks.
        printed: looks at `InkedHeading.printed`; most of them must agree.
    """
    tails = [match[1] for item in printed if item and (match := _NOTATION.search(item.text))]
    votes = Counter(tails)
    stroke = next((at for at, word in enumerate(voted.words) if "/" in word.text), None)
    if not votes or stroke is None or not _NUMBER_START.search(voted.text):
        return voted
    tail, count = votes.most_common(1)[0]
    word = voted.words[stroke]
    head = word.text[: word.text.index("/") + 1]
    if 2 * count <= len(printed) or not re.search(r"\d", head):
        return voted
    last = voted.words[-1]
    whole = replace(word, text=head + tail, x1=max(word.x1, last.x1))
    return replace(voted, words=(*voted.words[:stroke], whole))


def goes_on(voted: ReadLine, printed: ReadLine) -> bool:
    """Tell whether what was told by print is but a part of what all looks read.

    A pen may write as dark as print here and there, and a year is print where the number is not.

    Args:
        voted: the heading by the vote of all looks.
        printed: a look at its print.
    """
    wholes, parts = digit_groups(voted), digit_groups(printed)
    if len(parts) < len(wholes):
        return True
    return any(
        part != whole and part in whole and sure >= _PRINTED
        for (whole, sure), (part, _) in zip(wholes, parts, strict=False)
    )


def on_page(read: Sequence[ReadLine | None], box: Box, line: ReadLine) -> list[ReadLine | None]:
    """Return looks at a picture of a heading with their words where they stand on the page.

    Args:
        read: the looks.
        box: the line in that picture; in a parted one it is longer, and places are about right.
        line: the heading on the page.
    """
    scale = line.box.width_px / box.width_px

    def moved(word: ReadWord) -> ReadWord:
        x0, x1 = (line.x0 + scale * (x - box.x0) for x in (word.x0, word.x1))
        return replace(word, x0=x0, x1=x1, y0=line.y0, y1=line.y1)

    return [
        item and replace(line, words=tuple(map(moved, item.words)), confidence=item.confidence)
        for item in read
    ]


def _row_of(box: Box) -> slice:
    """Return the rows in which writing belongs to a heading."""
    height = box.height_px
    return slice(max(0, int(box.y0 - _ABOVE * height)), int(box.y1 + _BELOW * height))


def _pieces(ink: NDArray[np.bool_], box: Box) -> Iterator[tuple[int, int]]:
    """Yield the columns of each piece of writing in a heading's row."""
    height = box.height_px
    row = ink[_row_of(box)]
    inside = np.flatnonzero(row.any(axis=0))
    inside = inside[(inside >= box.x0 - _BESIDE * height) & (inside <= box.x1 + _BESIDE * height)]
    for part in np.split(inside, np.flatnonzero(np.diff(inside) > _APART * height) + 1):
        if part.size:
            start, end = int(part[0]), int(part[-1]) + 1
            fits = _NARROWEST * height < end - start < _WIDEST * height
            if fits and np.count_nonzero(row[:, start:end]) > _LEAST_INK * height**2:
                yield start, end


def _parted(
    printed: NDArray[np.uint8],
    writing: NDArray[np.uint8],
    box: Box,
    spans: Sequence[tuple[int, int]],
) -> tuple[NDArray[np.uint8], int]:
    """Set each piece of writing into the gap of the print that it stands over.

    Returns:
        The picture and by how many pixels it is wider.
    """
    margin = round(_MARGIN * box.height_px)
    gaps = _gaps(printed, box)
    parts: list[NDArray[np.uint8]] = []
    done = 0
    for start, end in spans:
        low, high = max(gaps, key=lambda gap: min(gap[1], end) - max(gap[0], start))
        low = max(low, done)
        if high <= low:
            continue
        piece = writing[:, start:end]
        room = max(high - low, end - start + 2 * margin)
        at = min(max(start - low, margin), room - margin - (end - start))
        gap = np.full((printed.shape[0], room), 255, np.uint8)
        gap[:, at : at + end - start] = piece
        parts += [printed[:, done:low], gap]
        done = high
    parts.append(printed[:, done:])
    whole = np.hstack(parts)
    return whole, whole.shape[1] - printed.shape[1]


def _gaps(printed: NDArray[np.uint8], box: Box) -> list[tuple[int, int]]:
    """Return the runs of columns without print in the line's row; both sides are such runs."""
    row = printed[max(0, int(box.y0)) : int(box.y1) + 1]
    paper = np.concatenate(([False], ~(row < _DARK).any(axis=0), [False])).astype(np.int8)
    edges = np.flatnonzero(np.diff(paper))
    gaps = [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]
    return gaps or [(0, 0)]
