"""Patches for the network of marks: the same for the same seed, labels where words stand."""

from __future__ import annotations

import random

import numpy as np
import pytest

from training.marks.overlays import PX_PER_MM, arrival_ink, arrow_ink
from training.marks.synthetic import CLASSES, HEIGHT, IGNORE, STRIDE, WIDTH, Studio, find_faces
from training.pen_digits import DigitArtist

WORDS = ["Bình", "Giang", "Lâm", "Sơn", "Tân"]


@pytest.fixture(scope="module")
def studio() -> Studio:
    """A studio, where the machine has its faces."""
    try:
        return Studio(5, WORDS)
    except FileNotFoundError as missing:
        pytest.skip(f"the faces that patches are drawn in are missing: {missing}")


def test_patches_bear_ink_and_labels_of_every_word(studio: Studio) -> None:
    patches = [studio.patch() for _ in range(120)]
    seen = {int(value) for patch in patches for value in np.unique(patch.labels)}
    assert seen == {*range(len(CLASSES)), IGNORE}
    for patch in patches:
        assert patch.ink.shape == (HEIGHT, WIDTH)
        assert patch.labels.shape == (HEIGHT // STRIDE, WIDTH // STRIDE)


def test_the_same_seed_makes_the_same_patches(studio: Studio) -> None:
    del studio
    first, second = Studio(8, WORDS), Studio(8, WORDS)
    for _ in range(10):
        one, other = first.patch(), second.patch()
        assert np.array_equal(one.ink, other.ink)
        assert np.array_equal(one.labels, other.labels)


def test_a_stamp_of_arrival_is_as_large_as_real_ones(studio: Studio) -> None:
    del studio
    _, faces = find_faces()
    for seed in range(10):
        ink = arrival_ink(random.Random(seed), faces, WORDS, DigitArtist(None))
        rows = np.flatnonzero(ink.max(axis=1) > 128)
        columns = np.flatnonzero(ink.max(axis=0) > 128)
        assert 16 * PX_PER_MM < np.ptp(rows) < 62 * PX_PER_MM
        assert 38 * PX_PER_MM < np.ptp(columns) < 68 * PX_PER_MM


def test_the_words_of_an_arrow_stand_where_it_says(studio: Studio) -> None:
    font = studio._font(find_faces()[0][0], 40)
    image, centres = arrow_ink(random.Random(2), ("HỎA", "TỐC"), font, 900)
    ink = np.asarray(image)
    assert len(centres) == 2
    assert centres[0][0] < centres[1][0]
    for x, y in centres:
        assert ink[int(y) - 20 : int(y) + 20, int(x) - 40 : int(x) + 40].max() == 255
