"""TIFF, JPEG, PNG and folders of them, decoded."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from pipeline.model.errors import DocumentError
from pipeline.model.records import MediaType
from stages.prepare import Options, PagePreparer
from tests.stages.prepare.paper import encoded, lifted, prepared

RED = (200, 30, 40)


def flag(mode: str = "RGB") -> Image.Image:
    """Return a picture with a red upper left, a blue upper right and a white rest."""
    image = Image.new("RGB", (420, 594), "white")
    image.paste(RED, (0, 0, 210, 100))
    image.paste((30, 40, 200), (210, 0, 420, 100))
    return image.convert(mode)


def corner(pixels: np.ndarray) -> tuple[int, ...]:
    """Return the colour near the upper left."""
    return tuple(int(value) for value in pixels[50, 100])


@pytest.mark.parametrize("compression", ["raw", "tiff_lzw", "jpeg", "tiff_adobe_deflate"])
def test_tiff_in_colour(tmp_path: Path, preparer: PagePreparer, compression: str) -> None:
    """Every usual compression keeps colour, size and resolution."""
    data = encoded(flag(), "TIFF", compression=compression, dpi=(50, 50))
    page = prepared(tmp_path, data, MediaType.TIFF, preparer=preparer)
    assert page.colour is not None
    assert corner(page.colour) == pytest.approx(RED, abs=6)
    assert page.dpi == pytest.approx(50)
    assert page.width_mm == pytest.approx(420 / 50 * 25.4)


def test_tiff_pages_and_fax_resolution(tmp_path: Path, preparer: PagePreparer) -> None:
    """The second page of a fax: pixels made square at the finer resolution, two tones kept."""
    first = Image.new("1", (1728, 1145), 1)
    second = first.copy()
    second.paste(0, (200, 200, 400, 300))
    data = encoded(
        first, "TIFF", compression="group4", save_all=True, append_images=[second], dpi=(204, 98)
    )
    page = prepared(tmp_path, data, MediaType.TIFF, page=2, preparer=preparer)
    assert page.is_bitonal
    assert page.colour is None
    assert set(np.unique(page.gray)) == {0, 255}
    assert page.gray.shape == pytest.approx((round(1145 * 204 / 98), 1728), abs=1)
    assert page.width_mm == pytest.approx(1728 / 204 * 25.4, rel=0.01)


def test_tiff_resolution_in_centimetres(tmp_path: Path, preparer: PagePreparer) -> None:
    """118.11 dots a centimetre are 300 dpi."""
    data = encoded(Image.new("L", (2480, 3508), 255), "TIFF", resolution=118.11, resolution_unit=3)
    page = prepared(tmp_path, data, MediaType.TIFF, preparer=preparer)
    assert page.dpi == pytest.approx(300, abs=0.1)


@pytest.mark.parametrize("mode", ["RGB", "CMYK", "L"])
def test_jpeg_modes(tmp_path: Path, preparer: PagePreparer, mode: str) -> None:
    """RGB, CMYK and gray."""
    data = encoded(flag(mode), "JPEG", quality=95, dpi=(150, 150))
    page = prepared(tmp_path, data, MediaType.JPEG, preparer=preparer)
    assert (page.colour is None) == (mode == "L")
    if mode != "L":
        assert corner(lifted(page)) == pytest.approx(RED, abs=12)


@pytest.mark.parametrize(
    ("orientation", "place"),
    [(1, (0, 0)), (2, (0, 1)), (3, (1, 1)), (4, (1, 0)), (5, (0, 0)), (6, (0, 1)), (8, (1, 0))],
)
def test_jpeg_orientation(
    tmp_path: Path, preparer: PagePreparer, orientation: int, place: tuple[int, int]
) -> None:
    """EXIF orientation is obeyed: the red corner comes to lie where a viewer shows it."""
    image = Image.new("RGB", (400, 600), "white")
    image.paste(RED, (0, 0, 100, 100))
    exif = Image.Exif()
    exif[0x0112] = orientation
    data = encoded(image, "JPEG", quality=95, exif=exif, dpi=(150, 150))
    pixels = lifted(prepared(tmp_path, data, MediaType.JPEG, preparer=preparer))
    assert pixels.shape[:2] == ((600, 400) if orientation < 5 else (400, 600))
    y, x = (50 if side == 0 else -50 for side in place)
    assert tuple(pixels[y, x].tolist()) == pytest.approx(RED, abs=12)


@pytest.mark.parametrize("mode", ["RGB", "P", "RGBA", "LA", "1"])
def test_png_modes(tmp_path: Path, preparer: PagePreparer, mode: str) -> None:
    """Palette, transparency over white, two tones."""
    image = flag().quantize(16) if mode == "P" else flag(mode)
    if mode in {"RGBA", "LA"}:
        image.putalpha(Image.new("L", image.size, 0))
    page = prepared(tmp_path, encoded(image, "PNG"), MediaType.PNG, preparer=preparer)
    if mode in {"RGBA", "LA"}:
        assert int(page.gray.min()) == 255
        assert page.is_blank
    elif mode == "1":
        assert page.is_bitonal
    else:
        assert corner(lifted(page)) == pytest.approx(RED, abs=6)


def test_png_of_16_bits(tmp_path: Path, preparer: PagePreparer) -> None:
    """16 bit gray is scaled to 8."""
    ramp = np.linspace(0, 65535, 400).astype(np.uint16)[None, :].repeat(300, axis=0)
    data = encoded(Image.fromarray(ramp), "PNG")
    page = prepared(tmp_path, data, MediaType.PNG, preparer=preparer)
    assert page.gray[0, [0, 200, 399]].tolist() == pytest.approx([0, 128, 255], abs=1)


def test_a_gray_picture_saved_in_colour_is_gray(tmp_path: Path, preparer: PagePreparer) -> None:
    """Three equal channels are one."""
    data = encoded(flag("L").convert("RGB"), "PNG")
    assert prepared(tmp_path, data, MediaType.PNG, preparer=preparer).colour is None


def test_folder_members_in_order(tmp_path: Path, preparer: PagePreparer) -> None:
    """Page 3 of a folder of a JPEG and a TIFF of two pages is the TIFF's second."""
    dark, light = Image.new("L", (300, 424), 100), Image.new("L", (300, 424), 180)
    two = encoded(dark, "TIFF", save_all=True, append_images=[light])
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("1", encoded(flag(), "JPEG"))
        archive.writestr("2", two)
    tones = [
        int(
            prepared(
                tmp_path, out.getvalue(), MediaType.IMAGE_FOLDER, page=n, preparer=preparer
            ).gray[200, 150]
        )
        for n in (2, 3)
    ]
    assert tones == [100, 180]


