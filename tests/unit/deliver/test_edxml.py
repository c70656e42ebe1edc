"""edXML: a strict writer, a lenient reader, statuses and the time to send."""

from __future__ import annotations

import base64
import dataclasses
import datetime as dt
import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from pipeline.model.errors import DocumentError, OperatorError
from pipeline.model.working_days import WorkingDays
from stages.deliver.edxml import reader
from stages.deliver.edxml.deadline import deadline, is_late
from stages.deliver.edxml.dialect import VIETNAM, load_dialect
from stages.deliver.edxml.message import (
    STATUSES,
    Agency,
    Attachment,
    Edoc,
    Response,
    Staff,
    StatusMessage,
)
from stages.deliver.edxml.reader import read_message
from stages.deliver.edxml.writer import write_edoc, write_status

RULES = Path(__file__).resolve().parents[3] / "config" / "rules"
QCVN = load_dialect(RULES, "qcvn-102-2016")
PDF = "%PDF-1.7 văn bản".encode()
EDOC = Edoc(
    sender=Agency(organ_id="000.00.00.G22", organ_name="Văn phòng Chính phủ"),
    receivers=(
        Agency(organ_id="H26", organ_name="Ủy ban nhân dân"),
        Agency(organ_id="H29", organ_name="Ủy ban nhân dân thành phố"),
    ),
    document_id="11111111-2222-3333-4444-555555555555",
    code_number="7816",
    code_notation="VPCP-TTĐT",
    place="Hà Nội",
    promulgation_date="2015-09-30",
    type_name="Công văn",
    subject="Về việc triển khai <hệ thống> & trục liên thông",
    position="PHÓ CHỦ NHIỆM",
    full_name="Nguyễn Văn An",
    due_date="2015-10-15",
    priority=1,
    page_amount=3,
    to_places=("Như trên", "Lưu: VT"),
    response_for=(Response(organ_id="H26", code="12/UBND-VX", promulgation_date="2015-09-01"),),
    sent_at=dt.datetime(2015, 9, 30, 9, 7, 31, tzinfo=VIETNAM),
    attachments=(
        Attachment(
            name="cv-7816.pdf", content_type="application/pdf", data=PDF, description="toàn văn",
            content_id="aaaaaaaa-2222-3333-4444-555555555555",
        ),
    ),
)  # fmt: skip
STATUS = StatusMessage(
    sender=Agency(organ_id="H26", organ_name="Ủy ban nhân dân tỉnh"),
    response_for=Response(
        organ_id="000.00.00.G22", code="7816/VPCP-TTĐT", promulgation_date="2015-09-30",
        document_id="000.00.00.G22,2015/09/30,7816/VPCP-TTĐT",
    ),
    code="03",
    description="Đã tiếp nhận",
    staff=Staff(department="Văn thư", name="Trần Thị Bình", mobile="0900", email="a@b.vn"),
    at=dt.datetime(2015, 9, 30, 10, 0, tzinfo=VIETNAM),
)  # fmt: skip


def test_what_is_written_is_read_the_same() -> None:
    """Both messages, in both dialects, with nothing to forgive."""
    for name in ("qcvn-102-2016", "e-doc"):
        dialect = load_dialect(RULES, name)
        read = read_message(write_edoc(EDOC, dialect))
        assert read == EDOC
        assert read.oddities == ()
        assert read_message(write_status(STATUS, dialect)) == STATUS


