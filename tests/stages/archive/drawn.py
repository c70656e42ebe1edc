"""Pages drawn for the tests of layers, archive and sign: text with exact boxes, seal, pen, lines.

Everything is made here with free fonts; nothing comes from a real document.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from pipeline.model.codec import write_layers
from pipeline.model.prepared import PageText, PreparedPage
from pipeline.model.records import (
    Box,
    Document,
    Field,
    FieldSource,
    Inspection,
    MediaType,
    Page,
    PageEntry,
    PageLayers,
    Quality,
    Route,
    Verdict,
    Word,
)
from pipeline.model.stage import Work

TINOS = Path("/usr/share/fonts/truetype/croscore/Tinos-Regular.ttf")
DIGEST = "ab" * 32
GOOD = Quality(verdict=Verdict.GOOD)
NOW = dt.datetime(2026, 11, 22, 7, 3, 27, tzinfo=dt.UTC)
LINES = (
    "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
    "Độc lập - Tự do - Hạnh phúc",
    "Số: 123/QĐ-UBND ướt sũng, nghiêng ngả; Ỷ lại.",
    "Căn cứ Luật Tổ chức chính quyền địa phương ngày 19/6/2015",
    "Xét đề nghị của Giám đốc Sở Nội vụ tại Tờ trình số 45/TTr-SNV",
)


@dataclass(kw_only=True)
class Sheet:
    """A page under the pen."""

    dpi: int = 300
    width_mm: float = 210.0
    height_mm: float = 297.0
    paper: tuple[int, int, int] = (246, 244, 238)
    words: list[Word] = field(default_factory=list)

    def __post_init__(self) -> None:
        if not TINOS.exists():
            pytest.skip("no Tinos (fonts-croscore)")
        size = (round(self.width_mm / 25.4 * self.dpi), round(self.height_mm / 25.4 * self.dpi))
        self.image = Image.new("RGB", size, self.paper)
        self.pen = ImageDraw.Draw(self.image)
        self._lines = 0

    def px(self, mm: float) -> float:
        """Return millimetres as pixels."""
        return mm / 25.4 * self.dpi

    def write(
        self,
        text: str,
        x_mm: float,
        y_mm: float,
        *,
        size_pt: float = 13,
        ink: tuple[int, int, int] = (25, 24, 28),
    ) -> None:
        """Write a line of words, each with its box."""
        font = ImageFont.truetype(TINOS, size_pt * self.dpi / 72)
        x, y = self.px(x_mm), self.px(y_mm)
        points = 72 / self.dpi
        for text_of_word in text.split():
            self.pen.text((x, y), text_of_word, font=font, fill=ink, anchor="ls")
            left, top, right, bottom = font.getbbox(text_of_word, anchor="ls")
            self.words.append(
                Word(
                    text=text_of_word,
                    box=Box(
                        x0=(x + left) * points,
                        y0=(y + top) * points,
                        x1=(x + right) * points,
                        y1=(y + bottom) * points,
                    ),
                    confidence=0.95,
                    line=self._lines,
                )
            )
            x += font.getlength(text_of_word + " ")
        self._lines += 1

    def letter(self) -> Sheet:
        """Write the body of a letter."""
        for number, line in enumerate(LINES):
            self.write(line, 30, 35 + 10 * number)
        return self

    def seal(self, x_mm: float = 120, y_mm: float = 220, *, ink: tuple[int, int, int]) -> Sheet:
        """Put a round seal with fine letters."""
        radius = self.px(17)
        x, y = self.px(x_mm), self.px(y_mm)
        for share, width_mm in ((1.0, 0.7), (0.9, 0.3), (0.6, 0.3)):
            r = radius * share
            box = (x - r, y - r, x + r, y + r)
            self.pen.ellipse(box, outline=ink, width=max(1, round(self.px(width_mm))))
        font = ImageFont.truetype(TINOS, 7 * self.dpi / 72)
        for row, text in enumerate(("ỦY BAN NHÂN DÂN", "XÃ THỬ NGHIỆM", "★ VIỆT NAM")):
            self.pen.text((x, y + (row - 1) * self.px(4)), text, font=font, fill=ink, anchor="mm")
        return self

    def pen_stroke(self, *, ink: tuple[int, int, int], width_mm: float = 0.6) -> Sheet:
        """Sign over the seal."""
        points = [
            (self.px(110 + 50 * t), self.px(222 + 8 * np.sin(9 * t) - 6 * t))
            for t in np.linspace(0, 1, 60)
        ]
        self.pen.line(points, fill=ink, width=max(1, round(self.px(width_mm))), joint="curve")
        return self

    def rule(self, y_mm: float, *, ink: tuple[int, int, int], width_px: int) -> Sheet:
        """Draw a line across the page."""
        ends = (self.px(30), self.px(y_mm), self.px(185), self.px(y_mm))
        self.pen.line(ends, fill=ink, width=width_px)
        return self

    def photograph(self) -> Sheet:
        """Paste a picture of continuous tone."""
        rows, columns = np.mgrid[0:500, 0:500]
        waves = 128 + 60 * np.sin(columns / 37) + 50 * np.cos(rows / 23)
        grain = np.random.default_rng(0).normal(0, 12, (500, 500))
        tone = np.clip(waves + grain, 0, 255).astype(np.uint8)
        self.image.paste(Image.fromarray(np.dstack([tone, tone, tone])), (300, 2200))
        return self

    def pixels(self) -> NDArray[np.uint8]:
        """Return the page with the grain of a scanner."""
        clean = np.asarray(self.image, np.uint8)
        height, width = clean.shape[:2]
        tile = np.random.default_rng(1).normal(0, 2.5, (256, 256)).astype(np.int8)
        grain = np.tile(tile, (height // 256 + 1, width // 256 + 1))[:height, :width]
        rgb = cv2.add(clean, cv2.cvtColor(np.maximum(grain, 0).view(np.uint8), cv2.COLOR_GRAY2RGB))
        dark = np.maximum(-grain, 0).view(np.uint8)
        return np.asarray(cv2.subtract(rgb, cv2.cvtColor(dark, cv2.COLOR_GRAY2RGB)), np.uint8)

    def prepared(
        self, *, number: int = 1, colours: str = "rgb", is_blank: bool = False
    ) -> PreparedPage:
        """Return the page as `prepare` would; `colours` is rgb, gray or bitonal."""
        rgb = self.pixels()
        gray = np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), np.uint8)
        red, green, blue = cv2.split(rgb)
        ahead = cv2.subtract(red, cv2.max(green, blue))
        is_bitonal = colours == "bitonal"
        if is_bitonal:
            gray = np.where(gray < 128, 0, 255).astype(np.uint8)
        is_colour = colours == "rgb"
        reading = np.asarray(cv2.add(red, ahead), np.uint8) if is_colour else gray
        is_blue = (cv2.subtract(blue, red) > 32) & (cv2.subtract(blue, green) > 10)
        return PreparedPage(
            number=number,
            width_mm=rgb.shape[1] / self.dpi * 25.4,
            height_mm=rgb.shape[0] / self.dpi * 25.4,
            dpi=self.dpi,
            colour=rgb if is_colour else None,
            gray=gray,
            reading=reading,
            is_bitonal=is_bitonal,
            red_ink=ahead > 38 if is_colour else None,
            blue_ink=is_blue if is_colour else None,
            skew_deg=0.0,
            rotation_deg=0,
            is_blank=is_blank,
            quality=GOOD,
        )

    def text(self) -> PageText:
        """Return what a perfect reader reads."""
        return PageText(words=tuple(self.words), text_confidence=0.95, reader="truth")

    def page(self, *, number: int = 1) -> Page:
        """Return the record of the page."""
        return Page(
            number=number,
            width_mm=self.image.width / self.dpi * 25.4,
            height_mm=self.image.height / self.dpi * 25.4,
            dpi=self.dpi,
            skew_deg=0.0,
            rotation_deg=0,
            is_blank=not self.words,
            quality=GOOD,
            words=tuple(self.words),
            text_confidence=0.95,
            reader="truth",
        )


RED = (205, 30, 45)
BLUE = (38, 52, 150)


def full_letter(dpi: int = 300) -> Sheet:
    """Return a letter with seal, blue signature, table rule and pencil line."""
    sheet = Sheet(dpi=dpi).letter().seal(ink=RED).pen_stroke(ink=BLUE)
    return sheet.rule(150, ink=(60, 60, 60), width_px=2).rule(160, ink=(150, 150, 150), width_px=3)


FIELDS = {
    name: Field(name=name, value=value, confidence=0.9, source=FieldSource.PRINTED)
    for name, value in {
        "subject": "Về việc số hóa tài liệu & lưu trữ <thử>",
        "code": "123/QĐ-UBND",
        "number": "123",
        "notation": "QĐ-UBND",
        "issued_date": "2026-11-20",
        "issuer": "Ủy ban nhân dân xã Thử Nghiệm",
        "type": "Quyết định",
    }.items()
}


def work_for(
    scratch: Path,
    pages: tuple[Page, ...],
    layers: tuple[PageLayers, ...] = (),
    *,
    route: Route = Route.SCAN,
    has_text_layer: bool = False,
    artifacts: Mapping[str, Path] | None = None,
) -> Work:
    """Return what the runner would hand to a stage; layers are written beside."""
    folder = scratch / "attempt"
    folder.mkdir()
    layers_path = scratch / "layers.zip"
    write_layers(layers_path, layers)
    return Work(
        document=Document(id=DIGEST, media_type=MediaType.PDF, size_bytes=1),
        source_name="thư đến.pdf",
        folder="den",
        received_at=NOW,
        now=NOW,
        inspection=Inspection(
            route=route,
            pages=tuple(PageEntry(number=p.number, has_text_layer=has_text_layer) for p in pages),
        ),
        pages=pages,
        fields=FIELDS,
        artifacts={"layers": layers_path, **(artifacts or {})},
        scratch=folder,
    )
