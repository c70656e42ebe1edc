"""Each fault of the scanner does what its name says, and nothing when it is off."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from bench.generator.content import Wishes, compose
from bench.generator.printer import print_letter
from bench.generator.scanner import Image8, ScanSettings, scan
from bench.generator.sheet import Sheet

PLAIN = ScanSettings(dpi=75)


@pytest.fixture(scope="module")
def sheet() -> Sheet:
    letter = compose(6, Wishes(secrecy="", arrival=False))
    return print_letter(letter, seed=6, dpi=75).sheets[0]


def _scan(sheet: Sheet, settings: ScanSettings) -> Image8:
    return scan(sheet, settings, seed=1, back=sheet)


def test_plain_scan_has_white_paper_and_dark_print(sheet: Sheet) -> None:
    image = _scan(sheet, PLAIN)
    assert image.shape == (877, 620, 3)
    assert (image == 255).mean() > 0.8
    assert image.min() < 40


@pytest.mark.parametrize(
    ("change", "is_seen"),
    [
        ({"noise": 5.0}, lambda a, b: b[:30].std() > a[:30].std() + 1),
        ({"paper": (230, 226, 214)}, lambda a, b: tuple(b[2, 2]) == (230, 226, 214)),
        ({"print_level": 0.5}, lambda a, b: (b < 100).sum() < (a < 100).sum() / 2),
        ({"faint_patches": 0.6}, lambda a, b: b.mean() > a.mean()),
        ({"blur_mm": 0.4}, lambda a, b: np.abs(np.diff(b.astype(int), axis=1)).max() < 200),
        ({"light_fall": 0.3}, lambda a, b: np.ptp(b[::876, ::619, 0]) > 20),
        ({"border_mm": 5.0}, lambda a, b: b[:, :10].max() < 60),
        ({"punch_holes": True}, lambda a, b: (b[..., 0] == 70).sum() > 50),
        ({"bleed": 0.3}, lambda a, b: b.mean() < a.mean()),
        ({"stroke_px": 1}, lambda a, b: b.mean() < a.mean()),
        ({"stroke_px": -1}, lambda a, b: b.mean() > a.mean()),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_each_fault_is_seen(sheet: Sheet, change: dict, is_seen) -> None:
    assert is_seen(_scan(sheet, PLAIN), _scan(sheet, replace(PLAIN, **change)))


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_rotation_turns_clockwise(sheet: Sheet, turn: int) -> None:
    upright = _scan(sheet, PLAIN)
    turned = _scan(sheet, replace(PLAIN, rotation_deg=turn))
    assert np.array_equal(np.rot90(turned, turn // 90), upright)


def test_skew_is_clockwise_positive() -> None:
    paper = Sheet(dpi=75, book=print_letter(compose(1), seed=1, dpi=75).sheets[0].book)
    paper.rule(60, 540, 400, width_pt=3)
    rows = np.argmin(_scan(paper, replace(PLAIN, skew_deg=3.0))[..., 0], axis=0)
    assert rows[500] - rows[120] == pytest.approx(np.tan(np.radians(3)) * 380, abs=3)


def test_gray_and_bitonal_scans_have_one_channel(sheet: Sheet) -> None:
    gray = _scan(sheet, replace(PLAIN, mode="gray"))
    cut = _scan(sheet, replace(PLAIN, mode="bitonal"))
    assert gray.ndim == cut.ndim == 2
    assert set(np.unique(cut)) == {0, 255}
