"""The stage `index`."""

from __future__ import annotations

from pathlib import Path

from pipeline.model.search import SearchRequest
from pipeline.model.stage import Done, Effect, Stage
from stages.index.embedded import EmbeddedIndex
from stages.index.stage import IndexStage
from tests.unit.index.works import work


def test_a_document_is_found_after_the_stage(tmp_path: Path) -> None:
    """Fields and pages are entered, the best PDF is told, a receipt comes back."""
    index = EmbeddedIndex(tmp_path / "i.sqlite")
    stage: Stage = IndexStage(index=index)
    done = stage.run(work(tmp_path, subject="Về việc lưu trữ", code="1/QĐ-A", issuer=""))
    assert isinstance(done, Done)
    assert done.receipt is not None
    assert done.receipt.port == stage.name == "index"
    hit = index.search(SearchRequest(query="luu tru")).hits[0]
    assert (hit.document_id, hit.pdf) == ("d" * 64, str(tmp_path / "s"))
    assert index.search(SearchRequest(query="trang hai")).hits[0].page == 2


def test_who_knows_the_place_of_delivery_says_it(tmp_path: Path) -> None:
    """`pdf_of` replaces the place in the store."""
    index = EmbeddedIndex(tmp_path / "i.sqlite")
    stage = IndexStage(index=index, pdf_of=lambda work: f"/xong/{work.source_name}")
    stage.run(work(tmp_path))
    assert index.search(SearchRequest(query="hóa")).hits[0].pdf == "/xong/a.pdf"


def test_the_stage_describes_itself(tmp_path: Path) -> None:
    """What the plan needs to know."""
    stage = IndexStage(index=EmbeddedIndex(tmp_path / "i.sqlite"))
    assert (stage.needs, stage.makes, stage.effect, stage.revision) == (
        frozenset({"pages"}),
        frozenset(),
        Effect.OUTSIDE,
        3,
    )
    assert len(stage.options_digest) == 12
