"""Pages of PDFs: the scan's own pixels, or the page drawn."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import img2pdf
import numpy as np
import pikepdf
import pypdfium2 as pdfium
import pytest
from PIL import Image

from pipeline.model.errors import DocumentError
from stages.prepare import Options, PagePreparer
from tests.stages.prepare.paper import encoded, lifted, prepared

SIZE = (420, 594)
CORNER_RED = (200, 30, 40)


def flag(mode: str = "RGB") -> Image.Image:
    """Return a picture with a red upper left corner and black bars."""
    image = Image.new("RGB", SIZE, "white")
    image.paste(CORNER_RED, (0, 0, 100, 100))
    for y in range(200, 560, 40):
        image.paste((0, 0, 0), (60, y, 360, y + 12))
    return image.convert(mode, dither=Image.Dither.NONE)


def page_of(image: bytes, *, width_pt: float = 604.8, height_pt: float = 855.36) -> pikepdf.Pdf:
    """Return a PDF of one page of one image (420 × 594 px are 50 dpi there)."""
    layout = img2pdf.get_layout_fun((width_pt, height_pt))
    return pikepdf.open(io.BytesIO(img2pdf.convert(image, layout_fun=layout)))


def saved(pdf: pikepdf.Pdf) -> bytes:
    """Return the file of a PDF."""
    out = io.BytesIO()
    pdf.save(out)
    return out.getvalue()


def raw_page(pdf: pikepdf.Pdf, operators: bytes, image: pikepdf.Stream) -> bytes:
    """Return a PDF of one A4 page with an image and these operators."""
    pdf.add_blank_page(page_size=(595, 842))
    page = pdf.pages[-1]
    page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=image))
    page.Contents = pdf.make_stream(operators)
    return saved(pdf)


def image_stream(
    pdf: pikepdf.Pdf, data: bytes, mode: str = "RGB", **extra: object
) -> pikepdf.Stream:
    """Return an image XObject of raw or encoded samples."""
    stream = pdf.make_stream(data)
    stream.Type, stream.Subtype = pikepdf.Name.XObject, pikepdf.Name.Image
    stream.Width, stream.Height = SIZE
    stream.ColorSpace = pikepdf.Name.DeviceRGB if mode == "RGB" else pikepdf.Name.DeviceGray
    stream.BitsPerComponent = 8
    for key, value in extra.items():
        stream[f"/{key}"] = value
    return stream


def test_a_scan_page_gives_its_own_pixels(tmp_path: Path, preparer: PagePreparer) -> None:
    """Not one pixel of a lossless scan is resampled; the size on paper is the page's."""
    page = prepared(tmp_path, saved(page_of(encoded(flag(), "PNG"))), preparer=preparer)
    assert page.colour is not None
    assert np.array_equal(page.colour, np.asarray(flag()))
    assert page.dpi == pytest.approx(50, abs=0.1)
    assert page.width_mm == pytest.approx(604.8 / 72 * 25.4, abs=0.1)


