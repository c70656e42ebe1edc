"""The content-addressed store: a file's name is the sha-256 of its bytes.

Layout: `<root>/ab/abcd…` (64 hex digits), read-only; temporaries in `<root>/tmp/`; `<root>/../
quarantine/` (0700) for what must not be kept among the others. Storing twice is storing once.
Nothing is ever overwritten, except a copy that no longer has the bytes its name promises: it is
replaced when the right bytes come in again.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import io
import os
import re
import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from pipeline.model.errors import ContractError, DocumentError, TransientError
from pipeline.store.durable import Disk, make_folder, sync_folder, translated
from pipeline.store.session import Session, take_over

_CHUNK_BYTES = 1 << 20
_DIGEST = re.compile(r"[0-9a-f]{64}")
_READ_ONLY = 0o440


class Readable(Protocol):
    """What bytes are taken from; its own errors pass through the store untouched."""

    def read(self, size: int = -1, /) -> bytes:
        """Return at most `size` bytes, empty at the end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """A durable file of the store."""

    digest: str
    """sha-256 of its bytes, 64 hex digits."""
    size_bytes: int
    path: Path


class Store:
    """Durable files by digest; thread-safe, and safe for several processes on one root."""

    def __init__(self, root: Path, *, disk: Disk | None = None) -> None:
        """Name the store; nothing is written before the first file.

        Args:
            root: the store's folder; its neighbour `quarantine` belongs to it.
            disk: the writing port; the operating system when None.
        """
        self.root = root
        self.quarantine_root = root.parent / "quarantine"
        self._disk = disk or Disk()
        self._session: Session | None = None
        self._lock = threading.Lock()

    def put_file(
        self,
        path: Path,
        *,
        expected_digest: str | None = None,
        confirm: Callable[[], None] | None = None,
    ) -> Stored:
        """Copy a file into the store; durable on return.

        Args:
            path: a readable file of ours (dropped files go through `pipeline.intake`).
            expected_digest: refuse other bytes than these.
            confirm: see `put_stream`.

        Raises:
            ContractError: BUG-STAGE, the file does not exist.
            DocumentError: DOC-CHANGED, its bytes are not those expected; nothing is kept.
            OperatorError: SYS-DISK-FULL, SYS-PERMISSION.
            TransientError: IO-BUSY.
        """
        try:
            with path.open("rb") as stream:
                return self.put_stream(stream, expected_digest=expected_digest, confirm=confirm)
        except FileNotFoundError as error:
            raise ContractError("BUG-STAGE", detail="a promised file is missing") from error
        except OSError as error:
            raise TransientError("IO-BUSY", detail=f"reading: {error.strerror}") from error

    def put_bytes(self, data: bytes) -> Stored:
        """Keep bytes; durable on return; raises as `put_file` does."""
        return self.put_stream(io.BytesIO(data))

    def put_stream(
        self,
        stream: Readable,
        *,
        expected_digest: str | None = None,
        confirm: Callable[[], None] | None = None,
    ) -> Stored:
        """Keep what a stream gives until its end; durable on return.

        Args:
            stream: where the bytes come from; its errors pass through.
            expected_digest: refuse other bytes than these.
            confirm: called after the last byte was read and before anything is kept; what it
                raises passes through and nothing is kept.

        Raises:
            DocumentError: DOC-CHANGED, the bytes are not those expected.
            OperatorError: SYS-DISK-FULL, SYS-PERMISSION.
            TransientError: IO-BUSY.
        """
        with self.spool() as temp:
            digest, size_bytes = self._write(stream, temp)
            if expected_digest not in {None, digest}:
                raise DocumentError("DOC-CHANGED", detail="digest differs from the one expected")
            if confirm is not None:
                confirm()
            with translated(doing="store"):
                self._commit(temp, digest, size_bytes)
        return Stored(digest=digest, size_bytes=size_bytes, path=self.path(digest))

    @contextlib.contextmanager
    def spool(self) -> Iterator[Path]:
        """Yield a name for a temporary file in the store's file system; removed on leaving.

        Raises:
            OperatorError: SYS-DISK-FULL, SYS-PERMISSION.
            TransientError: IO-BUSY.
        """
        with translated(doing="store"):
            temp = self._open_session().new_path()
        try:
            yield temp
        finally:
            temp.unlink(missing_ok=True)

    def path(self, digest: str) -> Path:
        """Return where the file of this digest lies or would lie.

        Raises:
            ContractError: BUG-STAGE, not a digest.
        """
        if _DIGEST.fullmatch(digest) is None:
            raise ContractError("BUG-STAGE", detail="not a sha-256 digest")
        return self.root / digest[:2] / digest

    def open(self, digest: str) -> io.BufferedReader:
        """Open a stored file for reading.

        Raises:
            FileNotFoundError: the store does not hold it.
        """
        return self.path(digest).open("rb")

    def exists(self, digest: str) -> bool:
        """Return whether the store holds a file of this digest (its bytes are not read)."""
        return self.path(digest).is_file()

    def verify(self, digest: str) -> bool:
        """Read the file and return whether its bytes still have this digest; False when absent."""
        try:
            with self.open(digest) as stream:
                return hashlib.file_digest(stream, "sha256").hexdigest() == digest
        except FileNotFoundError:
            return False

    def remove(self, digest: str) -> None:
        """Remove a file for ever; for quarantine and purge only. Absent is fine.

        Raises:
            OperatorError: SYS-PERMISSION.
            TransientError: IO-BUSY.
        """
        path = self.path(digest)
        with translated(doing="remove"):
            path.unlink(missing_ok=True)
            if path.parent.is_dir():
                sync_folder(path.parent)

    def quarantine(self, digest: str) -> Path:
        """Move a file out of the store into the quarantine folder (0700), durably.

        Safe to repeat: after a crash in between, the second call ends what the first began.

        Returns:
            Where the bytes lie now.

        Raises:
            ContractError: BUG-STAGE, neither store nor quarantine holds it.
            OperatorError: SYS-DISK-FULL, SYS-PERMISSION.
            TransientError: IO-BUSY.
        """
        source, target = self.path(digest), self.quarantine_path(digest)
        with translated(doing="quarantine"):
            make_folder(self.quarantine_root, mode=0o700)
            self.quarantine_root.chmod(0o700)
            if not source.is_file():
                if target.is_file():
                    return target
                raise ContractError("BUG-STAGE", detail="nothing to quarantine")
            self._move(source, target)
            sync_folder(self.quarantine_root)
            sync_folder(source.parent)
        return target

    def quarantine_path(self, digest: str) -> Path:
        """Return where a quarantined file of this digest lies or would lie."""
        return self.quarantine_root / self.path(digest).name

    def close(self) -> None:
        """Let go of the folder of temporaries."""
        with self._lock:
            if self._session is not None:
                self._session.close()
                self._session = None

    def _move(self, source: Path, target: Path) -> None:
        try:
            source.rename(target)  # the same bytes under the same digest: nothing to overwrite
        except OSError as error:
            if error.errno != errno.EXDEV:
                raise
            temp = target.with_name(f".{target.name}.tmp")
            with source.open("rb") as read, temp.open("wb") as write:
                shutil.copyfileobj(read, write, _CHUNK_BYTES)
                write.flush()
                self._disk.fsync(write.fileno())
            temp.rename(target)
            sync_folder(target.parent)
            source.unlink()
        target.chmod(0o400)

    def _open_session(self) -> Session:
        with self._lock:
            if self._session is None or not self._session.is_there:
                temps = self.root / "tmp"
                make_folder(self.root, mode=0o750)
                take_over(temps, lambda folder: shutil.rmtree(folder, ignore_errors=True))
                self._session = Session(temps)
            return self._session

    def _write(self, stream: Readable, temp: Path) -> tuple[str, int]:
        hasher, size_bytes = hashlib.sha256(), 0
        with translated(doing="store"):
            flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC
            descriptor = os.open(temp, flags, 0o600)
        try:
            while chunk := stream.read(_CHUNK_BYTES):
                hasher.update(chunk)
                size_bytes += len(chunk)
                with translated(doing="store"):
                    self._write_all(descriptor, chunk)
            with translated(doing="store"):
                os.fchmod(descriptor, _READ_ONLY)
                self._disk.fsync(descriptor)
        finally:
            os.close(descriptor)
        return hasher.hexdigest(), size_bytes

    def _write_all(self, descriptor: int, chunk: bytes) -> None:
        rest = memoryview(chunk)
        while rest:
            rest = rest[self._disk.write(descriptor, rest) :]

    def _commit(self, temp: Path, digest: str, size_bytes: int) -> None:
        final = self.path(digest)
        make_folder(final.parent, mode=0o750)
        try:
            self._disk.place(temp, final)
        except FileExistsError:
            if final.stat().st_size != size_bytes or not self.verify(digest):
                temp.replace(final)  # a copy that rotted: the right bytes are here again
        sync_folder(final.parent)
