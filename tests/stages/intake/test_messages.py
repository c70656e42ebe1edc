"""An edXML message dropped into a watched folder becomes the document it carries."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import pkcs12
from lxml import etree
from signxml.signer import XMLSigner

from pipeline.assembly.house import House
from pipeline.assembly.inward import LazyUnpacker, judge_of
from pipeline.intake import RefusedError, in_place, receive, take_in_place
from pipeline.model.errors import DocumentError
from pipeline.model.inward import MESSAGE, MESSAGE_FIELDS
from pipeline.model.records import MediaType
from pipeline.store import Store
from stages.deliver.edxml.message import Attachment, Edoc, StatusMessage
from stages.deliver.edxml.signing import signed
from stages.deliver.edxml.verifying import Worth, checked
from stages.deliver.edxml.writer import write_edoc, write_status
from stages.sign import Options, Pkcs12Seal, SealKey
from tests.stages.intake.samples import PDF, picture
from tests.stages.sign.sealing_bench import identity
from tests.unit.deliver.test_edxml import EDOC, QCVN

FILES = (
    Attachment(name="phu-luc.xlsx", content_type="x", data=b"PK\x03\x04 no zip", content_id="b"),
    Attachment(name="anh.png", content_type="image/png", data=picture("PNG"), content_id="c"),
    Attachment(name="cv.pdf", content_type="application/pdf", data=PDF, content_id="d"),
)


def unpacker(*trust: Path, signature: str = "any") -> LazyUnpacker:
    """Return who opens messages, with the roots that are trusted."""
    return LazyUnpacker(judge=judge_of(Options(trust=tuple(map(str, trust)))), signature=signature)


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
    got = receive(in_place(path), store, unpacker=unpacker())
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
    remark, warning = got.remarks
    assert (remark.code, warning.code) == ("EDXML-RECEIVED", "EDXML-UNSIGNED")
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
            receive(in_place(path), store, unpacker=unpacker())
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
        assert codes == ["EDXML-RECEIVED", "EDXML-UNSIGNED"]
        second = dropped(tmp_path, subject="Về việc khác")
        again = house.receiving.enter(in_place(second), priority=0)
        assert (again.is_new, again.document_id) == (False, first.document_id)
        assert house.history.artifacts(first.document_id) == kept


def test_the_signature_of_a_message_is_checked(tmp_path: Path) -> None:
    """Each verdict is told; a changed message is refused, whatever the keeper asks for."""
    made = identity(tmp_path / "ben-gui.p12")
    root = made.with_suffix(".pem")
    key = SealKey(Pkcs12Seal(made, passphrase_file=made.with_suffix(".pass")))
    whole = signed(dropped(tmp_path).read_bytes(), key)
    store = Store(tmp_path / "store")

    def taken(message: bytes, *trust: Path, signature: str = "any") -> list[str]:
        path = tmp_path / "goi.edxml"
        path.write_bytes(message)
        opener = unpacker(*trust, signature=signature)
        got = receive(in_place(path), store, unpacker=opener)
        assert got.remarks[0].facts["organ_id"] == "000.00.00.G22"
        return [remark.code for remark in got.remarks[1:]]

    assert taken(whole, root, signature="trusted") == []
    assert taken(whole, signature="intact") == ["EDXML-SIGNER-UNKNOWN"]
    bare = dropped(tmp_path).read_bytes()
    assert taken(bare) == ["EDXML-UNSIGNED"]
    for message, signature in ((whole, "trusted"), (bare, "intact")):
        with pytest.raises(RefusedError, match="DOC-EDXML-UNSIGNED"):
            taken(message, signature=signature)
    subject = "triển khai".encode()
    assert whole.count(subject) == 1
    for changed in (
        whole.replace(subject, "đình chỉ".encode()),
        whole.replace(b"<ds:SignatureValue>", b"<ds:SignatureValue>AAAA", 1),
    ):
        with pytest.raises(RefusedError, match="DOC-EDXML-SIGNATURE"):
            taken(changed, root)


def test_what_hides_in_a_signature_is_not_read(tmp_path: Path) -> None:
    """An enveloped signature leaves its own element out: another header in there says nothing."""
    made = identity(tmp_path / "ben-gui.p12")
    key = SealKey(Pkcs12Seal(made, passphrase_file=made.with_suffix(".pass")))
    whole = signed(dropped(tmp_path).read_bytes(), key)
    hidden = (
        b'<ds:Object xmlns:e="' + QCVN.namespace.encode() + b'"><e:MessageHeader><e:From>'
        b"<e:OrganId>FALSE</e:OrganId></e:From></e:MessageHeader></ds:Object></ds:Signature>"
    )
    path = tmp_path / "goi.edxml"
    path.write_bytes(whole.replace(b"</ds:Signature>", hidden))
    got = receive(in_place(path), Store(tmp_path / "store"), unpacker=unpacker())
    assert [one.code for one in got.remarks] == ["EDXML-RECEIVED", "EDXML-SIGNER-UNKNOWN"]
    assert got.remarks[0].facts["organ_id"] == "000.00.00.G22"


def test_a_signature_that_cannot_be_checked_counts_as_none(tmp_path: Path) -> None:
    """Without its namespace, with references outside, not well-formed, SHA-1: never `intact`."""
    made = identity(tmp_path / "ben-gui.p12")
    key = SealKey(Pkcs12Seal(made, passphrase_file=made.with_suffix(".pass")))
    whole = signed(dropped(tmp_path).read_bytes(), key)
    other = b"http://www.w3.org/2000/09/other#"
    for message in (
        whole.replace(b"http://www.w3.org/2000/09/xmldsig#", other),
        whole.replace(b'URI=""', b'URI="cid:a"'),
        whole.replace(b"</edXMLEnvelope>", b"", 1).replace(b"</edXML:edXMLEnvelope>", b"", 1),
        whole.replace(b"<ds:X509Certificate>", b"<ds:X509Certificate>@", 1),
    ):
        path = tmp_path / "goi.edxml"
        path.write_bytes(message)
        with pytest.raises(RefusedError) as caught:
            receive(in_place(path), Store(tmp_path / "store"),
                    unpacker=unpacker(signature="intact"))  # fmt: skip
        assert caught.value.code in {"DOC-EDXML-UNSIGNED", "DOC-EDXML-SIGNATURE"}


class Old(XMLSigner):
    """Signs as the vendors' samples do."""

    def check_deprecated_methods(self) -> None:
        """Let SHA-1 pass."""


def test_weak_and_revoked_signatures(tmp_path: Path) -> None:
    """SHA-1 fits and proves nothing; a revoked certificate's signature is refused."""
    made = identity(tmp_path / "ben-gui.p12")
    key, certificate, _ = pkcs12.load_key_and_certificates(made.read_bytes(), b"mat khau")
    root = etree.fromstring(dropped(tmp_path).read_bytes())
    weak = Old(signature_algorithm="rsa-sha1", digest_algorithm="sha1").sign(
        root,
        key=key,
        cert=[certificate],  # type: ignore[arg-type, list-item]
    )
    found = checked(etree.tostring(weak), lambda _: ("valid", "CN=A"))
    assert (found.worth, found.signer) == (Worth.NONE, "")
    strong = XMLSigner().sign(root, key=key, cert=[certificate])  # type: ignore[arg-type, list-item]
    message = etree.tostring(strong)
    assert checked(message, lambda _: ("valid", "CN=A")).worth is Worth.TRUSTED
    with pytest.raises(DocumentError, match="DOC-EDXML-SIGNATURE") as caught:
        checked(message, lambda _: ("invalid", "CN=A"))
    assert caught.value.detail == "CN=A: revoked"