@pytest.mark.parametrize(("mode", "kind"), [("1", "TIFF"), ("L", "JPEG"), ("RGB", "JPEG")])
def test_encodings_of_scanners(
    tmp_path: Path, preparer: PagePreparer, mode: str, kind: str
) -> None:
    """CCITT group 4, gray and colour JPEG."""
    settings = {"compression": "group4"} if mode == "1" else {"quality": 95}
    data = saved(page_of(encoded(flag(mode), kind, **settings)))
    page = prepared(tmp_path, data, preparer=preparer)
    assert page.is_bitonal == (mode == "1")
    assert (page.colour is not None) == (mode == "RGB")
    expected = np.asarray(flag(mode).convert("RGB")).astype(int)
    assert np.abs(lifted(page).astype(int) - expected).mean() < 4


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
def test_rotate_is_obeyed(tmp_path: Path, preparer: PagePreparer, rotate: int) -> None:
    """The picture is as a viewer shows it; the page's own turn is no turn of ours."""
    pdf = page_of(encoded(flag(), "PNG"))
    pdf.pages[0].Rotate = rotate
    page = prepared(tmp_path, saved(pdf), preparer=preparer)
    assert np.array_equal(lifted(page), np.rot90(np.asarray(flag()), -(rotate // 90)))
    assert page.rotation_deg == 0


def test_user_unit_and_crop_box(tmp_path: Path, preparer: PagePreparer) -> None:
    """A unit of two points doubles the size; what the crop box hides is cut off."""
    pdf = page_of(encoded(flag(), "PNG"), width_pt=151.2, height_pt=213.84)
    pdf.pages[0].UserUnit = 2
    page = prepared(tmp_path, saved(pdf), preparer=preparer)
    assert page.width_mm == pytest.approx(2 * 151.2 / 72 * 25.4, abs=0.2)
    pdf = page_of(encoded(flag(), "PNG"))
    pdf.pages[0].CropBox = [0, 0, 604.8, 855.36 / 2]
    page = prepared(tmp_path, saved(pdf), preparer=preparer)
    assert np.array_equal(lifted(page), np.asarray(flag())[297:])


@pytest.mark.parametrize(
    ("operators", "change"),
    [
        (b"595 0 0 842 0 0 cm /Im0 Do", lambda a: a),
        (b"-595 0 0 842 595 0 cm /Im0 Do", np.fliplr),
        (b"595 0 0 -842 0 842 cm /Im0 Do", np.flipud),
    ],
)
def test_flipped_images(
    tmp_path: Path, preparer: PagePreparer, operators: bytes, change: object
) -> None:
    """Scanners that write rows from below set the image upside down."""
    with pikepdf.new() as pdf:
        data = raw_page(pdf, operators, image_stream(pdf, flag().tobytes()))
    page = prepared(tmp_path, data, preparer=preparer)
    assert callable(change)
    assert np.array_equal(lifted(page), change(np.asarray(flag())))


def test_decode_arrays_are_obeyed(tmp_path: Path, preparer: PagePreparer) -> None:
    """An image whose values mean the opposite comes out as it is seen."""
    with pikepdf.new() as pdf:
        inverted = Image.eval(flag("L"), lambda value: 255 - value).tobytes()
        stream = image_stream(pdf, inverted, "L", Decode=[1, 0])
        data = raw_page(pdf, b"595 0 0 842 0 0 cm /Im0 Do", stream)
    page = prepared(tmp_path, data, preparer=preparer)
    assert np.abs(page.gray.astype(int) - np.asarray(flag("L"))).max() <= 1


def packed(tones: np.ndarray) -> bytes:
    """Return two tones as bits, rows padded to bytes."""
    return np.packbits(tones, axis=1).tobytes()


BITS = np.asarray(flag("L")) > 127
PALETTE = bytes([0, 0, 0, 200, 30, 40, 30, 40, 200, 255, 255, 255])
SPACES: dict[str, tuple[bytes, dict[str, Any]]] = {
    "bits that mean the opposite": (
        packed(~BITS),
        {"BitsPerComponent": 1, "ColorSpace": pikepdf.Name.DeviceGray, "Decode": [1, 0]},
    ),
    "a palette of two": (
        packed(~BITS),
        {
            "BitsPerComponent": 1,
            "ColorSpace": [
                pikepdf.Name.Indexed,
                pikepdf.Name.DeviceRGB,
                1,
                pikepdf.String(b"\xff\xff\xff\x00\x00\x00"),
            ],
        },
    ),
    "a palette of four": (
        (np.asarray(flag("L")) // 64).tobytes(),
        {
            "ColorSpace": [
                pikepdf.Name.Indexed,
                pikepdf.Name.DeviceRGB,
                3,
                pikepdf.String(PALETTE),
            ]
        },
    ),
    "CMYK": (flag("CMYK").tobytes(), {"ColorSpace": pikepdf.Name.DeviceCMYK}),
    "a stencil": (packed(BITS), {"BitsPerComponent": 1, "ImageMask": True}),
}


@pytest.mark.parametrize("space", sorted(SPACES))
def test_every_colour_space_looks_as_drawn(
    tmp_path: Path, preparer: PagePreparer, space: str
) -> None:
    """What is taken from the file is what PDFium draws of the page."""
    samples, keys = SPACES[space]
    with pikepdf.new() as pdf:
        pdf.add_blank_page(page_size=(151.2, 213.84))
        stream = image_stream(pdf, samples, "L")
        for key, value in keys.items():
            stream[f"/{key}"] = pikepdf.Array(value) if isinstance(value, list) else value
        if space == "a stencil":
            del stream["/ColorSpace"]
        page = pdf.pages[0]
        page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=stream))
        page.Contents = pdf.make_stream(b"151.2 0 0 213.84 0 0 cm /Im0 Do")
        data = saved(pdf)
    drawn = pdfium.PdfDocument(data)[0].render(scale=200 / 72 * (1 - 1e-5), rev_byteorder=True)
    made = prepared(tmp_path, data, preparer=preparer)
    assert np.abs(lifted(made).astype(int) - drawn.to_numpy()).max() <= 1


def test_images_in_parts_are_drawn(tmp_path: Path, preparer: PagePreparer) -> None:
    """A page of two strips is put together at the strips' resolution and judged as paper."""
    halves = [flag().crop((0, 0, 420, 297)), flag().crop((0, 297, 420, 594))]
    with pikepdf.new() as pdf:
        pdf.add_blank_page(page_size=(151.2, 213.84))
        page = pdf.pages[0]
        streams = {}
        for number, half in enumerate(halves):
            stream = image_stream(pdf, half.tobytes())
            stream.Height = 297
            streams[f"/Im{number}"] = stream
        page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(streams))
        page.Contents = pdf.make_stream(
            b"q 151.2 0 0 106.92 0 106.92 cm /Im0 Do Q q 151.2 0 0 106.92 0 0 cm /Im1 Do Q"
        )
        data = saved(pdf)
    made = prepared(tmp_path, data, preparer=preparer)
    assert made.dpi == pytest.approx(200, abs=1)
    assert np.abs(lifted(made).astype(int) - np.asarray(flag())).mean() < 2
    assert made.quality.reasons == ()


def test_a_signature_appearance_is_left_out_unless_asked(tmp_path: Path) -> None:
    """What a signature shows is not part of the paper."""
    pdf = page_of(encoded(flag(), "PNG"))
    look = pdf.make_stream(b"0 0 1 rg 0 0 100 50 re f")
    look.Type, look.Subtype = pikepdf.Name.XObject, pikepdf.Name.Form
    look.BBox = [0, 0, 100, 50]
    widget = pikepdf.Dictionary(
        Type=pikepdf.Name.Annot,
        Subtype=pikepdf.Name.Widget,
        FT=pikepdf.Name.Sig,
        F=132,
        Rect=[400, 700, 500, 750],
        AP=pikepdf.Dictionary(N=pdf.make_indirect(look)),
        T="ky",
    )
    widget = pdf.make_indirect(widget)
    pdf.pages[0].Annots = pikepdf.Array([widget])
    pdf.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array([widget]))
    data = saved(pdf)
    without = prepared(tmp_path, data)
    assert np.array_equal(lifted(without), np.asarray(flag()))
    shown = prepared(tmp_path, data, options=Options(is_signature_drawn=True))
    assert shown.blue_ink is not None
    assert bool(shown.blue_ink.any())


