"""The stage `register`."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest

from pipeline.model.records import Route
from pipeline.model.stage import Effect, Stage
from stages.register.embedded import EmbeddedRegister
from stages.register.stage import Options, RegisterStage, entry_of
from tests.unit.index.works import RECEIVED_AT, work

VALUES = {
    "type": "Quyết định",
    "number": "12",
    "notation": "QĐ-UBND",
    "issued_date": "2026-05-01",
    "issuer": "Ủy ban nhân dân tỉnh Hà Nam",
    "subject": "Về việc số hóa",
    "signer_title": "CHỦ TỊCH",
    "signer_name": "Nguyễn Văn An",
    "urgency": "KHẨN",
    "addressee": "Sở Nội vụ",
}


def test_fields_become_the_entry(tmp_path: Path) -> None:
    """Each field of the annex has its source; blank backs are no pages."""
    entry = entry_of(work(tmp_path, **VALUES), book="den")
    assert dataclasses.asdict(entry) == {
        "book": "den",
        "type_name": "Quyết định",
        "code_number": "12",
        "code_notation": "QĐ-UBND",
        "issued_date": "2026-05-01",
        "organ_name": "Ủy ban nhân dân tỉnh Hà Nam",
        "subject": "Về việc số hóa",
        "page_amount": 2,
        "signer_position": "CHỦ TỊCH",
        "signer_name": "Nguyễn Văn An",
        "priority": "KHẨN",
        "to_places": "Sở Nội vụ",
        "description": "",
        "document_id": "d" * 64,
        "arrival_at": RECEIVED_AT,
        "organ_id": "",
        "file_catalog": "",
        "file_notation": "",
        "doc_ordinal": 0,
        "language": "Tiếng Việt",
        "due_date": "",
        "folder": "den",
    }


def test_a_signed_original_is_noted(tmp_path: Path) -> None:
    """The clerk sees that the paper came as a signed electronic document."""
    entry = entry_of(work(tmp_path, route=Route.EVIDENCE), book="den")
    assert entry.description == "Văn bản điện tử có chữ ký số"


@pytest.mark.parametrize(
    ("verdict", "words"),
    [("valid", "hợp lệ"), ("invalid", "không hợp lệ"), ("unknown", "chưa xác định")],
)
def test_the_verdict_on_its_signatures_is_noted(tmp_path: Path, verdict: str, words: str) -> None:
    """What the signatures are worth, and who signed, each once."""
    signers = ("Nguyễn Văn An", "Sở Nội vụ", "Nguyễn Văn An", "")
    report = tmp_path / "report.json"
    told = {"verdict": verdict, "signatures": [{"signer": one} for one in signers]}
    report.write_text(json.dumps(told), encoding="utf-8")
    came = work(tmp_path, route=Route.EVIDENCE)
    came = dataclasses.replace(came, artifacts={**came.artifacts, "report": report})
    assert entry_of(came, book="den").description == (
        f"Văn bản điện tử có chữ ký số: {words} (Nguyễn Văn An; Sở Nội vụ)"
    )


def test_running_again_registers_once(tmp_path: Path) -> None:
    """A crash after entering and before the receipt leaves one entry."""
    register = EmbeddedRegister(tmp_path / "r.sqlite")
    stage = RegisterStage(register=register, options=Options(book="van-ban-den"))
    one, two = (stage.run(work(tmp_path, **VALUES)) for _ in range(2))
    assert one.registered == two.registered
    assert one.registered is not None
    assert one.receipt == one.registered.receipt
    assert (one.registered.book, one.registered.arrival_number) == ("van-ban-den", 1)
    assert len(register.rows("van-ban-den", 2026)) == 1


def test_a_lookalike_is_remarked(tmp_path: Path) -> None:
    """The same paper scanned twice is registered with a warning that leads to the first."""
    register = EmbeddedRegister(tmp_path / "r.sqlite")
    stage = RegisterStage(register=register, lookalikes=register)
    first = work(tmp_path, **VALUES)
    assert stage.run(first).remarks == ()
    other = dataclasses.replace(first, document=dataclasses.replace(first.document, id="e" * 64))
    (remark,) = stage.run(other).remarks
    assert remark.code == "REGISTER-SIMILAR"
    assert remark.facts == {"arrival_numbers": "1/2026 (den)"}


def test_the_stage_describes_itself(tmp_path: Path) -> None:
    """What the plan needs to know; the book shapes the digest."""
    register = EmbeddedRegister(tmp_path / "r.sqlite")
    stage: Stage = RegisterStage(register=register)
    other = RegisterStage(register=register, options=Options(book="mat"))
    assert (stage.name, stage.needs, stage.makes, stage.effect, stage.revision) == (
        "register",
        frozenset({"pages"}),
        frozenset(),
        Effect.OUTSIDE,
        2,
    )
    assert stage.options_digest != other.options_digest
