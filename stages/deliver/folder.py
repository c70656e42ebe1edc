"""A folder that another system, or a person, takes documents from: PDF with JSON and XLSX beside.

The JSON is what the REST contract sends as `record`, the XLSX the fields of Phụ lục VI. Whoever
takes from the folder waits for the JSON: it appears last, in one rename, when everything else is
durable. The rename is also the receipt: `.sohoa/started` says that a document was about to appear,
`.sohoa/pending` that it has not yet, so that *started and not pending* means *handed over*, even
when the files were taken away long ago.
"""

from __future__ import annotations

import errno
import hashlib
import io
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.model.errors import OperatorError, TransientError
from pipeline.model.onward import Accepted, Held, Parcel
from stages.deliver.rest import record, refuse_large, refuse_secret

_MEANINGS = {
    errno.ENOSPC: "SYS-DISK-FULL",
    errno.EDQUOT: "SYS-DISK-FULL",
    errno.EACCES: "SYS-PERMISSION",
    errno.EPERM: "SYS-PERMISSION",
    errno.EROFS: "SYS-PERMISSION",
    errno.ENOTDIR: "SYS-FOLDER-GONE",
    errno.ENOENT: "SYS-FOLDER-GONE",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderTarget:
    """Port `Target` over a folder, which must exist: an unmounted share is not made anew."""

    path: Path
    max_bytes: int = 1 << 40

    @property
    def name(self) -> str:
        """Name of the adapter."""
        return "folder"

    def check(self, parcel: Parcel) -> None:
        """Refuse secret documents and files that are too large."""
        refuse_secret(parcel)
        refuse_large(parcel, self.max_bytes)

    def find(self, parcel: Parcel) -> Accepted | None:
        """Say whether the document has appeared in the folder."""
        with self._at_work():
            if not self._started(parcel.key).is_file() or self._pending(parcel.key).exists():
                return None
            said = self._started(parcel.key).read_bytes()
        return Accepted(
            external_id=f"{parcel.name}.json", answer_digest=hashlib.sha256(said).hexdigest()
        )

    def send(self, parcel: Parcel) -> Accepted:
        """Put PDF, XLSX and, last and at once, JSON into the folder."""
        with self._at_work():
            own = self._own()
            for folder in (own, own / "pending", own / "started"):
                folder.mkdir(exist_ok=True)
            told = json.dumps(record(parcel), ensure_ascii=False, indent=1, sort_keys=True)
            with parcel.pdf.open("rb") as file:
                self._appear(file, own / "pending", f"{parcel.name}.pdf")
            sheet = io.BytesIO(_sheet(parcel))
            self._appear(sheet, own / "pending", f"{parcel.name}.xlsx")
            _write(io.BytesIO(told.encode()), self._pending(parcel.key))
            _sync(own / "pending")
            said = json.dumps({"name": parcel.name, "sha256": parcel.pdf_digest}).encode()
            _write(io.BytesIO(said), self._started(parcel.key))
            _sync(own / "started")
            self._pending(parcel.key).rename(self.path / f"{parcel.name}.json")
            _sync(own / "pending")
            _sync(self.path)
        return Accepted(
            external_id=f"{parcel.name}.json", answer_digest=hashlib.sha256(said).hexdigest()
        )

    def held(self) -> Iterator[Held]:
        """Yield what was handed over, also what was taken away since."""
        with self._at_work():
            started = self._own() / "started"
            paths = sorted(started.iterdir()) if started.is_dir() else []
            for path in paths:
                key = path.name.removesuffix(".json")
                if not self._pending(key).exists():
                    name = json.loads(path.read_bytes())["name"]
                    yield Held(key=key, external_id=f"{name}.json")

    def ping(self) -> str:
        """Say that the folder is there and can be written."""
        with self._at_work():
            if not os.access(self.path, os.W_OK | os.X_OK):
                raise OperatorError("SYS-PERMISSION", detail=str(self.path))
        return f"folder: {self.path}"

    def _own(self) -> Path:
        return self.path / ".sohoa"

    def _pending(self, key: str) -> Path:
        return self._own() / "pending" / f"{key}.json"

    def _started(self, key: str) -> Path:
        return self._own() / "started" / f"{key}.json"

    def _appear(self, content: Any, own: Path, name: str) -> None:
        part = own / name
        _write(content, part)
        part.rename(self.path / name)

    @contextmanager
    def _at_work(self) -> Iterator[None]:
        if not self.path.is_dir():
            raise OperatorError("SYS-FOLDER-GONE", detail=str(self.path))
        try:
            yield
        except OSError as error:
            detail = f"{self.path}: {error.strerror}"
            code = _MEANINGS.get(error.errno or 0)
            if code is not None:
                raise OperatorError(code, detail=detail) from error
            raise TransientError("IO-BUSY", detail=detail) from error


def _write(content: Any, path: Path) -> None:
    with path.open("wb") as file:
        shutil.copyfileobj(content, file)
        file.flush()
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _sheet(parcel: Parcel) -> bytes:
    """Return the fields of Phụ lục VI as XLSX: code, value; text stays text."""
    from openpyxl import Workbook  # 0.2 s that only this target needs

    book = Workbook()
    sheet = book.active
    for at, (code, value) in enumerate(parcel.annex.items(), start=1):
        sheet.cell(at, 1, code)
        cell = sheet.cell(at, 2)
        cell.value = "".join(sign if sign.isprintable() else " " for sign in value)
        cell.data_type = "s"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