@pytest.mark.parametrize("share", [0.2, 0.6])
def test_a_corrupt_jpeg_in_a_pdf_is_told(
    tmp_path: Path, preparer: PagePreparer, share: float
) -> None:
    """A picture cut in the middle is no page of half a letter."""
    noise = Image.fromarray(
        np.random.default_rng(0).integers(0, 256, (SIZE[1], SIZE[0], 3)).astype(np.uint8)
    )
    jpeg = encoded(noise, "JPEG")
    with pikepdf.new() as pdf:
        stream = image_stream(pdf, jpeg[: int(len(jpeg) * share)])
        stream.Filter = pikepdf.Name.DCTDecode
        data = raw_page(pdf, b"595 0 0 842 0 0 cm /Im0 Do", stream)
    with pytest.raises(DocumentError) as error:
        prepared(tmp_path, data, preparer=preparer)
    assert (error.value.code, error.value.page) == ("DOC-IMAGE-CORRUPT", 1)


def test_limits_of_a_page(tmp_path: Path) -> None:
    """Too long and too many pixels are said before anything is decoded."""
    for options in (Options(max_side_mm=100), Options(max_page_pixels=1000)):
        with pytest.raises(DocumentError) as error:
            prepared(tmp_path, saved(page_of(encoded(flag(), "PNG"))), options=options)
        assert error.value.code == "DOC-TOO-LARGE"


def test_both_rasterisers_draw_the_same_page(tmp_path: Path) -> None:
    """PDFium and poppler agree on a typed page."""
    with pikepdf.new() as pdf:
        pdf.add_blank_page(page_size=(300, 200))
        pdf.pages[0].Contents = pdf.make_stream(b"1 0 0 rg 30 40 100 50 re f")
        data = saved(pdf)
    first = prepared(tmp_path, data)
    second = prepared(tmp_path, data, options=Options(rasteriser="pdf2image"))
    assert first.dpi == pytest.approx(second.dpi, abs=1)
    assert lifted(first).shape == lifted(second).shape
    assert np.abs(lifted(first).astype(int) - lifted(second)).mean() < 1


def test_a_typed_page_is_not_blamed_on_a_scanner(tmp_path: Path, preparer: PagePreparer) -> None:
    """No colour and no sharp edge of a drawn page is a fault; an empty one is blank."""
    with pikepdf.new() as pdf:
        pdf.add_blank_page(page_size=(300, 200))
        pdf.add_blank_page(page_size=(300, 200))
        pdf.pages[0].Contents = pdf.make_stream(b"30 40 100 50 re f")
        data = saved(pdf)
    drawn, empty = (prepared(tmp_path, data, page=n, preparer=preparer) for n in (1, 2))
    assert drawn.quality.reasons == ()
    assert (drawn.is_blank, empty.is_blank) == (False, True)
