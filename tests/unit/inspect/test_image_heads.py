"""Heads of JPEG, PNG and TIFF files, read from bytes made by hand."""

from __future__ import annotations

import io
import struct
import zlib

import pytest

from pipeline.model.errors import DocumentError
from stages.inspect.jpeg import read_head
from stages.inspect.options import Options
from stages.inspect.png import MAGIC, png_fault
from stages.inspect.tiff import page_faults

SOF = b"\xff\xc0\x00\x11\x08" + struct.pack(">HH", 300, 200) + b"\x03" + b"\0" * 9
SOS = b"\xff\xda\x00\x0c" + b"\0" * 10


def chunk(kind: bytes, body: bytes) -> bytes:
    """Return a PNG chunk."""
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(width_px: int, height_px: int, *rest: bytes) -> io.BytesIO:
    """Return a PNG head and what follows."""
    head = struct.pack(">IIBBBBB", width_px, height_px, 8, 0, 0, 0, 0)
    return io.BytesIO(MAGIC + chunk(b"IHDR", head) + b"".join(rest))


def directory(at: int, *, after: int, width: int = 10, strip: int = 8) -> bytes:
    """Return a TIFF image directory of three tags whose next one lies at `after`."""
    tags = [(256, 3, 1, width), (257, 3, 1, 10), (273, 4, 1, strip)]
    body = b"".join(struct.pack("<HHII", *tag) for tag in tags)
    return struct.pack("<H", len(tags)) + body + struct.pack("<I", after)


def tiff(*directories: tuple[int, bytes]) -> io.BytesIO:
    """Return a TIFF with directories at places, the first of them first."""
    data = bytearray(b"II*\0" + struct.pack("<I", directories[0][0])).ljust(64, b"\0")
    for place, body in directories:
        data = data.ljust(place, b"\0")
        data[place : place + len(body)] = body
    return io.BytesIO(bytes(data))


def code_of(error: pytest.ExceptionInfo[DocumentError]) -> str:
    """Return the code of a caught error."""
    return error.value.code


def test_a_jpeg_tells_its_size() -> None:
    """Width, height and the place of the data stand in the markers."""
    head = read_head(b"\xff\xd8" + SOF + SOS + b"data\xff\xd9")
    assert (head.width_px, head.height_px) == (200, 300)


def test_a_jpeg_cut_in_its_head_is_truncated() -> None:
    """A head without a scan is a cut file."""
    with pytest.raises(DocumentError) as error:
        read_head(b"\xff\xd8" + SOF)
    assert code_of(error) == "DOC-TRUNCATED"


def test_a_png_with_its_end_is_fine() -> None:
    """All chunks up to IEND are walked."""
    assert png_fault(png(10, 10, chunk(b"IDAT", b"x"), chunk(b"IEND", b"")), Options()) is None


@pytest.mark.parametrize(
    ("rest", "code"),
    [((chunk(b"IDAT", b"x"),), "DOC-TRUNCATED"), ((chunk(b"IEND", b""),), "DOC-DAMAGED")],
)
def test_a_png_without_end_or_picture_is_refused(rest: tuple[bytes, ...], code: str) -> None:
    """A missing end is a cut file, a missing picture a damaged one."""
    with pytest.raises(DocumentError) as error:
        png_fault(png(10, 10, *rest), Options())
    assert code_of(error) == code


def test_a_huge_picture_is_told_by_its_head() -> None:
    """10,000 × 10,000 px is taken, 20,000 × 20,000 px stays unread."""
    rest = (chunk(b"IDAT", b"x"), chunk(b"IEND", b""))
    assert png_fault(png(10_000, 10_000, *rest), Options()) is None
    assert png_fault(png(20_000, 20_000, *rest), Options()) == "PAGE-TOO-LARGE"


def test_a_tiff_chain_gives_its_pages() -> None:
    """Every directory of the chain is a page."""
    pages = tiff((64, directory(64, after=128)), (128, directory(128, after=0)))
    assert page_faults(pages, Options()) == [None, None]


def test_a_tiff_loop_is_refused() -> None:
    """A chain that comes back to itself ends in an error, not in a hang."""
    with pytest.raises(DocumentError) as error:
        page_faults(
            tiff((64, directory(64, after=128)), (128, directory(128, after=64))), Options()
        )
    assert code_of(error) == "DOC-TIFF-CHAIN"


def test_a_tiff_chain_that_leaves_the_file_is_refused() -> None:
    """A page that the chain points to and the file lacks is not dropped in silence."""
    with pytest.raises(DocumentError) as error:
        page_faults(tiff((64, directory(64, after=9999))), Options())
    assert code_of(error) == "DOC-TIFF-CHAIN"


def test_a_tiff_cut_before_its_directory_is_truncated() -> None:
    """The directory often stands last: a cut file has none."""
    with pytest.raises(DocumentError) as error:
        page_faults(io.BytesIO(b"II*\0" + struct.pack("<I", 5000)), Options())
    assert code_of(error) == "DOC-TRUNCATED"


def test_a_tiff_picture_beyond_the_end_is_truncated() -> None:
    """A directory whose picture begins after the file's end was cut."""
    with pytest.raises(DocumentError) as error:
        page_faults(tiff((64, directory(64, after=0, strip=10**6))), Options())
    assert code_of(error) == "DOC-TRUNCATED"


def test_a_tiff_page_without_width_is_corrupt() -> None:
    """The other pages go on."""
    pages = tiff((64, directory(64, after=128, width=0)), (128, directory(128, after=0)))
    assert page_faults(pages, Options()) == ["PAGE-CORRUPT", None]


def test_other_bytes_are_no_picture() -> None:
    """What is not the format says so."""
    for walk in (lambda data: read_head(data.read()), lambda data: page_faults(data, Options())):
        with pytest.raises(DocumentError) as error:
            walk(io.BytesIO(b"plain text, no picture"))
        assert code_of(error) == "DOC-FORMAT"
