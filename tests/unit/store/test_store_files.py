"""The content-addressed store: idempotent, durable, never overwriting, honest about the disk."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from pathlib import Path

import pytest

from pipeline.model.errors import ContractError, DocumentError, OperatorError, TransientError
from pipeline.store import Disk, Store

DATA = "số hóa".encode() * 1000
DIGEST = hashlib.sha256(DATA).hexdigest()


class FailingDisk(Disk):
    """A disk on which one call fails with one error, as a full or locked disk does."""

    def __init__(self, call: str, number: int, *, after_bytes: int = 0) -> None:
        self.call = call
        self.number = number
        self.left = after_bytes

    def _fail(self, call: str) -> None:
        if call == self.call:
            raise OSError(self.number, os.strerror(self.number))

    def write(self, descriptor: int, data: bytes | memoryview) -> int:
        """Write a part, then fail."""
        if self.left <= 0:
            self._fail("write")
        taken = min(len(data), max(self.left, 1)) if self.call == "write" else len(data)
        self.left -= taken
        return super().write(descriptor, data[:taken])

    def fsync(self, descriptor: int) -> None:
        """Fail or pass."""
        self._fail("fsync")
        super().fsync(descriptor)

    def place(self, source: Path, target: Path) -> None:
        """Fail or pass."""
        self._fail("place")
        super().place(source, target)


def files_below(root: Path) -> list[Path]:
    """Return the kept files, without locks."""
    return [
        path
        for path in root.rglob("*")
        if path.is_file() and path.suffix != ".lock" and path.name != ".guard"
    ]


def test_a_file_is_kept_under_its_digest_and_read_only(tmp_path: Path) -> None:
    """What goes in comes out byte for byte, and nobody may write to it."""
    source = tmp_path / "scan.pdf"
    source.write_bytes(DATA)
    store = Store(tmp_path / "store")
    stored = store.put_file(source)
    assert (stored.digest, stored.size_bytes) == (DIGEST, len(DATA))
    assert stored.path == store.path(DIGEST)
    assert stored.path.read_bytes() == DATA
    assert stat.S_IMODE(stored.path.stat().st_mode) == 0o440
    assert source.exists()


def test_storing_twice_is_storing_once(tmp_path: Path) -> None:
    """The second copy is dropped, the first stays the same file."""
    store = Store(tmp_path / "store")
    first = store.put_bytes(DATA).path.stat().st_ino
    assert store.put_bytes(DATA).path.stat().st_ino == first
    assert files_below(store.root) == [store.path(DIGEST)]


def test_a_rotten_copy_is_replaced_by_the_right_bytes(tmp_path: Path) -> None:
    """A file that lost its bytes is not trusted because of its name."""
    store = Store(tmp_path / "store")
    path = store.put_bytes(DATA).path
    path.chmod(0o600)
    path.write_bytes(DATA[:-1] + b"?")
    assert not store.verify(DIGEST)
    store.put_bytes(DATA)
    assert store.verify(DIGEST)


def test_an_empty_file_has_its_digest_too(tmp_path: Path) -> None:
    """Nothing is also content."""
    store = Store(tmp_path / "store")
    assert store.put_bytes(b"").size_bytes == 0
    assert store.verify(hashlib.sha256(b"").hexdigest())


def test_other_bytes_than_expected_are_refused(tmp_path: Path) -> None:
    """A file that changed since it was hashed leaves no trace."""
    source = tmp_path / "scan.pdf"
    source.write_bytes(b"other")
    store = Store(tmp_path / "store")
    with pytest.raises(DocumentError) as caught:
        store.put_file(source, expected_digest=DIGEST)
    assert caught.value.code == "DOC-CHANGED"
    assert files_below(store.root) == []


def test_confirm_is_asked_before_anything_is_kept(tmp_path: Path) -> None:
    """Its error passes through and nothing is kept."""
    store = Store(tmp_path / "store")
    (tmp_path / "x").write_bytes(DATA)

    def refuse() -> None:
        raise DocumentError("DOC-CHANGED")

    with (tmp_path / "x").open("rb") as stream, pytest.raises(DocumentError):
        store.put_stream(stream, confirm=refuse)
    assert files_below(store.root) == []


def test_a_missing_file_is_our_fault(tmp_path: Path) -> None:
    """A promised artifact that is not there is a broken promise."""
    with pytest.raises(ContractError):
        Store(tmp_path / "store").put_file(tmp_path / "nothing")


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
@pytest.mark.parametrize("call", ["write", "fsync", "place"])
def test_a_full_disk_alarms_and_leaves_no_rest(tmp_path: Path, call: str, number: int) -> None:
    """Wherever the space ends, the temporary goes and the keeper hears of it."""
    store = Store(tmp_path / "store", disk=FailingDisk(call, number, after_bytes=100))
    with pytest.raises(OperatorError) as caught:
        store.put_bytes(DATA)
    assert caught.value.code == "SYS-DISK-FULL"
    assert files_below(store.root) == []


@pytest.mark.parametrize(
    ("number", "kind", "code"),
    [
        (errno.EACCES, OperatorError, "SYS-PERMISSION"),
        (errno.EROFS, OperatorError, "SYS-PERMISSION"),
        (errno.EIO, TransientError, "IO-BUSY"),
    ],
)
def test_other_troubles_of_the_disk_have_their_codes(
    tmp_path: Path, number: int, kind: type[Exception], code: str
) -> None:
    """Who must act is told by the family."""
    store = Store(tmp_path / "store", disk=FailingDisk("write", number))
    with pytest.raises(kind, match=code):
        store.put_bytes(DATA)


@pytest.mark.parametrize("name", ["", "../../etc/passwd", DIGEST.upper(), DIGEST + "0"])
def test_only_digests_are_names(tmp_path: Path, name: str) -> None:
    """No path can be smuggled in."""
    with pytest.raises(ContractError):
        Store(tmp_path / "store").path(name)


def test_quarantine_moves_the_bytes_out_and_may_be_repeated(tmp_path: Path) -> None:
    """The store forgets the file; the quarantine folder is for nobody else."""
    store = Store(tmp_path / "store")
    store.put_bytes(DATA)
    moved = store.quarantine(DIGEST)
    assert moved == tmp_path / "quarantine" / DIGEST
    assert moved.read_bytes() == DATA
    assert not store.exists(DIGEST)
    assert stat.S_IMODE(moved.parent.stat().st_mode) == 0o700
    assert store.quarantine(DIGEST) == moved
    store.put_bytes(DATA)
    assert store.quarantine(DIGEST) == moved
    assert not store.exists(DIGEST)


def test_quarantine_of_nothing_is_our_fault(tmp_path: Path) -> None:
    """What was never stored cannot be set apart."""
    with pytest.raises(ContractError):
        Store(tmp_path / "store").quarantine(DIGEST)


def test_removing_may_be_repeated(tmp_path: Path) -> None:
    """A purge that was interrupted can be done again."""
    store = Store(tmp_path / "store")
    store.put_bytes(DATA)
    store.remove(DIGEST)
    store.remove(DIGEST)
    assert not store.exists(DIGEST)


def test_open_gives_the_bytes(tmp_path: Path) -> None:
    """A stored file can be read as a stream."""
    store = Store(tmp_path / "store")
    store.put_bytes(DATA)
    with store.open(DIGEST) as stream:
        assert stream.read() == DATA


def test_a_closed_store_can_go_on(tmp_path: Path) -> None:
    """Closing lets go of the temporaries only."""
    store = Store(tmp_path / "store")
    store.put_bytes(b"one")
    store.close()
    store.close()
    store.put_bytes(b"two")
    assert len(files_below(store.root)) == 2
