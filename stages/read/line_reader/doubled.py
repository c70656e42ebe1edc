"""Equal digits that a hand set close together, of which the network's alphabet of steps keeps one.

Between two equal letters a path of CTC needs an empty step (Graves 2006), and there is none where
`11` is narrower than three steps: 1173 is read 173, and the network is sure of it. Read again
stretched there is room. Stretched print is strange to the network, so two stretches must agree, and
nothing is taken from them but that equal digits stand more often side by side.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import replace
from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from stages.read.line_reader.records import ReadLine

STRETCHES = (1.5, 1.75)
"""1.35 doubles digits that stand alone (4 of 350 lines); both of these together none of 700."""
_DIGITS = re.compile(r"\d+")
_HEADING = re.compile(r"^\W*[SŚ][ốốôóỐÔÓ]\b|ng[àâaăáạả]y.*th[áaàâ]ng", re.IGNORECASE)
_LONGEST_CHARS = 70
"""A heading is no longer; sentences of the body name days too."""


def may_be_doubled(line: ReadLine) -> bool:
    """Tell whether a line bears a number or day of the clerk's hand with a digit narrow enough."""
    text = line.text
    is_heading = len(text) <= _LONGEST_CHARS and _HEADING.search(text) is not None
    return is_heading and any("1" in digits for digits in _DIGITS.findall(text))


def stretched(ink: NDArray[np.float32], times: float) -> NDArray[np.float32]:
    """Return an ink map of shape (96, width) made wider."""
    size = (round(ink.shape[1] * times), ink.shape[0])
    return np.asarray(cv2.resize(ink, size, interpolation=cv2.INTER_LINEAR), np.float32)


def with_doubled(line: ReadLine, readings: Sequence[str]) -> ReadLine:
    """Return the line with the digits doubled on which all stretched readings agree."""
    now = _DIGITS.findall(line.text)
    seen = [_DIGITS.findall(reading) for reading in readings]
    if any(len(digits) != len(now) for digits in seen):
        return line
    better = [
        others[0] if len(set(others)) == 1 and _is_doubled(digits, others[0]) else digits
        for digits, *others in zip(now, *seen, strict=True)
    ]
    if better == now:
        return line
    left = iter(better)
    return replace(
        line,
        words=tuple(
            replace(word, text=_DIGITS.sub(lambda _: next(left), word.text)) for word in line.words
        ),
    )


def _is_doubled(digits: str, longer: str) -> bool:
    return len(longer) > len(digits) and _runs(longer) == _runs(digits)


def _runs(digits: str) -> list[str]:
    return [digit for digit, _ in itertools.groupby(digits)]
