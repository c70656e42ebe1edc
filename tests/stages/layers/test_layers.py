"""Layers of drawn pages: what survives, how many bytes, and what falls back.

The damage done on purpose is what the safety check's thresholds are chosen against.
"""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pypdfium2 as pdfium
import pytest
from numpy.typing import NDArray

from pipeline.model.prepared import PreparedPage
from pipeline.model.records import PageLayers
from stages._halving import halved
from stages.archive.document import write_document
from stages.archive.metadata import facts_of
from stages.layers import Options, PageLayerMaker
from stages.layers.check import CheckOptions, compare
from stages.layers.compact import CompactOptions, CompactPage, compact_page
from stages.layers.compose import compose
from stages.layers.jpeg import encode_jpeg
from tests.stages.archive.drawn import DIGEST, NOW, Sheet, full_letter

MAKER = PageLayerMaker()


@pytest.fixture(scope="module")
def sheet() -> Sheet:
    """A letter with all kinds of ink at 300 dpi."""
    return full_letter()


@pytest.fixture(scope="module")
def page(sheet: Sheet) -> PreparedPage:
    """The letter as a scanner sees it."""
    return sheet.prepared()


@pytest.fixture(scope="module")
def compact(page: PreparedPage) -> CompactPage:
    """The letter's compact layers."""
    return compact_page(page, CompactOptions(), is_toned=False)


def _size_bytes(layers: PageLayers) -> int:
    return sum(len(image.data) + len(image.mask or b"") for image in layers.images)


def _drawn(layers: PageLayers, sheet: Sheet, path: Path, *, dpi: float) -> NDArray[np.uint8]:
    """Return the page as PDFium shows it, RGB."""
    facts = facts_of({}, source_name="x", source_digest=DIGEST, created=NOW, is_derivative=False)
    write_document(path, [layers], (sheet.page(),), facts)
    document = pdfium.PdfDocument(path)
    bitmap = document[0].render(scale=dpi / 72, rev_byteorder=True)
    pixels = np.array(bitmap.to_numpy()[..., :3])
    bitmap.close()
    document.close()
    return pixels


def test_colour_page_is_small_and_whole(page: PreparedPage, sheet: Sheet) -> None:
    """A colour letter at 300 dpi stays far below 80 KB, passes its check and keeps its size."""
    layers = MAKER.make(page, sheet.text())
    assert (layers.profile, layers.fallback) == ("compact", None)
    assert _size_bytes(layers) < 60_000
    assert (layers.width_mm, layers.height_mm) == (page.width_mm, page.height_mm)


def test_pdfium_shows_what_the_check_composed(
    page: PreparedPage, sheet: Sheet, compact: CompactPage, tmp_path: Path
) -> None:
    """The composition that is compared with the scan is what a viewer paints."""
    layers = MAKER.make(page, sheet.text())
    composed = compose(compact)
    shown = _drawn(layers, sheet, tmp_path / "page.pdf", dpi=75)
    rows, columns = (min(a, b) for a, b in zip(shown.shape[:2], composed.shape[:2], strict=True))
    difference = cv2.absdiff(
        cv2.blur(shown[:rows, :columns], (5, 5)), cv2.blur(composed[:rows, :columns], (5, 5))
    )
    assert difference.mean() < 2
    assert difference.max() < 48


@pytest.mark.parametrize(
    ("x_mm", "y_mm", "channel"), [(120.0, 203.2, 0), (157.0, 221.0, 2)], ids=["seal", "pen"]
)
def test_colour_of_ink_survives(
    page: PreparedPage, sheet: Sheet, tmp_path: Path, x_mm: float, y_mm: float, channel: int
) -> None:
    """The seal stays red and the signature blue on the page that is delivered."""
    shown = _drawn(MAKER.make(page, sheet.text()), sheet, tmp_path / "page.pdf", dpi=150)
    y, x = round(y_mm / 25.4 * 150), round(x_mm / 25.4 * 150)
    window = shown[y - 40 : y + 40, x - 40 : x + 40].astype(int).reshape(-1, 3)
    others = [i for i in range(3) if i != channel]
    assert (window[:, channel] - window[:, others].max(axis=1)).max() > 60


def _damaged(compact: CompactPage, damage: str) -> NDArray[np.uint8]:
    if damage == "no coloured ink":
        lesser = replace(compact, inks=())
    elif damage == "no text":
        lesser = replace(compact, stencils=())
    elif damage == "ink painted black":
        count = len(compact.inks)
        black = [
            replace(image, data=encode_jpeg(np.full_like(ink.colours, 30), quality=40))
            for ink, image in zip(compact.inks, compact.images[1:], strict=False)
        ]
        images = (compact.images[0], *black, *compact.images[1 + count :])
        lesser = replace(compact, images=images)
    else:
        top = {"thin line lost": 150, "pencil line lost": 160}[damage] * 300 / 25.4
        rows = slice(int(top) - 8, int(top) + 8)
        stencils = []
        for stencil in compact.stencils:
            mask = stencil.mask.copy()
            mask[rows] = 0
            stencils.append(replace(stencil, mask=mask))
        lesser = replace(compact, stencils=tuple(stencils))
    return compose(lesser)


