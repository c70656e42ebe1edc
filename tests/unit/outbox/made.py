"""Finished documents for the tests of the outbox: rows in a ledger, files in a folder."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.ledger.ledger import Ledger
from pipeline.model.onward import Parcel
from pipeline.model.records import Document, MediaType, Receipt, Registered

RECEIVED_AT = dt.datetime(2026, 5, 4, 1, tzinfo=dt.UTC)


@dataclass
class Archive:
    """A ledger with finished documents, and their parcels."""

    folder: Path
    ledger: Ledger
    parcels: dict[str, Parcel] = field(default_factory=dict)

    def finish(self, number: int = 1, *, folder: str = "den", **changed: object) -> Parcel:
        """Take a made-up document through the whole job, in the ledger alone."""
        content = f"%PDF-1.7 văn bản {number}".encode() * 50
        key = hashlib.sha256(b"received" + content).hexdigest()
        path = self.folder / f"{key[:12]}.pdf"
        path.write_bytes(content)
        document = Document(id=key, media_type=MediaType.PDF, size_bytes=len(content))
        self.ledger.receive(
            document, folder=folder, source_name=f"{number}.pdf", arrival_id=key,
            at=RECEIVED_AT, priority=0,
        )  # fmt: skip
        self.ledger.take(key)
        receipt = Receipt(
            port="register", key=key, external_id=str(number), at=RECEIVED_AT,
            answer_digest="0" * 64,
        )  # fmt: skip
        registered = Registered(book="den", year=2026, arrival_number=number, receipt=receipt)
        self.ledger.stage_done(
            key, stage="register", key=key, outcome="done", seconds=0.0, registered=registered
        )
        self.ledger.deliver(key, str(path))
        values: dict[str, object] = {
            "key": key,
            "book": "den",
            "year": 2026,
            "arrival_number": number,
            "arrival_at": RECEIVED_AT,
            "folder": folder,
            "annex": ANNEX | {"ArrivalNumber": str(number)},
            "fields": FIELDS,
            "pdf": path,
            "pdf_digest": hashlib.sha256(content).hexdigest(),
            "pdf_bytes": len(content),
            "signature": "agency",
        }
        self.parcels[key] = Parcel(**values | changed)  # type: ignore[arg-type]
        return self.parcels[key]

    def __call__(self, document_id: str) -> Parcel:
        """Return the parcel of a document: the port `Parcels`."""
        return self.parcels[document_id]


ANNEX = {
    "OrganId": "", "FileCatalog": "", "FileNotation": "", "DocOrdinal": "",
    "TypeName": "Quyết định", "CodeNumber": "12", "CodeNotation": "QĐ-UBND",
    "IssuedDate": "01/05/2026", "OrganName": "Ủy ban nhân dân tỉnh Hà Nam",
    "Subject": "Về việc số hóa tài liệu", "Language": "Tiếng Việt", "PageAmount": "3",
    "Description": "", "ArrivalDate": "04/05/2026", "ArrivalNumber": "1",
    "Position": "KT. CHỦ TỊCH", "FullName": "Nguyễn Văn An", "Priority": "0",
    "ToPlaces": "Sở Nội vụ", "TraceHeaderList": "03", "DueDate": "",
}  # fmt: skip
FIELDS = {
    "number": "12", "notation": "QĐ-UBND", "code": "12/QĐ-UBND", "issued_date": "2026-05-01",
    "place": "Hà Nam", "issuer": "Ủy ban nhân dân tỉnh Hà Nam", "type": "Quyết định",
    "subject": "Về việc số hóa tài liệu", "signer_name": "Nguyễn Văn An",
    "signer_title": "KT. CHỦ TỊCH", "urgency": "", "secrecy": "", "recipients": "Lưu: VT",
}  # fmt: skip
