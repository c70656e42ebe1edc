"""The tilt of lines made of blocks."""

from __future__ import annotations

import math

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from stages.prepare import lean_of
from stages.prepare.skew import find_feet, find_tilt


def blocks(skew_deg: float, *, lines: int = 30, seed: int = 1) -> NDArray[np.uint8]:
    """Return a gray page of lines of letter-like blocks, leaning clockwise by an angle."""
    chance = np.random.default_rng(seed)
    page = np.full((1170, 827), 255, np.uint8)
    for line in range(lines):
        y, x = 120 + 32 * line, 90
        while x < 740:
            wide, high = int(chance.integers(4, 9)), int(chance.choice((7, 7, 10, 12)))
            below = 4 if chance.random() < 0.1 else 0
            page[y - high : y + below, x : x + wide] = 30
            x += wide + int(chance.choice((2, 2, 2, 7)))
    turn = cv2.getRotationMatrix2D((413, 585), -skew_deg, 1.0)
    turned = cv2.warpAffine(page, turn, (827, 1170), flags=cv2.INTER_AREA, borderValue=255.0)
    return np.asarray(turned, np.uint8)


def tilt_of(page: NDArray[np.uint8]) -> float | None:
    """Return the tilt found on a gray page."""
    letters = np.where(page < 140, np.uint8(255), np.uint8(0))
    tilt = find_tilt(find_feet(letters, page), max_skew_deg=15.0)
    return None if tilt is None else tilt.skew_deg


@pytest.mark.parametrize("skew_deg", [-14.7, -6.3, -1.25, -0.3, 0.0, 0.15, 0.8, 3.33, 11.1, 14.9])
def test_a_tilt_is_found_to_a_twentieth_of_a_degree(skew_deg: float) -> None:
    """Clockwise is positive, over the whole range."""
    found = tilt_of(blocks(skew_deg))
    assert found is not None
    assert found == pytest.approx(skew_deg, abs=0.05)


@pytest.mark.parametrize("skew_deg", [-4.0, -0.4, 0.25, 2.0])
def test_six_lines_are_enough(skew_deg: float) -> None:
    """A page of few lines is not pulled towards no tilt."""
    found = tilt_of(blocks(skew_deg, lines=6))
    assert found is not None
    assert found == pytest.approx(skew_deg, abs=0.1)


@pytest.mark.parametrize("skew_deg", [-1.2, -0.04, 0.0, 0.06, 0.7])
def test_what_is_left_is_measured_also_where_it_is_little(skew_deg: float) -> None:
    """A result is judged by it: nothing is rounded to level; too few letters tell nothing."""
    lean = lean_of(blocks(skew_deg), 100.0, max_skew_deg=15.0)
    assert lean is not None
    assert lean == pytest.approx(skew_deg, abs=0.05)
    assert lean_of(np.full((400, 300), 255, np.uint8), 100.0, max_skew_deg=15.0) is None


def test_an_empty_page_has_no_tilt() -> None:
    """Nothing leans on a page of nothing."""
    assert tilt_of(np.full((400, 300), 255, np.uint8)) is None


def test_noise_has_weak_lines() -> None:
    """Dust makes no direction stand out: the strength tells it from text."""
    chance = np.random.default_rng(3)
    page = np.full((1170, 827), 255, np.uint8)
    for x, y in chance.integers(0, 800, (600, 2)):
        page[y : y + 5, x : x + 5] = 0
    letters = np.where(page < 140, np.uint8(255), np.uint8(0))
    dust = find_tilt(find_feet(letters, page), max_skew_deg=15.0)
    lines = blocks(2.0)
    text = find_tilt(
        find_feet(np.where(lines < 140, np.uint8(255), np.uint8(0)), lines), max_skew_deg=15.0
    )
    assert dust is not None
    assert text is not None
    assert dust.strength < 1.2 < 1.5 < text.strength


def test_a_foot_is_placed_between_pixels() -> None:
    """An edge of half gray lies half a pixel further than one of white."""
    letters = np.zeros((10, 10), np.uint8)
    letters[2:5, 2:6] = 255
    tone = np.full((10, 10), 255, np.uint8)
    tone[2:5, 2:6] = 0
    sharp = find_feet(letters, tone)
    tone[5, 2:6] = 128
    soft = find_feet(letters, tone)
    assert math.isclose(float(sharp.x[0]), 3.5)
    assert float(soft.y[0] - sharp.y[0]) == pytest.approx(0.5, abs=0.05)
