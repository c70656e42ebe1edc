"""Receiving: what is taken, what is refused, and with which code."""

from __future__ import annotations

import errno
import os
import socket
import zipfile
from pathlib import Path
from typing import Any, BinaryIO

import pytest

from pipeline.intake import RefusedError, in_place, receive, take_in_place, walk
from pipeline.intake.source import open_regular
from pipeline.model.errors import TransientError
from pipeline.model.records import MediaType
from pipeline.store import Store
from tests.stages.intake.samples import ODD_NAMES, PDF, FailingRead, page_folder, picture, refuse


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A store beside the dropped files."""
    return Store(tmp_path / "data" / "store")


def refused(path: Path, store: Store, **options: Any) -> RefusedError:
    """Take a file that must be refused and return why."""
    with pytest.raises(RefusedError) as caught:
        take_in_place(path, store, **options)
    return caught.value


@pytest.mark.parametrize(
    ("name", "data", "media_type"),
    [
        ("a.pdf", PDF, MediaType.PDF),
        ("a.pdf", b"junk\n" * 100 + PDF, MediaType.PDF),
        ("a.tif", picture("TIFF"), MediaType.TIFF),
        ("big.tif", picture("TIFF", big_tiff=True), MediaType.TIFF),
        ("a.jpg", picture("JPEG"), MediaType.JPEG),
        ("a.png", picture("PNG"), MediaType.PNG),
        ("wrong.pdf", picture("PNG"), MediaType.PNG),
    ],
)
def test_the_content_tells_the_type(
    tmp_path: Path, store: Store, name: str, data: bytes, media_type: MediaType
) -> None:
    """The name's ending means nothing."""
    path = tmp_path / name
    path.write_bytes(data)
    received = take_in_place(path, store)
    assert received.document.media_type is media_type
    assert received.document.size_bytes == len(data)
    assert received.document.id == received.stored.digest
    assert store.path(received.document.id).read_bytes() == data
    assert path.exists()


@pytest.mark.parametrize("name", ODD_NAMES)
def test_any_name_is_taken(tmp_path: Path, store: Store, name: str) -> None:
    """Newline, emoji, 255 bytes, broken UTF-8: the name is kept as it is."""
    path = tmp_path / name
    path.write_bytes(PDF)
    assert take_in_place(path, store).arrival.source_name == name


def test_an_unknown_format_is_refused_and_kept(tmp_path: Path, store: Store) -> None:
    """Its bytes lie in the store all the same."""
    path = tmp_path / "thu.docx"
    path.write_bytes(b"PK\x03\x04 word")
    error = refused(path, store)
    assert error.code == "DOC-FORMAT"
    assert error.stored is not None
    assert error.stored.path.read_bytes() == b"PK\x03\x04 word"


def test_an_empty_file_is_refused(tmp_path: Path, store: Store) -> None:
    """0 bytes are no document."""
    (tmp_path / "a.pdf").touch()
    assert refused(tmp_path / "a.pdf", store).code == "DOC-EMPTY"


def test_a_link_is_not_followed(tmp_path: Path, store: Store) -> None:
    """Also not when it leads to a good scan."""
    (tmp_path / "a.pdf").write_bytes(PDF)
    (tmp_path / "link.pdf").symlink_to(tmp_path / "a.pdf")
    assert refused(tmp_path / "link.pdf", store).code == "DOC-NOT-A-FILE"


def test_a_pipe_or_socket_blocks_nothing(tmp_path: Path, store: Store) -> None:
    """Nobody writes into it; the answer comes at once."""
    os.mkfifo(tmp_path / "pipe.pdf")
    assert refused(tmp_path / "pipe.pdf", store).code == "DOC-NOT-A-FILE"
    with pytest.raises(OSError, match="device"):
        open_regular(tmp_path / "pipe.pdf")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "s"))
        assert refused(tmp_path / "s", store).code == "DOC-NOT-A-FILE"


def test_a_file_that_is_gone(tmp_path: Path, store: Store) -> None:
    """Named, but not there."""
    assert refused(tmp_path / "nothing.pdf", store).code == "DOC-VANISHED"


def test_a_file_that_may_not_be_read(tmp_path: Path, store: Store) -> None:
    """Permissions are told from absence (root reads all: the opener refuses instead)."""
    (tmp_path / "a.pdf").write_bytes(PDF)
    error = refused(tmp_path / "a.pdf", store, opener=refuse(errno.EACCES))
    assert error.code == "DOC-UNREADABLE"


def test_a_failing_medium_is_tried_again(tmp_path: Path, store: Store) -> None:
    """A read error is no verdict on the document."""
    (tmp_path / "a.pdf").write_bytes(PDF)
    with pytest.raises(TransientError):
        take_in_place(tmp_path / "a.pdf", store, opener=lambda _: FailingRead(PDF))
    with pytest.raises(TransientError):
        take_in_place(tmp_path / "a.pdf", store, opener=refuse(errno.EBUSY))


def test_a_file_above_the_limit_is_not_read(tmp_path: Path, store: Store) -> None:
    """The limit is a setting."""
    (tmp_path / "a.pdf").write_bytes(PDF)
    assert refused(tmp_path / "a.pdf", store, max_bytes=10).code == "DOC-TOO-LARGE"


def test_a_file_replaced_while_read_is_not_kept(tmp_path: Path, store: Store) -> None:
    """Half of the one and half of the other is nobody's document."""
    path = tmp_path / "a.pdf"
    path.write_bytes(PDF)

    def opener(opened: Path) -> BinaryIO:
        stream = open_regular(opened)
        (tmp_path / "new").write_bytes(PDF)
        (tmp_path / "new").replace(path)
        return stream

    assert refused(path, store, opener=opener).code == "DOC-CHANGED"
    assert not list((store.root).rglob("??/*"))


