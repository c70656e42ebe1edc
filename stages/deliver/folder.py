"""A folder that another system, or a person, takes documents from: PDF with JSON and XLSX beside.

The folder lies on this machine, on a share mounted on it, or behind SFTP (`drop`, `sftp`). The JSON
is what the REST contract sends as `record`, the XLSX the fields of Phụ lục VI. Whoever takes from
the folder waits for the JSON: it appears last, in one rename, when everything else is durable. The
rename is also the receipt: `.sohoa/started` says that a document was about to appear,
`.sohoa/pending` that it has not yet, so that *started and not pending* means *handed over*, even
when the files were taken away long ago.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from pipeline.model.onward import Accepted, Held, Parcel
from stages.deliver.drop import Drop, Files
from stages.deliver.rest import record, refuse_large, refuse_secret

_OWN = ".sohoa"


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderTarget:
    """Port `Target` over a drop folder."""

    drop: Drop
    max_bytes: int = 1 << 40

    @property
    def name(self) -> str:
        """Name of the adapter."""
        return self.drop.name

    def check(self, parcel: Parcel) -> None:
        """Refuse secret documents and files that are too large."""
        refuse_secret(parcel)
        refuse_large(parcel, self.max_bytes)

    def find(self, parcel: Parcel) -> Accepted | None:
        """Say whether the document has appeared in the folder."""
        with self.drop.at_work() as files:
            if not files.exists(_started(parcel.key)) or files.exists(_pending(parcel.key)):
                return None
            said = files.read(_started(parcel.key))
        return Accepted(
            external_id=f"{parcel.name}.json", answer_digest=hashlib.sha256(said).hexdigest()
        )

    def send(self, parcel: Parcel) -> Accepted:
        """Put PDF, XLSX and, last and at once, JSON into the folder."""
        told = json.dumps(record(parcel), ensure_ascii=False, indent=1, sort_keys=True)
        said = json.dumps({"name": parcel.name, "sha256": parcel.pdf_digest}).encode()
        with self.drop.at_work() as files:
            for folder in (_OWN, f"{_OWN}/pending", f"{_OWN}/started"):
                files.make_folder(folder)
            with parcel.pdf.open("rb") as pdf:
                _appear(files, pdf, f"{parcel.name}.pdf")
            _appear(files, io.BytesIO(_sheet(parcel)), f"{parcel.name}.xlsx")
            files.write(io.BytesIO(told.encode()), _pending(parcel.key))
            files.settle(f"{_OWN}/pending")
            files.write(io.BytesIO(said), _started(parcel.key))
            files.settle(f"{_OWN}/started")
            files.rename(_pending(parcel.key), f"{parcel.name}.json")
            files.settle(f"{_OWN}/pending")
            files.settle("")
        return Accepted(
            external_id=f"{parcel.name}.json", answer_digest=hashlib.sha256(said).hexdigest()
        )

    def held(self) -> Iterator[Held]:
        """Yield what was handed over, also what was taken away since."""
        with self.drop.at_work() as files:
            pending = frozenset(files.listing(f"{_OWN}/pending"))
            for name in files.listing(f"{_OWN}/started"):
                if name not in pending:
                    said = json.loads(files.read(f"{_OWN}/started/{name}"))
                    yield Held(key=name.removesuffix(".json"), external_id=f"{said['name']}.json")

    def ping(self) -> str:
        """Say that the folder is there and can be reached."""
        with self.drop.at_work():
            return f"{self.name}: {self.drop.address}"


def _pending(key: str) -> str:
    return f"{_OWN}/pending/{key}.json"


def _started(key: str) -> str:
    return f"{_OWN}/started/{key}.json"


def _appear(files: Files, content: BinaryIO, name: str) -> None:
    files.write(content, f"{_OWN}/pending/{name}")
    files.rename(f"{_OWN}/pending/{name}", name)


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
