"""An edXML message dropped into a watched folder becomes the document it carries."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from pathlib import Path

import pytest

from pipeline.assembly.house import House
from pipeline.assembly.inward import LazyUnpacker
from pipeline.intake import RefusedError, in_place, receive, take_in_place
from pipeline.model.inward import MESSAGE, MESSAGE_FIELDS
from pipeline.model.records import MediaType
from pipeline.store import Store
from stages.deliver.edxml.message import Attachment, Edoc, StatusMessage
from stages.deliver.edxml.writer import write_edoc, write_status
from tests.stages.intake.samples import PDF, picture
from tests.unit.deliver.test_edxml import EDOC, QCVN

FILES = (
    Attachment(name="phu-luc.xlsx", content_type="x", data=b"PK\x03\x04 no zip", content_id="b"),
    Attachment(name="anh.png", content_type="image/png", data=picture("PNG"), content_id="c"),
    Attachment(name="cv.pdf", content_type="application/pdf", data=PDF, content_id="d"),
)


def dropped(folder: Path, **changed: object) -> Path:
    """Drop a message."""
    path = folder / "den.edxml"
    edoc: Edoc = dataclasses.replace(EDOC, attachments=FILES, **changed)  # type: ignore[arg-type]
    path.write_bytes(write_edoc(edoc, QCVN))
    return path


def test_the_pdf_is_the_document(tmp_path: Path) -> None:
    """All that came is durable: message, fields, the other files."""
    store = Store(tmp_path / "store")
    path = dropped(tmp_path)
    got = receive(in_place(path), store, unpacker=LazyUnpacker())
    assert got.document.media_type is MediaType.PDF
    assert store.path(got.document.id).read_bytes() == PDF
    kept = {one.kind: store.path(one.digest).read_bytes() for one in got.enclosed}
    assert kept[MESSAGE] == path.read_bytes()
    assert sorted(kept) == [MESSAGE, MESSAGE_FIELDS, "message-file-1", "message-file-2"]
    assert {kept["message-file-1"], kept["message-file-2"]} == {FILES[0].data, FILES[1].data}
    told = json.loads(kept[MESSAGE_FIELDS])
    assert told["document"] == got.document.id
    said = told["fields"]
    assert said["code"] == "7816/VPCP-TTĐT"
    assert (said["issued_date"], said["issuer"]) == ("2015-09-30", "Văn phòng Chính phủ")
    assert (said["type"], said["urgency"]) == ("Công văn", "KHẨN")
    (remark,) = got.remarks
    assert remark.code == "EDXML-RECEIVED"
    assert remark.facts["organ_id"] == "000.00.00.G22"
    assert EDOC.subject not in str(remark.facts), "no word of the text before the guard"


def test_what_carries_no_document_is_refused(tmp_path: Path) -> None:
    """Statuses, messages without a usable file, other XML: each with its code, bytes kept."""
    store = Store(tmp_path / "store")
    status = StatusMessage(
        sender=EDOC.sender, response_for=dataclasses.replace(EDOC.response_for[0],
        document_id="x"), code="03", at=dt.datetime.now(dt.UTC))  # fmt: skip
    bare = dataclasses.replace(EDOC, attachments=FILES[:1])
    for data, code in (
        (write_status(status, QCVN), "DOC-EDXML"),
        (write_edoc(bare, QCVN), "DOC-EDXML"),
        (b"<edXML>", "DOC-EDXML"),
        (b"<html><body>edXML</body></html>", "DOC-FORMAT"),
    ):
        path = tmp_path / "x.xml"
        path.write_bytes(data)
        with pytest.raises(RefusedError) as caught:
            receive(in_place(path), store, unpacker=LazyUnpacker())
        assert (caught.value.code, caught.value.stored is None) == (code, False)
    with pytest.raises(RefusedError, match="DOC-FORMAT"):
        take_in_place(dropped(tmp_path), store)


def test_rows_stand_with_the_document_and_a_second_message_is_a_duplicate(tmp_path: Path) -> None:
    """Artifacts and remark come with the job's row; the same file again changes nothing."""
    with House.open(tmp_path / "data", environment={}) as house:
        first = house.receiving.enter(in_place(dropped(tmp_path)), priority=0)
        assert first.is_new
        kept = house.history.artifacts(first.document_id)
        assert {MESSAGE, MESSAGE_FIELDS} <= set(kept)
        codes = [remark.code for remark in house.history.remarks(first.document_id)]
        assert codes == ["EDXML-RECEIVED"]
        second = dropped(tmp_path, subject="Về việc khác")
        again = house.receiving.enter(in_place(second), priority=0)
        assert (again.is_new, again.document_id) == (False, first.document_id)
        assert house.history.artifacts(first.document_id) == kept
