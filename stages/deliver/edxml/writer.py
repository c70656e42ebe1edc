"""Strict: one canonical order of elements, every required one there, every length kept.

What does not fit is refused with the element's name (DELIVER-VALUE) and never cut in silence: the
other side's checker would refuse it, or worse, take a number that is not the document's.
"""

from __future__ import annotations

import base64
import io
import re
import uuid
import zipfile
from collections.abc import Iterable

from lxml import etree

from pipeline.model.errors import DocumentError
from stages.deliver.edxml.dialect import Dialect
from stages.deliver.edxml.message import STATUSES, Agency, Attachment, Edoc, StatusMessage

_PRIORITY_MAX = 4
_ADMINISTRATIVE = "2"
_UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold (2.2, Char)."""
_EPOCH = (1980, 1, 1, 0, 0, 0)

_REASONS = {0: "Văn bản mới", 1: "Thu hồi", 2: "Cập nhật", 3: "Thay thế"}
"""BussinessDocType → BussinessDocReason."""


class _Writer:
    """Adds elements of one dialect."""

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect

    def element(self, parent: etree._Element | None, name: str) -> etree._Element:
        tag = f"{{{self.dialect.namespace}}}{name}"
        if parent is None:
            return etree.Element(tag, nsmap={None: self.dialect.namespace})
        return etree.SubElement(parent, tag)

    def text(
        self, parent: etree._Element, name: str, value: str, *, needed: bool = False, rule: str = ""
    ) -> None:
        """Add an element with text, checked against its length."""
        value = value.strip()
        if needed and not value:
            raise DocumentError("DELIVER-VALUE", detail=f"{name}: missing")
        most = self.dialect.lengths.get(rule or name)
        if most is not None and len(value) > most:
            raise DocumentError("DELIVER-VALUE", detail=f"{name}: {len(value)} > {most}")
        if _UNWRITABLE.search(value):
            raise DocumentError("DELIVER-VALUE", detail=f"{name}: a sign that XML cannot hold")
        self.element(parent, name).text = value

    def day(self, parent: etree._Element, name: str, iso: str, *, needed: bool = False) -> None:
        """Add a day."""
        try:
            value = self.dialect.day(iso)
        except ValueError as error:
            raise DocumentError("DELIVER-VALUE", detail=f"{name}: no date") from error
        self.text(parent, name, value, needed=needed)

    def agency(self, parent: etree._Element, name: str, agency: Agency) -> None:
        """Add From or To."""
        one = self.element(parent, name)
        self.text(one, "OrganId", agency.organ_id, needed=True)
        self.text(one, "OrganizationInCharge", agency.in_charge, rule="OrganName")
        self.text(one, "OrganName", agency.organ_name, needed=True)
        self.text(one, "OrganAdd", agency.address)
        self.text(one, "Email", agency.email)
        self.text(one, "Telephone", agency.telephone)
        self.text(one, "Fax", agency.fax)
        self.text(one, "Website", agency.website)


def write_edoc(edoc: Edoc, dialect: Dialect) -> bytes:
    """Return a document message.

    Raises:
        DocumentError: DELIVER-VALUE names the element that is missing, too long or malformed.
    """
    writer = _Writer(dialect)
    root = writer.element(None, "edXML")
    envelope = writer.element(root, "edXMLEnvelope")
    header = writer.element(envelope, "edXMLHeader")
    _message_header(writer, header, edoc)
    _trace(writer, header, edoc)
    files = _files(edoc.attachments)
    manifest = writer.element(writer.element(envelope, "edXMLBody"), "edXMLManifest")
    manifest.set("version", "1.0")
    for content_id, attachment, _ in files:
        one = writer.element(manifest, "Reference")
        writer.text(one, "ContentId", f"cid:{content_id}")
        writer.text(one, "ContentType", "application/zip")
        writer.text(one, "Description", attachment.description)
        writer.text(one, "AttachmentName", attachment.name, needed=True)
    encoded = writer.element(root, "AttachmentEncoded")
    for content_id, attachment, packed in files:
        one = writer.element(encoded, "Attachment")
        writer.text(one, "ContentId", f"cid:{content_id}")
        writer.text(one, "AttachmentName", attachment.name)
        writer.text(one, "Description", attachment.description)
        writer.text(one, "ContentType", "application/zip")
        writer.element(one, "ContentTransferEncoded").text = base64.b64encode(packed).decode()
    return _bytes(root)


def _message_header(writer: _Writer, header: etree._Element, edoc: Edoc) -> None:
    head = writer.element(header, "MessageHeader")
    writer.agency(head, "From", edoc.sender)
    codes = [one.organ_id for one in edoc.receivers]
    if not codes or len(set(codes)) != len(codes):
        raise DocumentError("DELIVER-VALUE", detail="To: none, or the same twice")
    for receiver in edoc.receivers:
        writer.agency(head, "To", receiver)
    writer.text(head, "DocumentId", edoc.document_id, needed=True)
    if not (edoc.code_number.isascii() and edoc.code_number.isdecimal()):
        raise DocumentError("DELIVER-VALUE", detail="CodeNumber: digits only")
    code = writer.element(head, "Code")
    writer.text(code, "CodeNumber", edoc.code_number, needed=True)
    writer.text(code, "CodeNotation", edoc.code_notation, needed=True)
    promulgation = writer.element(head, "PromulgationInfo")
    writer.text(promulgation, "Place", edoc.place)
    writer.day(promulgation, "PromulgationDate", edoc.promulgation_date, needed=True)
    kind = writer.element(head, "DocumentType")
    writer.text(kind, "Type", _ADMINISTRATIVE)
    writer.text(kind, "TypeDetail", "")
    writer.text(kind, "TypeName", edoc.type_name, needed=True)
    writer.text(head, "Subject", edoc.subject, needed=True)
    writer.text(head, "Content", edoc.content)
    signer = writer.element(head, "SignerInfo")
    writer.text(signer, "Competence", edoc.competence)
    writer.text(signer, "Position", edoc.position)
    writer.text(signer, "FullName", edoc.full_name)
    writer.day(head, "DueDate", edoc.due_date)
    _other(writer, head, edoc)


def _other(writer: _Writer, head: etree._Element, edoc: Edoc) -> None:
    if not 0 <= edoc.priority <= _PRIORITY_MAX:
        raise DocumentError("DELIVER-VALUE", detail=f"Priority: 0 to {_PRIORITY_MAX}")
    other = writer.element(head, "OtherInfo")
    writer.text(other, "Priority", str(edoc.priority))
    writer.text(other, "SphereOfPromulgation", "")
    writer.text(other, "TyperNotation", "")
    writer.text(other, "PromulgationAmount", "1")
    writer.text(other, "PageAmount", str(edoc.page_amount or ""))
    writer.element(other, "Appendixes")
    for response in edoc.response_for:
        one = writer.element(head, "ResponseFor")
        writer.text(one, "OrganId", response.organ_id, needed=True)
        writer.text(one, "Code", response.code, needed=True)
        writer.day(one, "PromulgationDate", response.promulgation_date)
        writer.text(one, "DocumentId", response.document_id)
    writer.text(head, "SteeringType", "0")
    places = writer.element(head, "ToPlaces")
    for place in edoc.to_places:
        writer.text(places, "Place", place, rule="ToPlace")


def _trace(writer: _Writer, header: etree._Element, edoc: Edoc) -> None:
    if edoc.sent_at is None:
        raise DocumentError("DELIVER-VALUE", detail="Timestamp: missing")
    traces = writer.element(header, "TraceHeaderList")
    trace = writer.element(traces, "TraceHeader")
    writer.text(trace, "OrganId", edoc.sender.organ_id, needed=True)
    writer.text(trace, "Timestamp", writer.dialect.moment(edoc.sent_at))
    business = writer.element(traces, "Bussiness")  # the standard's own spelling
    writer.text(business, "BussinessDocType", str(edoc.business_type))
    writer.text(business, "BussinessDocReason", _REASONS.get(edoc.business_type, ""))
    writer.text(business, "Paper", str(int(edoc.is_paper)))
    for one in edoc.concerns:
        writer.text(business, "DocumentId", one)
    staff = writer.element(business, "StaffInfo")
    for name in ("Department", "Staff", "Email", "Mobile"):
        writer.text(staff, name, "")


def _files(attachments: Iterable[Attachment]) -> list[tuple[str, Attachment, bytes]]:
    """Return content id, attachment and ZIP of exactly one entry `<uuid>.<ext>`; deterministic."""
    packed = []
    for one in attachments:
        content_id = one.content_id or str(uuid.uuid5(uuid.NAMESPACE_OID, one.name))
        suffix = one.name.rpartition(".")[2].lower() or "bin"
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(zipfile.ZipInfo(f"{content_id}.{suffix}", _EPOCH), one.data)
        packed.append((content_id, one, out.getvalue()))
    if not packed:
        raise DocumentError("DELIVER-VALUE", detail="Attachment: none")
    return packed


def write_status(status: StatusMessage, dialect: Dialect) -> bytes:
    """Return a status message; raises as `write_edoc`."""
    if status.code not in STATUSES:
        raise DocumentError("DELIVER-VALUE", detail="StatusCode: unknown")
    if status.at is None:
        raise DocumentError("DELIVER-VALUE", detail="Timestamp: missing")
    writer = _Writer(dialect)
    root = writer.element(None, "edXML")
    header = writer.element(writer.element(root, "edXMLEnvelope"), "edXMLHeader")
    head = writer.element(header, "MessageHeader")
    writer.agency(head, "From", status.sender)
    answered = writer.element(head, "ResponseFor")
    writer.text(answered, "OrganId", status.response_for.organ_id, needed=True)
    writer.text(answered, "Code", status.response_for.code, needed=True)
    writer.day(answered, "PromulgationDate", status.response_for.promulgation_date)
    writer.text(answered, "DocumentId", status.response_for.document_id, needed=True)
    staff = writer.element(head, "StaffInfo")
    writer.text(staff, "Department", status.staff.department)
    writer.text(staff, "Staff", status.staff.name)
    writer.text(staff, "Mobile", status.staff.mobile)
    writer.text(staff, "Email", status.staff.email)
    writer.text(head, "StatusCode", status.code)
    writer.text(head, "Description", status.description or STATUSES[status.code])
    writer.text(head, "Timestamp", writer.dialect.moment(status.at))
    return _bytes(root)


def _bytes(root: etree._Element) -> bytes:
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8"))
