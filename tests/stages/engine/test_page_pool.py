"""The page pool: fairness, crashes, time-outs; with real processes."""

from __future__ import annotations

import concurrent.futures
import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.engine.page_line import InspectTask, PageTask
from pipeline.engine.page_pool import PagePool
from pipeline.model.errors import DocumentError, OperatorError
from pipeline.model.records import Document, MediaType, PageEntry
from tests.stages.engine import fake_line

DOCUMENT = Document(id="b" * 64, media_type=MediaType.PDF, size_bytes=1)


@pytest.fixture
def pool(tmp_path: Path) -> Iterator[PagePool]:
    """Two workers, three seconds a page."""
    with PagePool(
        fake_line.make_line, str(tmp_path), workers=2, page_timeout_s=3.0, inspect_timeout_s=3.0
    ) as started:
        yield started


def task(folder: Path, number: int, *, name: str = "p") -> PageTask:
    return PageTask(
        path=folder / "x.pdf",
        document=DOCUMENT,
        entry=PageEntry(number=number),
        layers_path=folder / f"{name}-{number}.layers",
    )


@pytest.mark.parametrize(
    ("number", "unread"),
    [
        (1, None),
        (fake_line.CORRUPT, "PAGE-CORRUPT"),
        (fake_line.CRASH, "PAGE-CRASH"),
        (fake_line.STALL, "PAGE-TIMEOUT"),
        (fake_line.FLAKY, None),
    ],
)
def test_a_bad_page_comes_back_unread_with_its_reason(
    pool: PagePool, tmp_path: Path, number: int, unread: str | None
) -> None:
    """One crash is forgiven; two, or two time-outs, or a corrupt picture, leave it unread."""
    outcome = pool.read([task(tmp_path, number)])[0].result(timeout=30)
    assert outcome.page.unread == unread
    assert outcome.layers_path.is_file()


def test_a_bad_page_does_not_stop_its_neighbours(pool: PagePool, tmp_path: Path) -> None:
    """Pages around a crash are read."""
    numbers = [1, fake_line.CRASH, 2, 3]
    outcomes = [f.result(timeout=30) for f in pool.read([task(tmp_path, n) for n in numbers])]
    assert [o.page.unread for o in outcomes] == [None, "PAGE-CRASH", None, None]


def test_a_missing_engine_is_the_keepers_business(pool: PagePool, tmp_path: Path) -> None:
    """It is no fault of the page."""
    with pytest.raises(OperatorError, match="SYS-TOOL-MISSING"):
        pool.read([task(tmp_path, fake_line.NO_ENGINE)])[0].result(timeout=30)


@pytest.mark.parametrize("name", ["crash.pdf", "stall.pdf"])
def test_a_file_that_kills_its_inspector_is_damaged(
    pool: PagePool, tmp_path: Path, name: str
) -> None:
    """Hostile files are answered, twice tried."""
    look = InspectTask(path=tmp_path / "x", document=DOCUMENT, source_name=name)
    with pytest.raises(DocumentError, match="DOC-DAMAGED"):
        pool.inspect(look)


def test_an_inspectors_word_passes(pool: PagePool, tmp_path: Path) -> None:
    """Errors of the tree cross the process border with their code."""
    with pytest.raises(DocumentError, match="DOC-EMPTY"):
        pool.inspect(InspectTask(path=tmp_path / "x", document=DOCUMENT, source_name="empty.pdf"))


def test_a_letter_does_not_wait_for_a_long_file(pool: PagePool, tmp_path: Path) -> None:
    """A one-page letter dropped behind 300 slow pages is done after a few of them."""
    pool.read([task(tmp_path, 1)])[0].result(timeout=30)
    long_file = pool.read([task(tmp_path, fake_line.SLOW + n, name="long") for n in range(300)])
    letter = pool.read([task(tmp_path, fake_line.SLOW, name="letter")])[0]
    letter.result(timeout=30)
    read_before = sum(future.done() for future in long_file)
    assert read_before <= 6


def test_backlog_waits_for_letters(pool: PagePool, tmp_path: Path) -> None:
    """A lower priority number goes first altogether."""
    pool.read([task(tmp_path, 1)])[0].result(timeout=30)
    backlog = pool.read(
        [task(tmp_path, fake_line.SLOW + n, name="backlog") for n in range(60)], priority=10
    )
    letters = pool.read([task(tmp_path, fake_line.SLOW + n, name="l") for n in range(10)])
    for letter in letters:
        letter.result(timeout=30)
    assert sum(future.done() for future in backlog) <= 6


def test_a_paused_document_stands_still_and_the_others_go_on(
    pool: PagePool, tmp_path: Path
) -> None:
    """Within one page: what is with the workers ends, the rest waits until it is let go."""
    slow = [task(tmp_path, fake_line.SLOW, name=f"s{number}") for number in range(6)]
    (tmp_path / "other").mkdir()
    letter = task(tmp_path / "other", 1, name="letter")
    letter = dataclasses.replace(letter, document=dataclasses.replace(letter.document, id="c" * 64))
    held = pool.read(slow, priority=50)
    pool.hold(frozenset({slow[0].document.id}))
    assert pool.read([letter])[0].result(timeout=30).page.number == 1
    concurrent.futures.wait(held, timeout=1.0)
    assert sum(one.done() for one in held) <= 3
    pool.hold(frozenset())
    concurrent.futures.wait(held, timeout=60)
    assert all(one.done() for one in held)
