"""Writes scanned pages as scanners do: JPEG or G4 inside PDF, TIFF, JPEG, PNG, folders of images.

Sources: ISO 32000-1 §7.4.6 (CCITTFaxDecode) and §7.4.8 (DCTDecode); TIFF 6.0 §11 (T.6).
Must write the same bytes for the same pages: no dates, no random ids.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pikepdf
from PIL import Image

from bench.generator.scanner import Image8


@dataclass(frozen=True, slots=True, kw_only=True)
class PageImage:
    """One scanned page ready to be written."""

    pixels: Image8
    dpi: int
    is_bitonal: bool
    jpeg_quality: int

    def picture(self) -> Image.Image:
        """The page as a Pillow image in the narrowest mode."""
        image = Image.fromarray(self.pixels)
        return image.convert("1", dither=Image.Dither.NONE) if self.is_bitonal else image

    def jpeg(self) -> bytes:
        """The page as JPEG with its resolution in the header."""
        buffer = io.BytesIO()
        picture = Image.fromarray(self.pixels)
        picture.save(buffer, "JPEG", quality=self.jpeg_quality, dpi=(self.dpi, self.dpi))
        return buffer.getvalue()

    def g4(self) -> bytes:
        """The bitonal page as one raw T.6 strip whose black runs are black."""
        buffer = io.BytesIO()
        height = self.pixels.shape[0]
        # Pillow writes ones as black runs; asking it for WhiteIsZero instead takes 1.1 s a page.
        negative = Image.fromarray(255 - self.pixels).convert("1", dither=Image.Dither.NONE)
        negative.save(buffer, "TIFF", compression="group4", tiffinfo={278: height})
        data = buffer.getvalue()
        with Image.open(io.BytesIO(data)) as tiff:
            tags: Any = tiff.tag_v2  # type: ignore[attr-defined]
            start, size = tags[273][0], tags[279][0]
        return data[start : start + size]


def write_pdf(path: Path, pages: Iterable[PageImage]) -> None:
    """A PDF of page images, as a multifunction printer writes it; one picture at a time."""
    with pikepdf.new() as pdf:
        for page in pages:
            _add_page(pdf, page)
        pdf.docinfo["/Producer"] = "Office MFP (sohoa sample)"
        path.parent.mkdir(parents=True, exist_ok=True)
        pdf.save(path, deterministic_id=True, compress_streams=True)


def _add_page(pdf: pikepdf.Pdf, page: PageImage) -> None:
    height, width = page.pixels.shape[:2]
    size = (width * 72 / page.dpi, height * 72 / page.dpi)
    image = pikepdf.Stream(pdf, page.g4() if page.is_bitonal else page.jpeg())
    image.Type, image.Subtype = pikepdf.Name.XObject, pikepdf.Name.Image
    image.Width, image.Height = width, height
    colours = "/DeviceRGB" if page.pixels.ndim == 3 else "/DeviceGray"
    image.ColorSpace = pikepdf.Name(colours)
    image.BitsPerComponent = 1 if page.is_bitonal else 8
    image.Filter = pikepdf.Name("/CCITTFaxDecode" if page.is_bitonal else "/DCTDecode")
    if page.is_bitonal:
        image.DecodeParms = pikepdf.Dictionary(K=-1, Columns=width, Rows=height, BlackIs1=False)
    made = pdf.add_blank_page(page_size=size)
    made.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=pdf.make_indirect(image)))
    content = f"q {size[0]:.4f} 0 0 {size[1]:.4f} 0 0 cm /Im0 Do Q".encode("ascii")
    made.Contents = pikepdf.Stream(pdf, content)


def write_tiff(path: Path, pages: list[PageImage], *, compression: str) -> None:
    """A multi-page TIFF; compression group4, tiff_lzw or jpeg."""
    pictures = [page.picture() for page in pages]
    if compression == "group4":
        pictures = [picture.convert("1", dither=Image.Dither.NONE) for picture in pictures]
    dpi = pages[0].dpi
    options: dict[str, Any] = {"quality": pages[0].jpeg_quality} if compression == "jpeg" else {}
    path.parent.mkdir(parents=True, exist_ok=True)
    pictures[0].save(
        path, "TIFF", save_all=True, append_images=pictures[1:], compression=compression,
        dpi=(dpi, dpi), **options,
    )  # fmt: skip


def write_image(path: Path, page: PageImage) -> None:
    """One page as .jpg or .png, by the name's ending."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".png":
        page.picture().save(path, "PNG", dpi=(page.dpi, page.dpi), compress_level=3)
    else:
        path.write_bytes(page.jpeg())


def write_folder(path: Path, pages: list[PageImage]) -> None:
    """A folder of JPEG pages named so that only natural order is right: trang-2 before trang-10."""
    for number, page in enumerate(pages, 1):
        write_image(path / f"trang-{number}.jpg", page)
