"""Resolutions that files state and that are guessed."""

from __future__ import annotations

import pytest

from stages.prepare.sources.resolution import guess_dpi, settle_dpi


@pytest.mark.parametrize(
    ("size", "dpi"),
    [
        ((2480, 3508), 300.0),
        ((3508, 2480), 300.0),
        ((1654, 2339), 200.0),
        ((1240, 1754), 150.0),
        ((4961, 7016), 600.0),
        ((3508, 4961), 300.0),
    ],
)
def test_a_usual_sheet_tells_its_resolution(size: tuple[int, int], dpi: float) -> None:
    """A4 in both directions and A3."""
    assert guess_dpi(*size) == dpi


def test_a_photograph_of_a_page_is_taken_for_a4() -> None:
    """3000 × 4000 px of a phone: the sheet is about 297 mm long."""
    assert guess_dpi(3000, 4000) == pytest.approx(4000 / 297 * 25.4, rel=0.07)


def test_a_tiny_picture_is_small_not_coarse() -> None:
    """An icon is not blown up to A4."""
    assert guess_dpi(32, 32) == 72.0


@pytest.mark.parametrize(
    ("stated", "size", "settled"),
    [
        ((300.0, 300.0), (2480, 3508), (300.0, 300.0)),
        ((72.0, 72.0), (2480, 3508), (300.0, 300.0)),
        ((96.0, 96.0), (1654, 2339), (200.0, 200.0)),
        ((None, None), (2480, 3508), (300.0, 300.0)),
        ((204.0, 98.0), (1728, 1145), (204.0, 98.0)),
        ((None, 200.0), (1654, 2339), (200.0, 200.0)),
        ((0.001, 0.001), (1654, 2339), (200.0, 200.0)),
        ((100.0, 100.0), (827, 1170), (100.0, 100.0)),
    ],
)
def test_what_is_stated_counts_where_it_can_be_true(
    stated: tuple[float | None, float | None], size: tuple[int, int], settled: tuple[float, float]
) -> None:
    """72 and 96 dpi of programs that know nothing are put right, fax resolutions kept."""
    assert settle_dpi(*stated, *size) == settled
