"""What the machine finds: pages, counts, missing numbers, texts that are nearly alike."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

import pytest

from bench.generator.content import compose
from pipeline.acceptance import findings
from pipeline.acceptance.likeness import Likenesses, joined, likeness, sketch_of
from pipeline.ledger.batch_rows import ItemRow
from pipeline.model.records import Box, Page, Quality, Verdict, Word
from pipeline.structure.records import Place

PLACE = Place(fonds="P05", box="3", notation="01.TCCB").key
LEAST = 0.5


def item(ordinal: int = 0, **changed: object) -> ItemRow:
    """Return a finished paper of a dossier."""
    values: dict[str, object] = {
        "id": 1, "batch": "lo1", "path": "/kho/a.pdf", "place": PLACE, "ordinal": ordinal,
        "dossier": {}, "document": {}, "state": "entered", "document_id": "a" * 64, "code": None,
        "detail": "", "job_state": "done", "page_count": 2,
    }  # fmt: skip
    return ItemRow(**{**values, **changed})  # type: ignore[arg-type]


def page(number: int, words: Sequence[str] = (), **changed: object) -> Page:
    """Return a page with these words."""
    box = Box(x0=0, y0=0, x1=1, y1=1)
    values: dict[str, object] = {
        "number": number, "width_mm": 210, "height_mm": 297, "dpi": 300, "skew_deg": 0,
        "rotation_deg": 0, "is_blank": False, "quality": Quality(verdict=Verdict.GOOD),
        "words": tuple(Word(text=one, box=box, confidence=1, line=0) for one in words),
    }  # fmt: skip
    return Page(**{**values, **changed})  # type: ignore[arg-type]


def text(seed: int) -> list[str]:
    """Return the words of a made letter."""
    letter = compose(seed)
    return f"{letter.body} {letter.subject} {letter.recipients} {letter.code}".split()


def misread(words: Sequence[str], *, share: float, seed: int) -> list[str]:
    """Return words with that share of letters wrong."""
    rng = random.Random(seed)
    return ["".join("x" if rng.random() < share else one for one in word) for word in words]


def codes(found: object) -> list[str]:
    """Return the codes of findings."""
    return [one.code for one in found]  # type: ignore[attr-defined]


def test_pages_are_counted_against_the_list() -> None:
    """Another number than the list's is told with both; no number in the list, no finding."""
    (found,) = findings.page_count(item(document={"page_total": "3"}), 2)
    assert (found.code, found.detail, found.dossier) == ("CHECK-PAGE-COUNT", "3 → 2", "01.TCCB")
    assert list(findings.page_count(item(document={"page_total": "2"}), 2)) == []
    assert list(findings.page_count(item(), 2)) == []


def test_each_page_says_what_is_wrong_with_it() -> None:
    """Unread, without text, of low resolution; a blank page and a good one say nothing."""
    low = Quality(verdict=Verdict.POOR, reasons=("QUALITY-LOW-DPI",))
    pages = [
        page(1, ["chữ"]),
        page(2, is_blank=True),
        page(3),
        page(4, ["chữ"], quality=low, dpi=150),
        page(5, unread="PAGE-TIMEOUT"),
    ]
    found = [(one.code, one.page, one.detail) for one in findings.pages(item(), pages)]
    assert found == [
        ("CHECK-NO-TEXT", 3, ""),
        ("QUALITY-LOW-DPI", 4, "150 dpi"),
        ("PAGE-TIMEOUT", 5, ""),
    ]


@pytest.mark.parametrize(
    ("ordinals", "sheets", "details"),
    [
        ([1, 2, 3], ["1", "2-4", "5"], []),
        ([2, 3], ["", ""], ["STT / ordinal 1"]),
        ([1, 2, 5, 9], ["", "", "", ""], ["STT / ordinal 3-4, 6-8"]),
        ([0, 0], ["1-3", "5"], ["tờ / sheet 4"]),
        ([0, 0], ["3", "1-2"], []),
        ([0, 0], ["1-2", "2"], []),
        ([0, 0], ["", "bìa"], []),
        ([0, 0, 0], ["1", "", "04"], ["tờ / sheet 2-3"]),
    ],
)
def test_missing_numbers_of_a_dossier(
    ordinals: Sequence[int], sheets: Sequence[str], details: Sequence[str]
) -> None:
    """Gaps of what the list numbers, in any order; what it does not number is not missed."""
    items = [
        item(ordinal, document={"sheet": sheet})
        for ordinal, sheet in zip(ordinals, sheets, strict=True)
    ]
    found = list(findings.dossier(items))
    assert [one.detail for one in found] == details
    assert set(codes(found)) <= {"CHECK-GAP"}


def test_two_documents_of_one_number() -> None:
    """Both are named."""
    items = [item(1, path="a"), item(2, path="b"), item(2, path="c")]
    found = list(findings.dossier(items))
    assert [(one.code, one.path) for one in found] == [
        ("CHECK-SAME-NUMBER", "b"),
        ("CHECK-SAME-NUMBER", "c"),
    ]


def test_totals_of_a_dossier() -> None:
    """Documents and pages; pages only once every paper is done."""
    said = {"document_total": "3", "page_total": "4"}
    items = [item(dossier=said), item(dossier=said)]
    assert [one.detail for one in findings.dossier(items)] == ["văn bản / documents 3 → 2"]
    waiting = item(dossier=said, job_state="waiting", page_count=9)
    assert codes(findings.dossier([items[0], items[0], waiting])) == []
    (found,) = findings.dossier([item(dossier={"page_total": "5"})])
    assert found.detail == "trang / pages 5 → 2"


def test_papers_that_are_not_finished_say_why() -> None:
    """With their own code, or that they are not finished."""
    refused = item(state="refused", code="DOC-EMPTY", job_state=None, document_id=None)
    assert findings.unfinished(refused).code == "DOC-EMPTY"
    running = findings.unfinished(item(job_state="running"))
    assert (running.code, running.detail) == ("CHECK-UNFINISHED", "running")


def test_a_page_that_was_scanned_twice() -> None:
    """Read differently both times, it is still told; pages of too little text are not."""
    first, other = text(1), text(2)
    again = misread(first, share=0.01, seed=3)
    sketches = [sketch_of(words) for words in (first, other, ["Trang", "bìa"], again)]
    (found,) = findings.pages_twice(item(), sketches, least=LEAST)
    assert (found.code, found.page) == ("CHECK-PAGE-TWICE", 4)
    assert found.detail.startswith("= 1 (")


def test_documents_nearly_alike_are_found_and_others_are_not(tmp_path: Path) -> None:
    """Of 120 letters scanned twice, read with 0.5 % of letters wrong, each finds its first scan."""
    index = Likenesses(tmp_path, least=LEAST)
    for seed in range(1, 121):
        first = sketch_of(misread(text(seed), share=0.005, seed=seed))
        assert first is not None
        assert index.twin(str(seed), first) is None, "letters of their own are not alike"
    for seed in range(1, 121):
        again = sketch_of(misread(text(seed), share=0.005, seed=1000 + seed))
        assert again is not None
        twin = index.twin(f"again {seed}", again)
        assert twin is not None
        assert twin.key == str(seed)
    index.close()


def test_the_sketch_of_a_whole_is_that_of_its_parts() -> None:
    """Pages joined; what is too short tells nothing."""
    one, other = sketch_of(text(1)), sketch_of(text(2))
    whole = joined([one, None, other])
    assert whole is not None
    assert one is not None
    assert 0.2 < likeness(whole, one) < 0.9
    assert joined([None]) is None
    assert sketch_of(["một", "hai"]) is None
