"""The stage: one mark on any page stops the document, and only the page is told."""

from __future__ import annotations

import dataclasses
import datetime as dt
from pathlib import Path

import pytest

from pipeline.model.errors import OperatorError
from pipeline.model.records import (
    Box,
    Document,
    Inspection,
    Mark,
    MediaType,
    Page,
    PageEntry,
    Route,
)
from pipeline.model.stage import Done, Secret, Work
from stages.guard import GuardStage, Options
from tests.unit.guard.pages import RULES_DIR, line, page_of

STAGE = GuardStage(options=Options(rules_dir=RULES_DIR))
NOW = dt.datetime(2026, 11, 22, 8, tzinfo=dt.UTC)


def work_of(*pages: Page) -> Work:
    """Work on a document of these pages."""
    return Work(
        document=Document(id="0" * 64, media_type=MediaType.PDF, size_bytes=1),
        source_name="x.pdf",
        folder="den",
        received_at=NOW,
        now=NOW,
        inspection=Inspection(
            route=Route.SCAN, pages=tuple(PageEntry(number=page.number) for page in pages)
        ),
        pages=pages,
        fields={},
        artifacts={},
        scratch=Path("unused"),
    )


def mark(text: str) -> Mark:
    """A mark seen in the picture."""
    return Mark(text=text, box=Box(x0=90, y0=150, x1=140, y1=170), confidence=0.6, colour="red")


def test_clean_pages_pass() -> None:
    assert STAGE.run(work_of(page_of(line("Số: 1/QĐ-SNV", x_mm=40, y_mm=40)))) == Done()


@pytest.mark.parametrize("text", ["MẬT", "TỐI MẬT", "TUYỆT MẬT"])
def test_a_mark_in_the_picture_stops_the_document(text: str) -> None:
    pages = page_of(), page_of(number=2, marks=(mark(text),))
    assert STAGE.run(work_of(*pages)) == Secret(page=2)


@pytest.mark.parametrize("text", ["HỎA TỐC", "THƯỢNG KHẨN", "KHẨN"])
def test_urgency_does_not_stop_it(text: str) -> None:
    assert STAGE.run(work_of(page_of(marks=(mark(text),)))) == Done()


def test_a_mark_among_the_words_stops_the_document() -> None:
    pages = page_of(), page_of(), page_of(line("TỐI MẬT", x_mm=32, y_mm=60), number=3)
    assert STAGE.run(work_of(*pages)) == Secret(page=3)


def test_the_answer_holds_nothing_but_the_page() -> None:
    answer = STAGE.run(work_of(page_of(marks=(mark("MẬT"),))))
    assert isinstance(answer, Secret)
    assert [field.name for field in dataclasses.fields(answer)] == ["page"]


def test_the_digest_follows_the_table(tmp_path: Path) -> None:
    text = (RULES_DIR / "marks.toml").read_text(encoding="utf-8")
    (tmp_path / "marks.toml").write_text(text.replace("TỐI MẬT", "RẤT MẬT"), encoding="utf-8")
    other = GuardStage(options=Options(rules_dir=tmp_path))
    assert other.options_digest != STAGE.options_digest


def test_a_missing_table_is_the_keepers(tmp_path: Path) -> None:
    with pytest.raises(OperatorError) as caught:
        GuardStage(options=Options(rules_dir=tmp_path))
    assert caught.value.code == "SYS-CONFIG"