@pytest.mark.parametrize(
    "damage",
    ["no coloured ink", "no text", "ink painted black", "thin line lost", "pencil line lost"],
)
def test_check_finds_damage(page: PreparedPage, compact: CompactPage, damage: str) -> None:
    """Whatever is taken from the page on purpose fails the check; the page itself passes."""
    assert page.colour is not None
    scan = halved(page.colour, 2)
    assert compare(scan, compose(compact), CheckOptions()).has_survived
    assert not compare(scan, _damaged(compact, damage), CheckOptions()).has_survived


def test_photograph_falls_back_to_the_full_picture(sheet: Sheet) -> None:
    """Continuous tone cannot be cut into ink and paper: the page keeps its picture, and says so."""
    with_photograph = full_letter().photograph()
    layers = MAKER.make(with_photograph.prepared(), sheet.text())
    assert (layers.profile, layers.fallback) == ("archival", "LAYERS-FALLBACK")
    assert [image.encoding for image in layers.images] == ["jpeg"]


def test_bitonal_page_is_kept_bit_by_bit(tmp_path: Path) -> None:
    """Two tones come back exactly as they were, in some 20 KB."""
    sheet = Sheet(dpi=200).letter()
    page = sheet.prepared(colours="bitonal")
    layers = MAKER.make(page, sheet.text())
    assert _size_bytes(layers) < 20_000
    facts = facts_of({}, source_name="x", source_digest=DIGEST, created=NOW, is_derivative=False)
    write_document(tmp_path / "page.pdf", [layers], (sheet.page(),), facts)
    document = pdfium.PdfDocument(tmp_path / "page.pdf")
    image = next(document[0].get_objects(filter=(pdfium.raw.FPDF_PAGEOBJ_IMAGE,)))
    pixels = image.get_bitmap().to_numpy().reshape(page.gray.shape)
    assert np.array_equal(pixels > 0, page.gray >= 128)
    document.close()


@pytest.mark.parametrize("colours", ["rgb", "gray"])
def test_blank_page_is_tiny(colours: str) -> None:
    """A blank back side costs next to nothing and keeps its tint."""
    sheet = Sheet()
    layers = MAKER.make(sheet.prepared(colours=colours, is_blank=True), sheet.text())
    assert layers.fallback is None
    assert _size_bytes(layers) < 4_000


def test_blank_page_with_a_note_is_not_reduced_to_nothing() -> None:
    """A page that was thought blank but bears a pencil note keeps the note."""
    sheet = Sheet()
    sheet.write("ghi chú bút chì", 60, 120, size_pt=16, ink=(150, 150, 150))
    layers = MAKER.make(sheet.prepared(is_blank=True), sheet.text())
    assert len(layers.images) > 1


def test_gray_page_is_compact(tmp_path: Path) -> None:
    """A gray scan is parted too; nothing of it becomes coloured."""
    sheet = full_letter()
    layers = MAKER.make(sheet.prepared(colours="gray"), sheet.text())
    assert layers.profile == "compact"
    shown = _drawn(layers, sheet, tmp_path / "page.pdf", dpi=75).astype(int)
    assert np.ptp(shown, axis=2).max() == 0


def test_low_resolution_is_enlarged_before_it_is_cut(sheet: Sheet) -> None:
    """Letters scanned at 200 dpi are cut at 300, so that thin strokes stay whole."""
    small = full_letter(dpi=200)
    layers = MAKER.make(small.prepared(), sheet.text())
    assert layers.fallback is None
    stencil = layers.images[-1]
    assert stencil.width_px < 1.5 * small.image.width  # no wider than its ink
    assert stencil.width_px / stencil.box.width_pt == pytest.approx(300 / 72, rel=2e-3)
    assert stencil.height_px / stencil.box.height_pt == pytest.approx(300 / 72, rel=2e-3)


def test_archival_profile_is_one_jpeg(page: PreparedPage, sheet: Sheet) -> None:
    """`archival` keeps the whole picture at the stated quality and is no fallback."""
    layers = PageLayerMaker(options=Options(profile="archival")).make(page, sheet.text())
    assert (layers.profile, layers.fallback) == ("archival", None)
    assert [image.encoding for image in layers.images] == ["jpeg"]


def test_same_page_gives_same_layers(page: PreparedPage, sheet: Sheet) -> None:
    """The stage's idempotency key rests on this."""
    assert MAKER.make(page, sheet.text()) == MAKER.make(page, sheet.text())


@pytest.mark.parametrize("size", [(1, 1), (3, 50), (17, 9), (40, 1)])
def test_tiny_pages_are_borne(size: tuple[int, int]) -> None:
    """A picture of a few pixels gives layers and no crash."""
    full = Sheet(dpi=72, width_mm=30, height_mm=30).prepared()
    rows, columns = slice(size[0]), slice(size[1])
    assert full.colour is not None
    assert full.red_ink is not None
    assert full.blue_ink is not None
    page = replace(
        full,
        colour=np.ascontiguousarray(full.colour[rows, columns]),
        gray=np.ascontiguousarray(full.gray[rows, columns]),
        reading=np.ascontiguousarray(full.reading[rows, columns]),
        red_ink=np.ascontiguousarray(full.red_ink[rows, columns]),
        blue_ink=np.ascontiguousarray(full.blue_ink[rows, columns]),
    )
    assert MAKER.make(page, Sheet(dpi=72).text()).images


def test_time_is_bounded(page: PreparedPage, sheet: Sheet) -> None:
    """A colour page takes some 0.1 s of one core; five times that is a fault."""
    started = time.process_time()
    MAKER.make(page, sheet.text())
    assert time.process_time() - started < 0.75
