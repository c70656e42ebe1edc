"""What was renewed is what people and archives get; a registry is shown the bytes it was sent."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.packages import finish_paper
from pipeline.assembly.house import House
from pipeline.assembly.onward import HouseParcels
from pipeline.assembly.packing import packing_of
from pipeline.assembly.reindexing import Reindexing
from pipeline.assembly.standing import Standing
from pipeline.model.delivered import best_pdf
from pipeline.model.records import Artifact
from pipeline.structure.profile import load_profile
from pipeline.web.api import FileKind

SEALED, RENEWED = b"%PDF-1.7 sealed", b"%PDF-1.7 sealed, and stamped again"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """Give a house with one paper of a batch, sealed and then renewed."""
    with House.open(tmp_path / "data", environment={}) as opened:
        opened.batches.create("bench", {"profile": "tt05-2025", "agency": "H30", "fonds": "P05"})
        finish_paper(opened, 1, SEALED)
        (job,) = opened.history.jobs()
        stored = opened.store.put_bytes(RENEWED)
        renewed = Artifact(
            kind="renewed", digest=stored.digest, size_bytes=stored.size_bytes, made_by="renew"
        )
        text = opened.store.put_bytes("nội dung".encode())
        opened.ledger.stage_done(
            job.id, stage="renew", key="k", outcome="done", seconds=0.0,
            artifacts=[
                renewed,
                Artifact(kind="text", digest=text.digest, size_bytes=8, made_by="read"),
            ],
        )  # fmt: skip
        yield opened


def test_the_page_and_the_index_show_the_renewed_file(house: House) -> None:
    """Whoever downloads it gets the proofs that last longest."""
    (job,) = house.history.jobs()
    shown = Standing(house).desk().open_file(job.id, FileKind.PDF)
    assert shown is not None
    assert shown.path.read_bytes() == RENEWED
    entry = Reindexing(index=house.index, history=house.history, store=house.store).entry(job.id)
    assert entry is not None
    assert Path(entry.pdf).read_bytes() == RENEWED
    assert best_pdf({}) is None


def test_an_archive_gets_the_renewed_file(house: House) -> None:
    """A package that is delivered years later holds the signature as it is proved then."""
    profile = load_profile(house.layout.config_dir / "archive", "tt05-2025")
    (content,) = packing_of(house, house.batches.batch("bench"), profile).contents()
    (document,) = content.documents()
    assert document.path.read_bytes() == RENEWED


def test_a_number_that_does_not_fit_is_left_out_of_a_package(house: House) -> None:
    """Of twelve digits eleven would be another document's number; a long subject is cut."""
    read = {"number": "123456789012", "notation": "QĐ-UBND", "subject": "x" * 2000}
    profile = load_profile(house.layout.config_dir / "archive", "tt05-2025")
    told = packing_of(house, house.batches.batch("bench"), profile)._values(read, {}, 1)
    assert "number" not in told
    assert told["code_notation"] == "QĐ-UBND"
    assert 0 < len(told["subject"]) < 2000


def test_a_registry_is_shown_the_bytes_that_it_was_sent(house: House) -> None:
    """Else a replay would find 'other bytes under our key'."""
    (job,) = house.history.jobs()
    parcels = HouseParcels(history=house.history, store=house.store, register=house.register)
    assert parcels(job.id).pdf.read_bytes() == SEALED