def test_a_file_that_grows_while_read_is_not_kept(tmp_path: Path, store: Store) -> None:
    """Its writer had not ended."""
    path = tmp_path / "a.pdf"
    path.write_bytes(PDF)

    def opener(opened: Path) -> BinaryIO:
        stream = open_regular(opened)
        with path.open("ab") as more:
            more.write(b"more")
        return stream

    assert refused(path, store, opener=opener).code == "DOC-CHANGED"


def test_a_file_changed_since_it_was_seen_is_not_kept(tmp_path: Path, store: Store) -> None:
    """What the gate let through is not what lies there now."""
    path = tmp_path / "a.pdf"
    path.write_bytes(PDF)
    arrival = in_place(path)
    path.write_bytes(PDF + b"\n")
    with pytest.raises(RefusedError, match="DOC-CHANGED"):
        receive(arrival, store)


def test_the_same_file_is_the_same_arrival_and_a_copy_is_not(tmp_path: Path) -> None:
    """A run that was interrupted knows its files again; a duplicate is another arrival."""
    (tmp_path / "a.pdf").write_bytes(PDF)
    (tmp_path / "b.pdf").write_bytes(PDF)
    first = in_place(tmp_path / "a.pdf")
    assert in_place(tmp_path / "a.pdf").id == first.id
    assert in_place(tmp_path / "b.pdf").id != first.id


def test_a_folder_is_one_document_in_natural_order(tmp_path: Path, store: Store) -> None:
    """Sub-folders are pages too; names count as people count; the ZIP is always the same."""
    folder = page_folder(tmp_path / "ho so 7")
    received = take_in_place(folder, store)
    assert received.document.media_type is MediaType.IMAGE_FOLDER
    assert received.remarks == ()
    with zipfile.ZipFile(received.stored.path) as archive:
        assert archive.namelist() == ["000001.tif", "000002.jpg", "000003.png"]
        assert archive.read("000002.jpg") == (folder / "trang 2.JPG").read_bytes()
        assert {i.compress_type for i in archive.infolist()} == {zipfile.ZIP_STORED}
        assert archive.testzip() is None
    os.utime(folder / "trang 10.png", (1, 1))
    again = take_in_place(folder, store)
    assert again.document == received.document
    assert again.arrival.id != received.arrival.id


def test_other_members_are_left_out_with_a_remark(tmp_path: Path, store: Store) -> None:
    """A damaged page is a page; a letter in another format and a link are not."""
    folder = page_folder(tmp_path / "f")
    (folder / "ghi chu.docx").write_bytes(b"PK\x03\x04")
    (folder / "a.pdf").write_bytes(PDF)
    (folder / "link.png").symlink_to(folder / "trang 10.png")
    (folder / "trang 11.jpg").write_bytes(b"")
    received = take_in_place(folder, store)
    (remark,) = received.remarks
    assert remark.code == "DOC-MEMBER-IGNORED"
    assert remark.facts == {"count": "3", "first": "a.pdf"}
    with zipfile.ZipFile(received.stored.path) as archive:
        assert archive.namelist()[-1] == "000004.jpg"


def test_a_folder_without_pages_is_refused(tmp_path: Path, store: Store) -> None:
    """Empty, or full of other things."""
    (tmp_path / "f" / "inner").mkdir(parents=True)
    assert refused(tmp_path / "f", store).code == "DOC-EMPTY-FOLDER"
    (tmp_path / "f" / "a.txt").write_text("x")
    assert refused(tmp_path / "f", store).code == "DOC-EMPTY-FOLDER"


def test_an_unreadable_member_refuses_the_folder(tmp_path: Path, store: Store) -> None:
    """A document with a page less would look whole."""
    folder = page_folder(tmp_path / "f")
    error = refused(folder, store, opener=refuse(errno.EACCES, name="trang 10.png"))
    assert error.code == "DOC-UNREADABLE"


def test_a_folder_that_changes_while_read_is_not_kept(tmp_path: Path, store: Store) -> None:
    """A page was added while the others were read."""
    folder = page_folder(tmp_path / "f")

    def opener(path: Path) -> BinaryIO:
        (folder / "trang 11.png").write_bytes(picture("PNG"))
        return open_regular(path)

    assert refused(folder, store, opener=opener).code == "DOC-CHANGED"


def test_run_finds_every_file_in_natural_order(tmp_path: Path) -> None:
    """Folders are searched, litter is passed over, named files are taken as they are."""
    for name in ("p10.pdf", "p2.pdf", "Thumbs.db", ".DS_Store", "sub/p1.pdf", "README.md"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "loop").symlink_to(tmp_path)
    names = [str(path.relative_to(tmp_path)) for path in walk([tmp_path, tmp_path / "Thumbs.db"])]
    assert names == ["loop", "p2.pdf", "p10.pdf", "README.md", "sub/p1.pdf", "Thumbs.db"]
    assert list(walk([tmp_path], as_document=True)) == [tmp_path]


def test_a_deep_folder_breaks_nothing(tmp_path: Path, store: Store) -> None:
    """Hundreds of folders in one another are searched, and no document of pages."""
    deep = tmp_path / "deep"
    inner = deep
    for _ in range(600):
        inner = inner / "d"
    inner.mkdir(parents=True)
    (inner / "a.pdf").write_bytes(PDF)
    assert len(list(walk([deep]))) == 1
    assert refused(deep, store).code == "DOC-EMPTY-FOLDER"
