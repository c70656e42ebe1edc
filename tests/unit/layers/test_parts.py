"""The parts of the compact profile on small arrays: no files, no PDF."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.model.prepared import PageText, PreparedPage
from pipeline.model.records import Quality, Verdict
from stages._halving import halved
from stages.layers import Options, PageLayerMaker
from stages.layers.check import CheckOptions, compare
from stages.layers.coloured import find_places
from stages.layers.g4 import encode_g4
from stages.layers.jpeg import decode_jpeg, encode_jpeg
from stages.layers.masked_mean import masked_mean
from stages.layers.threshold import ink_mask


def test_ink_is_found_under_uneven_light() -> None:
    """A stroke is found where the page is dark and where it is bright, the shade is not."""
    page = np.tile(np.linspace(90, 250, 400).astype(np.uint8), (200, 1))
    page[100:106, 20:380] = page[100:106, 20:380] // 3
    mask = ink_mask(page, contrast_min=40) > 0
    assert mask[101:105, 24:376].all()
    assert not mask[:90].any()
    assert not mask[120:].any()


def test_faint_marks_below_the_contrast_are_no_ink() -> None:
    """They stay in the background, where they are blurred but not lost."""
    page = np.full((100, 100), 240, np.uint8)
    page[50:53, 10:90] = 215
    assert not ink_mask(page, contrast_min=40).any()


@pytest.mark.parametrize("shape", [(64, 64), (64, 64, 3), (67, 131, 3)])
def test_masked_mean_fills_holes_from_around(shape: tuple[int, ...]) -> None:
    """What is masked out leaves no trace; without any pixel kept the picture is plain."""
    picture = np.full(shape, 200, np.uint8)
    keep = np.full(shape[:2], 255, np.uint8)
    picture[20:40, 20:40] = 0
    keep[18:42, 18:42] = 0
    filled = masked_mean(picture, keep, halvings=2)
    assert np.abs(filled.astype(int) - 200).max() <= 2
    nothing = masked_mean(picture, np.zeros(shape[:2], np.uint8), halvings=2)
    assert nothing.min() == nothing.max()


@given(st.integers(1, 90), st.integers(1, 90), st.integers(0, 4))
def test_halved_never_vanishes(height: int, width: int, times: int) -> None:
    """Any picture reduces to something, and a plain one keeps its tone."""
    small = halved(np.full((height, width), 77, np.uint8), times)
    assert min(small.shape) >= 1
    assert np.all(small == 77)


def test_places_of_ink_do_not_overlap_and_fringes_are_none() -> None:
    """Two seals are two places; thin colour fringes of letters and specks are no place."""
    coloured = np.zeros((400, 600), np.uint8)
    cv2.circle(coloured, (100, 100), 60, 1, 5)
    cv2.circle(coloured, (450, 300), 60, 1, 5)
    coloured[200:380:2, 20] = 1
    coloured[350:352, 300:302] = 1
    places = find_places(coloured)
    assert len(places) == 2
    for rows, columns in places:
        assert coloured[rows, columns].sum() > 500


@given(st.lists(st.tuples(*(st.integers(0, 37) for _ in range(2))), max_size=12))
def test_places_never_overlap(corners: list[tuple[int, int]]) -> None:
    """Whatever lies where, each pixel belongs to one place at most."""
    coloured = np.zeros((320, 320), np.uint8)
    for x, y in corners:
        coloured[y * 8 : y * 8 + 16, x * 8 : x * 8 + 16] = 1
    covered = np.zeros((320, 320), np.uint8)
    for rows, columns in find_places(coloured):
        covered[rows, columns] += 1
    assert covered.max(initial=0) <= 1


def test_check_passes_equals_and_fails_lost_strokes() -> None:
    """Equal pictures survive; a lost line and a recoloured patch do not."""
    scan = np.full((160, 160, 3), 240, np.uint8)
    scan[80, 10:150] = 120
    scan[20:60, 20:60] = (200, 30, 40)
    same = compare(scan, scan.copy(), CheckOptions())
    assert (same.has_survived, same.colour_difference, same.structure) == (True, 0.0, 1.0)
    lost = scan.copy()
    lost[80] = 240
    assert not compare(scan, lost, CheckOptions()).has_survived
    black = scan.copy()
    black[20:60, 20:60] = 60
    assert not compare(scan, black, CheckOptions()).has_survived


@pytest.mark.parametrize("shape", [(40, 50), (40, 50, 3)])
def test_jpeg_comes_back(shape: tuple[int, ...]) -> None:
    """RGB stays RGB and gray stays gray."""
    picture = np.zeros(shape, np.uint8)
    picture[..., :25] = 200
    if len(shape) == 3:
        picture = np.zeros(shape, np.uint8)
        picture[..., 0] = 210
    back = decode_jpeg(encode_jpeg(picture, quality=90))
    assert back.shape == shape
    assert np.abs(back.astype(int) - picture).mean() < 12


def test_group_4_of_white_is_a_few_bytes() -> None:
    """An empty mask costs next to nothing."""
    assert len(encode_g4(np.zeros((200, 300), np.bool_))) < 60


def test_unknown_profile_is_refused() -> None:
    """A wrong word in the configuration is found at start."""
    with pytest.raises(ValueError, match="profile"):
        Options(profile="lossy")


def test_noise_is_borne() -> None:
    """A page of pure noise falls back to its full picture instead of failing."""
    rgb = np.random.default_rng(3).integers(0, 255, (700, 500, 3)).astype(np.uint8)
    gray = rgb.mean(axis=2).astype(np.uint8)
    page = PreparedPage(
        number=1,
        width_mm=42.3,
        height_mm=59.3,
        dpi=300,
        colour=rgb,
        gray=gray,
        reading=rgb[..., 0].copy(),
        is_bitonal=False,
        red_ink=rgb[..., 0] > 200,
        blue_ink=rgb[..., 2] > 200,
        skew_deg=0,
        rotation_deg=0,
        is_blank=False,
        quality=Quality(verdict=Verdict.GOOD),
    )
    layers = PageLayerMaker().make(page, PageText(words=(), text_confidence=0, reader=""))
    assert layers.fallback == "LAYERS-FALLBACK"
