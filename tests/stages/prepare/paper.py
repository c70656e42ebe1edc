"""Pages drawn for the tests, and the way to prepare them."""

from __future__ import annotations

import io
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from bench.generator.fonts import face_path, pixel_font
from pipeline.model.prepared import PreparedPage
from pipeline.model.records import Document, MediaType, PageEntry
from stages.prepare import Options, PagePreparer

LINES = (
    "Căn cứ Luật Tổ chức chính quyền địa phương ngày 19 tháng 6 năm 2015;",
    "Căn cứ Nghị định số 30/2020/NĐ-CP ngày 05 tháng 3 năm 2020 của Chính phủ;",
    "Theo đề nghị của Giám đốc Sở Nội vụ tại Tờ trình số 123/TTr-SNV, Ủy ban",
    "nhân dân tỉnh ban hành kế hoạch số hóa tài liệu lưu trữ của các cơ quan nhà",
    "nước trên địa bàn tỉnh, bảo đảm tiến độ, chất lượng và an toàn thông tin.",
)
A4_MM = (210.0, 297.0)


@lru_cache(maxsize=8)
def text_page(dpi: int = 150, mode: str = "L", lines: int = 30) -> Image.Image:
    """Return an A4 page of running text in Tinos 14 pt."""
    size = (round(A4_MM[0] / 25.4 * dpi), round(A4_MM[1] / 25.4 * dpi))
    page = Image.new("RGB" if mode == "RGB" else "L", size, "white")
    draw = ImageDraw.Draw(page)
    font = pixel_font(face_path("tinos", is_bold=False, is_italic=False), 14 / 72 * dpi)
    for number in range(lines):
        place = (0.13 * size[0], (0.08 + 0.028 * number) * size[1])
        draw.text(place, LINES[number % len(LINES)], fill="black", font=font)
    return page.convert(mode)


def turned(page: Image.Image, *, rotation_deg: int = 0, skew_deg: float = 0.0) -> Image.Image:
    """Return a page turned clockwise by a tilt and then by a quarter turn."""
    white = 255 if page.mode in {"L", "1"} else (255, 255, 255)
    leaning = page.rotate(-skew_deg, Image.Resampling.BICUBIC, fillcolor=white)
    return leaning.rotate(-rotation_deg, expand=True)


def encoded(image: Image.Image, kind: str, **settings: Any) -> bytes:
    """Return an image's file."""
    out = io.BytesIO()
    image.save(out, kind, **settings)
    return out.getvalue()


def prepared(
    folder: Path,
    data: bytes,
    media_type: MediaType = MediaType.PDF,
    *,
    page: int = 1,
    options: Options | None = None,
    preparer: PagePreparer | None = None,
    has_text_layer: bool = False,
) -> PreparedPage:
    """Write bytes to a file and prepare one of its pages."""
    path = folder / f"received-{len(list(folder.iterdir()))}"
    path.write_bytes(data)
    document = Document(id="0" * 64, media_type=media_type, size_bytes=len(data))
    worker = preparer or PagePreparer(options)
    try:
        return worker.prepare(path, document, PageEntry(number=page, has_text_layer=has_text_layer))
    finally:
        worker.close()


def lifted(page: PreparedPage) -> NDArray[np.uint8]:
    """Return the page's picture in colour, whatever it came as."""
    if page.colour is not None:
        return page.colour
    return np.repeat(page.gray[:, :, None], 3, axis=2)
