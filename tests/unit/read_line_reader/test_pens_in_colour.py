"""What a blue pen wrote over print, in a stamp or over a seal, does not hide the print."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from stages.prepare.ink import part_inks
from stages.read.line_reader import LineReader, SealHint
from stages.read.line_reader.under_stamp import stamps_of

DPI = 200
PER_MM = DPI / 25.4
RED, BLUE, BLACK = (200, 40, 50), (40, 60, 170), (20, 20, 22)
_FACES = (
    "/usr/share/fonts/truetype/croscore/Tinos-Bold.ttf",
    "/usr/share/fonts/truetype/liberation/LiberationSerif-Bold.ttf",
    "/usr/share/fonts/truetype/dejavu/DejaVuSerif-Bold.ttf",
)
Colour = NDArray[np.uint8]


def page_of(lines: tuple[tuple[float, float, str], ...]) -> Colour:
    """A white page at 200 dpi with black lines centred where told, mm."""
    image = Image.new("RGB", (round(210 * PER_MM), round(140 * PER_MM)), (252, 251, 248))
    draw = ImageDraw.Draw(image)
    face = next(path for path in _FACES if Path(path).exists())
    font = ImageFont.truetype(face, round(14 * DPI / 72))
    for x_mm, y_mm, text in lines:
        draw.text((x_mm * PER_MM, y_mm * PER_MM), text, fill=BLACK, font=font, anchor="mm")
    return np.array(image, np.uint8)


def under_print(page: Colour, ink: Colour) -> Colour:
    """Ink on paper that print covers: the darker of both, channel by channel."""
    return np.minimum(page, ink)


def px(*points_mm: tuple[float, float]) -> NDArray[np.int32]:
    """Points in pixels."""
    return np.rint(np.array(points_mm) * PER_MM).astype(np.int32)


def stamp_of(page: Colour, date: str, at_mm: tuple[float, float]) -> Colour:
    """A red frame with a date in blue across its lower edge."""
    ink = np.full_like(page, 255)
    x, y = at_mm
    low, high = px((x, y), (x + 60, y + 30)).tolist()
    cv2.rectangle(ink, low, high, RED, 3)
    cv2.putText(ink, "DEN", px((x + 3, y + 16))[0].tolist(), 0, 0.9, RED, 2)
    cv2.putText(ink, date, px((x + 22, y + 27))[0].tolist(), 0, 1.3, BLUE, 4, cv2.LINE_AA)
    return under_print(page, ink)


def read(reader: LineReader, page: Colour, *, sees_blue: bool = True) -> list[str]:
    """The lines of a page."""
    planes = part_inks(page)
    blue = planes.blue_ink if sees_blue else None
    hint = SealHint(dpi=DPI, red_ink=planes.red_ink, blue_ink=blue)
    return [line.text for line in reader.read_page(planes.reading, seal_hint=hint)]


@pytest.fixture(scope="module")
def reader() -> LineReader:
    """A warm reader."""
    return LineReader()


HEAD = (
    (60.0, 30.0, "ỦY BAN NHÂN DÂN"), (60.0, 37.0, "TỈNH QUẢNG NGÃI"),
    (60.0, 46.0, "Số: 215/BC-UBND"),
    (125.0, 62.0, "Kết quả thực hiện công tác cải cách hành chính"),
)  # fmt: skip


def test_a_subject_under_a_date_of_arrival_is_read_without_it(reader: LineReader) -> None:
    page = stamp_of(page_of(HEAD), "14/9/26", (35.0, 37.0))
    assert "Kết quả thực hiện công tác cải cách hành chính" in read(reader, page)
    assert "Kết quả thực hiện công tác cải cách hành chính" not in read(
        reader, page, sees_blue=False
    )


def test_a_number_by_hand_under_a_stamp_keeps_its_hand(reader: LineReader) -> None:
    page = page_of(((60.0, 30.0, "ỦY BAN NHÂN DÂN"), (62.0, 46.0, "Số:          /BC-UBND")))
    hand = np.full_like(page, 255)
    cv2.putText(hand, "215", px((49.0, 48.0))[0].tolist(), 0, 1.1, BLUE, 4, cv2.LINE_AA)
    page = stamp_of(under_print(page, hand), "8", (20.0, 35.0))
    found = [line for line in read(reader, page) if line.startswith("Số")]
    assert found == ["Số: 215/BC-UBND"]


def test_a_head_in_the_midst_of_a_stamp_is_found_and_the_stamps_words_are_not(
    reader: LineReader,
) -> None:
    page = page_of(((60.0, 40.0, "SỞ NỘI VỤ"), (60.0, 56.0, "Số: 215/BC-SNV")))
    found = read(reader, stamp_of(page, "14/9/26", (32.0, 22.0)))
    assert "SỞ NỘI VỤ" in found
    assert "Số: 215/BC-SNV" in found
    assert not [text for text in found if "DEN" in text]


def test_a_stamp_of_no_colour_or_without_a_pen_is_none() -> None:
    page = page_of(HEAD)
    assert stamps_of(SealHint(dpi=DPI), None) == []
    planes = part_inks(page)
    assert (
        stamps_of(SealHint(dpi=DPI, red_ink=planes.red_ink, blue_ink=planes.blue_ink), None) == []
    )
    planes = part_inks(stamp_of(page, "14/9/26", (35.0, 37.0)))
    (box,) = stamps_of(SealHint(dpi=DPI, red_ink=planes.red_ink, blue_ink=planes.blue_ink), None)
    assert box.x0 / PER_MM == pytest.approx(35, abs=3)
    assert box.y1 / PER_MM == pytest.approx(67, abs=3)


def test_a_name_under_a_blue_signature_over_a_red_seal_is_read(reader: LineReader) -> None:
    body = tuple(
        (105.0, 8.0 + 7 * row, "Căn cứ Luật Tổ chức chính quyền địa phương") for row in range(6)
    )
    page = page_of((*body, (150.0, 62.0, "PHÓ GIÁM ĐỐC"), (150.0, 92.0, "Trần Văn Bình")))
    ink = np.full_like(page, 255)
    middle = px((127.0, 76.0))[0].tolist()
    for radius_mm, thick in ((18.0, 5), (16.4, 2), (11.0, 2)):
        cv2.circle(ink, middle, round(radius_mm * PER_MM), RED, thick, cv2.LINE_AA)
    stroke = px((138, 72), (142, 95), (146, 88), (150, 96), (154, 86), (159, 95), (170, 80))
    cv2.polylines(ink, [stroke], isClosed=False, color=BLUE, thickness=9, lineType=cv2.LINE_AA)
    page = under_print(page, ink)
    assert "Trần Văn Bình" in read(reader, page)
    assert "Trần Văn Bình" not in read(reader, page, sees_blue=False)