@pytest.mark.parametrize(
    ("kind", "media_type", "share"),
    [("JPEG", MediaType.JPEG, 0.5), ("PNG", MediaType.PNG, 0.5), ("TIFF", MediaType.TIFF, 0.2)],
)
def test_a_corrupt_picture_is_told_with_its_page(
    tmp_path: Path, preparer: PagePreparer, kind: str, media_type: MediaType, share: float
) -> None:
    """What cannot be decoded is a fault of the document."""
    noise = Image.fromarray(np.random.default_rng(0).integers(0, 256, (300, 200)).astype(np.uint8))
    data = encoded(noise, kind)
    with pytest.raises(DocumentError) as error:
        prepared(tmp_path, data[: int(len(data) * share)], media_type, preparer=preparer)
    assert (error.value.code, error.value.page) == ("DOC-IMAGE-CORRUPT", 1)


def test_a_picture_beyond_the_limit_is_refused_before_decoding(tmp_path: Path) -> None:
    """The header is enough."""
    data = encoded(Image.new("1", (2000, 2000)), "PNG")
    with pytest.raises(DocumentError) as error:
        prepared(tmp_path, data, MediaType.PNG, options=Options(max_page_pixels=1_000_000))
    assert error.value.code == "DOC-TOO-LARGE"


@pytest.mark.parametrize(("kind", "media_type"), [("JPEG", MediaType.JPEG), ("PNG", MediaType.PNG)])
def test_a_huge_picture_is_worked_on_smaller(
    tmp_path: Path, kind: str, media_type: MediaType
) -> None:
    """Its size on paper stays; the resolution received is kept for the verdict."""
    data = encoded(Image.new("L", (2480, 3508), 200), kind, dpi=(300, 300))
    page = prepared(tmp_path, data, media_type, options=Options(max_working_pixels=2_500_000))
    assert page.gray.size <= 2_500_000
    assert page.width_mm == pytest.approx(210, abs=0.5)
    assert page.dpi < 200
    assert "QUALITY-LOW-DPI" not in page.quality.reasons