def test_the_canonical_order_and_formats() -> None:
    """The order of the vendor's header; dates with slashes; ZIP of one `<uuid>.pdf`."""
    tree = etree.fromstring(write_edoc(EDOC, QCVN))
    space = {"e": QCVN.namespace}
    (head,) = tree.xpath("//e:MessageHeader", namespaces=space)
    assert [etree.QName(one).localname for one in head] == [
        "From", "To", "To", "DocumentId", "Code", "PromulgationInfo", "DocumentType", "Subject",
        "Content", "SignerInfo", "DueDate", "OtherInfo", "ResponseFor", "SteeringType", "ToPlaces",
    ]  # fmt: skip
    assert tree.xpath("string(//e:PromulgationDate)", namespaces=space) == "2015/09/30"
    assert tree.xpath("string(//e:TraceHeader/e:Timestamp)", namespaces=space) == (
        "2015/09/30 09:07:31"
    )
    (encoded,) = tree.xpath("//e:ContentTransferEncoded/text()", namespaces=space)
    with zipfile.ZipFile(io.BytesIO(base64.b64decode(encoded))) as archive:
        assert archive.namelist() == ["aaaaaaaa-2222-3333-4444-555555555555.pdf"]
        assert archive.read(archive.namelist()[0]) == PDF
    assert write_edoc(EDOC, QCVN) == write_edoc(EDOC, QCVN)


@pytest.mark.parametrize(
    ("changed", "element"),
    [
        ({"code_number": "12a"}, "CodeNumber"),
        ({"code_number": ""}, "CodeNumber"),
        ({"code_number": "1" * 12}, "CodeNumber"),
        ({"code_notation": ""}, "CodeNotation"),
        ({"code_notation": "X" * 31}, "CodeNotation"),
        ({"subject": " "}, "Subject"),
        ({"subject": "x" * 501}, "Subject"),
        ({"subject": "a\x00b"}, "Subject"),
        ({"type_name": ""}, "TypeName"),
        ({"promulgation_date": ""}, "PromulgationDate"),
        ({"promulgation_date": "30/9/2015"}, "PromulgationDate"),
        ({"full_name": "x" * 51}, "FullName"),
        ({"priority": 5}, "Priority"),
        ({"document_id": ""}, "DocumentId"),
        ({"receivers": ()}, "To"),
        ({"receivers": EDOC.receivers[:1] * 2}, "To"),
        ({"receivers": (Agency(organ_id=""),)}, "OrganId"),
        ({"sender": Agency(organ_id="x" * 36, organ_name="x")}, "OrganId"),
        ({"attachments": ()}, "Attachment"),
        ({"sent_at": None}, "Timestamp"),
        ({"to_places": ("x" * 151,)}, "Place"),
    ],
)
def test_the_writer_refuses_what_does_not_fit(changed: dict[str, object], element: str) -> None:
    """The element is named; nothing is cut."""
    with pytest.raises(DocumentError, match="DELIVER-VALUE") as caught:
        write_edoc(dataclasses.replace(EDOC, **changed), QCVN)  # type: ignore[arg-type]
    assert caught.value.detail.startswith(element)


def test_signs_that_xml_can_hold_are_written() -> None:
    """A no-break space, as pasted from a word processor, is no reason to refuse a document."""
    read = read_message(write_edoc(dataclasses.replace(EDOC, subject="Về\xa0việc"), QCVN))
    assert isinstance(read, Edoc)
    assert read.subject == "Về việc"


def test_every_status_is_written_and_read() -> None:
    """01–06, 13, 15, 16; another code is none."""
    for code in STATUSES:
        status = dataclasses.replace(STATUS, code=code)
        assert read_message(write_status(status, QCVN)) == status
    for wrong in ({"code": "07"}, {"at": None}, {"response_for": Response()}):
        with pytest.raises(DocumentError, match="DELIVER-VALUE"):
            write_status(dataclasses.replace(STATUS, **wrong), QCVN)  # type: ignore[arg-type]


