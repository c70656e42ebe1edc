"""What the file says of itself: XMP, the document information dictionary and the identifiers.

XMP is written as a whole (ISO 16684-1; ISO 19005-2, 6.6): title, author, dates, part and
conformance, and the paper's own facts in an extension schema that describes itself (6.6.2.3.3).
The information dictionary says the same (6.6.3). Times are those of arrival, so that the same
document gives the same bytes.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import unicodedata
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from xml.sax.saxutils import escape

from pipeline.model.records import Field

PRODUCER = "sohoa"
"""Producer and creator tool of every PDF/A."""
NAMESPACE = "urn:x-sohoa:document:1#"
"""Namespace of the extension schema."""

_PROPERTIES: tuple[tuple[str, str, str], ...] = (
    ("code", "Text", "Number and notation of the document as printed on the paper"),
    ("number", "Text", "Number of the document"),
    ("notation", "Text", "Notation of the document"),
    ("issuedDate", "Text", "Date of issue, ISO 8601"),
    ("documentType", "Text", "Type of the document (decree 30/2020, article 7)"),
    ("issuer", "Text", "Issuing organisation"),
    ("sourceDigest", "Text", "SHA-256 of the received file"),
    ("sourceRelation", "Text", "Relation of this file to the received file"),
)
"""Name, value type and description of the extension schema's properties."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is said of a document in its file."""

    title: str
    author: str
    created: dt.datetime
    """Aware; time of arrival."""
    properties: Mapping[str, str]
    """Extension schema: name → value; empty values are left out."""
    part: str = "2"
    """Part of ISO 19005 that the file claims."""
    conformance: str = "U"
    """Level of PDF/A: `U` for what is written here, `B` where the text is someone else's."""


def facts_of(
    fields: Mapping[str, Field],
    *,
    source_name: str,
    source_digest: str,
    created: dt.datetime,
    is_derivative: bool,
) -> Facts:
    """Return what the file says of the document.

    Args:
        fields: by name; title is the subject, else type and code, else the name it came under.
        source_name: name of the dropped file.
        source_digest: sha-256 of the received bytes, hex.
        created: time of arrival, aware.
        is_derivative: the received file is digitally signed evidence and this is a copy beside it.
    """
    values = {name: _plain(item.value) for name, item in fields.items()}
    kind_and_code = f"{values.get('type', '')} {values.get('code', '')}".strip()
    relation = "derivative of the digitally signed original" if is_derivative else ""
    return Facts(
        title=values.get("subject") or kind_and_code or _plain(source_name) or source_digest,
        author=values.get("issuer", ""),
        created=created,
        properties={
            "code": values.get("code", ""),
            "number": values.get("number", ""),
            "notation": values.get("notation", ""),
            "issuedDate": values.get("issued_date", ""),
            "documentType": values.get("type", ""),
            "issuer": values.get("issuer", ""),
            "sourceDigest": source_digest,
            "sourceRelation": relation and f"{relation} sha-256 {source_digest}",
        },
    )


def document_uuid(source_digest: str) -> uuid.UUID:
    """Return the identifier that belongs to a received file (xmpMM:DocumentID)."""
    return uuid.UUID(bytes=hashlib.sha256(b"sohoa:" + source_digest.encode()).digest()[:16])


def information(facts: Facts) -> dict[str, str]:
    """Return the information dictionary (ISO 32000-1, 14.3.3), in step with the XMP."""
    date = facts.created.strftime("D:%Y%m%d%H%M%S")
    offset = facts.created.strftime("%z")
    stamp = f"{date}{offset[:3]}'{offset[3:5]}'"
    entries = {
        "/Title": facts.title,
        "/Author": facts.author,
        "/Creator": PRODUCER,
        "/Producer": PRODUCER,
        "/CreationDate": stamp,
        "/ModDate": stamp,
    }
    return {name: value for name, value in entries.items() if value}


def xmp_packet(facts: Facts) -> bytes:
    """Return the XMP packet, UTF-8, read-only."""
    date = facts.created.isoformat(timespec="seconds")
    author = f"<dc:creator><rdf:Seq><rdf:li>{_xml(facts.author)}</rdf:li></rdf:Seq></dc:creator>"
    own = "".join(
        f"<sohoa:{name}>{_xml(facts.properties[name])}</sohoa:{name}>"
        for name, _, _ in _PROPERTIES
        if facts.properties.get(name)
    )
    identifier = document_uuid(facts.properties["sourceDigest"])
    return _PACKET.format(
        title=_xml(facts.title),
        author=author if facts.author else "",
        date=date,
        producer=PRODUCER,
        identifier=identifier,
        own=own,
        part=facts.part,
        conformance=facts.conformance,
        namespace=NAMESPACE,
        schema=_schema(),
    ).encode()


def _schema() -> str:
    rows = "".join(
        '<rdf:li rdf:parseType="Resource">'
        f"<pdfaProperty:name>{name}</pdfaProperty:name>"
        f"<pdfaProperty:valueType>{kind}</pdfaProperty:valueType>"
        "<pdfaProperty:category>external</pdfaProperty:category>"
        f"<pdfaProperty:description>{description}</pdfaProperty:description>"
        "</rdf:li>"
        for name, kind, description in _PROPERTIES
    )
    return (
        '<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">'
        "<pdfaSchema:schema>Vietnamese administrative document</pdfaSchema:schema>"
        f"<pdfaSchema:namespaceURI>{NAMESPACE}</pdfaSchema:namespaceURI>"
        "<pdfaSchema:prefix>sohoa</pdfaSchema:prefix>"
        f"<pdfaSchema:property><rdf:Seq>{rows}</rdf:Seq></pdfaSchema:property>"
        "</rdf:li></rdf:Bag></pdfaExtension:schemas>"
    )


def _plain(value: str) -> str:
    """Return text that XML 1.0 and a PDF string can hold: NFC, one line, no controls."""
    kept = (
        " " if c.isspace() else c
        for c in unicodedata.normalize("NFC", value)
        if c.isspace() or unicodedata.category(c)[0] != "C"
    )
    return " ".join("".join(kept).split())


def _xml(value: str) -> str:
    return escape(value)


_PACKET = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about=""
 xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmlns:xmpMM="http://ns.adobe.com/xap/1.0/mm/"
 xmlns:pdf="http://ns.adobe.com/pdf/1.3/"
 xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/"
 xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"
 xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#"
 xmlns:sohoa="{namespace}">
<pdfaid:part>{part}</pdfaid:part>
<pdfaid:conformance>{conformance}</pdfaid:conformance>
<dc:format>application/pdf</dc:format>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
{author}
<dc:language><rdf:Bag><rdf:li>vi-VN</rdf:li></rdf:Bag></dc:language>
<xmp:CreatorTool>{producer}</xmp:CreatorTool>
<xmp:CreateDate>{date}</xmp:CreateDate>
<xmp:ModifyDate>{date}</xmp:ModifyDate>
<xmp:MetadataDate>{date}</xmp:MetadataDate>
<pdf:Producer>{producer}</pdf:Producer>
<xmpMM:DocumentID>uuid:{identifier}</xmpMM:DocumentID>
{own}
{schema}
</rdf:Description>
</rdf:RDF>
</x:xmpmeta>
<?xpacket end="r"?>"""
