"""Direction, tilt, blank pages and the verdict, on drawn pages of real text."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter

from pipeline.model.prepared import PreparedPage
from pipeline.model.records import MediaType, Verdict
from stages.prepare import PagePreparer
from tests.stages.prepare.paper import encoded, prepared, text_page, turned


def page_of(
    folder: Path, preparer: PagePreparer, image: Image.Image, dpi: float = 150
) -> PreparedPage:
    """Prepare an image received as PNG."""
    data = encoded(image, "PNG", dpi=(dpi, dpi), compress_level=1)
    return prepared(folder, data, MediaType.PNG, preparer=preparer)


@pytest.mark.parametrize("rotation_deg", [0, 90, 180, 270])
@pytest.mark.parametrize("skew_deg", [-9.3, -0.4, 0.0, 2.75])
def test_a_page_is_put_upright_and_level(
    tmp_path: Path, preparer: PagePreparer, rotation_deg: int, skew_deg: float
) -> None:
    """Quarter turn and tilt are both undone, and told as what was applied and taken out."""
    scan = turned(text_page(150), rotation_deg=rotation_deg, skew_deg=skew_deg)
    page = page_of(tmp_path, preparer, scan)
    assert page.rotation_deg == -rotation_deg % 360
    assert page.skew_deg == pytest.approx(skew_deg, abs=0.1)
    assert page.width_mm == pytest.approx(210, abs=0.3 if abs(skew_deg) < 5 else 40)
    rows = (page.reading < 128).sum(axis=1)
    assert (rows == 0).sum() > 0.3 * len(rows)


@pytest.mark.parametrize("dpi", [200, 300])
def test_two_tones_stay_two_tones(tmp_path: Path, preparer: PagePreparer, dpi: int) -> None:
    """A 1-bit scan is straightened in gray for reading and stays 1-bit for keeping."""
    scan = turned(text_page(dpi), skew_deg=1.5).point(lambda value: 255 * (value > 140))
    page = page_of(tmp_path, preparer, scan.convert("1"), dpi)
    assert page.is_bitonal
    assert page.skew_deg == pytest.approx(1.5, abs=0.1)
    assert set(np.unique(page.gray)) == {0, 255}
    assert len(np.unique(page.reading)) > 10


def test_a_level_page_is_not_touched(tmp_path: Path, preparer: PagePreparer) -> None:
    """A tilt too small to see is no reason to resample."""
    page = page_of(tmp_path, preparer, text_page(150))
    assert page.skew_deg == 0.0
    assert np.array_equal(page.gray, np.asarray(text_page(150)))


def drawing(seed: int) -> Image.Image:
    """Return a page of lines, circles or boxes without any text."""
    chance = np.random.default_rng(seed)
    page = Image.new("L", (1240, 1754), 255)
    pen = ImageDraw.Draw(page)
    for _ in range(120):
        x, y, wide, high = (int(value) for value in chance.integers(10, 1000, 4))
        if seed % 3 == 0:
            pen.line((x, y, wide, high), fill=0, width=2)
        elif seed % 3 == 1:
            pen.ellipse((x, y, x + wide % 200, y + wide % 200), outline=0, width=2)
        else:
            pen.rectangle((x, y, x + wide % 150, y + high % 90), outline=0, width=2)
    return page


@pytest.mark.parametrize("seed", range(6))
def test_a_drawing_is_left_as_it_lies(tmp_path: Path, preparer: PagePreparer, seed: int) -> None:
    """No text, no turn and no tilt."""
    page = page_of(tmp_path, preparer, drawing(seed))
    assert (page.rotation_deg, page.skew_deg, page.is_blank) == (0, 0.0, False)


def test_an_empty_back_side_is_blank(tmp_path: Path, preparer: PagePreparer) -> None:
    """Grain, two punch holes, a dark edge and text shining through are nothing."""
    faint = np.asarray(text_page(150)).astype(float)[:, ::-1]
    grain = np.random.default_rng(0).normal(0, 4, faint.shape)
    back = 246 - (255 - faint) * 0.12 + grain
    back[:, -30:] = 20
    for y in (600, 1100):
        rows, columns = np.ogrid[: back.shape[0], : back.shape[1]]
        back[(rows - y) ** 2 + (columns - 60) ** 2 < 18**2] = 15
    page = page_of(tmp_path, preparer, Image.fromarray(np.clip(back, 0, 255).astype(np.uint8)))
    assert page.is_blank
    assert (page.rotation_deg, page.skew_deg) == (0, 0.0)


def test_a_page_of_one_line_or_one_seal_is_not_blank(
    tmp_path: Path, preparer: PagePreparer
) -> None:
    """Little is not nothing, and red ink counts."""
    assert not page_of(tmp_path, preparer, text_page(150, lines=1)).is_blank
    seal = Image.new("RGB", (1240, 1754), "white")
    pen = ImageDraw.Draw(seal)
    pen.ellipse((700, 1000, 900, 1200), outline=(215, 40, 50), width=6)
    for step in range(8):
        pen.rectangle((750 + 14 * step, 1090, 758 + 14 * step, 1110), fill=(215, 40, 50))
    assert not page_of(tmp_path, preparer, seal).is_blank


@pytest.mark.parametrize(
    ("made", "dpi", "reason", "verdict"),
    [
        (lambda: text_page(300, "RGB"), 300, None, None),
        (lambda: text_page(150), 150, "QUALITY-LOW-DPI", Verdict.POOR),
        (lambda: text_page(300), 300, "QUALITY-NO-COLOUR", Verdict.POOR),
        (
            lambda: text_page(300).filter(ImageFilter.GaussianBlur(3.2)),
            300,
            "QUALITY-BLUR",
            Verdict.BAD,
        ),
        (
            lambda: text_page(300).point(lambda value: 255 - (255 - value) // 4),
            300,
            "QUALITY-FAINT",
            Verdict.POOR,
        ),
        (
            lambda: text_page(300).crop((500, 0, 2480, 3508)),
            300,
            "QUALITY-CUT-MARGIN",
            Verdict.BAD,
        ),
    ],
)
def test_the_verdict_names_what_is_wrong(
    tmp_path: Path,
    preparer: PagePreparer,
    made: object,
    dpi: int,
    reason: str | None,
    verdict: object,
) -> None:
    """One fault each, and the clerk is told which."""
    assert callable(made)
    quality = page_of(tmp_path, preparer, made(), dpi).quality
    if reason is None:
        assert "QUALITY-BLUR" not in quality.reasons
        assert "QUALITY-CUT-MARGIN" not in quality.reasons
        return
    assert reason in quality.reasons
    assert quality.verdict is verdict
    others = set(quality.reasons) - {reason, "QUALITY-NO-COLOUR"}
    assert not others
