"""Lenient: takes what vendors' systems really send, and says what it had to forgive.

Seen in vendors' samples: prefixes that are never bound, XML that is not well-formed, elements in
any order, `Signature` without its namespace, empty `ResponseFor`, an agency code that reads
`null`, no agency name, letters in the number, a raw PDF where a ZIP is announced. So elements
are found by their local names alone, order means nothing, and the payload is told by its first
bytes.

Hostile input is not forgiven: no entities, no network, bounded sizes.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import datetime as dt
import io
import zipfile
from collections.abc import Iterator

from lxml import etree

from pipeline.model.errors import DocumentError
from pipeline.model.zips import UNREADABLE
from stages.deliver.edxml.dialect import VIETNAM
from stages.deliver.edxml.message import (
    STATUSES,
    Agency,
    Attachment,
    Edoc,
    Response,
    Staff,
    StatusMessage,
)

MESSAGE_BYTES_MAX = 128 << 20
FILES_BYTES_MAX = 256 << 20
"""All files of one message together, unpacked."""
_DATES = ("%Y/%m/%d", "%d/%m/%Y", "%Y-%m-%d", "%d-%m-%Y")
_TIMES = ("%Y/%m/%d %H:%M:%S", "%d/%m/%Y %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S")
_UNOPENABLE = (*UNREADABLE, OSError, ValueError)
_PDF, _ZIP = b"%PDF", b"PK"


class _Found:
    """Elements by local name, and the oddities met."""

    def __init__(self, root: etree._Element) -> None:
        self.root = root
        self.oddities: list[str] = []
        self.room_bytes = FILES_BYTES_MAX
        """What the files that are still packed may come to."""

    def odd(self, what: str) -> None:
        if what not in self.oddities:
            self.oddities.append(what)

    def all(self, parent: etree._Element, name: str) -> Iterator[etree._Element]:
        return (one for one in parent.iter() if _local(one) == name and one is not parent)

    def children(self, parent: etree._Element, name: str) -> list[etree._Element]:
        return [one for one in parent if _local(one) == name]

    def first(self, parent: etree._Element | None, name: str) -> etree._Element | None:
        return None if parent is None else next(self.all(parent, name), None)

    def text(self, parent: etree._Element | None, name: str) -> str:
        """Return the text of a direct child, else of any below."""
        if parent is None:
            return ""
        near = self.children(parent, name)
        one = near[0] if near else self.first(parent, name)
        value = "" if one is None else " ".join("".join(one.itertext()).split())
        if value.lower() == "null":
            self.odd(f"{name} is “null”")
            return ""
        return value

    def day(self, parent: etree._Element | None, name: str) -> str:
        """Return a day as ISO 8601; what is none is forgiven as nothing."""
        value = self.text(parent, name)
        for form in _DATES:
            with contextlib.suppress(ValueError):
                return dt.datetime.strptime(value[:10], form).date().isoformat()  # noqa: DTZ007
        if value:
            self.odd(f"{name} is no date")
        return ""

    def moment(self, parent: etree._Element | None, name: str) -> dt.datetime | None:
        value = self.text(parent, name)
        for form in _TIMES:
            with contextlib.suppress(ValueError):
                return dt.datetime.strptime(value[:19], form).replace(tzinfo=VIETNAM)
        if value:
            self.odd(f"{name} is no time")
        return None

    def agency(self, one: etree._Element | None) -> Agency:
        name = self.text(one, "OrganName")
        if not name:
            self.odd("an agency without a name")
        return Agency(
            organ_id=self.text(one, "OrganId"),
            organ_name=name,
            in_charge=self.text(one, "OrganizationInCharge"),
            address=self.text(one, "OrganAdd"),
            email=self.text(one, "Email"),
            telephone=self.text(one, "Telephone"),
            fax=self.text(one, "Fax"),
            website=self.text(one, "Website"),
        )

    def response(self, one: etree._Element) -> Response:
        return Response(
            organ_id=self.text(one, "OrganId"),
            code=self.text(one, "Code"),
            promulgation_date=self.day(one, "PromulgationDate"),
            document_id=self.text(one, "DocumentId"),
        )


def read_message(data: bytes) -> Edoc | StatusMessage:
    """Return what a message says.

    Raises:
        DocumentError: DOC-EDXML when it is no edXML, or says neither document nor status.
    """
    found = _parsed(data)
    head = found.first(found.root, "MessageHeader")
    if head is None:
        raise DocumentError("DOC-EDXML", detail="no MessageHeader")
    if found.first(head, "StatusCode") is not None:
        return _status(found, head)
    return _edoc(found, head)


def _parsed(data: bytes) -> _Found:
    if len(data) > MESSAGE_BYTES_MAX:
        raise DocumentError("DOC-EDXML", detail=f"over {MESSAGE_BYTES_MAX} bytes")
    options = {"resolve_entities": False, "no_network": True, "load_dtd": False}
    # `huge_tree` lifts libxml2's limit of 10 MB on one text: an attachment is one text.
    try:
        root = etree.fromstring(data, etree.XMLParser(huge_tree=True, **options))
        found = _Found(root)
    except (etree.XMLSyntaxError, ValueError):
        parser = etree.XMLParser(recover=True, huge_tree=True, **options)
        try:
            root = etree.fromstring(data, parser)
        except (etree.XMLSyntaxError, ValueError) as error:
            raise DocumentError("DOC-EDXML", detail="no XML") from error
        if root is None:
            raise DocumentError("DOC-EDXML", detail="no XML") from None
        found = _Found(root)
        found.odd("not well-formed XML")
    if root.getroottree().docinfo.doctype:
        raise DocumentError("DOC-EDXML", detail="a document type definition")
    return found


def _local(one: etree._Element) -> str:
    """Return the local name, also where a prefix was never bound (`edXML:From`)."""
    tag = one.tag
    if not isinstance(tag, str):
        return ""  # a comment or processing instruction
    return tag.rpartition("}")[2].rpartition(":")[2]


def _edoc(found: _Found, head: etree._Element) -> Edoc:
    code = found.first(head, "Code")
    number = found.text(code, "CodeNumber")
    if not number.isdecimal():
        found.odd("CodeNumber is no number")
    promulgation = found.first(head, "PromulgationInfo")
    signer = found.first(head, "SignerInfo")
    other = found.first(head, "OtherInfo")
    business = found.first(found.root, "Bussiness")
    answers = [found.response(one) for one in found.children(head, "ResponseFor")]
    if any(one == Response() for one in answers):
        found.odd("an empty ResponseFor")
    senders = found.children(head, "From")
    sender = found.agency(senders[0] if senders else None)
    edoc = Edoc(
        sender=sender,
        receivers=tuple(found.agency(one) for one in found.children(head, "To")),
        document_id=_document_id(found, head),
        code_number=number,
        code_notation=found.text(code, "CodeNotation"),
        place=found.text(promulgation, "Place"),
        promulgation_date=found.day(promulgation, "PromulgationDate"),
        type_name=found.text(found.first(head, "DocumentType"), "TypeName"),
        subject=found.text(head, "Subject"),
        content=found.text(head, "Content"),
        competence=found.text(signer, "Competence"),
        position=found.text(signer, "Position"),
        full_name=found.text(signer, "FullName"),
        due_date=found.day(head, "DueDate"),
        priority=_number(found, other, "Priority"),
        page_amount=_number(found, other, "PageAmount"),
        to_places=tuple(_places(found, head)),
        response_for=tuple(one for one in answers if one != Response()),
        business_type=_number(found, business, "BussinessDocType"),
        concerns=tuple(_concerns(found, business)),
        is_paper=found.text(business, "Paper") == "1",
        sent_at=found.moment(found.first(found.root, "TraceHeader"), "Timestamp"),
        attachments=tuple(_attachments(found)),
        oddities=(),
    )
    if not sender.organ_id and not edoc.document_id:
        raise DocumentError("DOC-EDXML", detail="neither sender nor DocumentId")
    return _with_oddities(edoc, found)


def _with_oddities(edoc: Edoc, found: _Found) -> Edoc:
    values = {name: getattr(edoc, name) for name in Edoc.__slots__}
    return Edoc(**values | {"oddities": tuple(found.oddities)})


def _document_id(found: _Found, head: etree._Element) -> str:
    near = found.children(head, "DocumentId")
    if not near:
        found.odd("no DocumentId")
        return ""
    return "".join("".join(near[0].itertext()).split())


def _places(found: _Found, head: etree._Element) -> Iterator[str]:
    places = found.first(head, "ToPlaces")
    for one in [] if places is None else found.children(places, "Place"):
        if value := " ".join("".join(one.itertext()).split()):
            yield value


def _concerns(found: _Found, business: etree._Element | None) -> Iterator[str]:
    """Yield the DocumentIds below Bussiness: its own, and those of ReplacementInfoList."""
    for one in () if business is None else found.all(business, "DocumentId"):
        if value := "".join("".join(one.itertext()).split()):
            yield value


def _number(found: _Found, parent: etree._Element | None, name: str) -> int:
    value = found.text(parent, name)
    if value and not (value.isascii() and value.isdecimal() and len(value) < 7):
        found.odd(f"{name} is no number")
        return 0
    return int(value or 0)


def _status(found: _Found, head: etree._Element) -> StatusMessage:
    code = found.text(head, "StatusCode").zfill(2)
    if code not in STATUSES:
        raise DocumentError("DOC-EDXML", detail="StatusCode is not one of 01–16")
    answered = found.first(head, "ResponseFor")
    if answered is None:
        raise DocumentError("DOC-EDXML", detail="a status of no document")
    staff = found.first(head, "StaffInfo")
    senders = found.children(head, "From")
    said = StatusMessage(
        sender=found.agency(senders[0] if senders else None),
        response_for=found.response(answered),
        code=code,
        description=found.text(head, "Description"),
        staff=Staff(
            department=found.text(staff, "Department"),
            name=found.text(staff, "Staff"),
            mobile=found.text(staff, "Mobile"),
            email=found.text(staff, "Email"),
        ),
        at=found.moment(head, "Timestamp"),
    )
    values = {name: getattr(said, name) for name in StatusMessage.__slots__}
    return StatusMessage(**values | {"oddities": tuple(found.oddities)})


def _attachments(found: _Found) -> Iterator[Attachment]:
    for one in found.all(found.root, "Attachment"):
        encoded = found.first(one, "ContentTransferEncoded")
        raw = "" if encoded is None else "".join(encoded.itertext())
        try:
            data = base64.b64decode("".join(raw.split()), validate=True)
        except (binascii.Error, ValueError):
            found.odd("an attachment that is no base64")
            continue
        yield from _unpacked(found, one, data)


def _unpacked(found: _Found, one: etree._Element, data: bytes) -> Iterator[Attachment]:
    name = found.text(one, "AttachmentName")
    described = found.text(one, "Description")
    content_id = found.text(one, "ContentId").removeprefix("cid:")
    if not data.startswith(_ZIP):
        found.odd("an attachment that is not packed")
        yield _attachment(name, described, content_id, data)
        return
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = [member for member in archive.infolist() if not member.is_dir()]
            if len(members) != 1:
                found.odd("a ZIP of other than one file")
            for member in members:
                with archive.open(member) as file:
                    content = file.read(found.room_bytes + 1)
                found.room_bytes -= len(content)
                if found.room_bytes < 0:
                    raise DocumentError("DOC-BOMB", detail="edXML attachment")
                yield _attachment(name or member.filename, described, content_id, content)
    except _UNOPENABLE:
        found.odd("a ZIP that cannot be opened")


def _attachment(name: str, described: str, content_id: str, data: bytes) -> Attachment:
    kind = "application/pdf" if data.startswith(_PDF) else "application/octet-stream"
    return Attachment(
        name=name, content_type=kind, data=data, description=described, content_id=content_id
    )
