"""Contents to be packed, made of small files."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator
from pathlib import Path

from pipeline.packaging.records import (
    HOSO,
    TAILIEU,
    Consignment,
    Content,
    PackedDocument,
    PackedEvent,
)
from pipeline.structure.profile import Profile, load_profile
from pipeline.structure.records import Place

RULES = Path(__file__).parents[3] / "config" / "archive"
AT = dt.datetime(2026, 11, 20, 1, 2, 3, tzinfo=dt.UTC)
CODE = "H30.2024.01.001"


def profile() -> Profile:
    """Return the profile of TT 05/2025."""
    return load_profile(RULES, "tt05-2025")


def consignment(*, revision: int = 1, status: str = "new", name: str = "lo1") -> Consignment:
    """Return a delivery."""
    return Consignment(
        name=name,
        revision=revision,
        status=status,
        profile=profile(),
        agency_code="H30",
        agency_name="Sở Nội vụ tỉnh Hà Tĩnh",
        fonds="P05",
        software="sohoa 0.1.0",
        created_at=AT,
    )


def documents(folder: Path, count: int) -> Iterator[PackedDocument]:
    """Yield small documents, writing the file of each as it is asked for."""
    for ordinal in range(1, count + 1):
        data = f"%PDF-1.7 văn bản {ordinal}".encode()
        path = folder / f"{ordinal}.pdf"
        if not path.exists():
            path.write_bytes(data)
        digest = hashlib.sha256(data).hexdigest()
        yield PackedDocument(
            document_id=digest,
            values={
                "ordinal": str(ordinal),
                "type": "Quyết định",
                "kind": "Quyết định",
                "number": str(ordinal),
                "code_notation": "QĐ-UBND",
                "issued_date": "1987-05",
                "issuer": "UBND tỉnh <Hà Tĩnh> & Sở",
                "subject": "Về việc số hóa",
                "language": "Tiếng Việt",
                "access": "Công khai",
                "trust": "Số hóa",
            },
            path=path,
            digest=digest,
            size_bytes=len(data),
            page_count=2,
            events=(PackedEvent(kind="digitization", at=AT),),
        )


def dossier(folder: Path, count: int, *, notation: str = "01") -> Content:
    """Return a dossier of small documents."""
    place = Place(fonds="P05", catalogue="1", box="3", notation=notation)
    return Content(
        kind=HOSO,
        key=place.key,
        code=CODE,
        values={
            "title": "Hồ sơ về công tác lưu trữ",
            "retention": "Vĩnh viễn",
            "access": "Công khai",
            "language": "Tiếng Việt",
            "start_date": "1987-05-19",
        },
        place=place,
        documents=lambda: documents(folder, count),
        document_ids=tuple(one.document_id for one in documents(folder, count)),
    )


def loose(folder: Path) -> Content:
    """Return one document that lies in no dossier."""
    one = next(documents(folder, 1))
    return Content(
        kind=TAILIEU,
        key=one.document_id,
        code="H30.2024",
        values={"title": "Về việc số hóa", "access": "Công khai"},
        place=Place(),
        documents=lambda: iter((one,)),
        document_ids=(one.document_id,),
    )
