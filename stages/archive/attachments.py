"""The received file and the document's fields inside a PDF/A-3 (ISO 19005-3, 6.8)."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from pipeline.model.codec import field_to_json
from pipeline.model.records import Document, Field, MediaType

_ENDINGS = {
    MediaType.PDF: ".pdf",
    MediaType.TIFF: ".tif",
    MediaType.JPEG: ".jpg",
    MediaType.PNG: ".png",
}


def attach(
    pdf: pikepdf.Pdf,
    original: Path,
    document: Document,
    fields: Mapping[str, Field],
    *,
    received_at: dt.datetime,
) -> None:
    """Attach the received bytes, unchanged, and the fields as JSON.

    Args:
        pdf: the file being made.
        original: the received bytes.
        document: their identity and media type.
        fields: what was found, by name.
        received_at: date of the attached files, aware.
    """
    told = json.dumps(
        {
            "source_sha256": document.id,
            "received_at": received_at.isoformat(timespec="seconds"),
            "fields": [field_to_json(item) for _, item in sorted(fields.items())],
        },
        ensure_ascii=False,
        indent=1,
    ).encode()
    ending = _ENDINGS.get(document.media_type, ".bin")
    # Names in ASCII: the received name may hold anything and stands in the metadata.
    files = [
        _file(
            pdf,
            "fields.json",
            told,
            "application/json",
            relation=Name.Data,
            about="Fields of the document",
            date=received_at,
        ),
        _file(
            pdf,
            f"original{ending}",
            original.read_bytes(),
            document.media_type.value,
            relation=Name.Source,
            about="The received file, byte for byte",
            date=received_at,
        ),
    ]
    pdf.Root.AF = Array(files)
    names = Array([item for file in files for item in (file.UF, file)])
    pdf.Root.Names = Dictionary(EmbeddedFiles=Dictionary(Names=names))


def _file(
    pdf: pikepdf.Pdf,
    name: str,
    data: bytes,
    media_type: str,
    *,
    relation: pikepdf.Name,
    about: str,
    date: dt.datetime,
) -> pikepdf.Object:
    stamp = date.strftime("D:%Y%m%d%H%M%S")
    offset = date.strftime("%z")
    parameters = Dictionary(
        ModDate=String(f"{stamp}{offset[:3]}'{offset[3:5]}'"),
        Size=len(data),
        CheckSum=pikepdf.String(hashlib.md5(data, usedforsecurity=False).digest()),
    )
    stream = pdf.make_stream(
        data,
        Dictionary(Type=Name.EmbeddedFile, Subtype=Name("/" + media_type), Params=parameters),
    )
    return pdf.make_indirect(
        Dictionary(
            Type=Name.Filespec,
            F=String(name),
            UF=String(name),
            EF=Dictionary(F=stream, UF=stream),
            AFRelationship=relation,
            Desc=String(about),
        )
    )
