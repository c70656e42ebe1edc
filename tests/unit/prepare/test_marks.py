"""What counts on a page: letters, content, nothing."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from stages.prepare.marks import Marks, find_marks
from stages.prepare.reduced import find_ink

DPI = 100.0
SHAPE = (1170, 827)


def paper(level: int = 245) -> NDArray[np.uint8]:
    """Return an empty page with a little grain."""
    grain = np.random.default_rng(1).normal(level, 3, SHAPE)
    return np.asarray(np.clip(grain, 0, 255), np.uint8)


def marks_of(page: NDArray[np.uint8]) -> Marks:
    """Return the marks of a gray page."""
    return find_marks(find_ink(page, DPI), DPI)


def with_word(page: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the page with a word of ten letters of 3 mm."""
    for letter in range(10):
        x = 300 + 11 * letter
        page[500:512, x : x + 7] = 40
        page[503:509, x + 2 : x + 5] = 245
    return page


def test_a_word_is_not_nothing() -> None:
    """One word makes a page."""
    found = marks_of(with_word(paper()))
    assert found.count == 10
    assert not found.is_nothing


def test_grain_and_dust_are_nothing() -> None:
    """Specks below a millimetre do not count, however many."""
    page = paper()
    for x, y in np.random.default_rng(2).integers(20, 800, (300, 2)):
        page[y : y + 2, x : x + 2] = 60
    assert marks_of(page).is_nothing


def test_punch_holes_are_nothing() -> None:
    """Two holes at the left edge are no writing."""
    page = paper()
    for y in (420, 735):
        cv2.circle(page, (45, y), 12, 20.0, -1)
    assert marks_of(page).is_nothing


def test_dark_borders_are_nothing_and_hold_no_letters() -> None:
    """The scanner's lid at two edges is no writing and no content."""
    page = paper()
    page[:14] = 15
    page[:, -25:] = 15
    found = marks_of(page)
    assert found.is_nothing
    assert found.count == 0
    assert len(found.content) == 0


def test_what_shines_through_is_nothing() -> None:
    """Faint letters of the back side are lighter than ink."""
    page = paper()
    faint = with_word(np.full(SHAPE, 245, np.uint8))
    page = np.asarray(np.minimum(page, 245 - (245 - faint.astype(int)) // 6), np.uint8)
    assert marks_of(page).is_nothing


def test_shadow_does_not_make_ink() -> None:
    """Light that falls off to a third of its strength leaves paper paper."""
    slope = np.linspace(1.0, 0.45, SHAPE[1])[None, :]
    page = np.asarray(with_word(paper()).astype(float) * slope, np.uint8)
    assert marks_of(page).count == pytest.approx(10, abs=1)


def test_rules_and_pictures_are_content_without_letters() -> None:
    """A frame and a dark photograph stay on the page and tell no tilt."""
    page = paper()
    page[200:203, 100:700] = 20
    page[300:600, 200:500] = 60
    found = marks_of(page)
    assert found.count == 0
    assert len(found.content) == 2
