"""What leaves the house: which bytes, under which signature, with which values."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.assembly.onward import HouseParcels
from pipeline.ledger.history import History
from pipeline.ledger.ledger import Ledger
from pipeline.model.codec import inspection_to_json
from pipeline.model.errors import ContractError
from pipeline.model.records import (
    Artifact,
    Document,
    Field,
    FieldSource,
    Inspection,
    MediaType,
    PageEntry,
    Remark,
    Route,
)
from pipeline.store import Store
from stages.register import EmbeddedRegister, Place
from tests.unit.register.test_embedded import ENTRY

RECEIVED = "%PDF-1.4 bản nhận".encode()
KEY = hashlib.sha256(RECEIVED).hexdigest()


@dataclasses.dataclass
class Office:
    """Ledger, store and register of one document."""

    ledger: Ledger
    store: Store
    register: EmbeddedRegister
    parcels: HouseParcels

    def finish(
        self, kinds: dict[str, bytes], *, route: Route = Route.SCAN, remarks: tuple[str, ...] = ()
    ) -> None:
        """Take the document through the job with these artifacts and remarks."""
        self.store.put_bytes(RECEIVED)
        inspection = Inspection(route=route, pages=(PageEntry(number=1),))
        kinds = {"inspection": inspection_to_json(inspection)} | kinds
        made = [(kind, self.store.put_bytes(content)) for kind, content in kinds.items()]
        entry = dataclasses.replace(ENTRY, document_id=KEY)
        registered = self.register.enter(entry, key=f"den:{KEY}")
        document = Document(id=KEY, media_type=MediaType.PDF, size_bytes=len(RECEIVED))
        self.ledger.receive(
            document, folder="den", source_name="x.pdf", arrival_id=KEY, at=ENTRY.arrival_at,
            priority=0,
        )  # fmt: skip
        self.ledger.take(KEY)
        read = {"number": "5", "notation": "UBND-VX", "code": "5/UBND-VX", "place": "Hà Nam"}
        self.ledger.stage_done(
            KEY, stage="register", key="k", outcome="done", seconds=0.1,
            artifacts=[
                Artifact(kind=kind, digest=one.digest, size_bytes=one.size_bytes, made_by="x")
                for kind, one in made
            ],
            fields=[
                Field(name=name, value=value, confidence=1.0, source=FieldSource.PRINTED)
                for name, value in read.items()
            ],
            registered=registered,
            remarks=[Remark(code=code) for code in remarks],
        )  # fmt: skip
        self.ledger.deliver(KEY, "/xong/x.pdf")


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """Give an empty office."""
    ledger = Ledger.open(tmp_path / "ledger.sqlite")
    store = Store(tmp_path / "store")
    register = EmbeddedRegister(tmp_path / "register.sqlite")
    parcels = HouseParcels(history=History(ledger.engine), store=store, register=register)
    yield Office(ledger, store, register, parcels)
    register.close()
    store.close()
    ledger.close()


@pytest.mark.parametrize(
    ("kinds", "route", "remarks", "sent", "signature"),
    [
        ({"sealed": b"%PDF ky", "pdfa": b"%PDF a"}, Route.SCAN, (), b"%PDF ky", "agency"),
        ({"sealed": b"%PDF ky"}, Route.SCAN, ("SIGN-DEVELOPMENT",), b"%PDF ky", "development"),
        ({"sealed": b"%PDF ky"}, Route.DIGITAL, (), b"%PDF ky", "agency"),
        ({"pdfa": b"%PDF a"}, Route.EVIDENCE, (), RECEIVED, "sender"),
        ({"pdfa": b"%PDF a"}, Route.EVIDENCE, ("SIGN-EVIDENCE-INVALID",), RECEIVED, ""),
        ({"pdfa": b"%PDF a"}, Route.SCAN, (), b"%PDF a", ""),
    ],
)
def test_which_bytes_under_which_signature(
    office: Office,
    kinds: dict[str, bytes],
    route: Route,
    remarks: tuple[str, ...],
    sent: bytes,
    signature: str,
) -> None:
    """Evidence goes as it came; only what proves something is called signed."""
    office.finish(kinds, route=route, remarks=remarks)
    parcel = office.parcels(KEY)
    assert parcel.pdf.read_bytes() == sent
    assert parcel.pdf_digest == hashlib.sha256(sent).hexdigest()
    assert (parcel.pdf_bytes, parcel.signature, parcel.key) == (len(sent), signature, KEY)
    assert parcel.name.isascii()


def test_the_registers_word_goes_before_what_was_read(office: Office) -> None:
    """Corrections go out, the code follows a corrected number, the rest stays as read."""
    office.finish({"sealed": b"%PDF ky"})
    place = Place(book="den", year=2026, arrival_number=1)
    register = office.register
    register.correct(place, {"code_number": "6"}, person="An", reason="", seen=0)
    parcel = office.parcels(KEY)
    assert (parcel.fields["number"], parcel.fields["code"]) == ("6", "6/UBND-VX")
    assert parcel.annex["CodeNumber"] == "6"
    assert parcel.fields["place"] == "Hà Nam"
    assert parcel.arrival_at == dt.datetime(2026, 5, 4, 1, tzinfo=dt.UTC)


def test_what_is_not_finished_is_no_parcel(office: Office) -> None:
    """A fault of ours, told as such."""
    with pytest.raises(ContractError):
        office.parcels("0" * 64)
    office.finish({"sealed": b"%PDF ky"})
    office.store.path(hashlib.sha256(b"%PDF ky").hexdigest()).unlink()
    with pytest.raises(ContractError):
        office.parcels(KEY)
