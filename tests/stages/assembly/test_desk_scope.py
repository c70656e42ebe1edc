"""The desk over a real house: whose documents are seen, what failed, figures, another scan."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.assembly import review_commands
from pipeline.assembly.desk import HouseDesk
from pipeline.assembly.holding import HELD
from pipeline.assembly.house import House
from pipeline.assembly.standing import Standing
from pipeline.engine.page_pool import PagePool
from pipeline.ledger.ledger import Move
from pipeline.model.records import Document, Field, FieldSource, JobState, MediaType
from pipeline.model.search import IndexEntry, SearchRequest
from pipeline.web.api import FileKind
from stages.register import Handover, Place
from tests.unit.register.test_embedded import ENTRY

CONFIG = """
[folders.den]
[folders.noi-vu]
units = ["Phòng  Nội vụ"]
"""


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """Give a house with three documents: by `den`, by `noi-vu`, and one handed over."""
    config = tmp_path / "sohoa.toml"
    config.write_text(CONFIG, encoding="utf-8")
    with House.open(tmp_path / "data", config=config, environment={}) as opened:
        for name, folder in (("a", "den"), ("b", "noi-vu"), ("c", "den")):
            document_id = receive(opened, name, folder)
            entry = dataclasses.replace(ENTRY, document_id=document_id)
            opened.register.enter(entry, key=name)
            opened.index.put(
                IndexEntry(
                    document_id=document_id,
                    fields={},
                    pages=("nội dung",),
                    folder=folder,
                    source_name=name,
                    pdf="",
                )
            )
        said = Handover(
            unit="phòng nội VỤ", receiver="", handed_on="2026-05-05", due_date="", note=""
        )
        place = Place(book="den", year=2026, arrival_number=3)
        opened.register.hand_over(place, said, person="Văn thư")
        yield opened


def receive(house: House, name: str, folder: str) -> str:
    """Put an original into the store and its job into the ledger; return its id."""
    stored = house.store.put_bytes(f"%PDF {name}".encode())
    document = Document(id=stored.digest, media_type=MediaType.PDF, size_bytes=stored.size_bytes)
    house.ledger.receive(
        document, folder=folder, source_name=f"{name}.pdf", arrival_id=name,
        at=dt.datetime.now(dt.UTC), priority=0,
    )  # fmt: skip
    return document.id


def names(desk: HouseDesk) -> list[str]:
    """Return the files of the list."""
    return sorted(job.source_name for job in desk.jobs())


def test_a_unit_sees_its_folders_and_what_was_handed_over_to_it(house: House) -> None:
    """In the list, its numbers, the index, one document and its files."""
    whole = Standing(house).desk()
    ids = {job.source_name: job.id for job in whole.jobs()}
    assert whole.within(None) is whole
    unit = whole.within(frozenset({"Phòng Nội vụ"}))
    assert names(unit) == ["b.pdf", "c.pdf"]
    assert unit.totals() == {JobState.RECEIVED: 2}
    assert list(unit.folders()) == ["noi-vu"]
    found = unit.search(SearchRequest(query="nội dung")).found
    assert {one.job_id for one in found} == {ids["b.pdf"], ids["c.pdf"]}
    assert unit.job(ids["a.pdf"]) is None
    assert unit.open_file(ids["a.pdf"], FileKind.ORIGINAL) is None
    assert unit.page_picture(ids["a.pdf"], 1) is None
    assert not unit.retry(ids["a.pdf"])
    assert unit.job(ids["c.pdf"]) is not None
    stranger = whole.within(frozenset({"Phòng Khác"}))
    assert names(stranger) == []
    assert stranger.search(SearchRequest(query="nội dung")).answer.total == 0
    house.ledger.refuse(
        folder="den", source_name="x", arrival_id="x", code="DOC-EMPTY", detail="",
        at=dt.datetime.now(dt.UTC),
    )  # fmt: skip
    assert len(whole.drops()) == 1
    assert len(unit.drops()) == 0


def test_progress_counts_what_is_open_and_what_failed(house: House) -> None:
    """Nothing done yet: no end can be told; one rejected and one open: it can."""
    desk = Standing(house).desk()
    assert (desk.progress().open_count, desk.progress().ends_at) == (3, None)
    first = desk.jobs()[0].id
    house.ledger.take(first)
    house.ledger.move(first, Move(to=JobState.REJECTED, code="DOC-DAMAGED"))
    progress = desk.progress()
    assert (progress.open_count, progress.documents_last_hour) == (2, 1)
    assert progress.ends_at is not None
    assert [(one.code, one.state, one.count) for one in progress.failures] == [
        ("DOC-DAMAGED", "rejected", 1)
    ]


def test_another_scan_sends_the_original_back_with_a_note(house: House, tmp_path: Path) -> None:
    """A waiting document, once; original and note lie in `loi/`, its life tells who and why."""
    desk = Standing(house).desk()
    job_id = desk.jobs()[0].id
    assert not desk.rescan(job_id, reason="mờ", person="Lê Thị B"), "it does not wait"
    house.ledger.take(job_id)
    house.ledger.move(job_id, Move(to=JobState.WAITING, stage="review", code="REVIEW-DOUBTFUL"))
    row = house.history.job(job_id)
    assert row is not None
    assert desk.rescan(job_id, reason="mờ", person="Lê Thị B")
    after = house.history.job(job_id)
    assert after is not None
    assert (after.state, after.code, after.detail) == (JobState.REJECTED, "DOC-RESCAN", "mờ")
    refused = house.tray.results(row.folder).refused_folder
    assert {path.suffix for path in refused.iterdir()} == {".pdf", ".txt"}
    facts = [event.facts for event in house.history.events(job_id) if event.action == "rescan"]
    assert facts == [{"person": "Lê Thị B", "reason": "mờ"}]
    assert not desk.rescan(job_id, reason="mờ", person="Lê Thị B")
    assert desk.retry(job_id), "a person may think better of it"


def test_figures_tell_what_the_ledger_holds(house: House) -> None:
    """Documents, pages, stages, queue, disk, certificate, index; a second look counts on."""
    desk = Standing(house).desk()
    job_id = desk.jobs()[0].id
    for seconds, looks in ((1.5, 1), (0.5, 2)):
        house.ledger.stage_done(
            job_id, stage="archive", key="k", outcome="done", seconds=seconds,
        )  # fmt: skip
        text = desk.figures().decode()
        assert f'sohoa_stage_seconds_count{{stage="archive"}} {looks}.0' in text
    assert 'sohoa_stage_seconds_sum{stage="archive"} 2.0' in text
    assert 'sohoa_documents{state="received"} 3.0' in text
    assert "sohoa_queue_documents 3.0" in text
    assert 'sohoa_up{part="index"} 1.0' in text
    for name in ("sohoa_disk_free_bytes", "sohoa_certificate_days_left", "sohoa_pages",
                 "sohoa_queue_oldest_seconds", "sohoa_index_behind_documents"):  # fmt: skip
        assert f"\n{name} " in text, name


def test_settings_are_shown_and_secrets_are_not(house: House) -> None:
    """Where each comes from; a password shows as stars."""
    shown = {one.key: one for one in Standing(house).desk().settings()}
    assert shown["folders.noi-vu.units"].value == "Phòng  Nội vụ"
    assert shown["folders.noi-vu.units"].is_own
    assert not shown["web.port"].is_own
    assert shown["register.password"].value == "Secret(***)"


def test_review_in_a_terminal_says_who_has_the_document(
    house: House, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Taken by another process while a person answered: words, and nothing is noted."""
    job_id = Standing(house).desk().jobs()[0].id
    field = Field(name="subject", value="x", confidence=0.2, source=FieldSource.PRINTED)
    house.ledger.stage_done(
        job_id, stage="extract", key="k", outcome="done", seconds=0, fields=[field]
    )
    house.ledger.take(job_id)
    house.ledger.move(job_id, Move(to=JobState.WAITING, stage="review", code="REVIEW-DOUBTFUL"))
    row = house.history.job(job_id)
    assert row is not None

    def answer(*_: object) -> str:
        house.ledger.take(job_id)
        return "y"

    monkeypatch.setattr(review_commands, "_answer", answer)
    pool = PagePool.__new__(PagePool)  # nothing is run
    assert not review_commands._settled(house, pool, row, "An", None)
    said = capsys.readouterr().out
    assert HELD in said
    assert "–" not in said
    assert house.history.fields(job_id)["subject"].value == "x"