ODD = f"""<?xml version="1.0" encoding="utf-8"?>
<edXML xmlns="http://www.mic.gov.vn/TBT/QCVN_102_2016">
 <edXML:edXMLEnvelope><edXML:edXMLHeader>
  <edXML:TraceHeaderList>
   <edXML:Bussiness><edXML:BussinessDocType>0</edXML:BussinessDocType><edXML:Paper>1</edXML:Paper>
    <edXML:StaffInfo><edXML:Staff>Bình</edXML:Staff></edXML:StaffInfo></edXML:Bussiness>
   <edXML:TraceHeader><edXML:OrganId>null</edXML:OrganId>
    <edXML:Timestamp>2015/09/30 09:07:31</edXML:Timestamp></edXML:TraceHeader>
  </edXML:TraceHeaderList>
  <edXML:MessageHeader>
   <edXML:Subject>Về việc
     liên thông</edXML:Subject>
   <edXML:ToPlaces><edXML:Place>Như trên</edXML:Place><edXML:Place/></edXML:ToPlaces>
   <edXML:ResponseFor></edXML:ResponseFor>
   <edXML:To><edXML:OrganId>28.22.H17</edXML:OrganId></edXML:To>
   <edXML:From><edXML:OrganId>vxp.saas.03</edXML:OrganId><edXML:OrganName>Sở</edXML:OrganName></edXML:From>
   <edXML:Code><edXML:CodeNotation>SNV-VP</edXML:CodeNotation><edXML:CodeNumber>05a</edXML:CodeNumber></edXML:Code>
   <edXML:PromulgationInfo><edXML:PromulgationDate>30/09/2015</edXML:PromulgationDate></edXML:PromulgationInfo>
   <edXML:OtherInfo><edXML:Priority>cao</edXML:Priority><edXML:PageAmount>2</edXML:PageAmount></edXML:OtherInfo>
   <edXML:DocumentId>000.00.00.G22,2015/09/30,
      05a/SNV-VP</edXML:DocumentId>
  </edXML:MessageHeader>
  <Signature><SignedInfo><Reference xlink:href="#x"/></SignedInfo></Signature>
 </edXML:edXMLHeader></edXML:edXMLEnvelope>
 <edXML:AttachmentEncoded><edXML:Attachment>
   <edXML:ContentId>cid:1</edXML:ContentId><edXML:AttachmentName>a.pdf</edXML:AttachmentName>
   <edXML:ContentType>application/zip</edXML:ContentType>
   <edXML:ContentTransferEncoded>{base64.b64encode(PDF).decode()[:10]}
     {base64.b64encode(PDF).decode()[10:]}</edXML:ContentTransferEncoded>
 </edXML:Attachment></edXML:AttachmentEncoded>
</edXML>""".encode()
"""Every oddity of the vendors' samples at once; made up after their description, no copy."""


def test_the_reader_takes_every_oddity_and_says_so() -> None:
    """Nothing of use is lost, and each thing forgiven is named."""
    read = read_message(ODD)
    assert isinstance(read, Edoc)
    assert read.sender == Agency(organ_id="vxp.saas.03", organ_name="Sở")
    assert [one.organ_id for one in read.receivers] == ["28.22.H17"]
    assert read.document_id == "000.00.00.G22,2015/09/30,05a/SNV-VP"
    assert (read.code_number, read.code_notation) == ("05a", "SNV-VP")
    assert (read.promulgation_date, read.subject) == ("2015-09-30", "Về việc liên thông")
    assert (read.priority, read.page_amount, read.is_paper) == (0, 2, True)
    assert read.sent_at == dt.datetime(2015, 9, 30, 9, 7, 31, tzinfo=VIETNAM)
    assert (read.to_places, read.response_for) == (("Như trên",), ())
    assert [(one.name, one.data) for one in read.attachments] == [("a.pdf", PDF)]
    assert set(read.oddities) == {
        "not well-formed XML", "CodeNumber is no number", "an agency without a name",
        "Priority is no number", "an empty ResponseFor", "an attachment that is not packed",
    }  # fmt: skip


def test_an_agency_code_that_reads_null() -> None:
    """The four letters are no code."""
    odd = ODD.replace(b"vxp.saas.03", b"null")
    read = read_message(odd)
    assert read.sender.organ_id == ""
    assert any("null" in one for one in read.oddities)


@pytest.mark.parametrize(
    "data",
    [
        b"", b"\x00\x01", b"%PDF-1.4", b"<html><body>login</body></html>", b"<edXML/>",
        b"<edXML><MessageHeader/></edXML>",
        b"<a><MessageHeader><StatusCode>99</StatusCode><ResponseFor/></MessageHeader></a>",
        b"<a><MessageHeader><StatusCode>03</StatusCode></MessageHeader></a>",
        b'<!DOCTYPE a [<!ENTITY x "y">]><a><MessageHeader><DocumentId>&x;</DocumentId>'
        b"</MessageHeader></a>",
    ],
)  # fmt: skip
def test_what_is_no_message_is_refused(data: bytes) -> None:
    """One code for all; no entity is ever followed."""
    with pytest.raises(DocumentError, match="DOC-EDXML"):
        read_message(data)


