"""Tiny PDFs and pictures for the tests, made by pikepdf, img2pdf and Pillow."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import img2pdf
import pikepdf
from PIL import Image

from pipeline.model.records import Document, Inspection, MediaType
from stages.inspect import FileInspector, Options

A4 = (595, 842)


def picture(width_px: int = 300, height_px: int = 424, mode: str = "RGB") -> Image.Image:
    """Return a picture of A4 shape with something on it."""
    image = Image.new(mode, (width_px, height_px), "white")
    image.paste(0 if mode in "1L" else (0, 0, 0), (20, 20, width_px // 2, 40))
    return image


def encoded(image: Image.Image, kind: str, **settings: object) -> bytes:
    """Return an image's file."""
    out = io.BytesIO()
    image.save(out, kind, **settings)
    return out.getvalue()


def scan_pdf(pages: int = 1) -> bytes:
    """Return a PDF whose pages are one JPEG each."""
    layout = img2pdf.get_layout_fun((img2pdf.mm_to_pt(210), img2pdf.mm_to_pt(297)))
    jpeg = encoded(picture(), "JPEG", dpi=(36, 36))
    return bytes(img2pdf.convert([jpeg] * pages, layout_fun=layout))


def typed_pdf(text: str = "plain words of a computer " * 12, *, mode: int = 0) -> bytes:
    """Return a PDF of one page with text of that render mode, lines of 60 letters."""
    with pikepdf.new() as pdf:
        add_typed_page(pdf, text, mode=mode)
        return saved(pdf)


def add_typed_page(pdf: pikepdf.Pdf, text: str, *, mode: int = 0) -> None:
    """Add a page of text in Helvetica."""
    pdf.add_blank_page(page_size=A4)
    page = pdf.pages[-1]
    page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=helvetica(pdf)))
    page.Contents = pdf.make_stream(text_operators(text, mode=mode))


def helvetica(pdf: pikepdf.Pdf) -> pikepdf.Object:
    """Return a font dictionary."""
    return pdf.make_indirect(
        pikepdf.Dictionary(
            Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
        )
    )


def text_operators(text: str, *, mode: int = 0) -> bytes:
    """Return operators that write text in lines of 60 letters."""
    lines = [text[place : place + 60] for place in range(0, len(text), 60)]
    shown = "".join(f"({line}) Tj 0 -16 Td\n" for line in lines)
    return f"BT /F1 12 Tf {mode} Tr 60 780 Td\n{shown}ET\n".encode("latin-1")


def saved(pdf: pikepdf.Pdf, **settings: Any) -> bytes:
    """Return the file of a PDF."""
    out = io.BytesIO()
    pdf.save(out, **settings)
    return out.getvalue()


def inspected(
    folder: Path,
    data: bytes,
    media_type: MediaType = MediaType.PDF,
    *,
    name: str = "thu.pdf",
    options: Options | None = None,
) -> Inspection:
    """Write bytes to a file and inspect it."""
    path = folder / "received"
    path.write_bytes(data)
    document = Document(id="0" * 64, media_type=media_type, size_bytes=len(data))
    return FileInspector(options).inspect(path, document, source_name=name)
