"""Draws pages with stamps for the guard: a head in print, and a stamp as asked for."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from pipeline.model.prepared import PreparedPage
from pipeline.model.records import POINTS_PER_MM, Box, Quality, Verdict, Word
from stages._tones import pale_ink
from stages.prepare.ink import part_inks

RED, BLACK = (206, 34, 44), (22, 22, 24)
_FACES = (
    "/usr/share/fonts/truetype/croscore/Tinos-Bold.ttf",
    "/usr/share/fonts/truetype/liberation/LiberationSerif-Bold.ttf",
    "/usr/share/fonts/truetype/dejavu/DejaVuSerif-Bold.ttf",
)
_HEAD = (
    (24, 20, "ỦY BAN NHÂN DÂN"),
    (28, 25, "TỈNH QUẢNG NGÃI"),
    (105, 20, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
    (118, 26, "Độc lập - Tự do - Hạnh phúc"),
    (30, 36, "Số: 123/QĐ-UBND"),
    (110, 36, "Quảng Ngãi, ngày 05 tháng 3 năm 2024"),
    (95, 48, "QUYẾT ĐỊNH"),
    (60, 54, "Về việc phê duyệt kế hoạch bảo trì hệ thống kênh"),
    (40, 80, "Căn cứ Luật Tổ chức chính quyền địa phương và các quy định hiện hành;"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """A stamp and how it was set."""

    text: str
    x_mm: float = 34.0
    y_mm: float = 66.0
    """Its middle."""
    tilt_deg: float = 0.0
    size_pt: float = 14.0
    is_framed: bool = True
    colour: tuple[int, int, int] = RED
    strength: float = 1.0
    """Ink that reached the paper, 0–1."""
    is_arrow: bool = False
    """Spaced capitals between feathers and a head, as urgency is stamped too."""
    covered: float = 0.0
    """Share of its width that a sheet of paper hides, from the left."""


def face(size_px: float) -> ImageFont.FreeTypeFont:
    """A bold serif face."""
    path = next(path for path in _FACES if Path(path).exists())
    return ImageFont.truetype(path, round(size_px))


def page_with(
    *stamps: Stamp,
    dpi: int = 150,
    mode: str = "colour",
    lines: tuple[tuple[float, float, str], ...] = _HEAD,
    noise: float = 4.0,
    seal_mm: tuple[float, float] | None = None,
    frame_mm: tuple[float, float, float, float] | None = None,
) -> tuple[PreparedPage, tuple[Word, ...]]:
    """A page as `prepare` hands it out, and the words a reader would find of its print."""
    picture = np.full((round(297 / 25.4 * dpi), round(210 / 25.4 * dpi), 3), 250, np.uint8)
    words: list[Word] = []
    for ordinal, (x_mm, y_mm, text) in enumerate(lines):
        words += _print(picture, text, x_mm, y_mm, dpi, ordinal)
    for stamp in stamps:
        _set(picture, stamp, dpi)
    if seal_mm is not None:
        _seal(picture, seal_mm, dpi)
    if frame_mm is not None:
        x0, y0, x1, y1 = (round(mm / 25.4 * dpi) for mm in frame_mm)
        cv2.rectangle(picture, (x0, y0), (x1, y1), RED, max(1, round(0.5 / 25.4 * dpi)))
    grain = np.random.default_rng(7).normal(0, noise, (64, 64, 1))
    rows, columns = -(-picture.shape[0] // 64), -(-picture.shape[1] // 64)
    sheet = np.tile(grain, (rows, columns, 1))[: picture.shape[0], : picture.shape[1]]
    picture = np.clip(cv2.blur(picture, (2, 2)) + sheet, 0, 255).astype(np.uint8)
    return _prepared(picture, dpi, mode), tuple(words)


def _seal(picture: NDArray[np.uint8], middle_mm: tuple[float, float], dpi: int) -> None:
    """Set the rings of a round seal of 36 mm."""
    centre = tuple(round(mm / 25.4 * dpi) for mm in middle_mm)
    for radius_mm, line_mm in ((18.0, 0.7), (16.9, 0.25), (12.0, 0.3)):
        radius, line = (round(mm / 25.4 * dpi) for mm in (radius_mm, line_mm))
        cv2.circle(picture, centre, radius, RED, max(1, line), cv2.LINE_AA)


def _print(
    picture: NDArray[np.uint8], text: str, x_mm: float, y_mm: float, dpi: int, ordinal: int
) -> list[Word]:
    image = Image.fromarray(picture)
    draw = ImageDraw.Draw(image)
    font = face(13 * dpi / 72)
    x, y = x_mm / 25.4 * dpi, y_mm / 25.4 * dpi
    words = []
    for part in text.split():
        draw.text((x, y), part, fill=(20, 20, 20), font=font)
        wide = font.getlength(part)
        to_pt = 72 / dpi
        words.append(
            Word(
                text=part,
                box=Box(x0=x * to_pt, y0=y * to_pt, x1=(x + wide) * to_pt, y1=y * to_pt + 14),
                confidence=0.93,
                line=ordinal,
            )
        )
        x += wide + font.getlength(" ")
    picture[:] = np.asarray(image)
    return words


def _feathers(draw: ImageDraw.ImageDraw, middle: float, half: float, px: float) -> None:
    """Draw feathers before the letters and a head behind them."""
    line = max(2, round(0.4 * px))
    for side in (-2 * px, 2 * px):
        for step in range(4):
            x = middle - half - (2 + 1.5 * step) * px
            draw.line((x - 1.6 * px, middle + side, x, middle), fill=255, width=line)
        tip = middle + half + 8 * px
        draw.line((tip - 3 * px, middle + side, tip, middle), fill=255, width=line)
    for end in (-1, 1):
        near, far = middle + end * (half + px), middle + end * (half + 8 * px)
        draw.line((near, middle, far, middle), fill=255, width=line)


def _set(picture: NDArray[np.uint8], stamp: Stamp, dpi: int) -> None:
    px = dpi / 25.4
    font = face(stamp.size_pt * dpi / 72)
    text = " ".join(stamp.text.replace(" ", "-")) if stamp.is_arrow else stamp.text
    wide = font.getlength(text)
    side = round(wide + 30 * px)
    image = Image.new("L", (side, side), 0)
    draw = ImageDraw.Draw(image)
    draw.text((side / 2, side / 2), text, fill=255, font=font, anchor="mm")
    half = wide / 2 + 3 * px, 4 * px
    if stamp.is_arrow:
        _feathers(draw, side / 2, wide / 2, px)
    elif stamp.is_framed:
        box = (side / 2 - half[0], side / 2 - half[1], side / 2 + half[0], side / 2 + half[1])
        draw.rectangle(box, outline=255, width=max(2, round(0.45 * px)))
    if stamp.covered:
        hidden = side / 2 - half[0] - px + 2 * half[0] * stamp.covered
        draw.rectangle((0, 0, hidden, side), fill=0)
    alpha = np.asarray(image.rotate(stamp.tilt_deg, Image.Resampling.BICUBIC), np.float32) / 255
    alpha = alpha[..., None] * stamp.strength
    x, y = round(stamp.x_mm * px - side / 2), round(stamp.y_mm * px - side / 2)
    left, top = max(0, -x), max(0, -y)
    target = picture[y + top : y + side, x + left : x + side]
    part = alpha[top : top + target.shape[0], left : left + target.shape[1]]
    target[:] = (target * (1 - part) + np.array(stamp.colour) * part).astype(np.uint8)


def _prepared(picture: NDArray[np.uint8], dpi: int, mode: str) -> PreparedPage:
    planes = part_inks(picture) if mode == "colour" else None
    gray = np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), np.uint8)
    if mode == "bitonal":
        gray = np.where(gray < 150, 0, 255).astype(np.uint8)
    return PreparedPage(
        number=1,
        width_mm=210.0,
        height_mm=297.0,
        dpi=float(dpi),
        colour=picture if planes is not None else None,
        gray=gray,
        reading=planes.reading if planes is not None else gray,
        is_bitonal=mode == "bitonal",
        red_ink=planes.red_ink if planes is not None else None,
        blue_ink=planes.blue_ink if planes is not None else None,
        pale_ink=pale_ink(gray, dpi) if mode == "gray" else None,
        skew_deg=0.0,
        rotation_deg=0,
        is_blank=False,
        quality=Quality(verdict=Verdict.GOOD),
    )


def points(mm: float) -> float:
    """Millimetres in points."""
    return mm * POINTS_PER_MM