def with_attachment(data: bytes) -> bytes:
    """Return a message that carries these bytes."""
    message = write_edoc(EDOC, QCVN)
    start = message.index(b"<ContentTransferEncoded>") + len(b"<ContentTransferEncoded>")
    end = message.index(b"</ContentTransferEncoded>")
    return message[:start] + base64.b64encode(data) + message[end:]


def test_attachments_that_are_no_honest_zip(monkeypatch: pytest.MonkeyPatch) -> None:
    """Broken: left out and said; a bomb: refused; two files: both, and said."""
    read = read_message(with_attachment(b"PK\x03\x04 broken"))
    assert (read.attachments, read.oddities) == ((), ("a ZIP that cannot be opened",))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.pdf", PDF)
        archive.writestr("b.pdf", PDF)
    read = read_message(with_attachment(out.getvalue()))
    assert len(read.attachments) == 2
    assert read.oddities == ("a ZIP of other than one file",)
    monkeypatch.setattr(reader, "FILES_BYTES_MAX", 2 * len(PDF))
    assert len(read_message(with_attachment(out.getvalue())).attachments) == 2
    for most_bytes in (2 * len(PDF) - 1, len(PDF), 10):
        monkeypatch.setattr(reader, "FILES_BYTES_MAX", most_bytes)
        with pytest.raises(DocumentError, match="DOC-BOMB"):
            read_message(with_attachment(out.getvalue()))
    monkeypatch.setattr(reader, "MESSAGE_BYTES_MAX", 10)
    with pytest.raises(DocumentError, match="DOC-EDXML"):
        read_message(ODD)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, len(ODD) - 1), st.binary(max_size=12))
def test_nothing_but_one_code_comes_of_junk(at: int, junk: bytes) -> None:
    """A message damaged anywhere is read or refused, and never breaks the reader."""
    try:
        read_message(ODD[:at] + junk + ODD[at + len(junk) :])
    except DocumentError as error:
        code = error.code
    else:
        return
    assert code in {"DOC-EDXML", "DOC-BOMB"}


@pytest.mark.parametrize(
    ("finished", "latest"),
    [
        ("2026-05-04T10:00", "2026-05-05T12:00"),  # Monday → Tuesday noon
        ("2026-05-08T16:59", "2026-05-11T12:00"),  # Friday → Monday noon
        ("2026-05-09T09:00", "2026-05-11T12:00"),  # Saturday
        ("2026-05-10T23:59", "2026-05-11T12:00"),  # Sunday
        ("2026-02-13T15:00", "2026-02-23T12:00"),  # before Tết
        ("2026-04-29T08:00", "2026-05-04T12:00"),  # before 30/4, 1/5 and a weekend
        ("2026-08-21T08:00", "2026-08-22T12:00"),  # a Saturday that is worked
    ],
)
def test_the_time_to_send(finished: str, latest: str) -> None:
    """The same day, else the morning of the next working day (QĐ 28/2018, Đ6)."""
    at = dt.datetime.fromisoformat(finished).replace(tzinfo=VIETNAM)
    wanted = dt.datetime.fromisoformat(latest).replace(tzinfo=VIETNAM)
    days = WorkingDays()
    assert deadline(at, days) == wanted
    assert not is_late(at, days, now=wanted)
    assert is_late(at.astimezone(dt.UTC), days, now=wanted + dt.timedelta(seconds=1))


def test_a_dialect_that_nobody_speaks(tmp_path: Path) -> None:
    """The keeper is told at the start."""
    for folder, name in ((RULES, "khac"), (tmp_path, "qcvn-102-2016")):
        with pytest.raises(OperatorError, match="SYS-CONFIG"):
            load_dialect(folder, name)
