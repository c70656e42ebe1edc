"""A black seal over a signature block: found by its rim, and what lies under it is read."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont
from rapidfuzz import fuzz

from stages._seals import Seal, find_seal
from stages.read.line_reader import LineReader
from stages.read.line_reader.records import Box, ReadLine, ReadWord
from stages.read.line_reader.seals import SealHint, without_disc, without_rings
from stages.read.line_reader.under_seal import belief

DPI = 200
PER_MM = DPI / 25.4
MIDDLE_MM = (122.0, 76.0)
_FACES = (
    "/usr/share/fonts/truetype/croscore/Tinos-Bold.ttf",
    "/usr/share/fonts/truetype/liberation/LiberationSerif-Bold.ttf",
    "/usr/share/fonts/truetype/dejavu/DejaVuSerif-Bold.ttf",
)
BLOCK = (
    (150.0, 58.0, "KT. GIÁM ĐỐC"), (150.0, 64.0, "PHÓ GIÁM ĐỐC"), (150.0, 92.0, "Trần Văn Bình"),
)  # fmt: skip


def page_of(
    lines: tuple[tuple[float, float, str], ...], *, seal_mm: float | None
) -> NDArray[np.uint8]:
    """A 1-bit page at 200 dpi, lines centred where told, a seal of rings and letters over them."""
    image = Image.new("L", (round(210 * PER_MM), round(140 * PER_MM)), 255)
    draw = ImageDraw.Draw(image)
    face = next(path for path in _FACES if Path(path).exists())
    font = ImageFont.truetype(face, round(14 * DPI / 72))
    for row in range(6):
        text = "Căn cứ Luật Tổ chức chính quyền địa phương và các quy định hiện hành"
        draw.text((25 * PER_MM, (10 + 7 * row) * PER_MM), text, fill=0, font=font)
    for x_mm, y_mm, text in lines:
        draw.text((x_mm * PER_MM, y_mm * PER_MM), text, fill=0, font=font, anchor="mm")
    page = np.array(image, np.uint8)
    if seal_mm is not None:
        middle = (round(MIDDLE_MM[0] * PER_MM), round(MIDDLE_MM[1] * PER_MM))
        for radius_mm, thick in ((seal_mm / 2, 5), (seal_mm / 2 - 1.6, 1), (seal_mm / 3.2, 2)):
            cv2.circle(page, middle, round(radius_mm * PER_MM), 0, thick)
        for turn in np.arange(0, 2 * np.pi, 0.4):
            at = middle + 0.82 * seal_mm / 2 * PER_MM * np.array([np.cos(turn), np.sin(turn)])
            cv2.putText(page, "H", (int(at[0]) - 7, int(at[1]) + 7), 0, 0.6, 0, 2)
        cv2.circle(page, middle, round(4 * PER_MM), 0, -1)
    return np.where(page < 128, 0, 255).astype(np.uint8)


@pytest.fixture(scope="module")
def reader() -> LineReader:
    """A warm reader."""
    return LineReader()


@pytest.mark.parametrize("seal_mm", [30.0, 36.0, 41.0])
def test_a_seal_is_found_where_it_is(seal_mm: float) -> None:
    seal = find_seal(page_of(BLOCK, seal_mm=seal_mm), DPI)
    assert seal is not None
    assert seal.x / PER_MM == pytest.approx(MIDDLE_MM[0], abs=0.6)
    assert seal.y / PER_MM == pytest.approx(MIDDLE_MM[1], abs=0.6)
    assert seal.radius_px / PER_MM == pytest.approx(seal_mm / 2, abs=0.8)


def test_print_alone_is_no_seal() -> None:
    dense = tuple(
        (105.0, 55.0 + 6 * row, "ỦY BAN NHÂN DÂN TỈNH BÁO CÁO KẾT QUẢ") for row in range(12)
    )
    assert find_seal(page_of(BLOCK, seal_mm=None), DPI) is None
    assert find_seal(page_of(dense, seal_mm=None), DPI) is None
    assert find_seal(np.full((900, 700), 255, np.uint8), DPI) is None
    assert find_seal(np.zeros((40, 30), np.uint8), DPI) is None


def test_the_rings_go_and_the_print_stays() -> None:
    with_seal, without = page_of(BLOCK, seal_mm=36), page_of(BLOCK, seal_mm=None)
    seal = find_seal(with_seal, DPI)
    assert seal is not None
    bare = without_rings(with_seal, seal, DPI)
    added = (with_seal == 0) & (without == 255)
    printed = without == 0
    assert (bare[added] == 255).mean() > 0.9
    assert (bare[printed] == 0).mean() > 0.95
    assert (
        without_disc(with_seal, seal)[: round(50 * PER_MM)] == with_seal[: round(50 * PER_MM)]
    ).all()


def test_the_block_under_a_seal_is_read(reader: LineReader) -> None:
    page = page_of(BLOCK, seal_mm=36)
    read = [
        line.text for line in reader.read_page(page, seal_hint=SealHint(dpi=DPI, is_bitonal=True))
    ]
    for _, _, text in BLOCK:
        assert max(fuzz.ratio(text, line) for line in read) > 85
    assert sum("Căn cứ Luật Tổ chức chính quyền" in line for line in read) == 6


def test_without_a_seal_nothing_changes(reader: LineReader) -> None:
    page = page_of(BLOCK, seal_mm=None)
    plain, looked = (
        reader.read_page(page),
        reader.read_page(page, seal_hint=SealHint(dpi=DPI, is_bitonal=True)),
    )
    assert [line.text for line in looked] == [line.text for line in plain]


def test_sure_letters_count_and_unsure_ones_against() -> None:
    def line(*parts: tuple[str, float]) -> ReadLine:
        words = tuple(
            ReadWord(text=text, x0=0, y0=0, x1=9, y1=9, confidence=sure) for text, sure in parts
        )
        return ReadLine(words=words, x0=0, y0=0, x1=9, y1=9, confidence=0.5, alternatives=())

    assert belief(None) < 0 < belief(line(("THỦ", 0.9)))
    assert belief(line(("THỦ", 0.9), ("TƯỚNG", 0.9))) > belief(line(("THỦ", 0.99)))
    assert belief(line(("THỦ", 0.9), ("xyz", 0.05))) < belief(line(("THỦ", 0.9)))
    assert Box(x0=0, y0=0, x1=2, y1=4).middle_y == 2


def test_a_seal_over_the_page_s_edge_is_taken_out_the_same_way_each_time() -> None:
    """What lies outside the page is paper, not what the memory held before."""
    page = np.full((300, 300), 255, np.uint8)
    for radius, width in ((80, 2), (60, 1)):
        cv2.circle(page, (290, 150), radius, 0, width)
    for y in range(60, 240, 12):
        cv2.line(page, (205, y), (299, y), 0, 2)
    seal, dpi = Seal(x=290.0, y=150.0, radius_px=80.0), 115.0
    unrolled = (round(2 * np.pi * seal.radius_px), int(seal.radius_px + 1.5 * dpi / 25.4))
    found = set()
    for left_behind in (0, 255, 0, 255):
        freed = [np.full(unrolled, left_behind, np.uint8) for _ in range(64)]
        del freed
        found.add(without_rings(page, seal, dpi).tobytes())
    assert len(found) == 1
