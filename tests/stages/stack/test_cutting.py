"""Documents cut out of stacks keep their pictures; codes are found however a sheet lies."""

from __future__ import annotations

import hashlib
import io
import zipfile
from pathlib import Path

import numpy as np
import pikepdf
import pypdfium2
import pytest
from numpy.typing import NDArray
from PIL import Image

from pipeline.assembly.separator_sheets import separator_sheets
from pipeline.model.errors import DocumentError, InputError
from pipeline.model.records import Document, MediaType
from pipeline.model.stacks import Part, Separator
from stages.stack.codes import codes_on, separator_in
from stages.stack.cutting import cut, extension

SHEET = Separator(batch="kho3", dossier="H05/ĐẤT", ordinal=7)
DOSSIER = Separator(batch="kho3", dossier="H05/ĐẤT", ordinal=2, is_dossier=True)
PART = Part(pages=(3, 1), turns_deg=(90, 0))


def picture(number: int) -> Image.Image:
    """A page whose gray tells its number, with one dark corner."""
    page = Image.new("L", (60, 90), 100 + 20 * number)
    page.putpixel((0, 0), 0)
    return page


def document(path: Path, media_type: MediaType) -> Document:
    data = path.read_bytes()
    return Document(
        id=hashlib.sha256(data).hexdigest(), media_type=media_type, size_bytes=len(data)
    )


@pytest.mark.parametrize("turns", range(4))
@pytest.mark.parametrize("is_bitonal", [False, True])
def test_a_sheet_is_found_at_150_dpi_however_it_lies(turns: int, is_bitonal: bool) -> None:
    with pypdfium2.PdfDocument(separator_sheets([SHEET])) as made:
        drawn = made[0].render(scale=150 / 72, grayscale=True).to_numpy()
    gray: NDArray[np.uint8] = drawn.reshape(drawn.shape[:2])
    noise = np.random.default_rng(turns).normal(0, 12, gray.shape)
    scanned = np.clip(gray + noise, 0, 255).astype(np.uint8)
    if is_bitonal:
        scanned = np.where(scanned > 150, 255, 0).astype(np.uint8)
    turned = np.ascontiguousarray(np.rot90(scanned, turns))
    assert separator_in(codes_on(turned)) == SHEET


def test_either_code_says_it_alone() -> None:
    with pypdfium2.PdfDocument(separator_sheets([SHEET])) as made:
        drawn = made[0].render(scale=150 / 72, grayscale=True).to_numpy()
    gray = np.array(drawn.reshape(drawn.shape[:2]))
    height, width = gray.shape
    bars_only = np.full_like(gray, 255)
    bars_only[:, width * 2 // 5 : width * 3 // 5] = gray[:, width * 2 // 5 : width * 3 // 5]
    assert separator_in(codes_on(bars_only)) == SHEET
    one_square = np.full_like(gray, 255)
    one_square[height // 2 :, width // 2 :] = gray[height // 2 :, width // 2 :]
    assert separator_in(codes_on(one_square)) == SHEET


def test_a_sheet_of_a_dossier_says_that_it_is_one() -> None:
    with pypdfium2.PdfDocument(separator_sheets([DOSSIER])) as made:
        drawn = made[0].render(scale=150 / 72, grayscale=True).to_numpy()
        words = made[0].get_textpage().get_text_range()
    assert separator_in(codes_on(np.array(drawn.reshape(drawn.shape[:2])))) == DOSSIER
    assert "TỜ PHÂN CÁCH HỒ SƠ" in words


def test_a_dossier_that_fits_no_code_is_refused() -> None:
    with pytest.raises(InputError) as refused:
        separator_sheets([Separator(batch="kho3", dossier="x" * 60, ordinal=1)])
    assert refused.value.code == "INPUT-SEPARATOR"


def test_pages_of_a_pdf_keep_their_streams(tmp_path: Path) -> None:
    stack = tmp_path / "stack.pdf"
    with pikepdf.new() as pdf:
        for number in range(1, 4):
            pdf.add_blank_page(page_size=(100 + number, 200))
            pdf.pages[-1].Contents = pikepdf.Stream(pdf, f"% page {number}".encode())
        pdf.save(stack)
    target = tmp_path / "part.pdf"
    cut(stack, document(stack, MediaType.PDF), PART, target)
    first = target.read_bytes()
    with pikepdf.open(target) as part:
        assert [page.Contents.read_bytes() for page in part.pages] == [b"% page 3", b"% page 1"]
        assert int(part.pages[0].Rotate) == 90
    cut(stack, document(stack, MediaType.PDF), PART, target)
    assert target.read_bytes() == first, "a repetition makes the same bytes"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["part.pdf", "stack.pdf"]


@pytest.mark.parametrize("mode", ["1", "L"])
def test_pages_of_a_tiff_keep_every_pixel(tmp_path: Path, mode: str) -> None:
    stack, target = tmp_path / "stack.tif", tmp_path / "part.tif"
    pages = [picture(number).convert(mode) for number in range(1, 4)]
    pages[0].save(stack, save_all=True, append_images=pages[1:], dpi=(200, 200))
    cut(stack, document(stack, MediaType.TIFF), PART, target)
    with Image.open(target) as part:
        assert part.n_frames == 2  # type: ignore[attr-defined]
        turned = pages[2].transpose(Image.Transpose.ROTATE_270)
        assert np.array_equal(np.asarray(part), np.asarray(turned))
        assert part.info["dpi"] == (200, 200)
        part.seek(1)
        assert np.array_equal(np.asarray(part), np.asarray(pages[0]))


def test_files_of_a_folder_keep_their_bytes(tmp_path: Path) -> None:
    stack, target = tmp_path / "stack.zip", tmp_path / "part"
    data = {}
    with zipfile.ZipFile(stack, "w") as whole:
        for number in range(1, 4):
            buffer = io.BytesIO()
            picture(number).save(buffer, "JPEG")
            data[number] = buffer.getvalue()
            whole.writestr(f"trang-{number}.jpg", buffer.getvalue())
    whole_folder = document(stack, MediaType.IMAGE_FOLDER)
    cut(stack, whole_folder, PART, target)
    members = sorted(target.iterdir())
    assert [path.name for path in members] == ["00001.jpg", "00002.jpg"]
    assert members[1].read_bytes() == data[1]
    with Image.open(members[0]) as turned:
        assert turned.size == (90, 60)
    assert extension(whole_folder) == ""


def test_a_damaged_stack_is_said_so(tmp_path: Path) -> None:
    stack = tmp_path / "stack.pdf"
    stack.write_bytes(b"%PDF-1.4 nothing")
    with pytest.raises(DocumentError) as refused:
        cut(stack, document(stack, MediaType.PDF), PART, tmp_path / "part.pdf")
    assert refused.value.code == "DOC-DAMAGED"
