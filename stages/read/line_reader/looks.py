"""Number and day of a heading, which a hand wrote: read several times, and the looks vote.

One look is not enough for a hand. Between two equal digits a path of CTC needs an empty step
(Graves 2006), and there is none where `11` is narrower than three steps: 1173 is read 173, and the
network is sure of it. Stretched there is room. A hand twice as tall as the print is cut off by the
print's line; cut taller it is whole. The network was trained on such shapes (training/train.py,
training/pages.py). Each group of digits is what the looks believe in most together, and
is as sure as they agree.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import cv2
import numpy as np

from stages.read.line_reader.records import Box

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from stages.read.line_reader.records import ReadLine


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How a heading is cut for one reading; edges as shares of its height, downwards positive."""

    up: float = 0.0
    down: float = 0.0
    sides: float = 0.0
    stretch: float = 1.0

    def of(self, box: Box) -> Box:
        """Return the box as this look sees it."""
        height = box.height_px
        return Box(
            x0=box.x0 - self.sides * height,
            y0=box.y0 + self.up * height,
            x1=box.x1 + self.sides * height,
            y1=box.y1 + self.down * height,
        )


LOOKS = (
    Look(stretch=1.5),
    Look(up=-0.06, down=0.06, stretch=1.5),
    Look(up=0.10, down=-0.10, stretch=1.5),
    Look(up=-0.30, down=0.10, sides=0.3, stretch=1.5),
)
"""Beside the reading that a heading has already: of 131 headings by hand 113 are right in that one
and 119 by this vote (generated letters, seeds 44 and 45)."""
_AGREED = 0.6
"""Belief from which the looks at a heading agree on its digits."""
MOST_HEADINGS = 8
"""Headings of a page that are looked at again at most, the upper ones."""
_LONGEST_CHARS = 70
"""A heading is no longer; sentences of the body name numbers and days too."""
_DIGITS = re.compile(r"\d+")
_HEADING = re.compile(
    r"^\W*[SŚ][ốốôóòỐÔÓ]\b|^\W*s[ốôóò]\s*[:.;]|^\w{0,4}S[ốôỐÔ]\s?[:.;]"
    r"|^\W*[SŚ]\s?\d.*[/-]\s?[A-ZĐ]|^\W*\w{0,2}\W{0,2}\d{1,6}/[A-ZĐ]{2,5}-[A-ZĐ]{2}\w*\W*$"
    r"|(?i:ng[àâaăáạả]y.*th[áaàâ]ng)"
)


def is_heading(line: ReadLine) -> bool:
    """Tell whether a line is one into which a clerk writes number or day."""
    return len(line.text) <= _LONGEST_CHARS and _HEADING.search(line.text) is not None


def stretched(ink: NDArray[np.float32], times: float) -> NDArray[np.float32]:
    """Return an ink map of shape (96, width) made wider."""
    size = (round(ink.shape[1] * times), ink.shape[0])
    return np.asarray(cv2.resize(ink, size, interpolation=cv2.INTER_LINEAR), np.float32)


def settled(line: ReadLine, others: Sequence[ReadLine | None]) -> ReadLine:
    """Return the line with the groups of digits that its readings believe in most together.

    Args:
        line: the first reading; it decides where others are divided.
        others: of the further looks, None where one saw nothing.

    Returns:
        The first reading that says what the vote says, its digits as sure as the looks agree; the
        line as it was where they agree on nothing.
    """
    readings = [line, *(other for other in others if other is not None)]
    groups = [digit_groups(reading) for reading in readings]
    count = Counter(len(found) for found in groups).most_common(1)[0][0]
    voters = [found for found in groups if len(found) == count]
    chosen = [_surest([found[at] for found in voters]) for at in range(count)]
    looks = 1 + len(others)
    beliefs = [
        sum(found[at][1] for found in voters if found[at][0] == digits) / looks
        for at, digits in enumerate(chosen)
    ]
    for reading, found in zip(readings, groups, strict=True):
        if [digits for digits, _ in found] == chosen:
            texts = [line.text, *(other.text for other in readings), *line.alternatives]
            rivals = [text for text in dict.fromkeys(texts) if text != reading.text]
            return _placed(reading, line, beliefs, rivals)
    return line


def agrees(voted: ReadLine) -> bool:
    """Tell whether looks at a heading agree on all of its digits, so that more would not help."""
    groups = digit_groups(voted)
    return bool(groups) and all(belief >= _AGREED for _, belief in groups)


def digit_groups(line: ReadLine) -> list[tuple[str, float]]:
    """Return each run of digits with its word's confidence."""
    return [
        (digits, word.confidence) for word in line.words for digits in _DIGITS.findall(word.text)
    ]


def _surest(readings: Sequence[tuple[str, float]]) -> str:
    """Return the digits that readings believe in most together, of several the first."""
    belief: dict[str, float] = defaultdict(float)
    for digits, sure in readings:
        belief[digits] += sure
    return max(belief, key=lambda digits: belief[digits])


def _placed(
    reading: ReadLine, line: ReadLine, beliefs: Sequence[float], others: Sequence[str]
) -> ReadLine:
    """Return a reading in the place of the line, the words of its digits as sure as told."""
    left = iter(beliefs)
    words = []
    for word in reading.words:
        sure = [next(left) for _ in _DIGITS.findall(word.text)]
        confidence = min(sure, default=word.confidence)
        words.append(replace(word, y0=line.y0, y1=line.y1, confidence=confidence))
    least = min(word.confidence for word in words)
    return replace(line, words=tuple(words), confidence=least, alternatives=tuple(others[:3]))
