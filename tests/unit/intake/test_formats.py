"""What a file is and whether its end has arrived, cut at every place that matters."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.intake.formats import missing_part, sniff
from pipeline.model.records import MediaType
from tests.stages.intake.samples import PDF, picture

WHOLE = {
    "pdf": PDF,
    "junk-pdf": PDF + b"\r\n" + b"x" * 500,
    "padded-pdf": PDF + b"\x00" * 5000,
    "jpeg": picture("JPEG"),
    "progressive": picture("JPEG", progressive=True),
    "png": picture("PNG"),
    "tiff": picture("TIFF"),
    "tiff-pages": picture("TIFF", pages=3),
    "tiff-lzw": picture("TIFF", pages=2, compression="tiff_lzw"),
    "bigtiff": picture("TIFF", pages=2, big_tiff=True),
}


def missing(tmp_path: Path, data: bytes) -> str | None:
    """Write the bytes and ask."""
    path = tmp_path / "file"
    path.write_bytes(data)
    return missing_part(path)


@pytest.mark.parametrize("kind", WHOLE)
def test_whole_files_miss_nothing(tmp_path: Path, kind: str) -> None:
    """Also with junk or padding behind."""
    assert missing(tmp_path, WHOLE[kind]) is None


@pytest.mark.parametrize(
    "kind", ["pdf", "jpeg", "progressive", "png", "tiff", "tiff-pages", "bigtiff"]
)
@pytest.mark.parametrize("share", [0.0, 0.05, 0.3, 0.6, 0.9, 0.98])
def test_cut_files_miss_something(tmp_path: Path, kind: str, share: float) -> None:
    """Wherever a copy has stopped."""
    data = WHOLE[kind]
    assert missing(tmp_path, data[: int(len(data) * share)]) is not None


@pytest.mark.parametrize("kind", ["pdf", "jpeg", "png", "tiff"])
def test_reserved_but_unwritten_bytes_count_as_missing(tmp_path: Path, kind: str) -> None:
    """Windows reserves the length of a copy first: the file is long and empty."""
    data = WHOLE[kind]
    assert missing(tmp_path, bytes(len(data))) == "content"
    half = data[: len(data) // 2]
    if kind != "tiff":
        assert missing(tmp_path, half + bytes(len(data) - len(half))) is not None


def test_a_thumbnail_is_not_the_picture(tmp_path: Path) -> None:
    """Its end marker lies in the head of a file whose picture has not arrived."""
    thumbnail = picture("JPEG")
    segment = b"\xff\xe1" + struct.pack(">H", len(thumbnail) + 2) + thumbnail
    whole = b"\xff\xd8" + segment + WHOLE["jpeg"][2:]
    assert missing(tmp_path, whole) is None
    assert missing(tmp_path, whole[: 4 + len(segment)]) is not None
    assert missing(tmp_path, whole[:-30]) is not None


def test_fill_bytes_and_lone_markers_are_passed_over(tmp_path: Path) -> None:
    """T.81 B.1.1.2 allows FF before any marker."""
    jpeg = WHOLE["jpeg"]
    assert missing(tmp_path, jpeg[:2] + b"\xff\xff\xff\x01" + jpeg[2:]) is None


def test_a_damaged_jpeg_is_not_waited_for_when_it_has_an_end(tmp_path: Path) -> None:
    """Waiting mends nothing; `inspect` says what is wrong."""
    assert missing(tmp_path, b"\xff\xd8\xff\xe0\x00\x04abjunk junk\xff\xd9") is None


def test_a_tiff_in_a_circle_is_not_waited_for(tmp_path: Path) -> None:
    """Its chain never ends, however long one waits."""
    circle = b"II*\x00" + struct.pack("<IH", 8, 0) + struct.pack("<I", 8)
    assert missing(tmp_path, circle) is None


def test_a_tiff_whose_directory_comes_last_is_waited_for(tmp_path: Path) -> None:
    """The writer puts in the first offset at the very end."""
    assert missing(tmp_path, b"MM\x00*" + bytes(4) + b"pixels") == "TIFF directory"


def test_odd_tiff_entries_break_nothing(tmp_path: Path) -> None:
    """Types that are no offsets, counts that are absurd."""
    entries = struct.pack("<HHII", 273, 2, 1, 0) + struct.pack("<HHII", 279, 4, 1 << 30, 0)
    data = b"II*\x00" + struct.pack("<IH", 8, 2) + entries + struct.pack("<I", 0)
    assert missing(tmp_path, data) is None


def test_unknown_formats_miss_nothing(tmp_path: Path) -> None:
    """They are refused at once."""
    assert missing(tmp_path, b"PK\x03\x04 a word document") is None


@pytest.mark.parametrize("data", [b"", b"%PD", b"\xff", b"II", b"\x89PNG\r"])
def test_the_first_letters_are_waited_for(tmp_path: Path, data: bytes) -> None:
    """Too little to know anything by."""
    assert missing(tmp_path, data) is not None


@given(st.binary(max_size=64), st.sampled_from([b"", b"II*\x00", b"MM\x00+", b"\xff\xd8\xff", PDF]))
def test_no_bytes_make_it_fail(
    tmp_path_factory: pytest.TempPathFactory, rest: bytes, head: bytes
) -> None:
    """Whatever is dropped, the gate goes on."""
    path = tmp_path_factory.getbasetemp() / "any"
    path.write_bytes(head + rest)
    missing_part(path)


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"II*\x00", MediaType.TIFF),
        (b"MM\x00*", MediaType.TIFF),
        (b"II+\x00", MediaType.TIFF),
        (b"\xff\xd8\xff\xe1", MediaType.JPEG),
        (b"\x89PNG\r\n\x1a\n", MediaType.PNG),
        (b"x" * 1019 + b"%PDF-", MediaType.PDF),
        (b"x" * 1020 + b"%PDF-", None),
        (b"GIF89a", None),
        (b"", None),
    ],
)
def test_types_are_told_by_their_first_bytes(head: bytes, kind: MediaType | None) -> None:
    """A PDF's header may stand anywhere in the first 1024."""
    assert sniff(head) is kind
