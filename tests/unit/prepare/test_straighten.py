"""Turning pages: no ink is lost, sizes stay."""

from __future__ import annotations

import numpy as np
import pytest

from stages.prepare import straighten

PAGE = (1170, 827)
MIDDLE = np.array([[200, 300, 600, 900]], np.float32)
NOTHING = np.zeros((0, 4), np.float32)


@pytest.mark.parametrize(("rotation_deg", "size"), [(0, PAGE), (180, PAGE), (90, PAGE[::-1])])
def test_a_quarter_turn_is_exact(rotation_deg: int, size: tuple[int, int]) -> None:
    """No pixel is changed, width and height change places."""
    pixels = np.random.default_rng(0).integers(0, 256, PAGE).astype(np.uint8)
    way = straighten.plan(PAGE, rotation_deg=rotation_deg, skew_deg=0.0, content=MIDDLE)
    page = straighten.apply(pixels, way)
    assert page.shape == size
    assert np.array_equal(page, np.rot90(pixels, -(rotation_deg // 90)))


def test_nothing_to_do_gives_the_same_array() -> None:
    """A level page is not copied."""
    pixels = np.zeros(PAGE, np.uint8)
    way = straighten.plan(PAGE, rotation_deg=0, skew_deg=0.0, content=MIDDLE)
    assert straighten.apply(pixels, way) is pixels


@pytest.mark.parametrize("rotation_deg", [0, 90, 180, 270])
@pytest.mark.parametrize("skew_deg", [-12.0, 0.4, 5.0])
def test_content_in_the_middle_keeps_the_size(rotation_deg: int, skew_deg: float) -> None:
    """What falls outside is blank paper: the page stays as large as the scan."""
    way = straighten.plan(PAGE, rotation_deg=rotation_deg, skew_deg=skew_deg, content=MIDDLE)
    sides = (way.height_px, way.width_px)
    assert sides == (PAGE if rotation_deg % 180 == 0 else PAGE[::-1])


@pytest.mark.parametrize("skew_deg", [-15.0, -3.0, 7.5])
def test_content_in_the_corners_is_not_clipped(skew_deg: float) -> None:
    """The canvas grows where ink would be lost."""
    pixels = np.full(PAGE, 255, np.uint8)
    corners = [(5, 5), (800, 5), (5, 1140), (800, 1140)]
    for x, y in corners:
        pixels[y : y + 20, x : x + 20] = 0
    content = np.array([[x, y, x + 20, y + 20] for x, y in corners], np.float32)
    way = straighten.plan(PAGE, rotation_deg=0, skew_deg=skew_deg, content=content)
    page = straighten.apply(pixels, way)
    before, after = float((255 - pixels.astype(int)).sum()), float((255 - page.astype(int)).sum())
    assert after == pytest.approx(before, rel=0.02)
    assert page.shape[0] > PAGE[0]


@pytest.mark.parametrize("channels", [1, 3])
def test_a_tilted_line_comes_out_level(channels: int) -> None:
    """A line that falls to the right by three degrees is level afterwards, and paper is white."""
    x = np.arange(100, 700)
    y = np.round(500 + np.tan(np.radians(3.0)) * (x - 400)).astype(int)
    pixels = np.full(PAGE, 255, np.uint8)
    for step in range(4):
        pixels[y + step, x] = 0
    if channels == 3:
        pixels = np.repeat(pixels[:, :, None], 3, axis=2)
    way = straighten.plan(PAGE, rotation_deg=0, skew_deg=3.0, content=NOTHING)
    page = straighten.apply(pixels, way)
    assert page.shape == pixels.shape
    rows = np.nonzero((page if channels == 1 else page[:, :, 0]) < 128)[0]
    assert np.ptp(rows) <= 6
    assert (page[0, 0] == 255).all()
