"""Pictures and folders of pictures as Pillow writes them."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from pipeline.model.errors import DocumentError
from pipeline.model.records import MediaType, Route
from stages.inspect import Options
from tests.stages.inspect.made import encoded, inspected, picture


def folder_of(*members: bytes) -> bytes:
    """Return an image folder as intake stores it."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for number, member in enumerate(members):
            archive.writestr(f"{number:03d}", member)
    return out.getvalue()


@pytest.mark.parametrize(
    ("kind", "media_type", "mode"),
    [
        ("JPEG", MediaType.JPEG, "RGB"),
        ("JPEG", MediaType.JPEG, "L"),
        ("PNG", MediaType.PNG, "RGB"),
        ("PNG", MediaType.PNG, "1"),
        ("TIFF", MediaType.TIFF, "1"),
    ],
)
def test_a_picture_is_a_scan_of_one_page(
    tmp_path: Path, kind: str, media_type: MediaType, mode: str
) -> None:
    """Every kind of picture goes the way of paper."""
    data = encoded(picture(mode=mode), kind)
    found = inspected(tmp_path, data, media_type, name=f"a.{kind.lower()}")
    assert (found.route, len(found.pages), found.remarks) == (Route.SCAN, 1, ())


@pytest.mark.parametrize("compression", ["group4", "tiff_lzw", "jpeg", "raw"])
def test_a_tiff_counts_its_pages(tmp_path: Path, compression: str) -> None:
    """Multi-page TIFFs of every usual compression."""
    page = picture(mode="1" if compression == "group4" else "RGB")
    data = encoded(page, "TIFF", compression=compression, save_all=True, append_images=[page, page])
    assert len(inspected(tmp_path, data, MediaType.TIFF, name="a.tif").pages) == 3


@pytest.mark.parametrize(("kind", "media_type"), [("JPEG", MediaType.JPEG), ("PNG", MediaType.PNG)])
def test_half_a_picture_is_truncated(tmp_path: Path, kind: str, media_type: MediaType) -> None:
    """A picture without its end was copied in part."""
    data = encoded(picture(), kind)
    with pytest.raises(DocumentError) as error:
        inspected(tmp_path, data[: len(data) // 2], media_type)
    assert error.value.code == "DOC-TRUNCATED"


def test_a_folder_counts_its_members_and_their_pages(tmp_path: Path) -> None:
    """A TIFF of two pages in a folder is two pages; a member that is no picture stays unread."""
    page = picture(mode="1")
    two = encoded(page, "TIFF", compression="group4", save_all=True, append_images=[page])
    data = folder_of(encoded(picture(), "JPEG"), two, b"notes", encoded(picture(), "PNG"))
    found = inspected(tmp_path, data, MediaType.IMAGE_FOLDER, name="ho so 1")
    assert [entry.fault for entry in found.pages] == [None, None, None, "PAGE-CORRUPT", None]
    assert found.remarks == ()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (folder_of(), "DOC-EMPTY-FOLDER"),
        (b"PK\3\4 broken", "DOC-DAMAGED"),
        (folder_of(b"x", b"y"), "DOC-IMAGE-CORRUPT"),
    ],
)
def test_a_folder_without_pictures_is_refused(tmp_path: Path, data: bytes, code: str) -> None:
    """Nothing to read is said so."""
    with pytest.raises(DocumentError) as error:
        inspected(tmp_path, data, MediaType.IMAGE_FOLDER)
    assert error.value.code == code


def test_a_folder_member_beyond_the_limit_is_a_bomb(tmp_path: Path) -> None:
    """Members are not unpacked beyond the limit."""
    with pytest.raises(DocumentError) as error:
        inspected(
            tmp_path,
            folder_of(encoded(picture(), "PNG")),
            MediaType.IMAGE_FOLDER,
            options=Options(max_decompressed_bytes=100),
        )
    assert error.value.code == "DOC-BOMB"
